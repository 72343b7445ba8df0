import ui from '@nuxt/ui/vue-plugin'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { defineComponent, h, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { apiKey } from '@/api/client'
import { makeI18n } from '@/i18n'
import { FakeApi } from './fakeApi'

const nothing = defineComponent({ render: () => null })

interface Setting {
  api?: FakeApi
  props?: Record<string, unknown>
  at?: string
}

/** A component in the page's surroundings: router at `at`, English texts, a fresh store, a fake server. */
export async function mountPage(component: Component, { api = new FakeApi(), props = {}, at = '/jobs' }: Setting = {}) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/jobs', name: 'jobs', component: nothing },
      { path: '/reports', name: 'reports', component: nothing },
      { path: '/workers', name: 'workers', component: nothing },
      { path: '/users', name: 'users', component: nothing },
      { path: '/keys', name: 'keys', component: nothing },
      { path: '/audit', name: 'audit', component: nothing },
      { path: '/new', name: 'new-job', component: nothing },
      { path: '/jobs/:jobId', name: 'job', component: nothing },
      { path: '/jobs/:jobId/diff', name: 'diff', component: nothing },
      { path: '/index/:market/publications', name: 'publications', component: nothing },
      { path: '/index/:market?', name: 'index', component: nothing },
    ],
  })
  await router.push(at)
  const pinia = createPinia()
  setActivePinia(pinia)
  const wrapper = mount(component, {
    props,
    attachTo: document.body,
    global: {
      plugins: [pinia, makeI18n('en'), router, ui],
      provide: { [apiKey as symbol]: api },
      stubs: {
        UTooltip: {
          render() {
            return this.$slots.default?.()
          },
        } as Component,
      },
    },
  })
  await flushPromises()
  return { wrapper, router, api }
}

/** A composable inside such a component; returns what it returned. */
export async function mountComposable<T>(use: () => T, setting: Setting = {}) {
  let result!: T
  const host = defineComponent({
    setup() {
      result = use()
      return () => h('div')
    },
  })
  return { ...(await mountPage(host, setting)), result }
}
