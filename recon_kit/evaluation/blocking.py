"""What the candidate search offers at all, apart from what is chosen: a set that is never proposed cannot be matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from recon_kit.evaluation.judging import LABELS
from recon_kit.evaluation.shares import with_bounds
from recon_kit.evaluation.ways import WAYS, ways
from recon_kit.matching.coding import columns
from recon_kit.matching.history import History
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.seen import Seen
from recon_kit.matching.scoring.settling import Settling
from recon_kit.matching.sets import FAMILIES
from recon_kit.policy import Policy

_SIZES = [0, 1, 2, 5, 10, 30]
_SIZE_NAMES = ["1", "2", "3-5", "6-10", "11-30", "over 30"]

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Blocking:
    """Which sets the search proposed, of those that are asked about.

    Args:
        sets: one row per line that pays documents: line_id, size ("1", "2", "3-5" ...), n_items, proposed, families (bit n:
            FAMILIES[n] found it; 0 if not proposed), which of the ways of `ways` lead to it (text, payer, amount), and the
            labels that were given with it.
        n_proposed: sets proposed for all lines together. n_capped: lines whose search hit a limit.
    """

    sets: pd.DataFrame
    n_proposed: int
    n_capped: int

    @property
    def recall(self) -> float:
        """Share of the sets that were proposed; NaN of nothing."""
        return float(self.sets["proposed"].mean()) if len(self.sets) else float("nan")

    def by(self, *labels: str) -> pd.DataFrame:
        """One row per value of the labels (`size`, `quoting`, `phenomenon` ...): n, proposed, recall, lower95, upper95."""
        counts = self.sets.groupby([*labels], observed=True)["proposed"].agg(n="size", proposed="sum").reset_index()
        return with_bounds(counts, "proposed", "n", "recall")

    def families(self) -> pd.DataFrame:
        """One row per way of guessing: family, found (sets), alone (sets that no other way found), the most useful first."""
        masks = self.sets.loc[self.sets["proposed"], "families"].to_numpy(np.int64)
        rows = [
            (family.name, int((masks >> at & 1).sum()), int((masks == 1 << at).sum())) for at, family in enumerate(FAMILIES)
        ]
        found = pd.DataFrame(rows, columns=["family", "found", "alone"])
        return found.sort_values(["found", "family"], ascending=[False, True], ignore_index=True)


def candidates(
    bank_lines: pd.DataFrame, open_items: pd.DataFrame, policy: Policy | None = None, history: History | None = None
) -> Seen:
    """What the search offers each line when nothing has been taken yet: the first pass, without any model.

    Raises:
        TableError: a frame breaks its table, or an item occurs twice.
    """
    both = columns(bank_lines, open_items, policy, history)
    return Settling(both, np.ones(len(both.lines), bool)).proposed()


def blocking(seen: Seen | Sequence[Seen], truth: pd.DataFrame) -> Blocking:
    """Whether the true set of each line was among those proposed.

    Args:
        seen: what the search offered, in one pass or several (`candidates`, or the looks of a run); a set that any of them
            proposes counts.
        truth: line_id, item_id, one row per part, `kind` and labels if there are any: as for `evaluate`. Instead of the
            truth it may be what was decided: then it tells how sure matches were found.
    """
    looks = [seen] if isinstance(seen, Seen) else list(seen)
    line, item = _pairs(looks[0], truth)
    n_true = np.bincount(line, minlength=len(looks[0].lines))
    masks, found = np.zeros(len(n_true), np.int64), np.zeros((len(n_true), len(WAYS)), bool)
    for look in looks:
        right = _right(look, line, item, n_true)
        np.bitwise_or.at(masks, look.line[right], look.sets.families[right])
        np.logical_or.at(found, look.line[right], ways(look, right))
    asked = np.flatnonzero(n_true)
    sizes = pd.cut(n_true[asked], [*_SIZES, np.inf], labels=_SIZE_NAMES)
    frame = pd.DataFrame({
        "line_id": looks[0].lines.ids.take(pa.array(asked)).to_pandas(), "size": sizes, "n_items": n_true[asked],
        "proposed": masks[asked] != 0, "families": masks[asked], **dict(zip(WAYS, found[asked].T, strict=True)),
    })  # fmt: skip
    labels = truth[["line_id", *(name for name in LABELS if name in truth)]].drop_duplicates("line_id")
    capped = np.maximum.reduce([look.sets.capped for look in looks])
    return Blocking(
        frame.merge(labels, on="line_id", how="left"), sum(len(look.sets) for look in looks), int((capped != 0).sum())
    )


def _pairs(seen: Seen, truth: pd.DataFrame) -> tuple[Whole, Whole]:
    """(line, document) of each true link as positions, each once; what the search did not know counts as document n, n+1 ..."""
    paid = truth[truth["item_id"].notna() & truth["line_id"].notna()]
    if "kind" in paid:
        paid = paid[paid["kind"] == "payment"]
    paid = paid[["line_id", "item_id"]].drop_duplicates()
    line, item = (
        pd.Index(known.to_pandas()).get_indexer(pd.Index(paid[name]))
        for known, name in ((seen.lines.ids, "line_id"), (seen.items.ids, "item_id"))
    )
    absent = item < 0
    item[absent] = len(seen.items) + np.arange(int(absent.sum()))
    return line[line >= 0].astype(np.int64), item[line >= 0].astype(np.int64)


def _right(seen: Seen, line: Whole, item: Whole, n_true: Whole) -> NDArray[np.int64]:
    """Positions of the proposed sets that are exactly the true one of their line."""
    sets, width = seen.sets, int(max(item.max(initial=0) + 1, len(seen.items)))
    size = np.diff(sets.start)
    likely = np.flatnonzero(size == n_true[sets.line])
    rows = segments.rows(sets.start)
    mine = np.isin(rows, likely)
    pair = sets.line[rows[mine]].astype(np.int64) * width + sets.items[mine]
    hits = np.bincount(rows[mine], weights=np.isin(pair, line * width + item), minlength=len(sets))
    found: Whole = likely[hits[likely] == size[likely]]
    return found
