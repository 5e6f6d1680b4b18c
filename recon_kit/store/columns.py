"""Between frames and Arrow columns: exact in both directions, whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from recon_kit.errors import Fault, StoreError
from recon_kit.store.digest import text_bytes
from recon_kit.store.schema import kinds
from recon_kit.tables import Table
from recon_kit.tables.declare import DAY, INSTANT, TEXT, WHOLE_OR_NULL

_TEXT: Any = TEXT
_WHOLE: Any = WHOLE_OR_NULL
ARROW = {
    "text": pa.large_string(),
    "day": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "whole": pa.int64(),
    "share": pa.float64(),
    "flag": pa.bool_(),
}


def to_arrow(table: Table, frame: pd.DataFrame) -> dict[str, pa.Array]:
    """The columns of a conforming frame, one Arrow array each.

    Raises:
        StoreError: what a database would cut or refuse: a day with a time of day, text with a NUL in it.
    """
    built: dict[str, pa.Array] = {}
    faults = []
    for name, kind in kinds(table).items():
        column = pa.Array.from_pandas(frame[name])
        column = whole_array(column) if isinstance(column, pa.ChunkedArray) else column
        built[name] = pc.cast(column, ARROW[kind])
        if kind == "day" and pc.all(pc.equal(pc.cast(built[name], column.type), column)).as_py() is False:
            faults.append(Fault(f"{name} as days, without a time of day"))
        if kind == "text" and not text_bytes(built[name]).all():
            at = next(row for row, value in enumerate(frame[name]) if isinstance(value, str) and "\0" in value)
            faults.append(Fault("text without NUL characters", field=f"{name} at row {at}", found=frame[name].iloc[at]))
    if faults:
        raise StoreError(table.name, faults)
    return built


def to_frame(table: Table, chunks: Iterable[Mapping[str, pa.Array]], names: Iterable[str] | None = None) -> pd.DataFrame:
    """The chunks one after the other as a frame, every column of its exact declared type.

    Args:
        names: only these declared columns; all if None.
    """
    kept = list(chunks)
    described = kinds(table)
    wanted = list(described) if names is None else list(names)
    if not kept:  # arrow text without any chunk breaks pandas' merge
        return table.empty()[wanted]
    built = {name: _series(pa.chunked_array([chunk[name] for chunk in kept], ARROW[described[name]])) for name in wanted}
    frame = pd.DataFrame(built, copy=False)
    nullable = {name for name in wanted if table.columns[name].nullable and described[name] == "whole"}
    return frame.astype(dict.fromkeys(nullable, WHOLE_OR_NULL)) if nullable else frame


def _series(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_large_string(column.type):
        return pd.Series(_TEXT.__from_arrow__(column))
    if pa.types.is_date32(column.type):
        return pd.Series(pc.cast(column, pa.timestamp("us")).to_numpy().astype(DAY))
    if pa.types.is_timestamp(column.type):
        naive = pc.cast(column, pa.timestamp("us")).to_numpy().astype(DAY)
        return pd.Series(naive).dt.tz_localize("UTC").astype(INSTANT)
    if pa.types.is_int64(column.type):
        return pd.Series(_WHOLE.__from_arrow__(column)) if column.null_count else pd.Series(column.to_numpy())
    return pd.Series(column.to_numpy())


def joined(chunks: Iterable[Mapping[str, pa.Array]], name: str) -> npt.NDArray[np.int64]:
    """One whole-number column of all chunks as numpy."""
    whole: npt.NDArray[np.int64] = pa.chunked_array([chunk[name] for chunk in chunks], pa.int64()).to_numpy()
    return whole


def whole_array(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    joint = column.combine_chunks()
    return joint.chunk(0) if isinstance(joint, pa.ChunkedArray) else joint
