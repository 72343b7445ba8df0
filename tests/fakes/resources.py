"""Memory and processor time as a test says."""

from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass
class FakeMeter:
    """Implements CpuMeter; `used` is moved by the test."""

    used: float = 0.0
    working: bool = False

    def start(self) -> None:
        self.working = True

    def stop(self) -> None:
        self.working = False

    def seconds(self) -> float:
        return self.used


@dataclass
class FakeResources:
    """Implements Resources: one meter for all jobs; `mib` is what is used now."""

    mib: float = 100.0
    given_back: int = 0
    cpu: FakeMeter = field(default_factory=FakeMeter)

    def memory_bytes(self) -> int:
        return int(self.mib * MIB)

    def recent_memory_bytes(self) -> int:
        return self.memory_bytes()

    def give_back(self) -> None:
        self.given_back += 1

    def meter(self) -> FakeMeter:
        return self.cpu
