import { beforeEach, expect, it } from 'vitest'
import { useSessionStore } from '@/stores/session'
import { mountPage } from '@/testing/mountPage'
import KeyScreen from './KeyScreen.vue'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})

it('takes the typed key without its blanks', async () => {
  const { wrapper } = await mountPage(KeyScreen)
  await wrapper.find('input[type=password]').setValue('  dart_abc ')
  await wrapper.find('form').trigger('submit')
  expect(useSessionStore().key).toBe('dart_abc')
})

it('takes nothing for a key when nothing was typed', async () => {
  const { wrapper } = await mountPage(KeyScreen)
  await wrapper.find('form').trigger('submit')
  expect(useSessionStore().signedIn).toBe(false)
})

it('teaches how to make a key, and says why the last one was refused', async () => {
  const { wrapper } = await mountPage(KeyScreen)
  expect(wrapper.find('code').text()).toBe('dart-batch keys create --role viewer')
  expect(wrapper.text()).not.toContain('refused the key')
  useSessionStore().refuse()
  await wrapper.vm.$nextTick()
  expect(wrapper.text()).toContain('refused the key')
})
