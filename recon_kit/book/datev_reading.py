"""The postings of a DATEV file that we wrote, read back as the very rows: proof that nothing was lost on the way out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from recon_kit.book import datev_fields as fields
from recon_kit.errors import BookingError, Fault
from recon_kit.money import exponent
from recon_kit.tables import BATCH_LINES

EXTRAS = {
    "entity": "Firma", "batch_no": "Stapel", "line_no": "Zeile", "booking_id": "Buchung", "match_id": "Match",
    "line_id": "Bankzeile", "item_id": "Posten", "customer_id": "Kunde", "kind": "Vorgang", "rate": "Kurs",
    "base_currency": "WKZ Basis", "tax_code": "BU", "tax_rate": "Steuersatz", "tax_amount": "Steuerbetrag",
    "tax_account": "Steuerkonto", "tax_basis": "Steuerquelle", "cost_centre": "Kostenstelle", "document_no": "Beleg",
    "effective_on": "Geldtag", "text": "Text", "reverses": "Storno von",
}  # fmt: skip
"""Names of the Zusatzinformationen by column; one stands in a row only where the row's own fields do not say the same."""

_WHOLE = ("batch_no", "line_no", "tax_amount")


@dataclass(frozen=True)
class Year:
    """A financial year by its first day: the vouchers of a file lie in one."""

    first: date

    @classmethod
    def of(cls, on: date, starts: int) -> Year:
        """The year of a day, where years begin in month `starts`."""
        return cls(date(on.year if on.month >= starts else on.year - 1, starts, 1))

    def day(self, ddmm: str) -> date:
        """The day of this year that a Belegdatum means."""
        month = int(ddmm[-2:])
        return date(self.first.year + (month < self.first.month), month, int(ddmm[:-2]))


def read_datev(data: bytes, place: str = "DATEV") -> pd.DataFrame:
    """BATCH_LINES of a file that `write_datev` wrote: the very rows.

    Raises:
        BookingError: it is no Buchungsstapel of version 700, or a row does not read or names no posting of ours; with its line.
    """
    try:
        lines = csv.reader(io.StringIO(data.decode(fields.ENCODING), newline=""), delimiter=";")
        head = next(lines, [])
    except UnicodeDecodeError as error:
        raise BookingError(place, [Fault(f"Windows-1252 ({error})")]) from error
    if head[:3] != ["EXTF", "700", "21"] or next(lines, None) is None:
        raise BookingError(place, [Fault('a Buchungsstapel that begins with "EXTF";700;21', line=1)])
    year = Year(date.fromisoformat(head[12]))
    found: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for values in lines:
        try:
            found.append(_row(values, year))
        except (ValueError, KeyError, IndexError) as error:
            faults.append(Fault(f"a posting that Recon Kit wrote ({error})", line=lines.line_num))
    if faults:
        raise BookingError(place, faults)
    return BATCH_LINES.frame({name: [row.get(name) for row in found] for name in BATCH_LINES.columns})


def _row(values: Sequence[str], year: Year) -> dict[str, Any]:
    row = visible(values, year) | _extras(values)
    row["side"] = {"S": "debit", "H": "credit"}[values[1]]
    row["amount"] = _minor(values[0], values[2])
    row["base_amount"] = _minor(values[4], values[5]) if values[4] else None
    if "booking_id" not in row:
        raise ValueError("it names no posting")
    return row


def visible(values: Sequence[str], year: Year) -> dict[str, Any]:
    """What the row's own fields say, by column."""
    on = pd.Timestamp(year.day(values[9]))
    return {
        "currency": values[2],
        "rate": values[3].replace(",", ".") or None,
        "base_currency": values[5] or None,
        "account": values[6],
        "contra_account": values[7],
        "tax_code": values[8].lstrip("0") or None,
        "posted_on": on,
        "effective_on": on,
        "document_no": values[10] or None,
        "text": values[13] or None,
        "cost_centre": values[36] or None,
    }


def _extras(values: Sequence[str]) -> dict[str, Any]:
    told: dict[str, str] = {}
    for number in range(fields.N_EXTRAS):
        label, part = values[fields.EXTRA_FIRST + 2 * number : fields.EXTRA_FIRST + 2 * number + 2]
        if label:
            told[label] = told.get(label, "") + part
    return {name: _value(name, told[label]) for name, label in EXTRAS.items() if label in told}


def _value(name: str, text: str) -> Any:
    text = json.loads(text) if text.startswith('"') else text
    return int(text) if name in _WHOLE else pd.Timestamp(text) if name == "effective_on" else text


def _minor(text: str, currency: str) -> int:
    """The minor units of an amount that is written with two decimals whatever its currency has."""
    whole, _, decimals = text.partition(",")
    return int(whole + decimals.ljust(2, "0")) * int(10 ** exponent(currency)) // 100
