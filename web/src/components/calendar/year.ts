import type { IndexCalendar, Level, Reading } from '@/api/contract'

/** What may be the matter with a day, the most urgent first. */
export const MARKED = ['failed', 'missing', 'stale', 'withheld', 'revised', 'verified'] as const
export type Marked = (typeof MARKED)[number]
export type DayState = Marked | 'published' | 'none'

export interface Day {
  date: string
  month: number
  /** The most urgent of `states`; without any published, or none (no session, or nothing is known of it). */
  state: DayState
  states: Marked[]
  value: number | null
  level: Level | null
  /** Why the last job failed, when it did. */
  why: string | null
}

type Run = IndexCalendar['missing'][number]
type Runs = Pick<IndexCalendar, Marked>

const holding = <R extends Run>(runs: readonly R[], date: string): R | undefined =>
  runs.find(({ first, last }) => first <= date && date <= last)

/** The weekdays of a year in order, with what is published and what is recorded of them (null: not known). */
export function daysOf(year: number, readings: readonly Reading[], calendar: IndexCalendar | null): Day[] {
  const known = new Map(readings.filter(({ date }) => yearOf(date) === year).map((reading) => [reading.date, reading]))
  const runs = calendar && runsOf(calendar, year)
  const days: Day[] = []
  for (let day = new Date(Date.UTC(year, 0, 1)); day.getUTCFullYear() === year; day.setUTCDate(day.getUTCDate() + 1)) {
    if (day.getUTCDay() === 0 || day.getUTCDay() === 6) continue
    days.push(dayOf(day.toISOString().slice(0, 10), known, runs))
  }
  return days
}

export const yearOf = (date: string) => Number(date.slice(0, 4))

/** The runs that have a day in the year. */
function runsOf(calendar: IndexCalendar, year: number): Runs {
  const near = <R extends Run>(runs: readonly R[]) =>
    runs.filter(({ first, last }) => yearOf(first) <= year && year <= yearOf(last))
  return {
    failed: near(calendar.failed),
    missing: near(calendar.missing),
    stale: near(calendar.stale),
    withheld: near(calendar.withheld),
    revised: near(calendar.revised),
    verified: near(calendar.verified),
  }
}

function dayOf(date: string, known: ReadonlyMap<string, Reading>, runs: Runs | null): Day {
  const { value = null, level = null } = known.get(date) ?? {}
  const without = known.has(date) && value === null
  const states = MARKED.filter((state) => (state === 'withheld' ? without : runs && holding(runs[state], date)))
  const why = (runs && holding(runs.failed, date)?.message) ?? null
  const state = states[0] ?? (known.has(date) ? 'published' : 'none')
  return { date, month: Number(date.slice(5, 7)) - 1, state, states, value, level, why }
}

/** The days from one position to another, whichever is first. */
export const spanOf = (days: readonly Day[], one: number, other: number): [from: string, to: string] => [
  days[Math.min(one, other)]!.date,
  days[Math.max(one, other)]!.date,
]
