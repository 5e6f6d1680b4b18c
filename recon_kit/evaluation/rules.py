"""The company's rules on past months: what each fits, what it decided, how often that was right, and which are of no use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.evaluation.shares import with_bounds
from recon_kit.policy import Rules

_COUNTS = ["n_fits", "n_decided", "n_judged", "n_right"]
_KEY = ["entity", "line_id"]


@dataclass(frozen=True)
class RulesMeasured:
    """What past months say of a table of rules.

    Args:
        months: one row per rule, in their order, and month ("2026-08"; and "all", the newest `last` of them together): rule,
            then, month, n_lines (bank lines of the time), n_fits, coverage (fits of lines), n_decided, n_judged, n_right,
            precision, lower95, upper95 (Wilson). Judged is what truth or decisions tell of: lines that a rule gave to an
            account, and matches that an "accept" or "propose" fits, whoever decided them. Of "never" nothing can be judged.
        overlaps: one row per pair of rules that fit the same lines: rule, later (the one behind it), n_lines (both fit),
            n_later (the later one fits), hidden (the later one fits lines, but decided none), of the same months.
        dead: names of rules that fit nothing in these months, in their order.
        last: how many months, ending with the newest that has lines.
    """

    months: pd.DataFrame
    overlaps: pd.DataFrame
    dead: tuple[str, ...]
    last: int


def rules_measured(rules: Rules, fits: pd.DataFrame, lines: pd.DataFrame, judged: pd.DataFrame, last: int = 3) -> RulesMeasured:
    """Measure rules by month.

    Args:
        fits: one row per line and rule that fits it (`matching.match_with_rules`).
        lines: bank lines of the run: booked_on.
        judged: one row per line of which something is known: entity, line_id, status, basis, exact, right (`Evaluation.lines`).
        last: months that dead and overlapping rules are looked for in.
    """
    told = _told(rules, fits, judged)
    months, newest = lines["booked_on"].dt.strftime("%Y-%m"), _newest(lines["booked_on"], last)
    recent = told[told["month"].isin(newest)]
    rows = [_counted(rules, told, months.value_counts().to_dict())]
    rows.append(_counted(rules, recent.assign(month="all"), {"all": int(months.isin(newest).sum())}))
    table = pd.concat(rows, ignore_index=True).sort_values(["at", "month"], ignore_index=True)
    table["coverage"] = table["n_fits"] / table["n_lines"].where(table["n_lines"] > 0)
    table = with_bounds(table, "n_right", "n_judged", "precision")
    names = ["rule", "then", "month", "n_lines", "n_fits", "coverage", *_COUNTS[1:], "precision", "lower95", "upper95"]
    fitted = set(recent["at"])
    dead = tuple(rule.name for at, rule in enumerate(rules.rule) if at not in fitted)
    return RulesMeasured(table[names], _overlaps(rules, recent), dead, last)


def _newest(booked_on: pd.Series, last: int) -> set[str]:
    """The last months up to the newest, those without any line among them."""
    if booked_on.empty:
        return set()
    until = booked_on.max().to_period("M")
    return {str(until - back) for back in range(last)}


def _told(rules: Rules, fits: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Each fit with its month and what is known of the line: judged, right."""
    known = judged[judged["status"] != "open"].drop_duplicates(_KEY)
    rows = fits.assign(entity=fits["entity"].fillna("")).merge(
        known.assign(entity=known["entity"].fillna(""))[[*_KEY, "exact", "right"]], on=_KEY, how="left"
    )
    then = np.array([rule.then for rule in rules.rule] + [""], object)[rows["at"]]
    on_documents = np.isin(then, ["accept", "propose"])
    counts = on_documents | (np.isin(then, ["ledger_account", "own_transfer"]) & rows["decides"].to_numpy(bool))
    right = rows["exact"].where(on_documents, rows["right"])
    is_judged = right.notna() & counts
    return rows.assign(
        month=rows["booked_on"].dt.strftime("%Y-%m"), n_fits=1, n_decided=rows["decides"].astype("int64"),
        n_judged=is_judged.astype("int64"), n_right=(is_judged & right.eq(True)).astype("int64"),
    )  # fmt: skip


def _counted(rules: Rules, told: pd.DataFrame, n_lines: dict[str, int]) -> pd.DataFrame:
    """One row for each rule and month, those without any fit too."""
    every = pd.MultiIndex.from_product([range(len(rules.rule)), sorted(n_lines)], names=["at", "month"])
    sums = told.groupby(["at", "month"])[_COUNTS].sum().reindex(every, fill_value=0).astype("int64").reset_index()
    names, then = ([getattr(rules.rule[at], field) for at in sums["at"]] for field in ("name", "then"))
    return sums.assign(rule=names, then=then, n_lines=sums["month"].map(n_lines).astype("int64"))


def _overlaps(rules: Rules, recent: pd.DataFrame) -> pd.DataFrame:
    rows = recent[[*_KEY, "at", "decides"]]
    pairs = rows.merge(rows, on=_KEY, suffixes=("", "_later"))
    pairs = pairs[pairs["at"] < pairs["at_later"]]
    counts = pairs.groupby(["at", "at_later"]).size().reset_index(name="n_lines")
    fitted, decided = rows.groupby("at").size(), rows.groupby("at")["decides"].any()
    names = np.array([rule.name for rule in rules.rule] + [""], object)
    later = counts["at_later"].to_numpy(np.int64)
    return pd.DataFrame({
        "rule": names[counts["at"].to_numpy(np.int64)], "later": names[later], "n_lines": counts["n_lines"].to_numpy(np.int64),
        "n_later": fitted.reindex(later).to_numpy(np.int64), "hidden": ~decided.reindex(later).to_numpy(bool),
    })  # fmt: skip
