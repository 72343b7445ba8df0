/** Weights in thousandths by component; they always add up to WHOLE. */
export type Weights = Readonly<Record<string, number>>

export const WHOLE = 1000

/** Splits `total` in the proportion of `sizes` (evenly when all are 0) into whole numbers that add up to it exactly. */
export function split(total: number, sizes: readonly number[]): number[] {
  const sum = sizes.reduce((one, other) => one + other, 0)
  const exact = sizes.map((size) => (sum > 0 ? (total * size) / sum : total / sizes.length))
  const shares = exact.map(Math.floor)
  const rest = total - shares.reduce((one, other) => one + other, 0)
  const byRemainder = exact.map((share, at) => ({ at, left: share - Math.floor(share) }))
  byRemainder.sort((one, other) => other.left - one.left || one.at - other.at)
  for (const { at } of byRemainder.slice(0, rest)) shares[at]! += 1
  return shares
}

/** The definition's own weights (0 to 1) in thousandths. */
export function weightsOf(components: readonly { name: string; weight: number }[]): Weights {
  const shares = split(WHOLE, components.map(({ weight }) => weight))
  return Object.fromEntries(components.map(({ name }, at) => [name, shares[at]!]))
}

/** The weights after one was moved: those neither moved nor held share the rest in their old proportion. A weight can
 * go no further than what the held ones leave, and does not move when all others are held. */
export function rebalanced(weights: Weights, moved: string, wanted: number, held: ReadonlySet<string>): Weights {
  const free = Object.keys(weights).filter((name) => name !== moved && !held.has(name))
  const kept = Object.keys(weights).filter((name) => name !== moved && held.has(name))
  const room = WHOLE - kept.reduce((sum, name) => sum + weights[name]!, 0)
  const value = free.length === 0 ? room : Math.min(Math.max(0, Math.round(wanted)), room)
  const shares = split(room - value, free.map((name) => weights[name]!))
  return { ...weights, [moved]: value, ...Object.fromEntries(free.map((name, at) => [name, shares[at]!])) }
}

/** Weights as the server takes them, 0 to 1; a component without weight is not named. */
export const toWire = (weights: Weights): Record<string, number> =>
  Object.fromEntries(
    Object.entries(weights)
      .filter(([, weight]) => weight > 0)
      .map(([name, weight]) => [name, weight / WHOLE]),
  )
