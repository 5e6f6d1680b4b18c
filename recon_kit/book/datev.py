"""Batches as DATEV takes them: files in the format EXTF, Buchungsstapel.

A row of DATEV says less than a posting of ours. What its own fields do not say exactly stands beside them, in the
"Zusatzinformationen" that DATEV keeps with the row: who made the posting, of which match, line and document.
Source: DATEV-Format, developer.datev.de/datev/platform/de/dtvf (header 700, category 21, format version 13).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from recon_kit.book import datev_fields as fields
from recon_kit.book.batchfile import BatchFile, file_name, sides
from recon_kit.book.datev_reading import EXTRAS, Year, visible
from recon_kit.book.parts import records
from recon_kit.errors import BookingError, Fault
from recon_kit.money import exponent
from recon_kit.policy.booking import Datev, EntityBooking
from recon_kit.tables import BATCH_LINES

Row = dict[str, Any]


def write_datev(rows: pd.DataFrame, how: EntityBooking, created: datetime, currency: str) -> list[BatchFile]:
    """The files of one entity's batch: one a financial year, and a further one after 99,999 rows.

    Args:
        rows: BATCH_LINES of one entity and one batch.
        how: the entity in booking.toml, with its DATEV numbers.
        created: the instant that the header tells, in the company's time; nothing else in the bytes depends on it.
        currency: of the ledger.
    Raises:
        BookingError: naming every row and value that DATEV cannot hold; no file is made then.
    """
    told = how.datev
    if told is None:
        raise BookingError("booking.toml", [Fault("the entity's table datev, with consultant and client")])
    rows = BATCH_LINES.sorted(BATCH_LINES.conform(rows))
    faults = list(_ambiguous(rows, told))
    years: dict[Year, list[tuple[Row, list[str]]]] = defaultdict(list)
    for row in records(rows, tuple(BATCH_LINES.columns)):
        year = Year.of(row["posted_on"].date(), how.year_starts)
        years[year].append((row, _fields(row, told, year, faults)))
    if faults:
        raise BookingError("DATEV", faults)
    ordered = [(year, years[year]) for year in sorted(years, key=lambda year: year.first)]
    parts = [(year, found[n : n + fields.MOST_ROWS]) for year, found in ordered for n in range(0, len(found), fields.MOST_ROWS)]
    numbers = [None] if len(parts) == 1 else range(1, len(parts) + 1)
    return [_file(part, told, year, n, (created, currency)) for n, (year, part) in zip(numbers, parts, strict=False)]


def _file(
    part: list[tuple[Row, list[str]]], told: Datev, year: Year, number: int | None, made: tuple[datetime, str]
) -> BatchFile:
    rows = [row for row, _ in part]
    name = file_name("EXTF_Buchungsstapel", rows[0]["entity"] or "", rows[0]["batch_no"], number)
    lines = [_header(rows, told, year, made), ";".join(fields.CAPTIONS), *(_line(values) for _, values in part)]
    data = ("\r\n".join(lines) + "\r\n").encode(fields.ENCODING)
    return BatchFile(f"{name}.csv", data, len(rows), sides(pd.DataFrame(rows)))


def _header(rows: list[Row], told: Datev, year: Year, made: tuple[datetime, str]) -> str:
    created, currency = made
    days = sorted(row["posted_on"] for row in rows)
    label = fields.shown_text(f"Recon {rows[0]['entity'] or ''} {rows[0]['batch_no']}", 30)
    stamp = f"{created:%Y%m%d%H%M%S}{created.microsecond // 1000:03d}"
    values = [
        '"EXTF"', "700", "21", '"Buchungsstapel"', "13", stamp, "", '"RK"', '""', '""', str(told.consultant), str(told.client),
        f"{year.first:%Y%m%d}", str(told.account_length), f"{days[0]:%Y%m%d}", f"{days[-1]:%Y%m%d}", _quoted(label), '""', "1",
        "0", str(int(told.lock)), f'"{currency}"', "", '""', "", "", f'"{told.chart or ""}"', "", "", '""', '""',
    ]  # fmt: skip
    return ";".join(values)


def _line(values: list[str]) -> str:
    return ";".join(_quoted(value) if place in fields.TEXT_FIELDS else value for place, value in enumerate(values))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _fields(row: Row, told: Datev, year: Year, faults: list[Fault]) -> list[str]:
    """The 125 fields of a posting; what DATEV cannot hold is added to `faults`."""
    values = [""] * fields.N_FIELDS
    values[0], values[1] = _amount(row, "amount", "currency", faults), "S" if row["side"] == "debit" else "H"
    values[2] = row["currency"]
    if row["base_amount"] is not None:
        values[3] = _held(row, "rate", fields.RATE, "a rate of at most four digits and six decimals", faults).replace(".", ",")
        values[4], values[5] = _amount(row, "base_amount", "base_currency", faults), row["base_currency"]
    for place, name in ((6, "account"), (7, "contra_account")):
        values[place] = _held(row, name, fields.ACCOUNT, "an account of at most nine digits", faults)
    if row["tax_code"] is not None:
        values[8] = _held(row, "tax_code", fields.TAX_CODE, "a BU-Schlüssel of at most four digits", faults).zfill(4)
    values[9] = f"{row['posted_on']:%d%m}"
    values[10] = _document(row, told, faults)
    values[13] = fields.shown_text(row["text"] or "", 60)
    if row["cost_centre"] is not None:
        values[36] = _held(row, "cost_centre", fields.COST_CENTRE, "a cost centre of letters, digits and blanks", faults)
    values[113] = str(int(told.lock))
    _add_extras(values, row, visible(values, year), faults)
    return values


def _at(row: Row) -> str:
    return f"{row['entity'] or ''} line {row['line_no']}".strip()


def _amount(row: Row, name: str, of: str, faults: list[Fault]) -> str:
    """An amount with two decimals, whatever its currency has."""
    amount, places = row[name], exponent(row[of])
    hundredths, rest = divmod(amount * 100, 10**places)
    if rest or not 0 < hundredths < fields.LARGEST:
        faults.append(
            Fault(
                f"an amount above 0 with two decimals and ten digits, in {row[of]}",
                field=f"{_at(row)}: {name}",
                found=str(amount),
            )
        )
    return f"{hundredths // 100},{hundredths % 100:02d}"


def _held(row: Row, name: str, pattern: Any, expected: str, faults: list[Fault]) -> str:
    value = str(row[name] or "")
    if not pattern.fullmatch(value):
        faults.append(Fault(expected, field=f"{_at(row)}: {name}", found=value))
    return value


def _document(row: Row, told: Datev, faults: list[Fault]) -> str:
    number = row["document_no"]
    if number is None or fields.DOCUMENT.fullmatch(number):
        return number or ""
    if told.documents == "exact":
        expected = 'at most 36 letters, digits and $ & % * + - / _, or documents = "cleaned" in booking.toml'
        faults.append(Fault(expected, field=f"{_at(row)}: document_no", found=number))
    return fields.cleaned_document(number)


def _ambiguous(rows: pd.DataFrame, told: Datev) -> Iterator[Fault]:
    """Different documents of one customer that DATEV would take for one, once their numbers are cleaned."""
    known: dict[tuple[str, str], str] = {}
    pairs = rows.dropna(subset=["document_no"])[["customer_id", "document_no"]].drop_duplicates()
    for customer, number in zip(pairs["customer_id"].fillna(""), pairs["document_no"], strict=True):
        written = number if fields.DOCUMENT.fullmatch(number) else fields.cleaned_document(number)
        if known.setdefault((customer, written), number) != number and told.documents == "cleaned":
            other = known[customer, written]
            yield Fault(f"a number that stays apart from {other!r} when it is cleaned", field="document_no", found=number)


def _add_extras(values: list[str], row: Row, seen: Row, faults: list[Fault]) -> None:
    pairs = []
    for name, label in EXTRAS.items():
        if row[name] != seen.get(name):
            told = _told(row[name])
            pairs += [(label, told[start : start + fields.EXTRA_LENGTH]) for start in range(0, len(told), fields.EXTRA_LENGTH)]
    if len(pairs) > fields.N_EXTRAS:
        faults.append(
            Fault(f"texts that fit into {fields.N_EXTRAS} Zusatzinformationen", field=_at(row), found=str(len(pairs)))
        )
    for number, (label, told) in enumerate(pairs[: fields.N_EXTRAS]):
        values[fields.EXTRA_FIRST + 2 * number], values[fields.EXTRA_FIRST + 2 * number + 1] = label, told


def _told(value: Any) -> str:
    """A value as a Zusatzinformation holds it: as it is, or as JSON where Windows-1252 or one line cannot hold it."""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    text = str(value)
    return text if fields.is_plain(text) and not text.startswith('"') else json.dumps(text)
