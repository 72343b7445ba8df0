import type { Attempt, Chunk } from '@/api/contract'

/** `perSecond`: items whose chunks were computed in the span of time that ends at `second`. */
export interface PacePoint {
  second: number
  perSecond: number
}

/** What the worker held when a chunk was computed. */
export interface MemoryPoint {
  second: number
  bytes: number
}

export interface JobPace {
  /** Running time in seconds, without what lay between attempts. */
  length: number
  pace: PacePoint[]
  memory: MemoryPoint[]
  /** When an attempt after the first began. */
  again: number[]
}

type Span = readonly [from: number, to: number]

const SLICES = 48

const at = (moment: string) => Date.parse(moment)

function spansOf(attempts: readonly Attempt[], last: number): Span[] {
  const spans = attempts.map(({ startedAt, endedAt }): Span => [at(startedAt), endedAt ? at(endedAt) : last])
  return spans.map(([from, to]): Span => [from, Math.max(from, to)]).sort(([one], [other]) => one - other)
}

/** Seconds of running time up to a moment. */
const ranBefore = (spans: readonly Span[], moment: number) =>
  spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(moment, to) - from), 0) / 1000

/** Puts `items` where they were computed: evenly over the slices that the span touches. */
function spread(slices: number[], width: number, [from, to]: Span, items: number) {
  const first = Math.min(slices.length - 1, Math.floor(from / width))
  const last = Math.min(slices.length - 1, Math.floor(to / width))
  for (let slice = first; slice <= last; slice += 1) {
    const shared = Math.min(to, (slice + 1) * width) - Math.max(from, slice * width)
    slices[slice]! += first === last ? items : (items * Math.max(0, shared)) / (to - from)
  }
}

/** How fast a job went and what memory its worker held, over its running time. Null while nothing is known: no attempt,
 * or no chunk that is done. `memory` has no point for a chunk whose memory nobody recorded. */
export function paceOf(chunks: readonly Chunk[], attempts: readonly Attempt[]): JobPace | null {
  const done = chunks.filter(({ status, finishedAt }) => status === 'DONE' && finishedAt !== null)
  const last = Math.max(...done.map(({ finishedAt }) => at(finishedAt!)))
  const spans = spansOf(attempts, last)
  const length = ranBefore(spans, Infinity)
  if (done.length === 0 || length <= 0) return null
  const width = length / SLICES
  const slices = Array.from({ length: SLICES }, () => 0)
  for (const { finishedAt, durationMs, written, skipped } of done) {
    const [from, to] = [ranBefore(spans, at(finishedAt!) - (durationMs ?? 0)), ranBefore(spans, at(finishedAt!))]
    spread(slices, width, [from, to], written + skipped)
  }
  const memory = done.flatMap(({ finishedAt, memoryBytes }) =>
    memoryBytes == null ? [] : [{ second: ranBefore(spans, at(finishedAt!)), bytes: memoryBytes }],
  )
  return {
    length,
    pace: slices.map((items, slice) => ({ second: (slice + 1) * width, perSecond: items / width })),
    memory: memory.sort((one, other) => one.second - other.second),
    again: spans.slice(1).map(([from]) => ranBefore(spans, from)),
  }
}
