import { effectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useThrottled } from './useThrottled'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('acts at once, then folds further calls into one per interval', () => {
  const act = vi.fn()
  const call = effectScope().run(() => useThrottled(act, 1_000))!
  call()
  call()
  call()
  expect(act).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1_000)
  expect(act).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(5_000)
  expect(act).toHaveBeenCalledTimes(2)
})

it('acts no more once its owner is gone', () => {
  const act = vi.fn()
  const scope = effectScope()
  const call = scope.run(() => useThrottled(act, 1_000))!
  call()
  call()
  scope.stop()
  vi.advanceTimersByTime(5_000)
  expect(act).toHaveBeenCalledTimes(1)
})
