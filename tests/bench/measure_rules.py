"""Measure each rule's precision on companies that nobody looked at, and write what `recon_kit.matching` ships.

    python -m tests.bench.measure_rules [--seeds 1 2 3 ...] [--scale X] [--feeds 1 2 3 ...] [--write]

The rules were made looking at the shipped sample alone, so every line of any other seed is held out. Matching runs without
a floor, or a rule that once fell below it could never be measured again. 24 companies like the sample, for rules of a company;
and feeds of every profile, where returns name nothing and payers pay in other currencies: the rarest of our rules occurs a
few times in each, and a precision of 99 % needs 381 checks without an error to be shown. A rule that only ever proposes is
measured by its proposals.
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

from recon_kit.evaluation import Evaluation, evaluate
from recon_kit.matching import MatchResult, Precision, match, measured
from recon_kit.matching.precision import wilson
from recon_kit.matching.rules.exchanged import BY_DAY
from recon_kit.policy import Matching, Policy
from recon_kit.simulate import SEED, simulate
from recon_kit.simulate.feeds import feed
from recon_kit.simulate.feeds.profiles import PROFILES
from tests.bench.closing import Books, by_bag, months, read_books, read_truth

SHIPPED = Path(__file__).parents[2] / "recon_kit" / "matching" / "rule_precision.json"
_ITEMS, _NO_FLOOR = 20_000, 0.01
log = logging.getLogger("measure_rules")


def measure(seed: int, scale: float) -> pd.DataFrame:
    """Per rule how many matches were checked and how many were wrong, over the three months of one company."""
    with tempfile.TemporaryDirectory() as folder:
        simulate(Path(folder), seed=seed, scale=scale)
        books = read_books(Path(folder))
        books = replace(books, policy=replace(books.policy, matching=Matching(rules_floor=_NO_FLOOR)))
        truth = read_truth(Path(folder), books)
    counted = [_in_books(result, truth, books, seed) for result in months(books, date(2026, 8, 1), date(2026, 10, 1))]
    theirs = {rule.name: rule.fingerprint for rule in books.policy.rules.rule}
    return pd.concat(counted).replace({"rule": theirs})


def measure_feeds(seed: int) -> pd.DataFrame:
    """The same of our own rules, over one feed of each profile, in another dialect than any that was trained on."""
    counted = []
    for profile in PROFILES:
        made = feed(profile, _ITEMS, seed, "test")
        policy = Policy(matching=Matching(rules_floor=_NO_FLOOR))
        judged = evaluate(match(made.bank_lines, made.open_items, policy=policy), made.truth)
        counted.append(_counts(judged, f"{profile}, seed {seed}"))
    return pd.concat(counted)


def _in_books(result: MatchResult, truth: pd.DataFrame, books: Books, seed: int) -> pd.DataFrame:
    return _counts(evaluate(replace(result, allocations=by_bag(result.allocations, books)), truth), f"seed {seed}")


def _counts(judged: Evaluation, where: str) -> pd.DataFrame:
    ruled = judged.wrong["basis"].str.startswith("rule:") & judged.wrong["status"].eq("auto")
    for wrong in judged.wrong[ruled].to_dict("records"):
        log.warning("%s, %s is wrong: said %s, truth %s", where, wrong["basis"], wrong["said"], wrong["truth"])
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


def _told(seeds: list[int]) -> str:
    return f"{len(seeds)} seeds ({min(seeds)} to {max(seeds)})" if len(seeds) > 1 else f"seed {seeds[0]}"


def main() -> None:
    """Measure, show, and with --write replace the shipped file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 25)))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--feeds", type=int, nargs="+", default=list(range(8000, 8020)), help="seeds of the feeds")
    parser.add_argument("--write", action="store_true", help="replace the shipped measurements")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if SEED in given.seeds:
        parser.error(f"{SEED} is the shipped sample, on which the rules were made")
    counts = pd.concat([*(measure(seed, given.scale) for seed in given.seeds), *map(measure_feeds, given.feeds)])
    company = f"simulated company, {_told(given.seeds)}, every line of August to October"
    found = summed(counts, f"{company}; feeds of {len(PROFILES)} kinds, {_told(given.feeds)}")
    text = json.dumps({rule: asdict(precision) for rule, precision in found.items()}, indent=2) + "\n"
    log.info(text)
    if given.write:
        SHIPPED.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
