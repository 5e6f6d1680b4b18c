"""The matching engines on the same simulated companies: quality on every profile, and beside peers at growing sizes.

Feeds are of the test dialect: other numbering, languages, names and noise than any that was trained on, and other seeds.
Feeds, runs and judgements are processes of their own; what is timed goes from frames to result, imports and files apart.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.bench.matching_env import NAMES, python
from tests.bench.results import NO, YES, Measure, Result, Sheet
from tests.bench.runner import ROOT, Run, Runs

ITEMS, SEEDS = (20_000, 100_000, 1_000_000), (9000, 9001, 9002)
LIMIT = 900
"""Seconds after which a run is stopped; an engine that was stopped is not tried at a larger size."""
_PEERS = ("splink", "recordlinkage")
_TARGETS: Mapping[str, tuple[float, float]] = {
    "mixed_b2b": (0.88, 0.94), "easy": (0.96, 0.99), "few_references": (0.65, 0.75), "b2c": (0.80, 0.92),
    "long_sepa": (0.92, 0.97),
}  # fmt: skip
_PROFILES = (*_TARGETS, "omni", "messy")
_EXACT = {"mixed_b2b": (0.95, 0.97), "few_references": (0.85, 0.90)}
_SECONDS = {100_000: (15, 5), 1_000_000: (150, 60)}


@dataclass(frozen=True)
class Told:
    """One engine on one feed: its run, and what `matching_child.judge` says; `stopped` says why there is none."""

    run: Run | None = None
    judged: Mapping[str, Any] | None = None
    stopped: str = ""

    def share(self, name: str) -> float:
        return float(self.judged["shares"][name]) if self.judged else float("nan")


def compared(place: Path, sizes: Sequence[int], seeds: Sequence[int]) -> Result:
    """The case: measures, and two tables."""
    found = {profile: [_ours(place, profile, min(sizes), seed) for seed in seeds] for profile in _PROFILES}
    beside, by_size = _beside(place, sizes, seeds[0])
    runs = {f"{NAMES['recon_kit']}, {size:,} items": Runs.of([one.run]) for size, one in by_size.items() if one.run}
    measures = [*_quality(found), *_laws(found), *_speed(by_size)]
    return Result(measures, runs, sheets=[_profiles(found, min(sizes), seeds), beside])


def _ours(place: Path, profile: str, items: int, seed: int) -> Told:
    folder = place / f"{profile}-{items}-{seed}"
    _child("feed", folder, profile, str(items), str(seed))
    told = _one(folder, "recon_kit", laws=True)
    shutil.rmtree(folder)
    return told


def _beside(place: Path, sizes: Sequence[int], seed: int) -> tuple[Sheet, dict[int, Told]]:
    """Every engine at every size, as a table, and ours by size."""
    rows, ours, stopped = [], {}, set()
    for size in sorted(sizes):
        folder = place / f"beside-{size}"
        facts = _child("feed", folder, "mixed_b2b", str(size), str(seed))
        for name in NAMES:
            told = Told(stopped="not tried, stopped before") if name in stopped else _one(folder, name)
            if told.stopped:
                stopped.add(name)
            elif name == "recon_kit":
                ours[size] = told
            rows.append([f"{size:,}", f"{facts['n_lines']:,}", NAMES[name], *_row(told)])
        shutil.rmtree(folder)
    head = ["items", "lines", "engine", "links: precision", "links: recall", "lines exact", "automatic", "straight through",
            "false of automatic", "seconds", "peak MB"]  # fmt: skip
    note = (
        f"Profile mixed_b2b, seed {seed}; the same frames for all. *Links* are (line, document) pairs of all that was decided, "
        "automatic or proposed; *exact*: share of lines that pay documents and got exactly theirs; *automatic*: for peers what "
        "they give a probability of 99.9 % or more, for the plain rules everything they match; *false*: automatic and not "
        f"exact. A run was stopped after {LIMIT} s or 16 GB. Peers link a line with one document at most: that is their model, "
        "not their setting."
    )
    return Sheet("Matching, beside others", note, head, rows), ours


def _row(told: Told) -> list[str]:
    if told.run is None or told.judged is None:
        return [told.stopped, *[""] * 7]
    shares = ("link_precision_decided", "link_recall_decided", "exact", "automatic", "straight_through", "false_automatic")
    figures = [_percent(told.share(name)) for name in shares[:-1]]
    false = f"{_percent(told.share('false_automatic'), 3)} ({told.judged['n_false']:,} of {told.judged['n_automatic']:,})"
    return [*figures, false, f"{told.run.wall:.1f}", f"{told.run.peak_mb:,.0f}"]


def _profiles(found: Mapping[str, Sequence[Told]], items: int, seeds: Sequence[int]) -> Sheet:
    head = ["profile", "straight through", "exact", "links: precision (automatic)", "links: recall (automatic)",
            "links: recall (with proposals)", "false of automatic", "95 % upper bound", "by money: through", "by money: false",
            "ECE"]  # fmt: skip
    rows = []
    for profile, told in found.items():
        n, false = (_total(told, name) for name in ("n_automatic", "n_false"))
        rows.append([
            profile, *(_percent(_mean(told, name)) for name in (
                "straight_through", "exact", "link_precision_automatic", "link_recall_automatic", "link_recall_decided")),
            f"{_percent(false / n if n else float('nan'), 3)} ({false:,} of {n:,})", _percent(_upper(false, n), 3),
            _percent(_money(told, "straight_through")), _percent(_money(told, "false_automatic"), 3), f"{_ece(told):.4f}",
        ])  # fmt: skip
    note = (
        f"The shipped engine, without any local label, on feeds of {items:,} items, seeds {', '.join(map(str, seeds))}: means; "
        "false matches and their bound over all seeds together. By money: of each feed's main currency."
    )
    return Sheet("Matching, by profile", note, head, rows)


def _quality(found: Mapping[str, Sequence[Told]]) -> list[Measure]:
    measures = []
    for profile, told in found.items():
        n, false = (_total(told, name) for name in ("n_automatic", "n_false"))
        measures.append(_false(profile, n, false))
        measures.append(Measure(f"ECE of `probability`, {profile}", "<= 0.02 (aim 0.005)", f"{_ece(told):.4f}",
                                _met(_ece(told) <= 0.02)))  # fmt: skip
    for profile, target in _TARGETS.items():
        measures.append(_at_least(f"straight through, {profile}", _mean(found[profile], "straight_through"), target))
    mixed = found["mixed_b2b"]
    measures.append(_at_least("straight through by money, mixed_b2b", _money(mixed, "straight_through"), (0.74, 0.85)))
    for profile, target in _EXACT.items():
        measures.append(_at_least(f"exact lines, {profile}", _mean(found[profile], "exact"), target))
    measures.append(
        _at_least("links, precision (automatic), mixed_b2b", _mean(mixed, "link_precision_automatic"), (0.985, 0.992))
    )
    measures.append(_at_least("links, recall (automatic), mixed_b2b", _mean(mixed, "link_recall_automatic"), (0.80, 0.90)))
    return measures


def _false(profile: str, n: int, false: int) -> Measure:
    """The false share of what is automatic; where nothing is, there is nothing to judge."""
    what, target = f"false automatic matches, {profile}", "<= 0.2 % (aim 0.07 %)"
    if not n:
        return Measure(what, target, "n/a: nothing automatic", "")
    figure = f"{_percent(false / n, 3)} ({false:,} of {n:,}), upper bound {_percent(_upper(false, n), 3)}"
    return Measure(what, target, figure, _met(false / n <= 0.002))


def _laws(found: Mapping[str, Sequence[Told]]) -> list[Measure]:
    every = [one.judged for told in found.values() for one in told if one.judged]
    faults, lost = (sum(int(one[name]) for one in every) for name in ("n_faults", "n_lost"))
    orders = sum(not one["order"] for one in every)
    figure = f"{faults} breaches, {lost} lines lost, {orders} feeds where the order of rows changed anything, of {len(every)}"
    return [
        Measure("conservation, unknown ids, mixed currencies, lost lines, order", "0", figure, _met(not faults + lost + orders))
    ]


def _speed(ours: Mapping[int, Told]) -> list[Measure]:
    runs = {size: told.run for size, told in ours.items() if told.run}
    measures = []
    for size, run in runs.items():
        limit, aim = _SECONDS.get(size, (None, None))
        figure = f"{run.wall:.1f} s ({run.cpu:.1f} s CPU)"
        target = f"<= {limit} s (aim {aim} s)" if limit else "-"
        measures.append(Measure(f"frames to result, {size:,} items", target, figure, _met(run.wall <= limit) if limit else ""))
    if 1_000_000 in runs:
        peak = runs[1_000_000].peak_mb / 1024
        measures.append(Measure("memory, 1,000,000 items", "<= 8 GB (aim 4 GB)", f"{peak:.1f} GB", _met(peak <= 8)))
    if {100_000, 1_000_000} <= set(runs):
        growth = runs[1_000_000].wall / runs[100_000].wall
        measures.append(
            Measure("growth from 100,000 to 1,000,000 items", "<= 16 x (aim 10 x)", f"{growth:.1f} x", _met(growth <= 16))
        )
    return measures


def _one(folder: Path, name: str, laws: bool = False) -> Told:
    """One engine on the feed in a folder: run, then judged."""
    words = [str(python()), "-m", "tests.bench.matching_peers", name, str(folder)] if name in _PEERS else None
    try:
        told = _said(words or [sys.executable, "-m", "tests.bench.matching_child", "run", str(folder), name])
    except subprocess.TimeoutExpired:
        return Told(stopped=f"stopped after {LIMIT} s")
    if stopped := told["facts"].get("stopped"):
        return Told(stopped=str(stopped))
    run = Run(told["wall"], told["cpu"], told["wall"], told["before_mb"], told["peak_mb"], told["facts"])
    return Told(run, _child("judge", folder, name, *["laws"] * laws))


def _child(step: str, folder: Path, *words: str) -> dict[str, Any]:
    return _said([sys.executable, "-m", "tests.bench.matching_child", step, str(folder), *words], limit=None)


def _said(words: Sequence[str], limit: int | None = LIMIT) -> dict[str, Any]:
    """What a process of its own says in its last line.

    Raises:
        RuntimeError: it failed; holds what it said.
    """
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _mean(told: Sequence[Told], name: str) -> float:
    return fmean(one.share(name) for one in told)


def _money(told: Sequence[Told], name: str) -> float:
    return fmean(one.share(f"{name}/{one.judged['main']}") for one in told if one.judged)


def _ece(told: Sequence[Told]) -> float:
    return fmean(float(one.judged["ece"]) for one in told if one.judged)


def _total(told: Sequence[Told], name: str) -> int:
    return sum(int(one.judged[name]) for one in told if one.judged)


def _upper(wrong: int, n: int) -> float:
    """Upper end of the 95 % Wilson interval; here again, as importing ours would weigh on the memory that children inherit."""
    if n == 0:
        return 1.0
    share, z2 = wrong / n, 1.959963984540054**2
    half = sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n)))
    return min(1.0, (share + z2 / (2 * n) + half) / (1 + z2 / n))


def _at_least(what: str, figure: float, target: tuple[float, float]) -> Measure:
    least, aim = (f"{100 * share:g} %" for share in target)
    return Measure(what, f">= {least} (aim {aim})", _percent(figure), _met(figure >= target[0]))


def _met(held: bool) -> str:
    return YES if held else NO


def _percent(share: float, digits: int = 1) -> str:
    return "-" if isnan(share) else f"{100 * share:.{digits}f} %"
