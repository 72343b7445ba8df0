import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

export const ABSENT = '–'

type Nullable = number | null | undefined

/** Numbers, dates and spans in the reader's language; null or undefined is shown as a dash, never as 0. */
export function useFormat() {
  const { locale, t } = useI18n()
  const integers = computed(() => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }))
  const moments = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }))
  const days = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }))

  const count = (value: Nullable) => (value == null ? ABSENT : integers.value.format(value))

  const decimal = (value: Nullable, digits = 1) =>
    value == null
      ? ABSENT
      : value.toLocaleString(locale.value, { minimumFractionDigits: digits, maximumFractionDigits: digits })

  const signed = (value: Nullable, digits = 1) =>
    value == null ? ABSENT : `${value > 0 ? '+' : ''}${decimal(value, digits)}`

  const percent = (share: Nullable, digits = 0) => (share == null ? ABSENT : `${decimal(share * 100, digits)} %`)

  function bytes(value: Nullable): string {
    if (value == null) return ABSENT
    const step = value < 1024 ? 0 : value < 1024 ** 2 ? 1 : 2
    return `${decimal(value / 1024 ** step, step === 0 ? 0 : 1)} ${['B', 'KiB', 'MiB'][step]}`
  }

  const moment = (iso: string | null | undefined) => (iso ? moments.value.format(new Date(iso)) : ABSENT)

  const day = (date: string | null | undefined) => (date ? days.value.format(new Date(`${date}T00:00:00Z`)) : ABSENT)

  function span(seconds: Nullable): string {
    if (seconds == null) return ABSENT
    if (seconds < 10) return t('span.seconds', { s: decimal(seconds, 1) })
    const whole = Math.round(seconds)
    if (whole < 60) return t('span.seconds', { s: whole })
    if (whole < 3600) return t('span.minutes', { m: Math.floor(whole / 60), s: whole % 60 })
    return t('span.hours', { h: Math.floor(whole / 3600), m: Math.floor((whole % 3600) / 60) })
  }

  const rate = (perSecond: Nullable) =>
    perSecond == null
      ? ABSENT
      : t('span.rate', { n: perSecond > 0 && perSecond < 10 ? decimal(perSecond, 1) : count(perSecond) })

  return { count, decimal, signed, percent, bytes, moment, day, span, rate }
}
