"""What can be refused about a job, and why an attempt can stop."""

from dart_batch.domain.errors import Conflict, Fatal, Interrupted, NotFound, Refused, Transient


class InvalidParameters(Refused):
    """A parameter is malformed or out of range; `fields` holds one message per parameter."""

    code = "invalid-parameters"
    hint = "Correct the named parameters and submit again."


class JobNotFound(NotFound):
    """No job has this id."""

    code = "job-not-found"
    hint = "See `dart-batch jobs list` for the ids."


class VerbRefused(Conflict):
    """The job's state does not allow the verb."""

    code = "verb-refused"


class DuplicateJob(Conflict):
    """An identical job is already waiting or running."""

    code = "duplicate-job"
    hint = "Follow the job that is already there, or cancel it first."


class QueueFull(Conflict):
    """The queue holds as many jobs as it may."""

    code = "queue-full"
    hint = "Wait until some jobs have finished, or cancel some."


class NothingToDo(Refused):
    """The plan has no chunk: every session of the range is skipped."""

    code = "nothing-to-do"
    hint = "Use overwriteExisting to compute the sessions again as a new generation."


class StalePlan(Conflict):
    """The world moved between the plan and the submit."""

    code = "stale-plan"
    hint = "Look at the new plan and submit that one."


class PlanBroken(Fatal):
    """The calendar no longer gives the sessions the job was planned with."""

    code = "plan-broken"
    hint = "Submit the job again; it will be planned with the present calendar."


class SkipLimitExceeded(Fatal):
    """More sessions cannot be computed than the job may leave out."""

    code = "skip-limit-exceeded"
    hint = "Mend the data of the named sessions and retry the job, or submit it with a higher skipLimit."


class WallTimeExceeded(Fatal):
    """The job has run longer than it may since it was last started by a person."""

    code = "wall-time-exceeded"
    hint = "Start the job again: it goes on with a fresh allowance. For a longer one submit it with other limits."


class MemoryLimitExceeded(Fatal):
    """The worker needs more memory than the job may use, however small its chunks are."""

    code = "memory-limit"
    hint = "Submit the job with a higher memoryHardMb, or let its worker run fewer jobs at once."


class KeyReused(Refused):
    """The key came with another request before."""

    code = "idempotency-key-reused"
    hint = "Send a new Idempotency-Key for a new request; the same one only to repeat a request as it was."


class KeyTaken(Transient):
    """A request with the same key is being answered at this moment."""

    code = "idempotency-key-taken"
    hint = "Try again."


class ConcurrentChange(Transient):
    """Another process changed the job between read and write."""

    code = "concurrent-change"
    hint = "Try again."


class LeaseLost(Interrupted):
    """Another worker took the job over; this one's fence is refused by the database."""

    code = "lease-lost"


class Stopped(Interrupted):
    """Pause, cancel or shutdown was asked for; `reason` names which."""

    code = "stopped"


class OverMemory(Interrupted):
    """The worker uses more memory than the job may; its open chunks are smaller now."""

    code = "over-memory"


class Resized(Interrupted):
    """Open chunks were cut anew; what was to be done with the old ones is void."""

    code = "resized"


class VerificationFailed(Fatal):
    """What was written does not pass the job's validation level; nothing was published."""

    code = "verification-failed"
    hint = "See the findings of the job; the generation is kept, the live index is unchanged."
