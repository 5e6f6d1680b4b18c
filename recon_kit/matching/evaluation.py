"""`evaluate`: how often each rule was right, and how much of the work it did, against known truth."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recon_kit.errors import Fault, TableError
from recon_kit.matching.precision import wilson
from recon_kit.matching.result import MatchResult
from recon_kit.tables import LINE_ALLOCATIONS

_CASH = ("payment", *LINE_ALLOCATIONS)
Parts = dict[tuple[str, str], frozenset[tuple[str, ...]]]


@dataclass(frozen=True)
class Evaluation:
    """What came of a run, by the truth.

    Args:
        rules: one row per basis and status: n, right, wrong, precision, lower95, upper95 (Wilson).
        wrong: one row per wrong match: entity, match_id, line_id, basis, status, said, truth.
        by_currency: one row per currency of the lines that truth speaks of: n_lines, n_through, amount, amount_through
            (absolute minor units); through = automatic and wholly right.
        n_lines, n_through: the same over all currencies.
    """

    rules: pd.DataFrame
    wrong: pd.DataFrame
    by_currency: pd.DataFrame
    n_lines: int
    n_through: int

    @property
    def straight_through(self) -> float:
        """Share of the lines that were matched automatically and wholly right, by count."""
        return self.n_through / self.n_lines if self.n_lines else 0.0


def evaluate(result: MatchResult, truth: pd.DataFrame) -> Evaluation:
    """Compare matches with the truth; a match is right only if every part of it is.

    Args:
        truth: line_id, item_id, allocated; one row per part, `item_id` null for what goes to no item. With a column
            `kind` payments, discounts and ledger accounts are told apart (and with `gl_account` the account of the latter);
            `entity` is used if it is there. Lines that truth does not name are not judged.
    Raises:
        TableError: truth lacks one of its three columns.
    """
    if missing := [name for name in ("line_id", "item_id", "allocated") if name not in truth]:
        raise TableError("truth", [Fault(f"a column {name}") for name in missing])
    columns = [name for name in ("item_id", "kind", "gl_account") if name in truth]
    said = _parts(result.allocations, columns, "entity" in truth)
    so = _parts(truth, columns, "entity" in truth)
    matches = result.allocations.dropna(subset=["line_id"]).drop_duplicates(["entity", "match_id"], ignore_index=True)
    keys = list(zip(_entity(matches, "entity" in truth), matches["line_id"], strict=True))
    judged = matches.assign(
        known=[key in so for key in keys],
        right=[key in so and said[key] == so[key] for key in keys],
        said=[_told(said[key]) for key in keys],
        truth=[_told(so.get(key, frozenset())) for key in keys],
    )
    judged = judged[judged["known"]]
    wrong = judged[~judged["right"]][["entity", "match_id", "line_id", "basis", "status", "said", "truth"]]
    lines = _lines(result, judged, so)
    return Evaluation(
        _by_rule(judged), wrong.reset_index(drop=True), _by_currency(lines), len(lines), int(lines["through"].sum())
    )


def _parts(frame: pd.DataFrame, columns: list[str], with_entity: bool) -> Parts:
    """What each line goes to: (item, kind, account, sum) of each part; without kinds only what is paid to items."""
    rows = frame[frame["line_id"].notna()]
    if "kind" not in columns and "kind" in rows:
        rows = rows.assign(allocated=rows["allocated"].where(rows["kind"].eq("payment") | rows["item_id"].isna(), 0))
    if "gl_account" in columns and "kind" in rows:
        rows = rows.assign(gl_account=rows["gl_account"].where(rows["kind"].eq("ledger_account")))
    place = pd.Series(_entity(rows, with_entity), index=rows.index)
    texts = {name: rows[name].astype(object).where(rows[name].notna(), "") for name in columns}
    sums = rows["allocated"].groupby([place, rows["line_id"], *texts.values()]).sum()
    found: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for key, allocated in zip(sums.index.tolist(), sums.tolist(), strict=True):
        parts = found.setdefault((key[0], key[1]), set())
        if ("kind" in columns or key[2]) and allocated:
            parts.add((*key[2:], str(allocated)))
    return {key: frozenset(parts) for key, parts in found.items()}


def _entity(frame: pd.DataFrame, used: bool) -> list[str]:
    return frame["entity"].astype(object).where(frame["entity"].notna(), "").tolist() if used else [""] * len(frame)


def _told(parts: frozenset[tuple[str, ...]]) -> str:
    return "; ".join(" ".join(name for name in part if name) for part in sorted(parts)) or "no item"


def _by_rule(judged: pd.DataFrame) -> pd.DataFrame:
    counts = judged.groupby(["basis", "status"])["right"].agg(n="size", right="sum").reset_index()
    counts["wrong"] = counts["n"] - counts["right"]
    counts["precision"] = counts["right"] / counts["n"]
    bounds = [wilson(right, n) for right, n in zip(counts["right"], counts["n"], strict=True)]
    return counts.assign(lower95=[low for low, _ in bounds], upper95=[high for _, high in bounds])


def _lines(result: MatchResult, judged: pd.DataFrame, so: Parts) -> pd.DataFrame:
    """One row per line that truth names and the run saw: its currency, absolute amount, and whether it went through."""
    through = set(judged.loc[judged["right"] & (judged["status"] == "auto"), "line_id"])
    cash = result.allocations[result.allocations["status"].eq("auto") & result.allocations["kind"].isin(_CASH)]
    explained = cash.groupby(["line_id", "currency"])["allocated"].sum().abs().reset_index()
    left = result.breaks.loc[result.breaks["side"] == "bank_line", ["id", "currency", "amount"]]
    left = left.set_axis(["line_id", "currency", "allocated"], axis=1).assign(allocated=left["amount"].abs())
    both = pd.concat([explained, left], ignore_index=True)
    both = both[both["line_id"].isin({line for _, line in so})]
    return both.assign(through=both["line_id"].isin(through))


def _by_currency(lines: pd.DataFrame) -> pd.DataFrame:
    money = lines.assign(amount_through=lines["allocated"].where(lines["through"], 0))
    sums = money.groupby("currency").agg(
        n_lines=("line_id", "size"),
        n_through=("through", "sum"),
        amount=("allocated", "sum"),
        amount_through=("amount_through", "sum"),
    )
    return sums.reset_index()
