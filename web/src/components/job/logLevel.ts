import type { LogLevel } from '@/api/contract'

export const LOG_LEVEL = {
  DEBUG: { color: 'neutral' },
  INFO: { color: 'info' },
  WARNING: { color: 'warning' },
  ERROR: { color: 'error' },
} as const satisfies Record<LogLevel, { color: string }>

/** What a reader can ask for as the least level; DEBUG is everything. */
export const LEAST_LEVELS = ['INFO', 'WARNING', 'ERROR'] as const satisfies LogLevel[]
