import { computed, watch } from 'vue'
import { useApi } from '@/api/client'
import type { Side } from '@/api/indexCalls'
import { askedFor, againstOf, wordOf, type Against } from '@/components/compare/against'
import { useLoad } from './useLoad'
import { useQueryWord } from './useQueryWord'

export const WORST_DAYS = 10
const ALL = 20_000

/** What the address bar compares the index with: all sessions for the chart, and the worst days with their causes. No
 * market (yet): nothing is asked. */
export function useComparison(market: () => string, side: () => Side) {
  const api = useApi()
  const word = useQueryWord('with')
  const against = computed(() => againstOf(word.value))

  const load = (order: 'session' | '-delta', limit: number) =>
    useLoad((signal) => {
      const asked = { ...side(), ...askedFor(against.value!), order, limit, offset: 0, components: order === '-delta' }
      return api.comparison(market(), asked, signal)
    })
  const all = load('session', ALL)
  const worst = load('-delta', WORST_DAYS)

  watch(
    [word, market, () => side().definition, () => side().asOf],
    () => {
      all.reset()
      worst.reset()
      if (against.value && market()) void Promise.all([all.load(), worst.load()])
    },
    { immediate: true },
  )

  return {
    against,
    all,
    worst,
    choose: (wanted: Against | null) => (word.value = wanted && wordOf(wanted)),
  }
}
