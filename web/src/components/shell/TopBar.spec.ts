import UApp from '@nuxt/ui/components/App.vue'
import { expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { useSessionStore } from '@/stores/session'
import { mountPage } from '@/testing/mountPage'
import TopBar from './TopBar.vue'

async function lit(at: string) {
  const page = defineComponent({ render: () => h(UApp, null, () => h(TopBar)) })
  const { wrapper } = await mountPage(page, { at })
  useSessionStore().enter({
    name: 'ann',
    role: 'admin',
    entry: 'page',
    passwordSet: true,
    expiresAt: null,
    csrfToken: 't',
  })
  await wrapper.vm.$nextTick()
  const links = wrapper.findAll('nav a').map((link) => [link.text(), link.classes().includes('text-primary')])
  return links.filter(([, active]) => active).map(([name]) => name)
}

it('the place that a view belongs to is lit', async () => {
  for (const at of ['/users', '/keys', '/audit']) expect([at, await lit(at)]).toEqual([at, ['Administration']])
  expect(await lit('/jobs/01JOB')).toEqual(['Jobs'])
  expect(await lit('/index/US/publications')).toEqual(['Index'])
})
