import { onScopeDispose } from 'vue'

/** Runs `act` at most once per `intervalMs`; calls in between are folded into one at the end of the interval. */
export function useThrottled(act: () => void, intervalMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = false

  function run() {
    asked = false
    timer = setTimeout(() => {
      timer = undefined
      if (asked) run()
    }, intervalMs)
    act()
  }

  onScopeDispose(() => clearTimeout(timer))
  return () => {
    if (timer === undefined) run()
    else asked = true
  }
}
