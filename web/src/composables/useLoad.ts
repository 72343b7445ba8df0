import { computed, onScopeDispose, readonly, ref, shallowRef } from 'vue'
import { asProblem, isAbort, type ApiProblem } from '@/api/problem'

/** One thing loaded from the server. A newer `load` wins over an older one still on its way; a failed reload keeps the
 * data that was there and sets `problem` beside it. */
export function useLoad<T>(fetchIt: (signal: AbortSignal) => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<ApiProblem | null>(null)
  const pending = ref(false)
  let current: AbortController | null = null

  async function load() {
    current?.abort()
    const mine = new AbortController()
    current = mine
    pending.value = true
    try {
      const result = await fetchIt(mine.signal)
      if (current !== mine) return
      data.value = result
      problem.value = null
    } catch (error) {
      if (current !== mine || isAbort(error)) return
      problem.value = asProblem(error)
    }
    pending.value = false
  }

  function reset() {
    current?.abort()
    current = null
    data.value = null
    problem.value = null
    pending.value = false
  }

  onScopeDispose(() => current?.abort())
  const firstLoad = computed(() => pending.value && data.value === null)
  return { data, problem: readonly(problem), pending: readonly(pending), firstLoad, load, reset }
}
