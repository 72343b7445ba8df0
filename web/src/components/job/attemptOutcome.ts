import { useI18n } from 'vue-i18n'
import type { Attempt } from '@/api/contract'

const LOOK: Readonly<Record<string, string>> = {
  completed: 'bg-teal-500',
  failed: 'bg-rose-500',
  'worker-lost': 'bg-rose-500',
  stopped: 'bg-amber-500',
  'set-back': 'bg-amber-500',
  'over-memory': 'bg-amber-500',
}

/** Class of an attempt's bar: blue while it runs, and for an outcome that is not known here grey. */
export const attemptLook = ({ outcome }: Attempt) => (outcome === null ? 'bg-sky-500' : (LOOK[outcome] ?? 'bg-neutral-400'))

/** How an attempt ended, in the reader's language; an outcome that is not known here as the server calls it. */
export function useOutcome() {
  const { t, te } = useI18n()
  return ({ outcome }: Attempt) => {
    if (outcome === null) return t('attempts.running')
    return te(`attempts.outcome.${outcome}`) ? t(`attempts.outcome.${outcome}`) : outcome
  }
}
