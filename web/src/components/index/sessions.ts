import type { Reading } from '@/api/contract'

type Dated = Pick<Reading, 'date'>

const localMidnight = (date: string) => new Date(`${date}T00:00:00`).getTime()

/** Date of the session nearest to a moment in ms; null without sessions. `items` ascend by date. */
export function nearestSession(items: readonly Dated[], moment: number): string | null {
  let low = 0
  let high = items.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (localMidnight(items[middle]!.date) < moment) low = middle + 1
    else high = middle
  }
  const [before, after] = [items[low - 1], items[low]]
  if (!before || !after) return (after ?? before)?.date ?? null
  return moment - localMidnight(before.date) < localMidnight(after.date) - moment ? before.date : after.date
}

/** Position of the last session on or before `date`; -1 when there is none. */
export function sessionOnOrBefore(items: readonly Dated[], date: string): number {
  return items.findLastIndex((item) => item.date <= date)
}

/** The item of a session; null when there is none. `items` ascend by date. */
export function sessionAt<T extends Dated>(items: readonly T[], date: string | null): T | null {
  let [low, high] = [0, items.length - 1]
  while (date !== null && low <= high) {
    const middle = (low + high) >> 1
    const item = items[middle]!
    if (item.date === date) return item
    if (item.date < date) low = middle + 1
    else high = middle - 1
  }
  return null
}

/** First day of the span of `years` that ends with the last session; null (= everything) for no years. */
export function spanStart(items: readonly Dated[], years: number | null): string | null {
  const last = items.at(-1)
  if (!last || years === null) return null
  const start = `${Number(last.date.slice(0, 4)) - years}${last.date.slice(4)}`
  return start <= (items[0]?.date ?? start) ? null : start
}
