"""Two record-linkage libraries on the same feed, as a user of theirs would set them up; run in an environment of their own.

    PYTHON -m tests.bench.matching_peers splink|recordlinkage FOLDER

FOLDER holds bank_lines.parquet and open_items.parquet; links.parquet is written beside them (line_id, item_id, probability).
Both are given what their model can use: amount, payer and customer, account, day, and the tokens of text and document
numbers. Neither can say that several documents together make an amount: a line gets one document at most. This module
imports nothing of ours, as the two need other versions of pandas.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.bench.watch import Watch, peak_mb

LEAST, MOST_PAIRS = 0.5, 30_000_000
_MEMORY = 16 << 30


def prepared(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both sides with the same columns: unique_id, amount, currency, name, account, day, tokens."""
    lines, items = (pd.read_parquet(folder / f"{name}.parquet") for name in ("bank_lines", "open_items"))
    return _side(lines, "line_id", "counterparty_name", "counterparty_account", "booked_on", "amount",
                 ["remittance", "reference", "end_to_end_id"]), \
        _side(items, "item_id", "customer_name", "customer_account", "due_on", "open_amount",
              ["document_no", "reference", "order_no"])  # fmt: skip


def _side(frame: pd.DataFrame, key: str, name: str, account: str, day: str, amount: str, texts: list[str]) -> pd.DataFrame:
    names = frame[name].fillna("").str.upper().str.replace(r"[^\w ]", " ", regex=True).str.split().str[:3].str.join(" ")
    accounts = frame[account].astype(object).where(frame[account].notna(), None)
    return pd.DataFrame({
        "unique_id": frame[key].astype(object), "amount": frame[amount].astype("int64"),
        "currency": frame["currency"].astype(object), "name": names.astype(object).where(names != "", None),
        "account": accounts, "day": pd.to_datetime(frame[day]).dt.strftime("%Y-%m-%d"), "tokens": tokens(frame, texts),
    })  # fmt: skip


def tokens(frame: pd.DataFrame, texts: list[str]) -> pd.Series:
    """Words with a digit, in capitals and without punctuation, and their runs of five digits or more: a list a row."""
    text = frame[texts[0]].fillna("")
    for name in texts[1:]:
        text = text + " " + frame[name].fillna("")
    upper = text.str.upper()
    words = upper.str.replace(r"[^A-Z0-9\s,;+]", "", regex=True).str.findall(r"[A-Z0-9]*[0-9][A-Z0-9]{3,}")
    digits = upper.str.findall(r"[0-9]{5,}")
    return (words + digits).map(lambda found: sorted(set(found)))


def splink(folder: Path) -> Callable[[Watch], dict[str, Any]]:
    """Splink 5: link_only, term frequencies of amounts, EM, one-to-one by single best links."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    amount = compare.CustomComparison(
        output_column_name="amount",
        comparison_levels=[
            levels.NullLevel("amount"),
            levels.ExactMatchLevel("amount", term_frequency_adjustments=True),
            levels.CustomLevel("abs(amount_l - amount_r) <= 0.03 * abs(amount_r)", "within 3 %"),
            levels.ElseLevel(),
        ],
    )
    rules = [
        block_on("currency", "amount"),
        block_on("currency", "tokens", arrays_to_explode=["tokens"]),
        "l.account = r.account and l.currency = r.currency and abs(l.amount - r.amount) <= 0.05 * abs(r.amount)",
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            amount, compare.ArrayIntersectAtSizes("tokens", [2, 1]), compare.JaroWinklerAtThresholds("name", [0.92, 0.8]),
            compare.ExactMatch("account"),
            compare.AbsoluteDateDifferenceAtThresholds(
                "day", input_is_string=True, metrics=["day", "day", "day"], thresholds=[7, 30, 90]
            ),
        ],
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
    )  # fmt: skip

    def work(watch: Watch) -> dict[str, Any]:
        with watch:
            lines, items = prepared(folder)
            db = DuckDBAPI()
            sides = [db.register(lines, dataset_display_name="lines"), db.register(items, dataset_display_name="items")]
            linker = Linker(sides, settings, log_level=None)
            linker.training.estimate_probability_two_random_records_match(
                ["l.amount = r.amount and l.currency = r.currency and l.account = r.account",
                 "l.amount = r.amount and l.currency = r.currency and l.name = r.name"], recall=0.3
            )  # fmt: skip
            linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
            for rule in (block_on("currency", "amount"), block_on("account")):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    rule, record_sample_proportion=min(1.0, 20_000 / len(items)), max_pairs=1e6
                )
            pairs = linker.inference.predict(threshold_match_probability=LEAST)
            found = linker.clustering.cluster_using_single_best_links(
                pairs, duplicate_free_datasets=["lines", "items"], threshold_match_probability=LEAST, ties_method="drop"
            ).as_pandas_dataframe()
            scored = pairs.as_pandas_dataframe()
            links = _of_clusters(found, scored)
        links.to_parquet(folder / "links.parquet")
        return {"n_pairs": len(scored), "n_links": len(links)}

    return work


def _of_clusters(found: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Pairs of one line and one item that are one cluster, with the probability of the pair."""
    sides = [found.loc[found["source_dataset"] == side, ["cluster_id", "unique_id"]] for side in ("lines", "items")]
    both = sides[0].merge(sides[1], on="cluster_id", suffixes=("_line", "_item"))
    both = both.set_axis(["cluster_id", "line_id", "item_id"], axis=1)
    is_line = scored["source_dataset_l"] == "lines"
    left, right = scored["unique_id_l"], scored["unique_id_r"]
    known = pd.DataFrame({
        "line_id": left.where(is_line, right), "item_id": right.where(is_line, left),
        "probability": scored["match_probability"],
    })  # fmt: skip
    return both[["line_id", "item_id"]].merge(known, on=["line_id", "item_id"])


def recordlinkage(folder: Path) -> Callable[[Watch], dict[str, Any]]:
    """recordlinkage 0.16: blocks on amount, account with a near amount, and tokens; ECM classifier; greedy one-to-one."""
    import recordlinkage as rl

    def work(watch: Watch) -> dict[str, Any]:
        with watch:
            lines, items = (side.set_index("unique_id") for side in prepared(folder))
            pairs = _blocked(lines, items)
            if len(pairs) > MOST_PAIRS:
                raise MemoryError(f"{len(pairs):,} pairs")
            shared = _shared_tokens(lines, items, pairs)
            compare = rl.Compare()
            compare.exact("amount", "amount", label="amount")
            compare.string("name", "name", method="jarowinkler", threshold=0.9, label="name")
            compare.exact("account", "account", label="account")
            features = compare.compute(pairs, lines.fillna({"name": ""}), items.fillna({"name": ""}))
            features["tokens"] = shared
            days = pd.to_datetime(lines["day"]).loc[pairs.get_level_values(0)].to_numpy()
            due = pd.to_datetime(items["day"]).loc[pairs.get_level_values(1)].to_numpy()
            features["near"] = (abs((days - due).astype("timedelta64[D]").astype(int)) <= 30).astype(int)
            ecm = rl.ECMClassifier()
            ecm.fit(features.astype(int))
            chance = ecm.prob(features.astype(int))
            chance = chance[chance >= LEAST].sort_values(ascending=False, kind="stable")
            kept = rl.OneToOneLinking("greedy").compute(chance.index) if len(chance) else chance.index
            links = chance.loc[kept].rename("probability").reset_index()
        links.set_axis(["line_id", "item_id", "probability"], axis=1).to_parquet(folder / "links.parquet")
        return {"n_pairs": len(pairs), "n_links": len(links)}

    return work


def _blocked(lines: pd.DataFrame, items: pd.DataFrame) -> pd.MultiIndex:
    """Pairs of equal amount, of one account and an amount within 5 %, or with a token in common."""
    left, right = (side.rename_axis("id").reset_index() for side in (lines, items))
    amount = left.merge(right, on=["currency", "amount"], suffixes=("_l", "_r"))[["id_l", "id_r"]]
    account = left.dropna(subset=["account"]).merge(right.dropna(subset=["account"]), on=["currency", "account"],
                                                    suffixes=("_l", "_r"))  # fmt: skip
    near = (account["amount_l"] - account["amount_r"]).abs() <= 0.05 * account["amount_r"].abs()
    return pd.MultiIndex.from_frame(
        pd.concat([amount, account.loc[near, ["id_l", "id_r"]], _by_token(left, right)]).drop_duplicates()
    )


def _by_token(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    parts = [side[["id", "tokens"]].explode("tokens").dropna() for side in (left, right)]
    return parts[0].merge(parts[1], on="tokens", suffixes=("_l", "_r"))[["id_l", "id_r"]].drop_duplicates()


def _shared_tokens(lines: pd.DataFrame, items: pd.DataFrame, pairs: pd.MultiIndex) -> Any:
    left, right = (side.rename_axis("id").reset_index() for side in (lines, items))
    shared = pd.MultiIndex.from_frame(_by_token(left, right))
    return pairs.isin(shared).astype(int)


PEERS = {"splink": splink, "recordlinkage": recordlinkage}


def main(name: str, folder: str) -> None:
    """One run: seconds, peak and facts as JSON; out of memory is a fact too."""
    if name == "recordlinkage":  # the other spills to disk by itself
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    work, before, watch = PEERS[name](Path(folder)), peak_mb(), Watch()
    try:
        facts = work(watch)
    except MemoryError as error:
        facts = {"stopped": f"out of memory (16 GB): {error}".rstrip(": ")}
    figures = {"wall": watch.wall, "cpu": watch.cpu, "before_mb": before, "peak_mb": peak_mb(), "facts": facts}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
