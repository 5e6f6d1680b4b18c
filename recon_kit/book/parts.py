"""The parts of matches with what their postings need of lines, documents and customers, one object each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from recon_kit.book.vat import read_split
from recon_kit.errors import BookingError, Fault
from recon_kit.policy import Policy
from recon_kit.tables import ALLOCATIONS, BANK_LINES, CUSTOMERS, OPEN_ITEMS

POSTED = ("auto", "confirmed")
"""What is posted: matches that stand and that no list of the ledger contains or answers yet."""

_OF_LINE = ("line_id", "account", "counterparty_name", "remittance")
_OF_ITEM = ("item_id", "kind", "document_no", "customer_id", "customer_name", "channel", "tax_split")
_OF_CUSTOMER = ("customer_id", "country")

Key = tuple[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Matched:
    """What is to be posted, and what it speaks of.

    Args:
        allocations: ALLOCATIONS; rows of another status than auto or confirmed are not posted.
        bank_lines: BANK_LINES that they name. open_items: OPEN_ITEMS that they name, in any number of lists.
        customers: CUSTOMERS, for the country that tax follows; None where nobody keeps them.
    """

    allocations: pd.DataFrame
    bank_lines: pd.DataFrame
    open_items: pd.DataFrame
    customers: pd.DataFrame | None = None


@dataclass(frozen=True)
class Part:
    """One row of ALLOCATIONS, with its line, its document and its customer's country where it has them."""

    entity: str
    match_id: str
    line_id: str | None
    item_id: str | None
    customer_id: str | None
    gl_account: str | None
    allocated: int
    currency: str
    kind: str
    basis: str
    on: date
    grouped: bool
    bank: str | None = None
    payer: str | None = None
    remittance: str | None = None
    item_kind: str | None = None
    document_no: str | None = None
    channel: str | None = None
    tax_split: Mapping[str, int] | None = None
    country: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the other parts of its entity."""
        named = (self.match_id, self.line_id, self.item_id, self.kind, self.gl_account, self.customer_id)
        return tuple("" if value is None else value for value in named)


def parts_of(matched: Matched, policy: Policy) -> list[Part]:
    """The parts that are to be posted, in an order that the order of rows does not change.

    Raises:
        BookingError: naming every line and document that an allocation names and that is not there, and every tax split
            that cannot be read.
    """
    rows = ALLOCATIONS.conform(matched.allocations)
    rows = rows[rows["status"].isin(POSTED) & (rows["allocated"] != 0)]
    only = next(iter(policy.entities)) if len(policy.entities) == 1 else ""
    reading = _Reading(
        only,
        _by_key(BANK_LINES.conform(matched.bank_lines), _OF_LINE, only),
        _by_key(OPEN_ITEMS.sorted(OPEN_ITEMS.conform(matched.open_items)), _OF_ITEM, only),
        {} if matched.customers is None else _by_key(CUSTOMERS.conform(matched.customers), _OF_CUSTOMER, only),
        set(rows.loc[rows["line_id"].notna(), "match_id"]),
    )
    parts = [reading.part(row) for row in records(rows, tuple(ALLOCATIONS.columns))]
    if reading.faults:
        raise BookingError("matches", reading.faults)
    return sorted(parts, key=lambda part: (part.entity, part.on, part.key))


def _by_key(frame: pd.DataFrame, columns: Sequence[str], only: str) -> dict[Key, Row]:
    """Rows by entity and the first of `columns`; of several lists' rows of one document the newest."""
    return {(row["entity"] or only, row[columns[0]]): row for row in records(frame, ("entity", *columns))}


def records(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[Row]:
    """Rows by column name, None for what is missing."""
    values = [_values(frame[name]) for name in columns]
    for row in zip(*values, strict=True):
        yield dict(zip(columns, row, strict=True))


def _values(series: pd.Series) -> list[Any]:
    values = series.tolist()
    if not (gaps := series.isna().to_numpy()).any():
        return values
    return [None if gap else value for value, gap in zip(values, gaps, strict=True)]


@dataclass
class _Reading:
    """What rows of ALLOCATIONS may name, by entity and key, and what was named in vain."""

    only: str
    lines: Mapping[Key, Row]
    items: Mapping[Key, Row]
    customers: Mapping[Key, Row]
    with_line: set[str]
    faults: list[Fault] = field(default_factory=list)

    def part(self, row: Row) -> Part:
        """The row with what it names."""
        entity = row["entity"] or self.only
        told = self._of_line(entity, row) if row["line_id"] is not None else {}
        item = self._item(entity, row) if row["item_id"] is not None else None
        customer = row["customer_id"]
        if item is not None:
            customer = customer or item["customer_id"]
            told |= {"item_kind": item["kind"], "document_no": item["document_no"], "channel": item["channel"]}
            told |= {"payer": told.get("payer") or item["customer_name"], "tax_split": self._split(item)}
        known = self.customers.get((entity, customer)) if customer else None
        names = ("match_id", "line_id", "item_id", "gl_account", "allocated", "currency", "kind", "basis")
        told |= {name: row[name] for name in names} | {"country": known["country"] if known else None}
        grouped = row["match_id"] not in self.with_line
        return Part(entity=entity, customer_id=customer, on=row["effective_on"].date(), grouped=grouped, **told)

    def _of_line(self, entity: str, row: Row) -> Row:
        line = self.lines.get((entity, row["line_id"]))
        if line is None:
            self.faults.append(Fault("one that is known", field=f"line of match {row['match_id']}", found=row["line_id"]))
            return {}
        return {"bank": line["account"], "payer": line["counterparty_name"], "remittance": line["remittance"]}

    def _item(self, entity: str, row: Row) -> Row | None:
        item = self.items.get((entity, row["item_id"]))
        if item is None:
            self.faults.append(Fault("one that is known", field=f"document of match {row['match_id']}", found=row["item_id"]))
        return item

    def _split(self, item: Row) -> Mapping[str, int] | None:
        if item["tax_split"] is None:
            return None
        try:
            return read_split(item["tax_split"])
        except ValueError as error:
            expected = f'gross amounts by rate such as {{"19": 119000}} ({error})'
            self.faults.append(Fault(expected, field=f"tax_split of {item['document_no']}", found=item["tax_split"]))
            return None
