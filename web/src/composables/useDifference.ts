import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import { useJobsStore } from '@/stores/jobs'
import { useLoad } from './useLoad'

export const DIFFERENCE_PAGE = 25
const CHART_SESSIONS = 10_000
const ORDERS = ['-delta', 'session'] as const
export type DifferenceOrder = (typeof ORDERS)[number]

/** What a job changes: figures with one page of sessions as the address bar asks for it (order, page, market), and all
 * sessions (up to 10,000) for the chart. */
export function useDifference(jobId: () => string) {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const store = useJobsStore()
  const job = computed(() => store.find(jobId()) ?? null)
  const order = computed<DifferenceOrder>(() => ORDERS.find((known) => known === route.query.order) ?? '-delta')
  const page = computed(() => Math.max(1, Math.floor(Number(route.query.page)) || 1))
  const market = computed(() => (typeof route.query.market === 'string' ? route.query.market : undefined))

  const first = useLoad(async (signal) => {
    const asked = store.now()
    store.remember([await api.job(jobId(), signal)], asked)
  })
  const difference = useLoad((signal) => {
    const offset = (page.value - 1) * DIFFERENCE_PAGE
    return api.difference(
      jobId(),
      { order: order.value, market: market.value, limit: DIFFERENCE_PAGE, offset, format: 'json' },
      signal,
    )
  })
  const all = useLoad((signal) =>
    api.difference(
      jobId(),
      { order: 'session', market: market.value, limit: CHART_SESSIONS, offset: 0, format: 'json' },
      signal,
    ),
  )

  const definitions = useLoad((signal) => api.definitions(signal))
  const bounds = computed(() => {
    const ours = definitions.data.value?.find(({ identifier }) => difference.data.value?.definition.startsWith(identifier))
    return ours?.levels ?? []
  })

  const go = (change: Record<string, string | undefined>) => router.push({ query: { ...route.query, ...change } })

  watch(jobId, first.load, { immediate: true })
  watch([jobId, order, page, market], difference.load, { immediate: true })
  watch([jobId, market], all.load, { immediate: true })

  void definitions.load()

  return {
    job,
    bounds,
    first,
    difference,
    all,
    order,
    page,
    sortBy: (wanted: DifferenceOrder) => go({ order: wanted, page: undefined }),
    turnTo: (wanted: number) => go({ page: wanted === 1 ? undefined : String(wanted) }),
    choose: (wanted: string) => go({ market: wanted, page: undefined }),
    reload: () => Promise.all([first.load(), difference.load()]),
  }
}
