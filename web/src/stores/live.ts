import { defineStore } from 'pinia'
import { useApi } from '@/api/client'
import type { Job, Metrics } from '@/api/contract'
import type { ServerEvent } from '@/api/eventStream'
import { useLiveChannel } from '@/composables/useLiveChannel'
import { useJobsStore } from './jobs'
import { useMetricsStore } from './metrics'

/** The page's one live channel; every live figure on screen comes through here. */
export const useLiveStore = defineStore('live', () => {
  const api = useApi()
  const jobs = useJobsStore()
  const metrics = useMetricsStore()

  function receive(event: ServerEvent) {
    if (event.name === 'jobs') jobs.applyChanges(JSON.parse(event.data) as Job[])
    else if (event.name === 'metrics') metrics.apply(JSON.parse(event.data) as Metrics)
  }

  return useLiveChannel(api.openLive, receive)
})
