"""The measures: what is run, how often, against which target, and what the page is told of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import made
from tests.bench.contenders import A_FILE, N_LINES
from tests.bench.made import Made
from tests.bench.matching import ITEMS, SEEDS, compared
from tests.bench.october import Sample, help_page
from tests.bench.results import NO, YES, Measure, Result
from tests.bench.runner import ROOT, Runs, command, contender, several
from tests.bench.transactions import case as foreign_payments

N = 50_000


class Bench:
    """What the cases share: a folder for files, the number of runs, the sample, closed once; sizes and seeds of matching."""

    def __init__(self, place: Path, runs: int, items: tuple[int, ...] = ITEMS, seeds: tuple[int, ...] = SEEDS) -> None:
        self.place, self.runs, self.items, self.seeds = place, runs, items, seeds
        self.sample = Sample(place)


def _matches(runs: Runs, expected: Made, what: str) -> None:
    """Figures of a run that did not do the work are no figures."""
    found = (runs.facts["n"], runs.facts.get("sum", expected.sum))
    if found != (expected.n, expected.sum):
        raise AssertionError(f"{what} found {found}, made were {(expected.n, expected.sum)}")


def _read(bench: Bench, title: str, maker: Callable[[Path, int], Made], peer: str, seconds: float, mb: float | None) -> Result:
    path = bench.place / f"{maker.__name__}.file"
    expected = maker(path, N)
    runs = {name: several(partial(contender, name, path), bench.runs) for name in ("ours", peer)}
    for name, found in runs.items():
        _matches(found, expected, name)
    size = f"{N:,} entries, {path.stat().st_size / 1e6:.0f} MB"
    path.unlink()
    mine, other = runs["ours"], runs[peer]
    measures = [Measure.seconds(f"{title}, {size}", seconds, mine, other, peer)]
    if mb is not None:
        measures.append(Measure.memory(f"{title}, memory", mb, mine, other, peer))
    return Result(measures, runs)


def camt(bench: Bench) -> Result:
    """camt.053."""
    return _read(bench, "camt.053 read", made.camt, "lxml_tree", 5, 150)


def mt940(bench: Bench) -> Result:
    """MT940 with German :86:."""
    return _read(bench, "MT940 read", made.mt940, "mt940_library", 2, None)


def csv(bench: Bench) -> Result:
    """A bank's CSV."""
    return _read(bench, "bank CSV read, balances proven", made.bank_csv, "pandas_csv", 2, None)


def store(bench: Bench) -> Result:
    """A million lines in, and back."""
    expected = Made(N_LINES, sum(entry.amount for n in range(N_LINES // A_FILE) for entry in made.entries(A_FILE, n)))
    times = max(1, bench.runs // 2)
    found: dict[str, Runs] = {}
    for write, read in (("store_append", "store_fetch"), ("pandas_to_sql", "pandas_read_sql")):
        path = bench.place / f"{write}.sqlite"
        with _without(path):
            found[write] = several(partial(_fresh, write, path), times, warm_up=0)
            found[read] = several(partial(contender, read, path), times)
    for name, runs in found.items():
        _matches(runs, expected, name)
    append, fetch, to_sql, read_sql = found.values()
    grown = append.peak_mb - append.facts["early_mb"]
    bounded = Measure(
        "the same, memory from the 2nd file to the 20th", "bounded", f"+{grown:.0f} MB (peak {append.peak_mb:.0f} MB)",
        YES if grown < append.facts["early_mb"] / 2 else NO, f"to_sql: peak {to_sql.peak_mb:.0f} MB",
    )  # fmt: skip
    lines = f"{N_LINES:,} bank lines"
    measures = [
        Measure.seconds(f"{lines} into SQLite, {N_LINES // A_FILE} files", 60, append, to_sql, "pandas_to_sql"),
        bounded,
        Measure.seconds(f"{lines} back into a frame", 12, fetch, read_sql, "pandas_read_sql"),
    ]
    return Result(measures, found)


def _fresh(name: str, path: Path) -> Any:
    _remove(path)
    return contender(name, path)


@contextmanager
def _without(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def close(bench: Bench) -> Result:
    """`recon close 2026-10` on the sample, August and September closed before."""
    notebooks: list[float] = []

    def once() -> Any:
        run = bench.sample.october()
        notebooks.append(run.facts.pop("notebook"))
        return run

    bench.sample.until_september()
    runs = several(once, max(1, bench.runs // 2))
    inside = min(notebooks[1:])
    measures = [
        Measure.seconds("`recon close 2026-10` on the sample", 40, runs),
        Measure("of which the notebook (papermill's own clock)", "< 15 s", f"{inside:.1f} s", YES if inside < 15 else NO),
    ]
    return Result(measures, {"recon_close": runs})


def help(bench: Bench) -> Result:  # noqa: A001 (the command's name)
    """`recon --help`."""
    runs = several(help_page, max(5, bench.runs))
    return Result([Measure.seconds("`recon --help`", 0.5, runs)], {"recon_help": runs})


def samples(_: Bench) -> Result:
    """Every bank file of the shelf of samples, if it is there."""
    if not (ROOT / ".." / "shared" / "samples" / "expected.csv").exists():
        told = "the shelf (../shared/samples) is not beside this repository"
        return Result([Measure("bank files of the sample shelf", "none wrong", told, "")])
    told = _told("samples")
    n = told["exact"] + told["refused"] + len(told["wrong"])
    figure = f"{told['exact']} of {n} exact, {told['refused']} refused where right, {len(told['wrong'])} wrong"
    return Result(
        [Measure("bank files of the sample shelf", "none wrong", figure, NO if told["wrong"] else YES)], notes=told["wrong"]
    )


def rules(bench: Bench) -> Result:
    """The closed sample against its truth."""
    told = _told("rules", bench.sample.until_october())
    share = told["n_breaks"] / told["n_non_customer"]
    wrong, judged = (sum(rule[name] for rule in told["rules"]) for name in ("wrong", "n"))
    breaks = f"{share:.2%} ({told['n_breaks']} of {told['n_non_customer']:,})"
    measures = [
        Measure("non-customer lines of the sample that end as breaks", "< 2 %", breaks, YES if share < 0.02 else NO),
        Measure(
            "automatic matches of the sample that are wrong",
            "0",
            f"{wrong} of {judged:,} that truth knows ({told['n_automatic']:,} in all); "
            f"{told['n_ungranted']} more leave a true deduction open",
            NO if wrong else YES,
        ),
    ]
    return Result(measures, notes=told["wrong"], rules=told["rules"])


def matching(bench: Bench) -> Result:
    """Our engine on every profile, and beside its peers at growing sizes."""
    return compared(bench.place, bench.items, bench.seeds)


def _told(*words: str | Path) -> Any:
    said = command([sys.executable, "-m", "tests.bench.quality", *words]).facts["said"]
    return json.loads(said.splitlines()[-1])


def transactions(bench: Bench) -> Result:
    """Payments of another tool's making, learned from 1,000 labels."""
    return foreign_payments(bench.place)


CASES: Mapping[str, Callable[[Bench], Result]] = {
    case.__name__: case for case in (camt, mt940, csv, store, close, help, samples, rules, matching, transactions)
}
