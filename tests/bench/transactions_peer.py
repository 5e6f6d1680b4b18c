"""Splink 5 on the transactions sample, set up as its own example of these data does it, in an environment of its own.

    PYTHON -m tests.bench.transactions_peer splink|splink_all FOLDER

Left out is the example's last blocking rule, which looks at the truth. Imports nothing of ours.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.bench.matching_peers import LEAST, _of_clusters
from tests.bench.watch import Watch, peak_mb

if TYPE_CHECKING:
    from splink import SettingsCreator  # only the environment of the peers holds it

SURE, LOWEST = 0.999, 0.001
_ALIKE = "substr(l.memo, 1, 3) = substr(r.memo, 1, 3) and l.amount / r.amount > 0.7 and l.amount / r.amount < 1.3"
_RULES = [
    f"strftime(l.day, '%Y%m') = strftime(r.day, '%Y%m') and {_ALIKE}",
    f"strftime(l.day + 15, '%Y%m') = strftime(r.day, '%Y%m') and {_ALIKE}",
    "substr(l.memo, 1, 9) = substr(r.memo, 1, 9)",
    "round(l.amount / 2, 0) * 2 = round(r.amount / 2, 0) * 2 and yearweek(r.day) = yearweek(l.day)",
    "round(l.amount / 2, 0) * 2 = round((r.amount + 1) / 2, 0) * 2 and yearweek(r.day) = yearweek(l.day + 4)",
]


def settings(n: int) -> SettingsCreator:
    """Amounts by how many percent they differ, memos by edits, days by how many the money took."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as compare
    from splink import SettingsCreator

    amount = compare.CustomComparison(output_column_name="amount", comparison_levels=[
        levels.NullLevel("amount"), levels.ExactMatchLevel("amount"),
        *(levels.PercentageDifferenceLevel("amount", share) for share in (0.01, 0.03, 0.1, 0.3)), levels.ElseLevel(),
    ])  # fmt: skip
    late = "day_r - day_l <= {n} and day_r >= day_l"
    days = compare.CustomComparison(output_column_name="day", comparison_levels=[
        levels.NullLevel("day"), *(levels.CustomLevel(late.format(n=n), f"<= {n} days") for n in (1, 4, 10, 30)),
        levels.ElseLevel(),
    ])  # fmt: skip
    return SettingsCreator(
        link_type="link_only", probability_two_random_records_match=1 / n, blocking_rules_to_generate_predictions=_RULES,
        comparisons=[amount, compare.LevenshteinAtThresholds("memo", [2, 6, 10]), days], retain_matching_columns=False,
    )  # fmt: skip


def sides(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Items, then lines: the example's dates are one-sided, the left one is the earlier."""
    lines, items = (pd.read_parquet(folder / f"{name}.parquet") for name in ("lines", "items"))
    return _side(items, "item_id", "customer_name", "issued_on"), _side(lines, "line_id", "counterparty_name", "booked_on")


def _side(frame: pd.DataFrame, key: str, memo: str, day: str) -> pd.DataFrame:
    return pd.DataFrame({
        "unique_id": frame[key].astype(object), "memo": frame[memo].astype(object), "amount": frame["amount"] / 100,
        "day": pd.to_datetime(frame[day]).dt.date,
    })  # fmt: skip


def work(folder: Path, least: float) -> dict[str, Any]:
    """Train by EM, predict, one to one among pairs at least so probable."""
    from splink import DuckDBAPI, Linker, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    before, watch = peak_mb(), Watch()
    with watch:
        items, lines = sides(folder)
        db = DuckDBAPI()
        tables = [db.register(items, dataset_display_name="a_items"), db.register(lines, dataset_display_name="lines")]
        linker = Linker(tables, settings(len(items)), log_level=None)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("memo"), block_on("amount")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        pairs = linker.inference.predict(threshold_match_probability=LOWEST)
        found = linker.clustering.cluster_using_single_best_links(
            pairs, duplicate_free_datasets=["a_items", "lines"], threshold_match_probability=least, ties_method="drop"
        ).as_pandas_dataframe()
        found = found.assign(source_dataset=found["source_dataset"].replace("a_items", "items"))
        links = _of_clusters(found, pairs.as_pandas_dataframe())
    links.assign(automatic=links["probability"] >= SURE).to_parquet(folder / "links.parquet")
    facts = {"n_links": len(links)}
    return {"wall": watch.wall, "cpu": watch.cpu, "before_mb": before, "peak_mb": peak_mb(), "facts": facts}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(work(Path(sys.argv[2]), LEAST if sys.argv[1] == "splink" else LOWEST)) + "\n")
