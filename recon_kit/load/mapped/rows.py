"""One row of a mapped sheet as the values of a declared table, each read by its column's own type."""

from __future__ import annotations

import re
from collections.abc import Mapping as Lookup
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from recon_kit.load.days import day, instant
from recon_kit.load.mapped.mapping import DERIVED, Mapping
from recon_kit.load.record import Records
from recon_kit.load.sheets import Native, Row
from recon_kit.money import exponent, minor_units
from recon_kit.tables import ITEM_KINDS, LEDGER_ROLES, LINE_KINDS, SETTLEMENT_KINDS

_ALLOWED: Lookup[tuple[str, str], tuple[str, ...]] = {
    ("open_items", "kind"): ITEM_KINDS,
    ("settlement_lines", "kind"): SETTLEMENT_KINDS,
    ("bank_lines", "kind"): LINE_KINDS,
    ("ledger_balances", "role"): LEDGER_ROLES,
}
_OTHER_CURRENCY = {"txn_amount": "txn_currency", "instructed_amount": "instructed_currency"}
_FLAGS = {
    **dict.fromkeys("true yes y ja j wahr x 1".split(), True),
    **dict.fromkeys("false no n nein falsch 0".split(), False),
}
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_ZEROS = {"settlement_lines": ("fee", "tax_on_fee"), "orders": ("refunded",)}


class RowReader:
    """Reads rows by one mapping; whatever is wrong is noted with its line and the sheet's caption."""

    def __init__(self, mapping: Mapping, records: Records) -> None:
        self.mapping, self.records = mapping, records
        self.table = mapping.into
        self.zone = ZoneInfo(mapping.time_zone) if mapping.time_zone else None
        self.names = [
            name
            for name in self.table.columns
            if (name in mapping.columns or name in mapping.constants) and name not in ("currency", "source_file", "source_line")
        ]
        self.plain = [name for name in self.names if name not in self.table.money]
        self.money = [name for name in self.names if name in self.table.money]

    def values(self, row: Row) -> dict[str, Any] | None:
        """The row's values, derived ones included; None if a fault was noted."""
        before = len(self.records.into.faults)
        found = {name: self._plain(row, name) for name in self.plain}
        if "currency" in self.table.columns:
            found["currency"] = self._currency(row)
            sign = self._sign(row)
            for name in self.money:
                currency = found.get(_OTHER_CURRENCY.get(name, "")) or found["currency"]
                found[name] = self._signed(name, self._amount(row, name, currency), sign)
        if len(self.records.into.faults) > before:
            return None
        self._own_entity(row, found)
        self._derive(found)
        self._needed(row, found)
        return found if len(self.records.into.faults) == before else None

    def _source(self, name: str) -> str:
        """The name by which `Records` knows the column's source."""
        source = self.mapping.columns.get(name)
        return f"#{source}" if type(source) is int else str(source)

    def _text(self, row: Row, name: str) -> str | None:
        if name in self.mapping.constants:
            return str(self.mapping.constants[name])
        source = self.mapping.columns[name]
        if isinstance(source, list):
            text = " ".join(filter(None, (self.records.text(row, part) for part in source))) or None
        else:
            text = self.records.text(row, self._source(name))
        words = self.mapping.values.get(name)
        if not words:
            return text
        return words.get(text or "", words.get("*", text or "") if text else "") or None

    def _plain(self, row: Row, name: str) -> Any:
        dtype = self.table.dtype(name)
        text = self._text(row, name)
        if text is None:
            return None
        if isinstance(dtype, pd.StringDtype):
            return self._word(row, name, text)
        if dtype.kind == "b":
            if text.lower() not in _FLAGS:
                self._fault(row, name, text, "yes or no (or map its words under [values])")
                return None
            return _FLAGS[text.lower()]
        if dtype.kind == "M":
            return self._moment(row, name, text, is_day=not isinstance(dtype, pd.DatetimeTZDtype))
        if not _WHOLE.fullmatch(text):
            self._fault(row, name, text, "a whole number")
            return None
        return int(text)

    def _word(self, row: Row, name: str, text: str) -> str | None:
        allowed = _ALLOWED.get((self.table.name, name))
        if allowed and text not in allowed:
            self._fault(row, name, text, f"one of {', '.join(allowed)} (map the sheet's words under [values.{name}])")
            return None
        return text

    def _moment(self, row: Row, name: str, text: str, *, is_day: bool) -> date | datetime | None:
        cell = self.records.columns.cell(row, self._source(name)) if name in self.mapping.columns else None
        style = self.mapping.date_format
        order = "ymd" if isinstance(cell, Native) or cell is None else self.records.order
        try:
            if style and not isinstance(cell, Native) and cell is not None:
                text = datetime.strptime(text, style).isoformat()
            if is_day:
                return day(text, order if not style else "ymd")
            if self.zone is None and not re.search(r"(Z|[+-]\d\d:?\d\d)$", text):
                self._fault(row, name, text, "a time with its offset, or time_zone in the mapping")
                return None
            return instant(text, order if not style else "ymd", self.zone or ZoneInfo("UTC"))
        except ValueError as error:
            self._fault(row, name, text, f"a date as {style}" if style else str(error))
            return None

    def _currency(self, row: Row) -> str:
        if "currency" in self.mapping.columns or "currency" in self.mapping.constants:
            code = self._text(row, "currency") or ""
        else:
            code = self.records.into.hints.currency or ""
        try:
            exponent(code)
        except ValueError:
            self._fault(
                row, "currency", code or None, "an ISO 4217 currency code, from a column, a constant or the hint currency"
            )
        return code

    def _amount(self, row: Row, name: str, currency: str) -> int | None:
        if not currency or currency == "None":
            return None
        if name in self.mapping.constants:
            return self._constant(row, name, currency)
        source = self.mapping.columns[name]
        if isinstance(source, dict):
            plus, minus = (self._one(row, source[side], currency) for side in ("plus", "minus"))
            return None if plus is None and minus is None else (plus or 0) - (minus or 0)
        return self._one(row, self._source(name), currency)

    def _constant(self, row: Row, name: str, currency: str) -> int | None:
        text = str(self.mapping.constants[name])
        try:
            return minor_units(text, currency, ".")
        except ValueError:
            self._fault(row, name, text, f"an amount in {currency} with '.' as decimal mark")
            return None

    def _one(self, row: Row, source: str, currency: str) -> int | None:
        if not self.mapping.minor_units:
            return self.records.amount(row, source, currency)
        text = self.records.text(row, source)
        if text is not None and not _WHOLE.fullmatch(text):
            self.records.fault(row, source, "whole minor units")
            return None
        return None if text is None else int(text)

    def _sign(self, row: Row) -> int:
        if self.mapping.sign is None:
            return 1
        word = self.records.text(row, self.mapping.sign.column) or ""
        if word in self.mapping.sign.negative:
            return -1
        if word not in self.mapping.sign.positive:
            known = ", ".join((*self.mapping.sign.positive, *self.mapping.sign.negative))
            self.records.fault(row, self.mapping.sign.column, f"one of {known}, which give the sign")
        return 1

    def _signed(self, name: str, amount: int | None, sign: int) -> int | None:
        if amount is None:
            return None
        declared = self.mapping.sign
        if declared and (not declared.applies_to or name in declared.applies_to):
            amount *= sign
        return -amount if name in self.mapping.negate else amount

    def _own_entity(self, row: Row, found: dict[str, Any]) -> None:
        """A row's own entity must be the one that the file was said to belong to; an empty cell takes it."""
        told = self.records.into.hints.entity
        if found.get("entity") is None:
            found.pop("entity", None)
        elif told and found["entity"] != told:
            self._fault(row, "entity", found["entity"], f"{told!r}, the entity that the file belongs to")

    def _derive(self, found: dict[str, Any]) -> None:
        for name in _ZEROS.get(self.table.name, ()):
            if found.get(name) is None:
                found[name] = 0
        if self.table.name == "open_items":
            _derive_item(found)
        elif self.table.name == "settlement_lines":
            costs = found["fee"] + found["tax_on_fee"]
            if found.get("gross") is None and found.get("net") is not None:
                found["gross"] = found["net"] - costs
            elif found.get("net") is None and found.get("gross") is not None:
                found["net"] = found["gross"] + costs

    def _needed(self, row: Row, found: dict[str, Any]) -> None:
        made = {"entity", "source_file", "source_line"}
        if self.table.name in ("bank_lines", "open_items"):  # what is derived lacks only what the row lacks anyway
            made |= DERIVED[self.table.name] - {*self.mapping.columns, *self.mapping.constants}
        for name, column in self.table.columns.items():
            if not column.nullable and name not in made and found.get(name) is None:
                self._fault(row, name, None, f"a value ({column.description})")
        if self.table.name == "settlement_lines" and found.get("net") is not None and found.get("gross") is not None:
            wanted = found["gross"] + found["fee"] + found["tax_on_fee"]
            if found["net"] != wanted:
                self._fault(
                    row, "net", str(found["net"]), f"gross + fee + tax_on_fee, which is {wanted} minor units (see negate)"
                )

    def _fault(self, row: Row, name: str, found: str | None, expected: str) -> None:
        source = self.mapping.columns.get(name)
        shown = self.records.columns.shown(self._source(name)) if isinstance(source, str | int) else name
        self.records.into.fault(row.line, shown, found, expected)


def _derive_item(found: dict[str, Any]) -> None:
    open_amount = found.get("open_amount")
    if open_amount is None:
        return
    if found.get("amount") is None:
        found["amount"] = open_amount
    if found.get("kind") is None:
        found["kind"] = "invoice" if open_amount >= 0 else "credit_note"
    if found.get("item_id") is None and found.get("document_no"):
        found["item_id"] = f"{found['kind']}:{found['document_no']}"
