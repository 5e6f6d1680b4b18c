"""The two sides of a match as small exact records: bank lines and documents, in an order that no caller can disturb."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, TableError
from recon_kit.money import money_text
from recon_kit.policy import Policy, plain_account
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS

LIVE = ("auto", "confirmed", "exported", "in_ledger")
"""Statuses of an allocation that stands."""

_NO_ID = {"", "NOTPROVIDED", "NOTAVAILABLE", "NONE", "NONREF", "UNKNOWN"}


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


@dataclass(frozen=True, slots=True)
class Line:
    """One bank line; `payer` and `account` are plain numbers, `e2e` is None where the payer gave no reference."""

    entity: str
    id: str
    account: str
    on: date
    paid_on: date
    amount: int
    currency: str
    name: str | None
    payer: str
    remittance: str | None
    reference: str | None
    e2e: str | None
    kind: str | None
    return_reason: str | None
    instructed: int | None
    instructed_currency: str | None
    charges: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One document; `open` is what it was worth when the run began, 0 if only history knows it."""

    at: int
    entity: str
    id: str
    kind: str
    document_no: str
    customer_id: str | None
    customer_name: str | None
    customer_account: str
    issued_on: date
    due_on: date | None
    amount: int
    open: int
    currency: str
    reference: str | None
    order_no: str | None
    discount_on: date | None
    discount: int


@dataclass(frozen=True)
class Posted:
    """One live allocation of history."""

    line_id: str | None
    item: Item | None
    customer_id: str | None
    gl_account: str | None
    allocated: int
    kind: str


@dataclass(frozen=True)
class Sides:
    """Everything `match` looks at, sorted by what the rows say and never by where they stood."""

    lines: list[Line]
    items: list[Item]
    known_lines: list[Line]
    posted: dict[tuple[str, str], list[Posted]]


def sides(bank_lines: pd.DataFrame, open_items: pd.DataFrame, policy: Policy, history: History | None) -> Sides:
    """The frames as records; lines that history has already explained are left out.

    Raises:
        TableError: a frame breaks its table, or an item occurs twice.
    """
    lines, items = BANK_LINES.conform(bank_lines), OPEN_ITEMS.conform(open_items)
    require_unique(items)
    if history:
        old_lines, old_items = BANK_LINES.conform(history.bank_lines), OPEN_ITEMS.conform(history.open_items)
        allocations = ALLOCATIONS.conform(history.allocations)
    else:
        old_lines, old_items, allocations = BANK_LINES.empty(), OPEN_ITEMS.empty(), ALLOCATIONS.empty()
    lines, known, items, old_items, allocations = entities_filled([lines, old_lines], [items, old_items, allocations], policy)
    records = _items(items, old_items)
    posted = _posted(allocations[allocations["status"].isin(LIVE)], records)
    todo = [line for line in _lines(lines) if (line.entity, line.id) not in posted]
    return Sides(todo, records, _lines(known), posted)


def require_unique(items: pd.DataFrame) -> None:
    """Refuse documents that occur twice.

    Raises:
        TableError: naming each.
    """
    if (twice := items.duplicated(["entity", "item_id"])).any():
        found = items.loc[twice, "item_id"].tolist()
        raise TableError(
            "open_items", [Fault("one row per item, with what is open now", field="item_id", found=x) for x in found]
        )


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


def _lines(frame: pd.DataFrame) -> list[Line]:
    names = """entity line_id account booked_on value_on amount currency counterparty_name counterparty_account remittance
        reference end_to_end_id kind return_reason instructed_amount instructed_currency charges""".split()
    built = [_line(*record) for record in _records(frame, names)]
    return sorted(built, key=lambda line: (line.on, line.entity, line.account, line.id))


def _line(*record: Any) -> Line:
    entity, id_, account, on, value_on, amount, currency, name, payer, *texts = record
    remittance, reference, e2e, kind, why, instructed, foreign, charges = texts
    return Line(
        entity, id_, plain_account(account), on, min(on, value_on or on), amount, currency, name, plain_account(payer),
        remittance, reference, None if (e2e or "").strip().upper() in _NO_ID else e2e, kind, why, instructed, foreign, charges,
    )  # fmt: skip


def _items(now: pd.DataFrame, before: pd.DataFrame) -> list[Item]:
    newest = before.sort_values("snapshot_on", na_position="first").drop_duplicates(["entity", "item_id"], keep="last")
    both = pd.concat([now, newest.assign(open_amount=0)], ignore_index=True).drop_duplicates(["entity", "item_id"])
    both = both.sort_values(["entity", "item_id"], ignore_index=True)
    names = """entity item_id kind document_no customer_id customer_name customer_account issued_on due_on amount open_amount
        currency reference order_no discount_on discount_amount""".split()
    return [_item(at, *record) for at, record in enumerate(_records(both, names))]


def _item(at: int, *record: Any) -> Item:
    entity, id_, kind, number, customer, name, account, *rest = record
    issued_on, due_on, amount, left, currency, reference, order_no, discount_on, discount = rest
    return Item(
        at, entity, id_, kind, number, customer, name, plain_account(account), issued_on, due_on, amount, left, currency,
        reference, order_no, discount_on, discount or 0,
    )  # fmt: skip


def _posted(allocations: pd.DataFrame, items: list[Item]) -> dict[tuple[str, str], list[Posted]]:
    by_id = {(item.entity, item.id): item for item in items}
    names = ["entity", "line_id", "item_id", "customer_id", "gl_account", "allocated", "kind"]
    found: dict[tuple[str, str], list[Posted]] = {}
    for entity, line_id, item_id, customer, gl_account, allocated, kind in _records(allocations, names):
        row = Posted(line_id, by_id.get((entity, item_id)), customer, gl_account, allocated, kind)
        found.setdefault((entity, line_id or ""), []).append(row)
    return found


def _records(frame: pd.DataFrame, names: list[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(_values(frame[name]) for name in names), strict=True)


def _values(column: pd.Series) -> list[Any]:
    if column.dtype.kind == "M":
        return column.to_numpy().astype("datetime64[D]").tolist()
    if column.isna().any():
        return [None if missing else value for value, missing in zip(column.tolist(), column.isna(), strict=True)]
    return column.tolist()


def shown(amount: int, currency: str) -> str:
    """An amount for a sentence, as "1,190.00 EUR"."""
    return f"{money_text(amount, currency, group=',')} {currency}"
