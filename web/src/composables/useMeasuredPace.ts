import { computed, watch } from 'vue'
import { useApi } from '@/api/client'
import type { JobType } from '@/api/contract'
import { useLoad } from './useLoad'

/** Sessions per second of the job of this type that was completed last; null when there is none to measure by. */
export function useMeasuredPace(type: () => JobType) {
  const api = useApi()
  const last = useLoad(async (signal) => {
    const wanted = { type: type(), status: ['COMPLETED' as const], sort: '-finishedAt' as const, limit: 1 }
    return (await api.jobs(wanted, signal)).items[0] ?? null
  })
  watch(type, last.load, { immediate: true })
  return computed(() => {
    const job = last.data.value
    const seconds = (job?.execution.durationMs ?? 0) / 1000
    return job && job.type === type() && seconds > 0 && job.progress.processedItems > 0
      ? job.progress.processedItems / seconds
      : null
  })
}
