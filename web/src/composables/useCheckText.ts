import { useI18n } from 'vue-i18n'
import korean from '@/locales/checks.ko.json'

interface Told {
  code: string
  explanation?: string
  mend?: string
}

const KOREAN: Readonly<Record<string, { name: string; explanation: string; mend: string }>> = korean

/** A check's name, meaning and remedy in the reader's language. English, and Korean for a check that is not known here,
 * are the server's own words, named by the code. */
export function useCheckText() {
  const { locale } = useI18n()
  return ({ code, explanation = '', mend = '' }: Told) => {
    const known = locale.value === 'ko' ? KOREAN[code] : undefined
    const name = code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ')
    return known ?? { name, explanation, mend }
  }
}
