import { beforeEach, expect, it } from 'vitest'
import { preferredLocale } from '@/i18n'
import { mountPage } from '@/testing/mountPage'
import LocaleSwitch from './LocaleSwitch.vue'

beforeEach(() => localStorage.clear())

it('remembers the language that it changed to', async () => {
  const { wrapper } = await mountPage(LocaleSwitch)
  const before = preferredLocale()
  await wrapper.find('button').trigger('click')
  expect(document.documentElement.lang).not.toBe(before)
  expect(preferredLocale()).toBe(document.documentElement.lang)
})
