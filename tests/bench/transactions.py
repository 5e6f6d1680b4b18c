"""A foreign yardstick: bank-to-bank payments that were made for another tool, with fees, delays and cut memos.

Destination rows are bank lines, origin rows open items; the memo is the name on both sides and the text of the line. One half
teaches with 1,000 of its pairs, the other half is matched and counted. Nothing in the engine is made for these files.

    python -m tests.bench.transactions recon_kit|no_labels FOLDER      (FOLDER holds the halves as `halves` wrote them)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pandas as pd

from tests.bench.matching_env import NAMES, python
from tests.bench.results import NO, YES, Measure, Result, Sheet
from tests.bench.runner import ROOT, Run, Runs, command
from tests.bench.watch import Watch, peak_mb

SAMPLE = ROOT.parent / "shared" / "samples" / "transactions"
LABELS, SEEDS = 1_000, (0, 1, 2)
LEAST, AIM = (0.998, 0.985), (0.9995, 0.995)
_ENGINES = ("recon_kit", "no_labels", "splink", "splink_all")
_TITLES = {**NAMES, "recon_kit": f"recon-kit, {LABELS:,} labels", "no_labels": "recon-kit as shipped, no label",
           "splink": "Splink 5.0.0, from 50 % on", "splink_all": "Splink 5.0.0, from .1 % on"}  # fmt: skip
_SELF = "tests.bench.transactions"
_FRAMES = ("learn_lines", "learn_items", "labels", "lines", "items")


def case(place: Path, seeds: Sequence[int] = SEEDS) -> Result:
    """The case: precision and recall on the half that nobody learned from, means of the seeds; a note without the files."""
    if not SAMPLE.is_dir():
        return Result([], notes=["transactions: the sample files are not beside the repository; not measured"])
    found: dict[str, list[tuple[Run, dict[str, float]]]] = {name: [] for name in _ENGINES}
    for seed in seeds:
        folder = place / f"transactions-{seed}"
        truth = halves(folder, seed)
        for name in _ENGINES:
            run = _run(name, folder)
            found[name].append((run, judged(pd.read_parquet(folder / "links.parquet"), truth)))
    runs = {f"{_TITLES[name]}, {len(truth):,} lines": Runs.of([run for run, _ in each]) for name, each in found.items()}
    return Result(_measures(found), runs, sheets=[_sheet(found, seeds)])


def halves(folder: Path, seed: int) -> pd.DataFrame:
    """Write both halves of the sample, split at random; what is true of the second one."""
    origin, destination, truth = (pd.read_csv(SAMPLE / f"{name}.csv", dtype=str) for name in ("origin", "destination", "truth"))
    mixed = truth.sample(frac=1, random_state=seed, ignore_index=True).set_axis(["item_id", "line_id"], axis=1)
    first, second = mixed.iloc[: len(mixed) // 2], mixed.iloc[len(mixed) // 2 :]
    folder.mkdir(parents=True, exist_ok=True)
    for prefix, half in (("learn_", first), ("", second)):
        _lines(destination[destination["id"].isin(half["line_id"])]).to_parquet(folder / f"{prefix}lines.parquet")
        _items(origin[origin["id"].isin(half["item_id"])]).to_parquet(folder / f"{prefix}items.parquet")
    first.iloc[:LABELS].to_parquet(folder / "labels.parquet")
    return second


def judged(links: pd.DataFrame, truth: pd.DataFrame) -> dict[str, float]:
    """Precision and recall of all links and of those with a probability of 99.9 % or marked automatic."""
    pairs = set(truth[["line_id", "item_id"]].itertuples(index=False, name=None))
    every = list(links[["line_id", "item_id"]].itertuples(index=False, name=None))
    sure = [pair for pair, automatic in zip(every, links["automatic"], strict=True) if automatic]
    hits, sure_hits = len(pairs.intersection(every)), len(pairs.intersection(sure))
    return {
        "precision": hits / max(len(every), 1), "recall": hits / len(pairs), "automatic": len(sure) / len(pairs),
        "false": 1 - sure_hits / len(sure) if sure else 0.0,
    }  # fmt: skip


def _lines(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "line_id": rows["id"], "entity": "A", "account": "A1", "booked_on": pd.to_datetime(rows["transaction_date"]),
        "amount": _minor(rows["amount"]), "currency": "EUR", "counterparty_name": rows["memo"], "remittance": rows["memo"],
    })  # fmt: skip


def _items(rows: pd.DataFrame) -> pd.DataFrame:
    amount = _minor(rows["amount"])
    return pd.DataFrame({
        "item_id": rows["id"], "entity": "A", "kind": "invoice", "document_no": rows["id"], "customer_name": rows["memo"],
        "issued_on": pd.to_datetime(rows["transaction_date"]), "amount": amount, "open_amount": amount, "currency": "EUR",
    })  # fmt: skip


def _minor(amounts: pd.Series) -> pd.Series:
    return amounts.str.replace(".", "", regex=False).astype("int64")


def _run(name: str, folder: Path) -> Run:
    module, program = (
        ("tests.bench.transactions_peer", python()) if name.startswith("splink") else (_SELF, Path(sys.executable))
    )
    outer = command([program, "-m", module, name, folder])
    told = json.loads(outer.facts["said"].splitlines()[-1])
    return Run(told["wall"], told["cpu"], outer.process, told["before_mb"], told["peak_mb"], told["facts"])


def _measures(found: dict[str, list[tuple[Run, dict[str, float]]]]) -> list[Measure]:
    def mean(name: str, figure: str) -> float:
        return fmean(told[figure] for _, told in found[name])

    rows = []
    for at, figure in enumerate(("precision", "recall")):
        value, peer = mean("recon_kit", figure), mean("splink", figure)
        target = f">= {LEAST[at]:.1%}, aim {AIM[at]:.2%}"
        what = f"transactions sample, {LABELS:,} labels: links, {figure}"
        rows.append(
            Measure(what, target, f"{value:.3%}", YES if value >= LEAST[at] else NO, f"{_TITLES['splink']}: {peer:.2%}")
        )
    return rows


def _sheet(found: dict[str, list[tuple[Run, dict[str, float]]]], seeds: Sequence[int]) -> Sheet:
    rows = []
    for name, each in found.items():
        mean = {figure: fmean(told[figure] for _, told in each) for figure in each[0][1]}
        seconds = fmean(run.wall for run, _ in each)
        rows.append([_TITLES[name], f"{mean['precision']:.3%}", f"{mean['recall']:.3%}", f"{mean['automatic']:.1%}",
                     f"{mean['false']:.3%}", f"{seconds:.1f}"])  # fmt: skip
    note = (
        f"Seeds {', '.join(map(str, seeds))} of the split: means. All links count, proposed ones too. *Automatic*: of the peer "
        "what it gives 99.9 % or more. Ours learns from the labels within the seconds told; the peer learns without labels, by "
        "the settings of its own example of these data, one-to-one by single best links from a probability on."
    )
    head = ["engine", "links: precision", "links: recall", "automatic", "false of automatic", "seconds"]
    return Sheet("Matching, foreign payments", note, head, rows)


def work(name: str, folder: Path) -> dict[str, Any]:
    """One run of ours: learn (or not), then match the other half."""
    import recon_kit
    from recon_kit.simulate.feeds import feed

    learn_lines, learn_items, labels, lines, items = (pd.read_parquet(folder / f"{frame}.parquet") for frame in _FRAMES)
    small = feed("mixed_b2b", 300, 1)
    recon_kit.match(small.bank_lines, small.open_items)
    before, watch = peak_mb(), Watch()
    with watch:
        model = recon_kit.train(learn_lines, learn_items, labels) if name == "recon_kit" else None
        result = recon_kit.match(lines, items, model=model)
    found = result.allocations[result.allocations["item_id"].notna()].drop_duplicates(["line_id", "item_id"])
    links = found[["line_id", "item_id", "probability"]].assign(automatic=found["status"].eq("auto"))
    links.to_parquet(folder / "links.parquet")
    facts = {"learned": model.about.get("learned", "nothing") if model else "nothing", "n_links": len(links)}
    return {"wall": watch.wall, "cpu": watch.cpu, "before_mb": before, "peak_mb": peak_mb(), "facts": facts}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(work(sys.argv[1], Path(sys.argv[2]))) + "\n")
