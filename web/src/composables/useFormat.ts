import { useI18n } from 'vue-i18n'

export const ABSENT = '–'

type Nullable = number | null | undefined

/** Making a formatter costs more than a hundred uses of it, and a long table has thousands of figures. */
function kept<K extends unknown[], F>(make: (...key: K) => F): (...key: K) => F {
  const made = new Map<string, F>()
  return (...key) => {
    const name = key.join()
    if (!made.has(name)) made.set(name, make(...key))
    return made.get(name)!
  }
}

const numbers = kept(
  (locale: string, digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
)
const dates = kept(
  (locale: string, withTime: boolean) =>
    new Intl.DateTimeFormat(
      locale,
      withTime ? { dateStyle: 'medium', timeStyle: 'short' } : { dateStyle: 'medium', timeZone: 'UTC' },
    ),
)

/** Numbers, dates and spans in the reader's language; null or undefined is shown as a dash, never as 0. */
export function useFormat() {
  const { locale, t } = useI18n()
  const count = (value: Nullable) => decimal(value, 0)

  const decimal = (value: Nullable, digits = 1) => (value == null ? ABSENT : numbers(locale.value, digits).format(value))

  const signed = (value: Nullable, digits = 1) =>
    value == null ? ABSENT : `${value > 0 ? '+' : ''}${decimal(value, digits)}`

  const percent = (share: Nullable, digits = 0) => (share == null ? ABSENT : `${decimal(share * 100, digits)} %`)

  function bytes(value: Nullable): string {
    if (value == null) return ABSENT
    const step = value < 1024 ? 0 : value < 1024 ** 2 ? 1 : 2
    return `${decimal(value / 1024 ** step, step === 0 ? 0 : 1)} ${['B', 'KiB', 'MiB'][step]}`
  }

  const moment = (iso: string | null | undefined) => (iso ? dates(locale.value, true).format(new Date(iso)) : ABSENT)

  const day = (date: string | null | undefined) => (date ? dates(locale.value, false).format(new Date(`${date}T00:00:00Z`)) : ABSENT)

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
