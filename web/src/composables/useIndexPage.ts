import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import type { IndexSummary } from '@/api/contract'
import { sessionOnOrBefore } from '@/components/index/sessions'
import { useJobsStore } from '@/stores/jobs'
import { useLoad } from './useLoad'
import { useThrottled } from './useThrottled'

/** The published index named by the address bar (market, definition, date), its history and the chosen session. */
export function useIndexPage(market: () => string | undefined) {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const jobs = useJobsStore()
  const word = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : null)

  const summaries = useLoad(async (signal) => (await api.indices(signal)).items)

  const chosen = computed(() => {
    const ofMarket = (summaries.data.value ?? []).filter((item) => !market() || item.market === market())
    return ofMarket.find((item) => item.definition === word('definition')) ?? ofMarket[0] ?? null
  })
  const identity = computed(() => chosen.value && `${chosen.value.market}/${chosen.value.definition}`)

  const history = useLoad(async (signal) => {
    const { market: name, definition } = chosen.value!
    return api.history(name, definition, signal)
  })

  const selected = computed(() => {
    const items = history.data.value?.items ?? []
    const wanted = word('date')
    const at = wanted === null ? items.length - 1 : Math.max(0, sessionOnOrBefore(items, wanted))
    return items[at] ?? null
  })

  const reading = useLoad(async (signal) => {
    const { market: name, definition } = chosen.value!
    return api.reading(name, selected.value!.date, definition, signal)
  })

  const go = (summary: Pick<IndexSummary, 'market' | 'definition'>, date?: string) =>
    router.replace({
      name: 'index',
      params: { market: summary.market },
      query: { definition: summary.definition, date },
    })

  watch(identity, (now) => {
    reading.reset()
    history.reset()
    if (now) void history.load()
  })
  watch(selected, (now) => now && void reading.load())
  watch(
    () => jobs.membership,
    useThrottled(async () => {
      await summaries.load()
      if (chosen.value) await history.load()
    }, 5_000),
  )
  void summaries.load()

  return {
    summaries,
    history,
    reading,
    chosen,
    selected,
    choose: (summary: IndexSummary) => go(summary),
    select: (date: string) => chosen.value && go(chosen.value, date),
  }
}
