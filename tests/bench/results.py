"""What a case found, kept as JSON between runs so that `--only` renews some figures and leaves the others."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.runner import Runs

YES, IN_CPU, NO = "yes", "in CPU seconds", "no"
NAMES = {
    "lxml_tree": "lxml, whole tree",
    "mt940_library": "mt-940, Options.all()",
    "pandas_csv": "pandas.read_csv(dtype=str)",
    "pandas_to_sql": "DataFrame.to_sql",
    "pandas_read_sql": "pandas.read_sql",
}


@dataclass(frozen=True)
class Measure:
    """One row of the page's table; `met` is `YES`, `IN_CPU` (while others used the cores), `NO`, or "" for nothing to judge."""

    measure: str
    target: str
    figure: str
    met: str
    peer: str = ""

    @classmethod
    def seconds(cls, measure: str, limit: float, runs: Runs, peer: Runs | None = None, name: str = "") -> Measure:
        """Wall seconds of the fastest run against a limit, with its CPU seconds beside."""
        met = YES if runs.wall_min < limit else IN_CPU if runs.cpu < limit else NO
        other = f"{NAMES[name]}: {_seconds(peer)}" if peer else ""
        return cls(measure, f"< {limit:g} s", _seconds(runs), met, other)

    @classmethod
    def memory(cls, measure: str, limit: float, runs: Runs, peer: Runs, name: str) -> Measure:
        """What reading added to a process that had imported the package; the whole process beside."""
        met = YES if runs.added_mb < limit else NO
        return cls(measure, f"< {limit:g} MB", _memory(runs), met, f"{NAMES[name]}: {_memory(peer)}")


def _seconds(runs: Runs) -> str:
    return f"{runs.wall_min:.2f} s ({runs.cpu:.2f} s CPU)"


def _memory(runs: Runs) -> str:
    return f"+{runs.added_mb:.0f} MB ({runs.peak_mb:.0f} MB with the imported packages)"


@dataclass(frozen=True)
class Sheet:
    """A table of its own on the page: a title, a sentence or two on how to read it, the heads of columns, and rows of text."""

    title: str
    note: str
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Result:
    """What a case found: rows of the table, the runs behind them, what was wrong, the rules one by one, tables of its own."""

    measures: list[Measure]
    runs: dict[str, Runs] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)


def read_results(path: Path) -> dict[str, Any]:
    """What earlier runs left: machine and pace, and each case's result with its day; nothing if there is no file."""
    kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return kept or {"machine": {}, "cases": {}}


def plain(result: Result, day: str, pace: float) -> dict[str, Any]:
    """A result for JSON, with its day and how fast the machine was then."""
    runs = {name: found.plain() for name, found in result.runs.items()}
    for found in runs.values():
        found["facts"].pop("said", None)
    measures = [asdict(measure) for measure in result.measures]
    sheets = [asdict(sheet) for sheet in result.sheets]
    found = {"day": day, "pace": pace, "measures": measures, "runs": runs, "notes": result.notes, "rules": result.rules}
    return {**found, "sheets": sheets} if sheets else found
