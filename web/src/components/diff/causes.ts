import type { SessionDifference } from '@/api/contract'

const SHOWN = 3

/** The components that moved the session most, in points, the largest first; none without two values. */
export const largestCauses = ({ attribution }: SessionDifference): [name: string, points: number][] =>
  Object.entries(attribution ?? {})
    .sort(([, one], [, other]) => Math.abs(other) - Math.abs(one))
    .slice(0, SHOWN)
