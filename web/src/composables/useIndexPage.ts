import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import type { IndexSummary } from '@/api/contract'
import type { Side } from '@/api/indexCalls'
import { sessionOnOrBefore } from '@/components/index/sessions'
import { useJobsStore } from '@/stores/jobs'
import { momentOf } from './localMoment'
import { useLoad } from './useLoad'
import { useThrottled } from './useThrottled'

/** The published index named by the address bar (market, definition, date), its history and the chosen session. */
export function useIndexPage(market: () => string | undefined) {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const jobs = useJobsStore()
  const word = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : null)
  const asOf = computed(() => momentOf(word('asOf')))

  const summaries = useLoad(async (signal) => (await api.indices(signal)).items)

  const chosen = computed(() => {
    const ofMarket = (summaries.data.value ?? []).filter((item) => !market() || item.market === market())
    return ofMarket.find((item) => item.definition === word('definition')) ?? ofMarket[0] ?? null
  })
  const identity = computed(() => chosen.value && `${chosen.value.market}/${chosen.value.definition}`)

  const side = computed<Side>(() => ({ definition: chosen.value?.definition ?? '', asOf: asOf.value ?? undefined }))
  const history = useLoad((signal) => api.history(chosen.value!.market, side.value, signal))

  const selected = computed(() => {
    const items = history.data.value?.items ?? []
    const wanted = word('date')
    const at = wanted === null ? items.length - 1 : Math.max(0, sessionOnOrBefore(items, wanted))
    return items[at] ?? null
  })

  const reading = useLoad((signal) =>
    api.reading(chosen.value!.market, selected.value!.date, side.value, signal),
  )

  /** Keeps how the index is looked at, and lets go of what belongs to another one. */
  const go = ({ market: name, definition }: IndexSummary, change: Record<string, string | undefined>) =>
    router.replace({ name: 'index', params: { market: name }, query: { ...route.query, definition, ...change } })

  watch([identity, asOf], ([now]) => {
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
    side,
    selected,
    choose: (summary: IndexSummary) => go(summary, { date: undefined, with: undefined, year: undefined }),
    select: (date: string) => chosen.value && go(chosen.value, { date, year: undefined }),
    see: (moment: string | null) => chosen.value && go(chosen.value, { asOf: moment ?? undefined }),
  }
}
