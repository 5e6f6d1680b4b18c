"""What the journal keeps of rows: their number and their hash, as an entry that appends them would have it."""

from __future__ import annotations

import pandas as pd

from recon_kit.store.columns import to_arrow
from recon_kit.store.digest import Digest
from recon_kit.tables import Table


def content(table: Table, frame: pd.DataFrame) -> dict[str, object]:
    """`n` and `sha256` of a conforming frame's rows in their order, as `rows` of a journal entry tells them.

    Raises:
        TableError: the frame does not conform.
    """
    found = Digest()
    found.update(to_arrow(table, table.conform(frame)))
    return {"n": found.n, "sha256": found.hexdigest()}
