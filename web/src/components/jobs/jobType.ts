import type { JobType } from '@/api/contract'

export const JOB_TYPE = {
  HISTORICAL_BACKFILL: { icon: 'i-lucide-history' },
  INDEX_RECALCULATION: { icon: 'i-lucide-scale' },
  DATA_VALIDATION: { icon: 'i-lucide-clipboard-check' },
  BULK_REPORT: { icon: 'i-lucide-file-chart-column' },
  DATA_MIGRATION: { icon: 'i-lucide-database-zap' },
  MAINTENANCE: { icon: 'i-lucide-brush-cleaning' },
} as const satisfies Record<JobType, { icon: string }>

export const JOB_TYPES = Object.keys(JOB_TYPE) as JobType[]
