"""A stopwatch of wall and CPU seconds, and this process's memory; imports nothing that weighs."""

from __future__ import annotations

import time
from pathlib import Path
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
    """The largest resident size of this process so far, in MB.

    Not `ru_maxrss`, which a process on Linux inherits from the one that started it.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
