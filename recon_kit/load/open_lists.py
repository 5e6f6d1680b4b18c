"""What every list of open items needs: the day it describes, whether it is complete, and one id a document."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from recon_kit.load.loaded import Collector
from recon_kit.tables import OPEN_ITEMS, SNAPSHOTS

ASK_FOR_DAY = "the hint snapshot_on: the day that the list describes, which the file does not tell"


def discount(gross: int, percent: str) -> int:
    """The cash discount on `gross` minor units, rounded half up (away from zero).

    Args:
        percent: as text, "2" or "2.5"; below 0.2 it is a share of one, as ledgers keep it ("0.02"), for nobody grants less.

    >>> discount(119000, "2"), discount(-2525, "2"), discount(125, "2"), discount(119000, "0.02")
    (2380, -51, 3, 2380)
    """
    rate = Decimal(percent)
    share = rate if rate < Decimal("0.2") else rate / 100
    return int((gross * share).quantize(Decimal(1), ROUND_HALF_UP))


def add_list(into: Collector, items: list[dict[str, Any]], snapshot_on: date | None, *, complete: bool) -> None:
    """Put the items and their snapshot (one an entity) into the result; items whose id repeats are told apart by number.

    A repeated id is noted as a check, for the ledger should have given each document once.
    """
    into.table(OPEN_ITEMS)
    if snapshot_on is None:
        into.fault(None, None, None, ASK_FOR_DAY)
    if into.faults:
        return
    entities = Counter(item.get("entity", into.hints.entity) for item in items) or {into.hints.entity: 0}
    seen: Counter[tuple[str | None, str]] = Counter()
    for item in items:
        key = (item.get("entity", into.hints.entity), item["item_id"])
        seen[key] += 1
        number = seen[key]
        unique = item["item_id"] if number == 1 else f"{item['item_id']}#{number}"
        into.row(OPEN_ITEMS, **{**item, "item_id": unique, "snapshot_on": snapshot_on})
    if twice := [item_id for (_, item_id), count in seen.items() if count > 1]:
        told = f"{len(twice)} documents stand in the list more than once, the first is {twice[0]}; each is kept, numbered"
        into.check("duplicate", "open items", "note", actual=len(twice), detail=told)
    for entity, n_items in entities.items():
        into.row(SNAPSHOTS, entity=entity, snapshot_on=snapshot_on, complete=complete, n_items=n_items)
