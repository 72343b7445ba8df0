import type { Level, LevelFlips } from '@/api/contract'
import { LEVELS } from '@/components/index/level'

export type FlipLevel = Level | 'NONE'

export interface FlipRow {
  old: FlipLevel
  cells: { now: FlipLevel; sessions: number; same: boolean; share: number }[]
}

/** The square of old (rows) against new levels; NONE (no value) is there only when something is in it. `share` is of
 * the row, 0 to 1, and 0 for an empty row. */
export function flipSquare(flips: readonly LevelFlips[]): FlipRow[] {
  const none = flips.some(({ old, new: now }) => old === 'NONE' || now === 'NONE')
  const names: FlipLevel[] = none ? [...LEVELS, 'NONE'] : LEVELS
  const at = new Map(flips.map((flip) => [`${flip.old}>${flip.new}`, flip.sessions]))
  return names.map((old) => {
    const counts = names.map((now) => at.get(`${old}>${now}`) ?? 0)
    const total = counts.reduce((one, other) => one + other, 0)
    const cells = names.map((now, place) => ({
      now,
      sessions: counts[place]!,
      same: now === old,
      share: total > 0 ? counts[place]! / total : 0,
    }))
    return { old, cells }
  })
}
