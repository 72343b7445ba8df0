import { onScopeDispose, readonly, ref, shallowRef, watch } from 'vue'
import { useApi } from '@/api/client'
import type { LogEntry, LogLevel } from '@/api/contract'
import { asProblem, isAbort, type ApiProblem } from '@/api/problem'

const PAGE = 500

/** A job's log, oldest first. `more` fetches what came after the last entry; a change of job, level, words or chunk (null: all)
 * starts anew. */
export function useJobLogs(
  jobId: () => string,
  level: () => LogLevel | null,
  words: () => string = () => '',
  chunk: () => number | null = () => null,
) {
  const api = useApi()
  const entries = shallowRef<readonly LogEntry[]>([])
  const problem = shallowRef<ApiProblem | null>(null)
  const loaded = ref(false)
  const rest = ref(false)
  let after: number | undefined
  let current: AbortController | null = null

  async function more() {
    if (current) return
    const mine = new AbortController()
    current = mine
    try {
      const narrowed = { level: level() ?? undefined, q: words() || undefined, chunk: chunk() ?? undefined }
      const page = await api.logs(jobId(), { ...narrowed, after, limit: PAGE }, mine.signal)
      entries.value = [...entries.value, ...page.items]
      after = page.items.at(-1)?.id ?? after
      rest.value = page.items.length === PAGE
      loaded.value = true
      problem.value = null
    } catch (error) {
      if (!isAbort(error)) problem.value = asProblem(error)
    }
    if (current === mine) current = null
  }

  function restart() {
    current?.abort()
    current = null
    after = undefined
    entries.value = []
    loaded.value = false
    rest.value = false
    void more()
  }

  watch([jobId, level, words, chunk], restart, { immediate: true })
  onScopeDispose(() => current?.abort())

  return { entries, problem: readonly(problem), loaded: readonly(loaded), rest: readonly(rest), more }
}
