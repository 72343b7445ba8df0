import { flushPromises } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { useSessionStore } from '@/stores/session'
import { mountPage } from '@/testing/mountPage'
import LoginScreen from './LoginScreen.vue'
import PasswordScreen from './PasswordScreen.vue'
import WhoMenu from './WhoMenu.vue'

const ME = { name: 'minji', role: 'operator', entry: 'page', passwordSet: true, expiresAt: null, csrfToken: 'c' } as const

function answer(status: number, body: unknown = {}) {
  const send = vi.fn(async (..._request: unknown[]) => new Response(status === 204 ? null : JSON.stringify(body), { status }))
  vi.stubGlobal('fetch', send)
  return send
}

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  answer(503)
})

async function screenByKey() {
  const mounted = await mountPage(LoginScreen)
  await mounted.wrapper.findAll('button').at(-1)?.trigger('click')
  return mounted
}

it('logs in by name and password', async () => {
  const send = answer(200, ME)
  const { wrapper } = await mountPage(LoginScreen)
  await wrapper.find('input[autocomplete=username]').setValue(' minji ')
  await wrapper.find('input[type=password]').setValue('correct horse')
  await wrapper.find('form').trigger('submit')
  await flushPromises()
  expect(JSON.parse(String((send.mock.calls.at(-1)?.[1] as RequestInit).body))).toEqual({ name: 'minji', password: 'correct horse' })
  expect(useSessionStore().me?.name).toBe('minji')
})

it('offers the account from elsewhere when there is a provider, and only then', async () => {
  answer(200, { elsewhere: 'House account' })
  const { wrapper } = await mountPage(LoginScreen)
  await flushPromises()
  const way = wrapper.find('a[href="/api/auth/oidc"]')
  expect(way.text()).toContain('Log in with House account')
  answer(200, { elsewhere: null })
  const without = await mountPage(LoginScreen)
  await flushPromises()
  expect(without.wrapper.find('a[href="/api/auth/oidc"]').exists()).toBe(false)
})

it.each([
  ['no-role-here', 'none of its groups has a role'],
  ['what-nobody-knows', 'Begin again'],
])('says why an account from elsewhere was not let in: %s', async (code, said) => {
  const { wrapper } = await mountPage(LoginScreen)
  useSessionStore().deny(code)
  await wrapper.vm.$nextTick()
  expect(wrapper.text()).toContain('You were not let in')
  expect(wrapper.text()).toContain(said)
})

it('shows the words of a refusal, and forgets the password only', async () => {
  answer(401, { detail: 'Name and password do not belong together.', hint: 'Try again.' })
  const { wrapper } = await mountPage(LoginScreen)
  await wrapper.find('input[autocomplete=username]').setValue('minji')
  await wrapper.find('input[type=password]').setValue('wrong')
  await wrapper.find('form').trigger('submit')
  await flushPromises()
  expect(wrapper.find('[role=alert]').text()).toContain('do not belong together')
  expect(wrapper.find<HTMLInputElement>('input[type=password]').element.value).toBe('')
  expect(wrapper.find<HTMLInputElement>('input[autocomplete=username]').element.value).toBe('minji')
})

it('takes the typed key without its blanks', async () => {
  const { wrapper } = await screenByKey()
  await wrapper.find('input[type=password]').setValue('  dart_abc ')
  await wrapper.find('form').trigger('submit')
  expect(useSessionStore().key).toBe('dart_abc')
})

it('takes nothing for a key when nothing was typed', async () => {
  const { wrapper } = await screenByKey()
  await wrapper.find('form').trigger('submit')
  expect(useSessionStore().signedIn).toBe(false)
})

it('teaches how to make a key, and says why the last one was refused', async () => {
  const { wrapper } = await screenByKey()
  expect(wrapper.find('code').text()).toBe('dart-batch keys create --role viewer')
  const session = useSessionStore()
  session.accept('k', false)
  session.refuse()
  await wrapper.vm.$nextTick()
  expect(wrapper.text()).toContain('refused the key')
})

it('asks twice for a first password, and takes two that are the same', async () => {
  const send = answer(204)
  const { wrapper } = await mountPage(PasswordScreen)
  useSessionStore().enter({ ...ME, passwordSet: false })
  const [first, second] = wrapper.findAll('input[type=password]')
  await first!.setValue('correct horse battery')
  await second!.setValue('another')
  expect(wrapper.text()).toContain('not the same')
  await wrapper.find('form').trigger('submit')
  expect(send).not.toHaveBeenCalled()
  await second!.setValue('correct horse battery')
  await wrapper.find('form').trigger('submit')
  await flushPromises()
  expect(useSessionStore().needsPassword).toBe(false)
})

it('names who is logged in', async () => {
  const { wrapper } = await mountPage(WhoMenu)
  useSessionStore().enter(ME)
  await wrapper.vm.$nextTick()
  expect(wrapper.find('button').attributes('aria-label')).toBe('minji')
})
