import type { Level, Reading } from '@/api/contract'

export type DayState = 'published' | 'withheld' | 'missing' | 'stale' | 'none'

export interface Day {
  date: string
  month: number
  state: DayState
  value: number | null
  level: Level | null
}

type Runs = readonly (readonly string[])[]

const within = (date: string, runs: Runs) => runs.some(([first, last]) => first! <= date && date <= last!)

/** The weekdays of a year in order. A day with a reading is published or withheld, and stale when a correction has
 * touched its inputs since; one without is missing when a plan would add it, else no session (`none`). */
export function daysOf(year: number, readings: readonly Reading[], missing: Runs, stale: Runs): Day[] {
  const known = new Map(readings.map((reading) => [reading.date, reading]))
  const days: Day[] = []
  for (let day = new Date(Date.UTC(year, 0, 1)); day.getUTCFullYear() === year; day.setUTCDate(day.getUTCDate() + 1)) {
    if (day.getUTCDay() === 0 || day.getUTCDay() === 6) continue
    const date = day.toISOString().slice(0, 10)
    const reading = known.get(date)
    const state = reading ? stateOf(reading, within(date, stale)) : within(date, missing) ? 'missing' : 'none'
    days.push({ date, month: day.getUTCMonth(), state, value: reading?.value ?? null, level: reading?.level ?? null })
  }
  return days
}

const stateOf = (reading: Reading, stale: boolean): DayState =>
  stale ? 'stale' : reading.value === null ? 'withheld' : 'published'

/** The days from one position to another, whichever is first. */
export const spanOf = (days: readonly Day[], one: number, other: number): [from: string, to: string] => [
  days[Math.min(one, other)]!.date,
  days[Math.max(one, other)]!.date,
]
