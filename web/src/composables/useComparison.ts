import { computed, watch } from 'vue'
import { useApi } from '@/api/client'
import type { Side } from '@/api/indexCalls'
import { askedFor, againstOf, wordOf, type Against } from '@/components/compare/against'
import { useLoad } from './useLoad'
import { useQueryWord } from './useQueryWord'

const ALL = 20_000

/** What the address bar compares the index with, session by session. No market (yet): nothing is asked. */
export function useComparison(market: () => string, side: () => Side) {
  const api = useApi()
  const word = useQueryWord('with')
  const against = computed(() => againstOf(word.value))

  const found = useLoad((signal) =>
    api.comparison(
      market(),
      { ...side(), ...askedFor(against.value!), order: 'session', limit: ALL, offset: 0, components: false },
      signal,
    ),
  )

  watch(
    [word, market, () => side().definition, () => side().asOf],
    () => {
      found.reset()
      if (against.value && market()) void found.load()
    },
    { immediate: true },
  )

  return {
    against,
    found,
    choose: (wanted: Against | null) => (word.value = wanted && wordOf(wanted)),
  }
}
