"""What became of automatic matches: confirmed by a person, found in the ledger's lists, taken back, or not judged yet."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recon_kit.evaluation.shares import with_bounds
from recon_kit.tables import with_lines

FATES = ("confirmed", "in_ledger", "reversed", "ledger_differs", "withdrawn", "undecided")
"""In the order in which the first that holds counts, but for `reversed` and `withdrawn`, which end a match."""
RIGHT, WRONG = ("confirmed", "in_ledger"), ("reversed", "ledger_differs")
_KEY = ["entity", "match_id"]


@dataclass(frozen=True)
class Decisions:
    """Automatic matches by what was found out about them later.

    Args:
        matches: one row per match: entity, match_id, basis, fate (one of `FATES`), n_lines.
        rules: one row per basis: n (matches), one column per fate, judged (confirmed, in the ledger, reversed, or differing
            there), right (of them the first two), precision with lower95 and upper95 (Wilson), coverage (share of all lines).
        n_lines: lines that could have been explained.
    """

    matches: pd.DataFrame
    rules: pd.DataFrame
    n_lines: int

    @property
    def n_judged(self) -> int:
        """Matches of which something was found out."""
        return int(self.rules["judged"].sum())


def decided(
    allocations: pd.DataFrame,
    n_lines: int,
    contained: pd.DataFrame,
    answered: pd.DataFrame,
    withdrawn: frozenset[str] = frozenset(),
) -> Decisions:
    """What the decisions say of each rule and of the model.

    That the ledger's newer list contains a match says that whoever keeps the ledger booked the same; it is no proof where the
    ledger was booked from our own export. Matches on ledger accounts are in no open-item list: only people judge them.

    Args:
        allocations: ALLOCATIONS as they stand now, taken-back ones included.
        n_lines: lines of the time.
        contained, answered: rows of allocations that a newer open-item list contains, or answers with another amount
            (`measures.balances`): entity and match_id, an item's part each.
        withdrawn: match_ids taken back because their data changed, not because they were wrong.
    """
    rows = with_lines(allocations)
    rows = rows[rows["line_id"].notna() & rows["status"].ne("proposed")]
    rows = rows.assign(entity=rows["entity"].fillna(""))
    matches = rows.groupby([*_KEY, "basis"], sort=True).agg(status=("status", "first"), n_lines=("line_id", "nunique"))
    matches = matches.reset_index()
    fate = pd.Series("undecided", index=matches.index, dtype="str")
    fate = fate.mask(_whole(matches, rows, contained), "in_ledger")
    fate = fate.mask(matches["status"].eq("in_ledger"), "in_ledger").mask(_in(matches, answered), "ledger_differs")
    fate = fate.mask(matches["status"].eq("confirmed"), "confirmed").mask(matches["status"].eq("reversed"), "reversed")
    fate = fate.mask(matches["status"].eq("reversed") & matches["match_id"].isin(withdrawn), "withdrawn")
    matches = matches.assign(fate=fate).drop(columns="status")
    return Decisions(matches.assign(entity=matches["entity"].replace("", None)), _rules(matches, n_lines), n_lines)


def _in(matches: pd.DataFrame, parts: pd.DataFrame) -> pd.Series:
    keys = pd.MultiIndex.from_frame(parts.assign(entity=parts["entity"].fillna(""))[_KEY])
    return pd.Series(pd.MultiIndex.from_frame(matches[_KEY]).isin(keys), index=matches.index)


def _whole(matches: pd.DataFrame, rows: pd.DataFrame, contained: pd.DataFrame) -> pd.Series:
    """Whether all documents of the match are among what a list contains."""
    on_items = rows[rows["item_id"].notna()].drop_duplicates([*_KEY, "item_id"])
    names = [*_KEY, "item_id"]
    known = pd.MultiIndex.from_frame(contained.assign(entity=contained["entity"].fillna(""))[names])
    told = on_items.assign(known=pd.MultiIndex.from_frame(on_items[names]).isin(known)).groupby(_KEY)["known"].all()
    return pd.Series(told.reindex(pd.MultiIndex.from_frame(matches[_KEY]), fill_value=False).to_numpy(bool), matches.index)


def _rules(matches: pd.DataFrame, n_lines: int) -> pd.DataFrame:
    flags = pd.DataFrame({fate: matches["fate"].eq(fate).astype("int64") for fate in FATES})
    counts = flags.assign(n=1, n_lines=matches["n_lines"]).groupby(matches["basis"]).sum().reset_index()
    counts["judged"], counts["right"] = counts[[*RIGHT, *WRONG]].sum(axis=1), counts[list(RIGHT)].sum(axis=1)
    counts["coverage"] = counts["n_lines"] / n_lines if n_lines else float("nan")
    told = with_bounds(counts, "right", "judged", "precision")
    told = told[["basis", "n", *FATES, "judged", "right", "precision", "lower95", "upper95", "coverage"]]
    return told.sort_values(["n", "basis"], ascending=[False, True], ignore_index=True)
