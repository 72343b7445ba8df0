import { onScopeDispose } from 'vue'

/** Runs `act` once, when it was not called again for `waitMs`. */
export function useDebounced(act: () => void, waitMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  return () => {
    clearTimeout(timer)
    timer = setTimeout(act, waitMs)
  }
}
