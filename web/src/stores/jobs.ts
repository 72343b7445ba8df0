import { defineStore } from 'pinia'
import { readonly, ref, shallowReactive } from 'vue'
import type { Job } from '@/api/contract'

/** The newest known state of every job the page has seen; views keep ids and look jobs up here. */
export const useJobsStore = defineStore('jobs', () => {
  const byId = shallowReactive(new Map<string, Job>())
  const membership = ref(0)
  const heardAt = new Map<string, number>()
  let heard = 0

  /** What `remember` has to be told of the moment at which something was asked. */
  const now = () => heard

  /** Takes an answer to what was asked at `asked`. An answer can be overtaken by the live channel: a job that was heard
   * of in between keeps what was heard, but for the generation, which the live channel does not tell. */
  function remember(jobs: readonly Job[], asked = heard) {
    for (const job of jobs) {
      const known = byId.get(job.jobId)
      const overtaken = known !== undefined && (heardAt.get(job.jobId) ?? 0) > asked
      const kept = { generation: known?.generation, ...job }
      byId.set(job.jobId, overtaken ? { ...known, generation: kept.generation } : kept)
    }
  }

  /** Takes the answer to an order that was given at `asked`, as `remember` does. It is newer than every answer to what
   * was asked before it came. Counts up when a job is new or changed its status, because then a filtered list may have
   * other members. */
  function applyAnswer(jobs: readonly Job[], asked = heard) {
    const before = jobs.map(({ jobId }) => byId.get(jobId)?.status)
    remember(jobs, asked)
    heard += 1
    for (const { jobId } of jobs) heardAt.set(jobId, heard)
    if (jobs.some(({ jobId }, at) => byId.get(jobId)?.status !== before[at])) membership.value += 1
  }

  /** Takes what the live channel tells, which is newer than all that was asked before. */
  const applyChanges = (jobs: readonly Job[]) => applyAnswer(jobs)

  const find = (jobId: string): Job | undefined => byId.get(jobId)

  return { membership: readonly(membership), now, remember, applyAnswer, applyChanges, find }
})
