import type { LogLevel } from '@/api/contract'

export const LOG_LEVEL = {
  DEBUG: { color: 'neutral' },
  INFO: { color: 'info' },
  WARNING: { color: 'warning' },
  ERROR: { color: 'error' },
} as const satisfies Record<LogLevel, { color: string }>

export const LOG_LEVELS = Object.keys(LOG_LEVEL) as LogLevel[]
