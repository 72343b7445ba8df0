import type { JobStatus } from '@/api/contract'

interface StatusLook {
  color: 'neutral' | 'primary' | 'info' | 'warning' | 'success' | 'error'
  icon: string
}

export const JOB_STATUS = {
  PENDING: { color: 'neutral', icon: 'i-lucide-circle-dashed' },
  QUEUED: { color: 'neutral', icon: 'i-lucide-clock' },
  RUNNING: { color: 'info', icon: 'i-lucide-play' },
  PAUSED: { color: 'warning', icon: 'i-lucide-pause' },
  COMPLETED: { color: 'success', icon: 'i-lucide-check' },
  FAILED: { color: 'error', icon: 'i-lucide-x' },
  CANCELLED: { color: 'neutral', icon: 'i-lucide-ban' },
} as const satisfies Record<JobStatus, StatusLook>

export const JOB_STATUSES = Object.keys(JOB_STATUS) as JobStatus[]
