import type { CancelMode, Priority } from './contract'

/** What a person can tell the server to do with a job, in the server's words of `allowedVerbs`. */
export type JobOrder =
  | { verb: 'start' | 'pause' | 'resume' | 'retry' | 'promote' | 'discard' }
  | { verb: 'cancel'; mode: CancelMode }
  | { verb: 'prioritise'; priority: Priority }

export type JobVerb = JobOrder['verb']
