import type { ComparisonQuery } from '@/api/contract'
import { momentOf } from '@/composables/localMoment'

export const KINDS = ['definition', 'generation', 'moment'] as const
export type AgainstKind = (typeof KINDS)[number]

/** What an index is compared with: another index of its market, what a job wrote, or itself as it was published. */
export interface Against {
  kind: AgainstKind
  what: string
}

/** From the address bar's `kind:what`; null when it says neither. */
export function againstOf(word: string | null): Against | null {
  const at = word?.indexOf(':') ?? -1
  const kind = KINDS.find((known) => known === word?.slice(0, at))
  const what = word?.slice(at + 1)
  if (!kind || !what || (kind === 'moment' && momentOf(what) === null)) return null
  return { kind, what }
}

export const wordOf = ({ kind, what }: Against) => `${kind}:${what}`

export const askedFor = ({ kind, what }: Against): ComparisonQuery =>
  ({ definition: { withDefinition: what }, generation: { withGeneration: what }, moment: { withAsOf: what } })[kind]
