"""A stopwatch of wall and CPU seconds, and this process's memory; imports nothing that weighs."""

from __future__ import annotations

import resource
import time
from types import TracebackType


class Watch:
    """Sums up the seconds spent within its `with` blocks."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> Watch:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.wall += time.perf_counter() - self._wall
        self.cpu += time.process_time() - self._cpu


def peak_mb() -> float:
    """The largest resident size of this process so far, in MB (Linux counts KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
