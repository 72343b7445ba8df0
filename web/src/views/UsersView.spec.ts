import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { buttonIn, dialog } from '@/testing/dialog'
import { aUser } from '@/testing/fakeAccess'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import UsersView from './UsersView.vue'

afterEach(() => void (document.body.innerHTML = ''))

async function withUsers() {
  const api = new FakeApi()
  api.userList = [aUser('mina'), aUser('joon', { passwordSet: false }), aUser('lee', { disabledAt: '2026-01-06T09:00:00Z' })]
  return mountPage(UsersView, { api, at: '/users' })
}

async function choose(name: string, item: string) {
  buttonIn(document.body, `Actions for ${name}`).dispatchEvent(new PointerEvent('click', { bubbles: true }))
  await flushPromises()
  const found = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((one) => one.textContent?.includes(item))
  found!.click()
  await flushPromises()
}

describe('the users', () => {
  it('show their right and whether they can log in', async () => {
    const { wrapper } = await withUsers()
    const rows = wrapper.findAll('li').map((row) => row.text())
    expect(rows[0]).toContain('Active')
    expect(rows[1]).toContain('No password yet')
    expect(rows[2]).toContain('Disabled')
  })

  it('are made with a name and a right, and their link is shown once', async () => {
    const { api, wrapper } = await withUsers()
    await wrapper.findAll('button').find((button) => button.text() === 'Create user')!.trigger('click')
    const field = dialog().querySelector<HTMLInputElement>('input[maxlength]')!
    field.value = ' nari '
    field.dispatchEvent(new Event('input'))
    await flushPromises()
    buttonIn(dialog(), 'Create user').click()
    await flushPromises()
    expect(api.accessOrders).toEqual([['user', { name: 'nari', role: 'viewer' }]])
    expect(dialog().querySelector('code')!.textContent).toContain('/batch#login=T')
  })

  it('a name is needed first', async () => {
    const { api, wrapper } = await withUsers()
    await wrapper.findAll('button').find((button) => button.text() === 'Create user')!.trigger('click')
    expect(buttonIn(dialog(), 'Create user').hasAttribute('disabled')).toBe(true)
    expect(api.accessOrders).toEqual([])
  })

  it('are disabled after a dialog that says what it means', async () => {
    const { api } = await withUsers()
    await choose('mina', 'Disable')
    expect(dialog().textContent).toContain('mina is logged out everywhere')
    buttonIn(dialog(), 'Disable').click()
    await flushPromises()
    expect(api.accessOrders).toEqual([['disable', 'mina']])
  })

  it('a server that refuses says so in its own words, as missing permission', async () => {
    const api = new FakeApi()
    api.forbidden = new ApiProblem(403, 'not-allowed', 'Forbidden', 'Users are for admins.', 'Ask an admin.')
    const { wrapper } = await mountPage(UsersView, { api, at: '/users' })
    for (const text of ['This is not open to you', 'Users are for admins. Ask an admin.', 'not-allowed'])
      expect(wrapper.find('[role=alert]').text()).toContain(text)
  })
})
