"""The general journal as CSV: two or three rows a posting, for any ledger that reads debit and credit.

Columns of a row: what BATCH_LINES says of the posting, and `leg` (1 the account, 2 the contra account, 3 the tax), `account`,
`debit`, `credit`, `base_debit`, `base_credit`. UTF-8, comma, CRLF; days as 2026-10-05, amounts with a decimal point and the
currency's own decimals. A text that a spreadsheet would take for a formula, or that begins with an apostrophe, has an
apostrophe before it; an apostrophe alone is an empty text, an empty field is no text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pandas as pd

from recon_kit.book.batchfile import BatchFile, file_name
from recon_kit.book.parts import records
from recon_kit.errors import BookingError, Fault
from recon_kit.money import minor_units, money_text
from recon_kit.tables import BATCH_LINES

_LEGS = ("leg", "account", "debit", "credit", "base_debit", "base_credit")
_HELD = ("account", "side", "contra_account", "amount", "base_amount")
"""What the legs say."""
_REPEATED = tuple(name for name in BATCH_LINES.columns if name not in _HELD)
_HEAD = (
    "entity",
    "batch_no",
    "line_no",
    *_LEGS,
    *(name for name in _REPEATED if name not in ("entity", "batch_no", "line_no")),
)
_WHOLE = ("batch_no", "line_no")
_DAYS = ("posted_on", "effective_on")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def write_journal(rows: pd.DataFrame) -> list[BatchFile]:
    """A journal for each entity of one batch; bytes follow from the rows alone.

    Args:
        rows: BATCH_LINES.
    Raises:
        BookingError: naming every posting whose tax has no account.
    """
    rows = BATCH_LINES.sorted(BATCH_LINES.conform(rows))
    lacking = rows[rows["tax_amount"].fillna(0).ne(0) & rows["tax_account"].isna()]
    if len(lacking):
        told = zip(lacking["line_no"], lacking["tax_rate"], strict=True)
        raise BookingError(
            "journal", [Fault(f"a tax_account for the tax of {rate} %", field=f"line {no}") for no, rate in told]
        )
    keys = rows["entity"].fillna("")
    return [_file(str(entity), part.reset_index(drop=True)) for entity, part in rows.groupby(keys, sort=True)]


def _file(entity: str, rows: pd.DataFrame) -> BatchFile:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEAD)
    totals: dict[str, list[int]] = {}
    for row in records(rows, tuple(BATCH_LINES.columns)):
        for leg in _legs(row):
            sums = totals.setdefault(row["currency"], [0, 0])
            sums[0], sums[1] = sums[0] + (leg["debit"] or 0), sums[1] + (leg["credit"] or 0)
            writer.writerow([_field(name, leg[name], row) for name in _HEAD])
    name = file_name("journal", entity, int(rows["batch_no"].iloc[0]), None) + ".csv"
    told = {currency: (debit, credit) for currency, (debit, credit) in sorted(totals.items())}
    return BatchFile(name, text.getvalue().encode(), len(rows), told)


def _legs(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The posting's amounts by account; they sum to 0, in its currency and in the ledger's."""
    tax, base = row["tax_amount"], row["base_amount"]
    of_tax = None if base is None or not tax else base * tax // row["amount"]
    parts = [(row["account"], row["amount"], base, 1)]
    parts.append((row["contra_account"], row["amount"] - (tax or 0), None if base is None else base - (of_tax or 0), -1))
    if tax:
        parts.append((row["tax_account"], tax, of_tax, -1))
    for leg, (account, amount, worth, sign) in enumerate(parts, 1):
        debit = (row["side"] == "debit") == (sign > 0)
        sums = {"debit": amount if debit else None, "credit": None if debit else amount}
        based = {"base_debit": worth if debit else None, "base_credit": None if debit else worth}
        yield {**row, "leg": leg, "account": account, **sums, **based}


def _field(name: str, value: Any, row: dict[str, Any]) -> str:
    if value is None:
        return ""
    if name in ("debit", "credit", "tax_amount"):
        return money_text(value, row["currency"])
    if name in ("base_debit", "base_credit"):
        return money_text(value, row["base_currency"])
    if name in _DAYS:
        return str(value.date().isoformat())
    return str(value) if name in (*_WHOLE, "leg") else _safe(value)


def _safe(text: str) -> str:
    return "'" + text if not text or text.startswith(_DANGEROUS) else text


def _unsafe(text: str) -> str | None:
    return (text[1:] if text.startswith("'") else text) if text else None


def read_journal(data: bytes, place: str = "journal") -> pd.DataFrame:
    """BATCH_LINES of a file that `write_journal` wrote: the very rows.

    Raises:
        BookingError: the columns are not those of the journal, or a row does not read; with its line.
    """
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    if tuple(next(lines, ())) != _HEAD:
        raise BookingError(place, [Fault(f"the columns {', '.join(_HEAD)}", line=1)])
    found: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for values in lines:
        try:
            _take(found, dict(zip(_HEAD, values, strict=True)))
        except (ValueError, IndexError) as error:
            faults.append(Fault(f"a leg of a posting ({error})", line=lines.line_num))
    if faults:
        raise BookingError(place, faults)
    return BATCH_LINES.frame({name: [row[name] for row in found] for name in BATCH_LINES.columns})


def _take(found: list[dict[str, Any]], leg: dict[str, str]) -> None:
    """Add a leg to the posting that it belongs to, or begin one."""
    side = "debit" if leg["debit"] else "credit"
    if leg["leg"] == "1":
        base = leg["base_currency"]
        row = {name: _value(name, leg[name], leg["currency"]) for name in _REPEATED}
        row |= {"account": _unsafe(leg["account"]), "side": side, "amount": minor_units(leg[side], leg["currency"], ".")}
        found.append(row | {"base_amount": minor_units(leg[f"base_{side}"], base, ".") if base else None})
    elif leg["leg"] == "2":
        found[-1]["contra_account"] = _unsafe(leg["account"])


def _value(name: str, text: str, currency: str) -> Any:
    if name == "tax_amount":
        return minor_units(text, currency, ".") if text else None
    if name in _WHOLE:
        return int(text)
    if name in _DAYS:
        return pd.Timestamp(text)
    return _unsafe(text)
