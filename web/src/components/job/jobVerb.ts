import type { Job } from '@/api/contract'
import type { JobVerb } from '@/api/orders'

interface VerbLook {
  icon: string
  color: 'primary' | 'neutral' | 'error' | 'warning'
  variant: 'solid' | 'outline' | 'ghost'
}

/** Verbs in the order of their buttons. */
export const VERB = {
  promote: { icon: 'i-lucide-badge-check', color: 'primary', variant: 'solid' },
  discard: { icon: 'i-lucide-trash-2', color: 'error', variant: 'outline' },
  resume: { icon: 'i-lucide-play', color: 'primary', variant: 'solid' },
  retry: { icon: 'i-lucide-rotate-ccw', color: 'primary', variant: 'solid' },
  start: { icon: 'i-lucide-play', color: 'primary', variant: 'solid' },
  pause: { icon: 'i-lucide-pause', color: 'neutral', variant: 'outline' },
  prioritise: { icon: 'i-lucide-chevrons-up', color: 'neutral', variant: 'outline' },
  cancel: { icon: 'i-lucide-ban', color: 'error', variant: 'outline' },
} as const satisfies Record<JobVerb, VerbLook>

const ORDER = Object.keys(VERB) as JobVerb[]

/** The verbs to offer: those the server allows, without a `start` that would do the same as `resume` or `retry`, and
 * the decisions about a generation that waits for one. */
export function offeredVerbs({ allowedVerbs, generation }: Pick<Job, 'allowedVerbs' | 'generation'>): JobVerb[] {
  const doubled = allowedVerbs.includes('resume') || allowedVerbs.includes('retry')
  const decisions = generation === 'STAGED' ? ['promote', 'discard'] : []
  return ORDER.filter((verb) => [...allowedVerbs, ...decisions].includes(verb) && !(verb === 'start' && doubled))
}

/** Which text says what the verb will do to this job. */
export function consequence(job: Job, verb: JobVerb): string {
  if (verb === 'start') return job.execution.attempt > 0 ? 'goOn' : 'start'
  if (verb === 'resume' || verb === 'retry') return 'goOn'
  if (verb === 'pause' || verb === 'cancel') return job.status === 'RUNNING' ? `${verb}Running` : `${verb}Waiting`
  return verb
}
