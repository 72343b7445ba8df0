import { computed, readonly, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import { useJobsStore } from '@/stores/jobs'
import { useLiveStore } from '@/stores/live'
import { readReportFilters, toReportQuery, writeReportFilters, type ReportFilters } from './reportFilters'
import { useLoad } from './useLoad'
import { useThrottled } from './useThrottled'

/** One page of the files of all jobs, as the address bar asks for it; asked for again when a job moves on. */
export function useReportList() {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const store = useJobsStore()
  const live = useLiveStore()
  const filters = computed(() => readReportFilters(route.query))
  const before = ref<(string | null)[]>([])
  const page = useLoad((signal) => api.reports(toReportQuery(filters.value), signal))

  const go = (change: Partial<ReportFilters>) =>
    router.push({ query: writeReportFilters({ ...filters.value, ...change }) })

  function narrow(change: Partial<ReportFilters>) {
    before.value = []
    return go({ ...change, cursor: null })
  }

  function next() {
    before.value.push(filters.value.cursor)
    return go({ cursor: page.data.value?.nextCursor ?? null })
  }

  const previous = () => go({ cursor: before.value.pop() ?? null })

  watch(filters, page.load, { immediate: true })
  watch([() => store.membership, () => live.connections], useThrottled(page.load, 2_000))

  return { ...page, filters, before: readonly(before), narrow, next, previous }
}
