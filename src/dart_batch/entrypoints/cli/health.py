"""One finding of `dart-batch doctor`."""

from dataclasses import asdict, dataclass

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, its state (ok, warn or fail), what was found and what to do; no advice when it is ok."""

    name: str
    state: str
    found: str
    advice: str = ""

    def to_dict(self) -> dict[str, str]:
        return asdict(self)
