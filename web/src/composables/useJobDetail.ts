import { computed, watch } from 'vue'
import { useApi } from '@/api/client'
import { useJobsStore } from '@/stores/jobs'
import { useLiveStore } from '@/stores/live'
import { useLoad } from './useLoad'
import { useThrottled } from './useThrottled'

/** One job with its chunks, kept current: each live change of the job renews the chunks, at most once a second. */
export function useJobDetail(jobId: () => string) {
  const api = useApi()
  const store = useJobsStore()
  const live = useLiveStore()
  const job = computed(() => store.find(jobId()) ?? null)
  const first = useLoad(async (signal) => {
    const asked = store.now()
    store.remember([await api.job(jobId(), signal)], asked)
  })
  const chunks = useLoad(async (signal) => (await api.chunks(jobId(), signal)).items)
  const attempts = useLoad(async (signal) => (await api.attempts(jobId(), signal)).items)

  const renewChunks = useThrottled(chunks.load, 1_000)

  function reload() {
    void first.load()
    renewChunks()
  }

  watch(
    jobId,
    () => {
      chunks.reset()
      attempts.reset()
      first.reset()
      reload()
    },
    { immediate: true },
  )
  watch(() => live.connections, reload)
  watch(() => [jobId(), job.value?.execution.attempt, job.value?.status, live.connections], attempts.load, { immediate: true })
  watch(() => job.value?.status, (now, before) => before && now === 'COMPLETED' && first.load())
  watch(job, (now, before) => before && now && renewChunks())

  return {
    job,
    problem: first.problem,
    chunks: chunks.data,
    chunksProblem: chunks.problem,
    attempts,
    reload,
  }
}
