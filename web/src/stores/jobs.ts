import { defineStore } from 'pinia'
import { readonly, ref, shallowReactive } from 'vue'
import type { Job } from '@/api/contract'

/** The newest known state of every job the page has seen; views keep ids and look jobs up here. */
export const useJobsStore = defineStore('jobs', () => {
  const byId = shallowReactive(new Map<string, Job>())
  const membership = ref(0)

  /** The live channel does not tell the generation; what was known of it stays. */
  function remember(jobs: readonly Job[]) {
    for (const job of jobs) byId.set(job.jobId, { generation: byId.get(job.jobId)?.generation, ...job })
  }

  /** Counts up when a job is new or changed its status, because then a filtered list may have other members. */
  function applyChanges(jobs: readonly Job[]) {
    const moved = jobs.some((job) => byId.get(job.jobId)?.status !== job.status)
    remember(jobs)
    if (moved) membership.value += 1
  }

  const find = (jobId: string): Job | undefined => byId.get(jobId)

  return { membership: readonly(membership), remember, applyChanges, find }
})
