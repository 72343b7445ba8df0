import type { Level } from '@/api/contract'

interface LevelLook {
  variable: string
  text: string
  fill: string
}

/** From the most fearful to the greediest. */
export const LEVEL = {
  EXTREME_FEAR: { variable: '--level-extreme-fear', text: 'text-extreme-fear', fill: 'bg-extreme-fear' },
  FEAR: { variable: '--level-fear', text: 'text-fear', fill: 'bg-fear' },
  NEUTRAL: { variable: '--level-neutral', text: 'text-level-neutral', fill: 'bg-level-neutral' },
  GREED: { variable: '--level-greed', text: 'text-greed', fill: 'bg-greed' },
  EXTREME_GREED: { variable: '--level-extreme-greed', text: 'text-extreme-greed', fill: 'bg-extreme-greed' },
} as const satisfies Record<Level, LevelLook>

export const LEVELS = Object.keys(LEVEL) as Level[]

export interface Band {
  level: Level
  from: number
  to: number
}

/** The five bands of [0, 100] for four ascending upper bounds, each bound belonging to the band below it. */
export function bandsOf(bounds: readonly number[]): Band[] {
  const edges = [0, ...bounds, 100]
  return LEVELS.map((level, index) => ({ level, from: edges[index] ?? 100, to: edges[index + 1] ?? 100 }))
}

export const levelOf = (score: number, bounds: readonly number[]): Level =>
  bandsOf(bounds).find((band) => score <= band.to)?.level ?? 'EXTREME_GREED'
