"""Files of jobs in memory."""


class FakeArtefactFiles:
    """Implements ArtefactFiles."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, bytes]] = {}

    def write(self, job_id: str, name: str, content: bytes) -> None:
        self.kept.setdefault(job_id, {})[name] = content

    def read(self, job_id: str, name: str) -> bytes | None:
        return self.kept.get(job_id, {}).get(name)

    def jobs(self) -> list[str]:
        return sorted(self.kept)

    def drop(self, job_id: str) -> None:
        self.kept.pop(job_id, None)
