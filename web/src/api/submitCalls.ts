import type { Client } from 'openapi-fetch'
import type { Job, JobWish, Plan } from './contract'
import type { paths } from './schema'
import { settled } from './settled'

/** Asking what a job would do, and asking for it. */
export function submitCalls(client: Client<paths>) {
  /** Path and body belong together by JobWish; what the client infers from a union of paths is no body at all. */
  const send = client.POST as (path: JobWish['path'], init: object) => ReturnType<typeof client.POST>

  function post(wish: JobWish, dryRun: boolean, signal?: AbortSignal): Promise<Plan | Job> {
    const init = { params: { query: { dryRun } }, body: wish.body, signal }
    return settled(send(wish.path, init)) as Promise<Plan | Job>
  }

  return {
    plan: (wish: JobWish, signal?: AbortSignal) => post(wish, true, signal) as Promise<Plan>,
    submit: (wish: JobWish) => post(wish, false) as Promise<Job>,
  }
}
