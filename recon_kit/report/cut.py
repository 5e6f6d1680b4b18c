"""The cut on disk: one Parquet file per table and one canonical JSON, byte-identical whenever the contents are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, StoreError
from recon_kit.measures.cut import CUT_TABLES, Cut
from recon_kit.tables import Table

__all__ = ["CUT_TABLES", "Cut", "read_cut", "write_cut"]

SCHEMA = 2
"""Of cut.json and of the set of tables beside it; 1 has no `schema` and only the first thirteen tables."""
_META = "cut.json"
_SINCE = dict.fromkeys(
    ("ledger_items", "ledger_movements", "items_before", "ledger_items_before", "aged", "late", "settled"), 2
)
"""Tables that an older cut lacks, with the schema that brought each."""
_IF_ANY = ("exported",)
"""Tables that have a file only where they have rows: a cut that knows of none is the same as before they were thought of."""


def write_cut(folder: Path, cut: Cut) -> list[Path]:
    """Write a cut below `folder`/data and return its files, sorted by name.

    Rows in canonical order, no pandas metadata, no times, fixed compression: equal cuts are equal files.
    """
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    held = {name: table for name, table in CUT_TABLES.items() if name not in _IF_ANY or len(getattr(cut, name))}
    written = [_write(data / f"{name}.parquet", table, getattr(cut, name)) for name, table in held.items()]
    meta = data / _META
    meta.write_text(canonical_json(cut.meta) + "\n", "utf-8", newline="\n")
    return sorted([*written, meta])


def read_cut(folder: Path) -> Cut:
    """The cut that `write_cut` wrote below `folder` (the run's folder, or its data folder itself).

    One that an older version made has no rows in tables that came later.

    Raises:
        StoreError: naming every file that is missing or cannot be read; or a newer version made it.
        TableError: a file's rows break their declared table.
    """
    data = folder / "data" if (folder / "data").is_dir() else folder
    if not (data / _META).is_file():
        raise StoreError(str(folder), [Fault("the folder of a run, as `recon close` makes it under reports/<period>/<run id>")])
    meta = json.loads((data / _META).read_text("utf-8"))
    made_by = meta.get("schema", 1)
    if made_by > SCHEMA:
        told = f"a cut of schema {SCHEMA} or older, but this one is of schema {made_by}; install the newer recon-kit"
        raise StoreError(str(folder), [Fault(told)])
    files = {name: data / f"{name}.parquet" for name in CUT_TABLES if _SINCE.get(name, 1) <= made_by}
    files = {name: path for name, path in files.items() if name not in _IF_ANY or path.is_file()}
    if faults := [Fault(f"a file {path.name} of the run's cut") for path in files.values() if not path.is_file()]:
        raise StoreError(str(folder), faults)
    return Cut.of(meta, {name: _read(path) for name, path in files.items()})


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no blanks: equal values are equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _write(path: Path, table: Table, frame: pd.DataFrame) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = table.sorted(table.conform(frame))
    columns = [pa.array(rows[name], type=_arrow(str(rows[name].dtype)), from_pandas=True) for name in rows]
    built = pa.Table.from_arrays(columns, names=list(rows.columns))
    pq.write_table(
        built, path, compression="zstd", compression_level=3, version="2.6", store_schema=False, row_group_size=1 << 20
    )
    return path


def _arrow(dtype: str) -> Any:
    import pyarrow as pa

    known = {"int64": pa.int64(), "Int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}
    if dtype.startswith("datetime64"):
        return pa.timestamp("us", tz="UTC" if "UTC" in dtype else None)
    return known.get(dtype, pa.string())


def _read(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(path).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame
