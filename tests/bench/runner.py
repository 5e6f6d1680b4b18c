"""Runs: each in a fresh process, several after a warm-up; the parent imports nothing heavy, for a child inherits its peak."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Run:
    """One run.

    Args:
        wall, cpu: seconds of the timed part; of the whole process where there is no inner part.
        process: wall seconds of the whole process, interpreter and imports included.
        before_mb, peak_mb: largest resident size before the timed part, and of the whole process.
    """

    wall: float
    cpu: float
    process: float
    before_mb: float
    peak_mb: float
    facts: dict[str, Any]


@dataclass(frozen=True)
class Runs:
    """Several runs of the same work, summed up: wall seconds smallest, middle and largest; the smallest CPU seconds."""

    n: int
    wall_min: float
    wall_median: float
    wall_max: float
    cpu: float
    process: float
    before_mb: float
    peak_mb: float
    facts: dict[str, Any]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Runs:
        """Seconds at their smallest (the machine is shared), memory at its largest."""
        walls = [run.wall for run in runs]
        return cls(
            len(runs), min(walls), median(walls), max(walls), min(run.cpu for run in runs), min(run.process for run in runs),
            max(run.before_mb for run in runs), max(run.peak_mb for run in runs), runs[-1].facts,
        )  # fmt: skip

    @property
    def added_mb(self) -> float:
        """What the work itself added to the size of a process that had imported the package."""
        return self.peak_mb - self.before_mb

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def command(words: Sequence[str | Path], *, ok: Sequence[int] = (0,)) -> Run:
    """One command, the whole process with its children timed.

    Raises:
        RuntimeError: it ended with another code than those of `ok`; holds what it said.
    """
    started = time.perf_counter()
    process = subprocess.Popen([*map(str, words)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in ok:
        raise RuntimeError(f"{' '.join(map(str, words))} ended with {process.returncode}:\n{said}")
    return Run(wall, used.ru_utime + used.ru_stime, wall, 0.0, used.ru_maxrss / 1024, {"said": said})


def contender(name: str, file: Path) -> Run:
    """One run of a contender in a process of its own; its inner seconds, and the whole process's."""
    outer = command([sys.executable, "-m", "tests.bench.child", name, file])
    told = json.loads(outer.facts["said"].splitlines()[-1])
    return Run(told["wall"], told["cpu"], outer.process, told["before_mb"], told["peak_mb"], told["facts"])


def several(once: Callable[[], Run], runs: int, *, warm_up: int = 1) -> Runs:
    """`runs` runs after a warm-up that does not count."""
    for _ in range(warm_up):
        once()
    return Runs.of([once() for _ in range(runs)])
