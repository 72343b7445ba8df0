import type { ChunkStatus } from '@/api/contract'

export const CHUNK_STATUS = {
  PENDING: { cell: 'bg-accented', sign: '' },
  DONE: { cell: 'bg-teal-500 dark:bg-teal-600', sign: '' },
  FAILED: { cell: 'bg-rose-600 text-white', sign: '×' },
} as const satisfies Record<ChunkStatus, { cell: string; sign: string }>

export const CHUNK_STATUSES = Object.keys(CHUNK_STATUS) as ChunkStatus[]
