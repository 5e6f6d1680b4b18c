"""Matches looked at by line, though the documents of one that was exchanged stand in a currency of their own."""

from __future__ import annotations

import numpy as np
import pandas as pd


def with_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows of ALLOCATIONS or ALTERNATIVES; one without a line has the line of its match, if that has exactly one.

    Only for looking rows up by line: the money of such a row is no money of the line.
    """
    lacks = rows["line_id"].isna()
    if not lacks.any() or lacks.all():
        return rows
    by = ["match_id"] + (["entity"] if "entity" in rows else [])
    key = pd.MultiIndex.from_frame(rows[by].fillna(""))
    known = pd.Series(rows["line_id"].to_numpy(object), key)[~lacks.to_numpy()]
    lines = known.groupby(level=list(range(len(by)))).agg(["first", "nunique"])
    one = lines.loc[lines["nunique"] == 1, "first"]
    of_match = one.reindex(key).to_numpy(object)
    found = np.where(lacks.to_numpy(), of_match, rows["line_id"].to_numpy(object))
    return rows.assign(line_id=pd.Series(found, rows.index).astype(rows["line_id"].dtype))
