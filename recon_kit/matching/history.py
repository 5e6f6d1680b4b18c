"""What `match` is given besides the two sides: what was posted before; and what holds for every frame."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recon_kit.errors import Fault, TableError
from recon_kit.money import is_currency
from recon_kit.policy import Policy

LIVE = ("auto", "confirmed", "exported", "in_ledger")
"""Statuses of an allocation that stands."""


@dataclass(frozen=True)
class History:
    """What was posted before: booked lines, the documents they touched, and what was allocated.

    Args:
        bank_lines: lines of earlier runs and of before the start; returns and second sides of transfers refer to them.
        open_items: those lines' documents, any number of snapshots each; whatever is not open now counts as closed.
        allocations: live rows of earlier matches.
    """

    bank_lines: pd.DataFrame
    open_items: pd.DataFrame
    allocations: pd.DataFrame


def require_unique(name: str, frame: pd.DataFrame, key: str) -> None:
    """Refuse lines or documents that occur twice in an entity, once every row has one.

    Raises:
        TableError: naming each.
    """
    if (twice := frame.duplicated(["entity", key])).any():
        told = "one row per item, with what is open now" if key == "item_id" else "each line once"
        raise TableError(name, [Fault(told, field=key, found=found) for found in frame.loc[twice, key].tolist()])


def require_currencies(name: str, frame: pd.DataFrame) -> None:
    """Refuse rows in a currency that does not exist: no amount of theirs could be written down.

    Raises:
        TableError: naming each such currency, with how many rows have it.
    """
    counts = frame["currency"].value_counts()
    unknown = sorted(str(code) for code in counts.index if not is_currency(str(code)))
    if unknown:
        faults = [Fault(f"an ISO 4217 code, in {counts[code]} rows", field="currency", found=code) for code in unknown]
        raise TableError(name, faults)


def entities_filled(lines: list[pd.DataFrame], others: list[pd.DataFrame], policy: Policy) -> list[pd.DataFrame]:
    """Fill in the entity: by the line's account, else the only one there is."""
    given = {str(name) for frame in (*lines, *others) for name in frame["entity"].dropna().unique()}
    only = next(iter(given)) if len(given) == 1 else policy.entity_of(None) or ""
    by_account = {number: policy.entity_of(number) for frame in lines for number in frame["account"].dropna().unique()}
    filled = []
    for frame in (*lines, *others):
        entity = frame["entity"]
        if "account" in frame:
            entity = entity.fillna(frame["account"].map(by_account).astype(entity.dtype))
        filled.append(frame.assign(entity=entity.fillna(only)))
    return filled
