"""Measure each rule's precision on companies that nobody looked at, and write what `recon_kit.matching` ships.

    python -m tests.bench.measure_rules [--seeds 1 2 3 ...] [--scale X] [--write]

The rules were made looking at the shipped sample alone, so every line of any other seed is held out. Matching runs without
a floor, or a rule that once fell below it could never be measured again. 24 companies, because the rarest rule (a return)
occurs some 18 times in each, and a precision of 99 % needs 381 checks without an error to be shown. A rule that only ever
proposes is measured by its proposals.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import tempfile
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pandas as pd

from recon_kit.evaluation import evaluate
from recon_kit.matching import MatchResult, Precision, measured
from recon_kit.matching.precision import wilson
from recon_kit.matching.rules.exchanged import BY_DAY
from recon_kit.policy import Matching
from recon_kit.simulate import SEED, simulate
from tests.bench.closing import Books, by_bag, months, read_books, read_truth

SHIPPED = Path(__file__).parents[2] / "recon_kit" / "matching" / "rule_precision.json"
log = logging.getLogger("measure_rules")


def measure(seed: int, scale: float) -> pd.DataFrame:
    """Per rule how many matches were checked and how many were wrong, over the three months of one company."""
    with tempfile.TemporaryDirectory() as folder:
        simulate(Path(folder), seed=seed, scale=scale)
        books = read_books(Path(folder))
        books = replace(books, policy=replace(books.policy, matching=Matching(rules_floor=0.01)))
        truth = read_truth(Path(folder), books)
    counted = [_counts(result, truth, books, seed) for result in months(books, date(2026, 8, 1), date(2026, 10, 1))]
    theirs = {rule.name: rule.fingerprint for rule in books.policy.rules.rule}
    return pd.concat(counted).replace({"rule": theirs})


def _counts(result: MatchResult, truth: pd.DataFrame, books: Books, seed: int) -> pd.DataFrame:
    judged = evaluate(replace(result, allocations=by_bag(result.allocations, books)), truth)
    ruled = judged.wrong["basis"].str.startswith("rule:") & judged.wrong["status"].eq("auto")
    for wrong in judged.wrong[ruled].to_dict("records"):
        log.warning("seed %s, %s is wrong: said %s, truth %s", seed, wrong["basis"], wrong["said"], wrong["truth"])
    rows = judged.rules[judged.rules["basis"].str.startswith("rule:")]
    rows = rows[rows["status"].eq("auto") | rows["basis"].eq(f"rule:{BY_DAY}")]
    return rows.assign(rule=rows["basis"].str.removeprefix("rule:")).groupby("rule")[["n", "wrong"]].sum().reset_index()


def summed(counts: pd.DataFrame, measured_on: str) -> dict[str, Precision]:
    """One measurement a rule; a rule that never occurred is not trusted."""
    ours = [rule for rule in measured() if not re.fullmatch("[0-9a-f]{12}", rule)]
    seen = counts.groupby("rule")[["n", "wrong"]].sum()
    sums = seen.reindex([*ours, *sorted(set(seen.index) - set(ours))], fill_value=0)
    found = {}
    for rule, n, wrong in zip(sums.index, sums["n"].tolist(), sums["wrong"].tolist(), strict=True):
        low, high = wilson(n - wrong, n)
        share = round((n - wrong + 1) / (n + 2), 6)
        found[rule] = Precision(n, wrong, share, round(low, 6), round(high, 6), measured_on)
    return found


def main() -> None:
    """Measure, show, and with --write replace the shipped file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 25)))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--write", action="store_true", help="replace the shipped measurements")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if SEED in given.seeds:
        parser.error(f"{SEED} is the shipped sample, on which the rules were made")
    counts = pd.concat([measure(seed, given.scale) for seed in given.seeds])
    seeds = f"{min(given.seeds)} to {max(given.seeds)}" if len(given.seeds) > 1 else str(given.seeds[0])
    found = summed(counts, f"simulated company, {len(given.seeds)} seeds ({seeds}), every line of August to October")
    text = json.dumps({rule: asdict(precision) for rule, precision in found.items()}, indent=2) + "\n"
    log.info(text)
    if given.write:
        SHIPPED.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
