import type { JobStatus } from '@/api/contract'

interface StatusLook {
  color: 'neutral' | 'primary' | 'info' | 'warning' | 'success' | 'error'
  icon: string
  startable: boolean
  finished: boolean
}

export const JOB_STATUS = {
  PENDING: { color: 'neutral', icon: 'i-lucide-circle-dashed', startable: true, finished: false },
  QUEUED: { color: 'neutral', icon: 'i-lucide-clock', startable: false, finished: false },
  RUNNING: { color: 'info', icon: 'i-lucide-play', startable: false, finished: false },
  PAUSED: { color: 'warning', icon: 'i-lucide-pause', startable: true, finished: false },
  COMPLETED: { color: 'success', icon: 'i-lucide-check', startable: false, finished: true },
  FAILED: { color: 'error', icon: 'i-lucide-x', startable: true, finished: true },
  CANCELLED: { color: 'neutral', icon: 'i-lucide-ban', startable: true, finished: true },
} as const satisfies Record<JobStatus, StatusLook>

export const JOB_STATUSES = Object.keys(JOB_STATUS) as JobStatus[]
