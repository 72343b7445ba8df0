import { useI18n } from 'vue-i18n'
import type { Job } from '@/api/contract'

/** Why a job does not run, in the reader's language; empty when it runs or has ended. What this page has no words for
 * is told in those of the server. */
export function useWaitingText() {
  const { t, te } = useI18n()
  return ({ waiting }: Job) => {
    if (!waiting) return ''
    const key = `waiting.${waiting.code}`
    return te(key) ? t(key, waiting.facts) : waiting.reason
  }
}
