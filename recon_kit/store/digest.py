"""A hash over the content of stored rows that comes out the same from a frame and from either database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_BYTES = np.dtype("<i8")


class Digest:
    """Gathers rows chunk by chunk; the same rows in the same order give the same hash however they were cut.

    Each column is hashed as two streams: the size in bytes of each value (-1 for a missing one), and the values: text as
    UTF-8, all others as one little-endian signed 64-bit integer each (days since 1970, microseconds since 1970, 0 or 1,
    the bits of a float). A column that holds no value at all is left out, so that one added later changes no hash.
    """

    def __init__(self) -> None:
        self.n = 0
        self._columns: dict[str, tuple[hashlib._Hash, hashlib._Hash]] = {}
        self._seen: set[str] = set()

    def update(self, columns: Mapping[str, pa.Array]) -> None:
        """Add rows; each column as the Arrow type of its kind."""
        rows = len(next(iter(columns.values()), ()))
        for name, column in columns.items():
            sizes, values = self._columns.setdefault(name, (hashlib.sha256(), hashlib.sha256()))
            if column.null_count < rows:
                self._seen.add(name)
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                lengths = pc.fill_null(pc.cast(pc.binary_length(column), pa.int64()), -1)
                sizes.update(_raw(lengths))
                values.update(text_bytes(column).data)
            else:
                sizes.update(np.where(np.asarray(pc.is_null(column)), -1, 8).astype(_BYTES).data)
                values.update(_raw(_whole(column)))
        self.n += rows

    def hexdigest(self) -> str:
        """SHA-256 over the names and hashes of the columns that hold anything, by name."""
        whole = hashlib.sha256()
        for name in sorted(self._seen):
            sizes, values = self._columns[name]
            whole.update(f"{name} {sizes.hexdigest()} {values.hexdigest()}\n".encode())
        return whole.hexdigest()


def text_bytes(column: pa.Array) -> npt.NDArray[np.uint8]:
    """The UTF-8 bytes of a column of text, one value after the other."""
    present = column.drop_null()
    _, offsets, data = present.buffers()
    if data is None or not len(present):
        return np.empty(0, dtype=np.uint8)
    wide = pa.types.is_large_string(present.type)
    ends = np.frombuffer(offsets, dtype=np.int64 if wide else np.int32)
    first, last = ends[present.offset], ends[present.offset + len(present)]
    return np.frombuffer(data, dtype=np.uint8)[first:last]


def _whole(column: pa.Array) -> pa.Array:
    if pa.types.is_floating(column.type):
        values = np.asarray(pc.fill_null(column, 0.0)) + 0.0  # a database keeps no -0.0
        return pa.array(values.view(np.int64))
    if pa.types.is_date32(column.type):
        column = column.view(pa.int32())
    elif pa.types.is_timestamp(column.type):
        column = column.view(pa.int64())
    return pc.fill_null(pc.cast(column, pa.int64()), 0)


def _raw(column: pa.Array) -> memoryview:
    return np.ascontiguousarray(column.to_numpy(zero_copy_only=False), dtype=_BYTES).data
