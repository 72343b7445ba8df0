"""Why a migration is refused or ends."""

from dart_batch.domain.errors import Conflict, Fatal, NotFound, Refused, Transient


class TargetUnsuited(Refused):
    """The other database cannot be the target of a move."""

    code = "target-unsuited"
    hint = "Name another database: sqlite:////path/to/file.db or mysql+pymysql://user@host/name."


class TargetNotEmpty(Conflict):
    """The target holds something that this migration did not bring."""

    code = "target-not-empty"
    hint = "Name an empty database; an installation that is there already is never written over."


class SourceBusy(Conflict):
    """Jobs run that would go on writing here."""

    code = "source-busy"
    hint = "Let them end, or pause them, and try again."


class StillRunning(Transient):
    """The same once the migration runs."""

    code = "source-busy"
    hint = "Let the running jobs end, or pause them; the migration then goes on by itself or with a retry."


class ContentDiffers(Fatal):
    """The other side reads back something else than was written."""

    code = "content-differs"
    hint = "Nothing was switched over. Check the target's disk, character set and column types, then retry the job."


class SourceMoved(Fatal):
    """What is imported is no longer what the plan was made from."""

    code = "source-moved"
    hint = "Submit the migration again: its plan is then made from what is there now."


class InstallationArriving(Fatal):
    """This database is the target of a move that has not ended."""

    code = "installation-arriving"
    hint = "Let the move end (`dart-batch jobs list` where it came from), or take it back there with `migrate reverse`."


class LegacyUnreadable(Refused):
    """The legacy table cannot be read, or lacks columns."""

    code = "legacy-unreadable"


class NotRecomputable(Refused):
    """The reading was imported; nothing here could compute it."""

    code = "not-recomputable"
    hint = "An imported value is kept as it came, with the row it came from; it has no observations here."


class NothingPublished(NotFound):
    """No index is published under this name."""

    code = "nothing-published"
    hint = "See `dart-batch index list` for what is published."


class NameTaken(Conflict):
    """The new name means something else already."""

    code = "name-taken"
    hint = "Choose another name, or roll back what is published under it."


class IndexBusy(Conflict):
    """Unfinished jobs write to an index that is to change its name."""

    code = "index-busy"
    hint = "Let them end, or cancel them, and submit the migration again."


class NotReversible(Conflict):
    """The migration cannot be taken back, or not any more."""

    code = "not-reversible"
