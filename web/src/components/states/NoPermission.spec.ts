import { afterEach, expect, it, vi } from 'vitest'
import { aJob } from '@/testing/builders'
import { mountComposable, mountPage } from '@/testing/mountPage'
import { useSessionStore } from '@/stores/session'
import JobVerbs from '@/components/job/JobVerbs.vue'
import { usePlaces } from '@/components/shell/usePlaces'
import type { Role } from '@/api/accessContract'
import NoPermission from './NoPermission.vue'

afterEach(() => void (document.body.innerHTML = ''))

function signIn(role: Role) {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')))
  const me = { name: 'mina', role, entry: 'page' as const, passwordSet: true, expiresAt: null, csrfToken: null }
  useSessionStore().enter(me)
}

it('says who one is, what is needed and who can give it', async () => {
  const { wrapper } = await mountPage(NoPermission, { props: { role: 'admin' } })
  signIn('viewer')
  await wrapper.vm.$nextTick()
  expect(wrapper.text()).toContain('You are mina, in the role Viewer. This needs the role Admin')
})

it('nobody but an admin is shown the way to the administration', async () => {
  const { result: places } = await mountComposable(usePlaces)
  for (const [role, shown] of [['viewer', false], ['operator', false], ['admin', true]] as const) {
    signIn(role)
    expect(places.value.some(({ name }) => name === 'users'), role).toBe(shown)
    expect(useSessionStore().may('operator'), role).toBe(role !== 'viewer')
  }
})

it('the verbs of a job are for its owner and admins; others are told so instead', async () => {
  const { wrapper } = await mountPage(JobVerbs, { props: { job: aJob({ owner: 'joon' }) } })
  signIn('operator')
  await wrapper.vm.$nextTick()
  expect(wrapper.findAll('button')).toHaveLength(0)
  expect(wrapper.text()).toContain('Only joon or an admin controls this job.')
  await wrapper.setProps({ job: aJob({ owner: 'mina' }) })
  expect(wrapper.findAll('button').map((button) => button.text())).toEqual(['Pause', 'Cancel job'])
})
