import type { Client } from 'openapi-fetch'
import type { Job, JobWish, Plan } from './contract'
import type { paths } from './schema'
import { settled } from './settled'

/** Asking what a job would do, and asking for it. */
export function submitCalls(client: Client<paths>) {
  function post(wish: JobWish, dryRun: boolean, signal?: AbortSignal): Promise<Plan | Job> {
    const params = { query: { dryRun } }
    return wish.path === '/api/batch/recalculate-index'
      ? settled(client.POST(wish.path, { params, body: wish.body, signal }))
      : settled(client.POST(wish.path, { params, body: wish.body, signal }))
  }

  return {
    plan: (wish: JobWish, signal?: AbortSignal) => post(wish, true, signal) as Promise<Plan>,
    submit: (wish: JobWish) => post(wish, false) as Promise<Job>,
  }
}
