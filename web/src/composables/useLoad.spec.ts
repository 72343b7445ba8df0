import { effectScope } from 'vue'
import { describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { useLoad } from './useLoad'

function deferred<T>() {
  let settle!: { resolve: (value: T) => void; reject: (error: unknown) => void }
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }))
  return { promise, ...settle }
}

const inScope = <T>(make: () => T): T => effectScope().run(make)!

describe('useLoad', () => {
  it('keeps the newest answer when an older one comes later', async () => {
    const answers = [deferred<string>(), deferred<string>()]
    let call = 0
    const { data, load } = inScope(() => useLoad(() => answers[call++]!.promise))
    const loads = [load(), load()]
    answers[1]!.resolve('new')
    answers[0]!.resolve('old')
    await Promise.all(loads)
    expect(data.value).toBe('new')
  })

  it('keeps the data and shows the problem when a reload fails', async () => {
    let fail = false
    const { data, problem, pending, load } = inScope(() =>
      useLoad(async () => {
        if (fail) throw new ApiProblem(503, 'database-busy', 'Busy', '', null)
        return 'first'
      }),
    )
    await load()
    fail = true
    await load()
    expect(data.value).toBe('first')
    expect(problem.value?.code).toBe('database-busy')
    expect(pending.value).toBe(false)
  })

  it('aborts what is on its way when its owner goes', async () => {
    const scope = effectScope()
    let signal!: AbortSignal
    const { load } = scope.run(() => useLoad((given) => ((signal = given), new Promise<never>(() => {}))))!
    void load()
    scope.stop()
    expect(signal.aborted).toBe(true)
  })
})
