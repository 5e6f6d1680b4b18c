"""What people decided, as a model learns from it: which lines are known in full, which documents each of them paid.

A match that was taken back says that this set was wrong, and nothing of what would be right: unless the line was decided anew,
it is left out of the learning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from recon_kit.errors import Fault, ParameterError
from recon_kit.matching.columns import Code, Columns
from recon_kit.tables import STATUSES

REVERSED, OPEN = "reversed", ("proposed",)
"""Statuses of a match that was taken back, and of one that nobody has decided."""


@dataclass(frozen=True)
class Labels:
    """Decisions by position in both sides.

    Args:
        decided: of each line whether all that it paid is known (also: that it paid no document).
        line, item: the pairs that stand, each once, by line and item.
        n_reversed: lines left out because their only match was taken back.
    """

    decided: NDArray[np.bool_]
    line: Code
    item: Code
    n_reversed: int = 0

    def __len__(self) -> int:
        return int(self.decided.sum())


def labels(both: Columns, confirmed: pd.DataFrame) -> Labels:
    """The decisions on the lines of both sides.

    Args:
        confirmed: ALLOCATIONS rows, or pairs: `line_id`, `item_id` (null: to no document), and as far as there `entity` and
            `status` ("reversed": taken back; without it every row stands). Lines that pay documents of another currency teach
            nothing, as no set crosses currencies.
    Raises:
        ParameterError: a column is missing, a row is not decided, or names a line or document that is not there; each is told.
    """
    if faults := [Fault("a column of text", field=name) for name in ("line_id", "item_id") if name not in confirmed]:
        raise ParameterError("confirmed", faults)
    rows = confirmed[confirmed["line_id"].notna()]
    if "kind" in rows:
        rows = rows[~rows["line_id"].isin(rows.loc[rows["kind"].eq("exchange"), "line_id"])]
    line = _places(rows, "line_id", both.lines.ids, both.lines.entity, both)
    item = _places(rows, "item_id", both.items.ids, both.items.entity, both)
    if faults := list(_faults(rows, line, item)):
        raise ParameterError("confirmed", faults)
    status = rows["status"].to_numpy(object) if "status" in rows else np.full(len(rows), "confirmed", object)
    stands = status != REVERSED
    decided = np.zeros(len(both.lines), bool)
    decided[line[stands]] = True
    pays = stands & (item >= 0)
    n = max(len(both.items), 1)
    pair = np.unique(line[pays].astype(np.int64) * n + item[pays])
    n_reversed = len(np.setdiff1d(line[~stands], line[stands]))
    return Labels(decided, (pair // n).astype(np.int32), (pair % n).astype(np.int32), n_reversed)


def _places(rows: pd.DataFrame, name: str, ids: pa.LargeStringArray, entity: Code, both: Columns) -> NDArray[np.int64]:
    """Position of each row's line or document; -1 where it is not there, or none is named."""
    known = pd.Series(ids.to_pandas(), dtype="str")
    wanted = rows[name].astype("str")
    if "entity" in rows and rows["entity"].notna().all():
        names = np.append(np.array(both.names.entities.to_pylist(), object), "")
        known = pd.Series(names[entity], dtype="str") + "\0" + known
        wanted = rows["entity"].astype("str") + "\0" + wanted
    index = pd.Index(known)
    found = np.full(len(rows), -1, np.int64)
    some = rows[name].notna().to_numpy()
    if index.is_unique:
        found[some] = index.get_indexer(pd.Index(wanted[some]))
        return found
    raise ParameterError("confirmed", [Fault("the entity of each row, as ids occur in several", field="entity")])


def _faults(rows: pd.DataFrame, line: NDArray[np.int64], item: NDArray[np.int64]) -> Iterator[Fault]:
    named = rows["item_id"].notna().to_numpy()
    for at in np.flatnonzero(line < 0).tolist():
        yield Fault("a line of bank_lines", field="line_id", found=str(rows["line_id"].iloc[at]))
    for at in np.flatnonzero(named & (item < 0)).tolist():
        yield Fault("a document of open_items", field="item_id", found=str(rows["item_id"].iloc[at]))
    if "status" in rows:
        undecided = rows["status"].isna() | rows["status"].isin(OPEN) | ~rows["status"].isin(STATUSES)
        for status in sorted(rows.loc[undecided, "status"].fillna("").unique()):
            yield Fault("the status of a match that somebody decided", field="status", found=str(status))
