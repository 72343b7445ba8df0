"""What this worker uses of the machine."""

from typing import Protocol


class CpuMeter(Protocol):
    """Processor time of one job, which belongs to the thread that runs it."""

    def start(self) -> None:
        """The calling thread works for the job from now on."""
        ...

    def stop(self) -> None:
        """The calling thread does something else, or nothing."""
        ...

    def seconds(self) -> float:
        """Seconds of processor time while started: all of the thread's own, and of the time of threads and processes
        that compute for all jobs of this worker an equal part per job that was started.
        """
        ...


class Resources(Protocol):
    """This process with the processes that compute for it."""

    def memory_bytes(self) -> int:
        """Resident memory of all of them."""
        ...

    def recent_memory_bytes(self) -> int:
        """The same as it was a tenth of a second ago at most, for who asks often."""
        ...

    def give_back(self) -> None:
        """Return memory that is free inside this process to the machine, as far as it can be done."""
        ...

    def meter(self) -> CpuMeter:
        """A meter for one more job."""
        ...
