"""A file of a batch as its bytes, with the totals that whoever reads it in compares."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class BatchFile:
    """One file for the ledger.

    Args:
        name: of the file. bytes: its content.
        n: postings in it.
        totals: currency -> debit and credit in minor units, as adding up the file's own columns gives them: of a DATEV file
            the postings with S and those with H, of a journal the columns debit and credit.
    """

    name: str
    bytes: bytes
    n: int
    totals: Mapping[str, tuple[int, int]]

    @property
    def sha256(self) -> str:
        """Hash of the bytes, hexadecimal."""
        return hashlib.sha256(self.bytes).hexdigest()


def sides(rows: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Per currency the amounts of the postings whose account is debited, and of those whose account is credited."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for currency, side, amount in zip(rows["currency"], rows["side"], rows["amount"], strict=True):
        found[currency][side == "credit"] += int(amount)
    return {currency: (debit, credit) for currency, (debit, credit) in sorted(found.items())}


def file_name(prefix: str, entity: str, batch_no: int, part: int | None) -> str:
    """A file's name without its ending: entity, batch, and the part where a batch has several files."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", entity).strip("-") or "entity"
    return "_".join([prefix, plain, f"{batch_no:06d}", *([str(part)] if part is not None else [])])
