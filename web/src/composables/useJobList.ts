import { computed, readonly, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import { useJobsStore } from '@/stores/jobs'
import { useLiveStore } from '@/stores/live'
import { readFilters, toJobQuery, writeFilters, type JobFilters } from './jobFilters'
import { useLoad } from './useLoad'
import { useThrottled } from './useThrottled'

/** One page of jobs, as the address bar asks for it; rows stay current through the live channel. */
export function useJobList() {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const store = useJobsStore()
  const live = useLiveStore()
  const filters = computed(() => readFilters(route.query))
  const before = ref<(string | null)[]>([])

  const page = useLoad(async (signal) => {
    const asked = store.now()
    const answer = await api.jobs(toJobQuery(filters.value), signal)
    store.remember(answer.items, asked)
    return { ids: answer.items.map((job) => job.jobId), next: answer.nextCursor ?? null, total: answer.total }
  })

  const rows = computed(() => page.data.value?.ids.flatMap((id) => store.find(id) ?? []) ?? [])

  const go = (changed: Partial<JobFilters>) => router.push({ query: writeFilters({ ...filters.value, ...changed }) })

  function narrow(changed: Partial<JobFilters>) {
    before.value = []
    return go({ ...changed, cursor: null })
  }

  function next() {
    before.value.push(filters.value.cursor)
    return go({ cursor: page.data.value?.next ?? null })
  }

  const previous = () => go({ cursor: before.value.pop() ?? null })

  watch(filters, page.load, { immediate: true })
  watch([() => store.membership, () => live.connections], useThrottled(page.load, 2_000))

  return { ...page, filters, rows, before: readonly(before), narrow, next, previous }
}
