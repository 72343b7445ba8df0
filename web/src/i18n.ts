import { createI18n } from 'vue-i18n'
import en from '@/locales/en.json'
import ko from '@/locales/ko.json'

export const LOCALES = ['ko', 'en'] as const
export type Locale = (typeof LOCALES)[number]

const SLOT = 'dart-batch.locale'

/** The language chosen before, else Korean for a Korean browser, else English. */
export function preferredLocale(): Locale {
  const chosen = localStorage.getItem(SLOT)
  if (chosen === 'ko' || chosen === 'en') return chosen
  return navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en'
}

export function rememberLocale(locale: Locale) {
  localStorage.setItem(SLOT, locale)
  document.documentElement.lang = locale
}

export function makeI18n(locale: Locale = preferredLocale()) {
  document.documentElement.lang = locale
  return createI18n<[typeof ko], Locale, false>({ legacy: false, locale, fallbackLocale: 'en', messages: { ko, en } })
}
