import { computed, readonly, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import { useJobsStore } from '@/stores/jobs'
import { useLiveStore } from '@/stores/live'
import { readFilters, toJobQuery, writeFilters, type JobFilters } from './jobFilters'
import { useLoad } from './useLoad'
import { useThrottled } from './useThrottled'

interface Listed {
  ids: readonly string[]
  next: string | null
  total: number
}

/** The jobs that the address bar asks for, page behind page; rows stay current through the live channel. Behind the
 * first page nothing moves by itself: `changed` says that the list begins otherwise by now. */
export function useJobList() {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const store = useJobsStore()
  const live = useLiveStore()
  const filters = computed(() => readFilters(route.query))
  const changed = ref(false)

  async function ask(cursor: string | null, signal: AbortSignal): Promise<Listed> {
    const asked = store.now()
    const answer = await api.jobs(toJobQuery(filters.value, cursor), signal)
    store.remember(answer.items, asked)
    return { ids: answer.items.map((job) => job.jobId), next: answer.nextCursor ?? null, total: answer.total }
  }

  const list = useLoad((signal) => {
    changed.value = false
    return ask(null, signal)
  })
  const following = useLoad(async (signal) => {
    const known = list.data.value
    if (!known?.next) return
    const page = await ask(known.next, signal)
    const ids = [...new Set([...known.ids, ...page.ids])]
    if (list.data.value === known) list.data.value = { ...page, ids, total: known.total }
  })
  const glance = useLoad(async (signal) => {
    const now = await ask(null, signal)
    const known = list.data.value
    changed.value = known !== null && (now.total !== known.total || now.ids.some((id, at) => known.ids[at] !== id))
  })

  const firstPageOnly = () => (list.data.value?.ids.length ?? 0) <= (toJobQuery(filters.value).limit ?? 0)

  const narrow = (change: Partial<JobFilters>) =>
    router.push({ query: writeFilters({ ...filters.value, ...change }) })

  function reload() {
    following.reset()
    return list.load()
  }

  watch(filters, reload, { immediate: true })
  watch(
    [() => store.membership, () => live.connections],
    useThrottled(() => void (firstPageOnly() ? reload() : glance.load()), 2_000),
  )

  return { ...list, load: reload, filters, following, changed: readonly(changed), narrow }
}
