import type { SessionDifference } from '@/api/contract'

export const WORST_DAYS = 10

const size = ({ delta }: SessionDifference) => Math.abs(delta ?? 0)

/** The sessions with the largest differences, the largest first; those that do not differ are none of them. */
export const worstDays = (items: readonly SessionDifference[], most: number): SessionDifference[] =>
  items
    .filter((item) => size(item) > 0)
    .sort((one, other) => size(other) - size(one))
    .slice(0, most)
