import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { preferredLocale, rememberLocale } from './i18n'

beforeEach(() => localStorage.clear())
afterEach(() => void vi.unstubAllGlobals())

const browserSpeaks = (language: string) => vi.stubGlobal('navigator', { language })

it('a Korean browser gets Korean', () => {
  browserSpeaks('ko-KR')
  expect(preferredLocale()).toBe('ko')
})

it('any other browser gets English', () => {
  browserSpeaks('fr-FR')
  expect(preferredLocale()).toBe('en')
})

it('a choice made before wins over the browser', () => {
  browserSpeaks('ko-KR')
  rememberLocale('en')
  expect(preferredLocale()).toBe('en')
  expect(document.documentElement.lang).toBe('en')
})
