"""Exchange rates from a file of one's own, or the European Central Bank's as they ship with CurrencyConverter, offline."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd

from recon_kit.errors import Fault, LoadError
from recon_kit.money import is_currency
from recon_kit.tables import RATES

ECB = "European Central Bank, euro reference rates"
_COLUMNS = ("date", "currency", "rate")
_RATE = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)

_Row = tuple[str, str, date, str, str]


def read_rates(path: Path, base: str = "EUR") -> pd.DataFrame:
    """The rates of a CSV file with the columns date, currency, rate: what one unit of `base` is worth in each currency. RATES.

    Dates as YYYY-MM-DD, rates with a decimal point; the separator is a comma or a semicolon. `source` is the file's name.

    Raises:
        LoadError: with every bad line: a column is missing, a date is none, a currency is no ISO 4217 code or the base
            itself, a rate is no decimal number above 0, or a currency has two rates of one day.
    """
    faults: list[Fault] = []
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    lines = csv.reader(text.splitlines(), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    head = [name.strip().lower() for name in next(lines, [])]
    if missing := [name for name in _COLUMNS if name not in head]:
        raise LoadError(path.name, [Fault(f"a column {name}", line=1) for name in missing])
    rows = list(_rows(lines, head, base, path.name, faults))
    if faults:
        raise LoadError(path.name, faults)
    return _table(rows)


def ecb_rates(currencies: Iterable[str], days: Iterable[date]) -> pd.DataFrame:
    """The European Central Bank's reference rates of some currencies and days, from the file that CurrencyConverter ships.
    RATES.

    A day without a rate (weekends, holidays, days after the file's last) has no row: nothing is carried on or interpolated
    here.

    Raises:
        LoadError: the bank prices no such currency.
    """
    from currency_converter import CurrencyConverter, RateNotFoundError  # reads 0.6 MB; only where rates are asked for

    known = CurrencyConverter(decimal=True)
    wanted, rows = sorted(set(currencies) - {"EUR"}), []
    if unknown := [code for code in wanted if code not in known.currencies]:
        raise LoadError(ECB, [Fault("a currency that the bank prices", field="currency", found=code) for code in unknown])
    for day in sorted(set(days)):
        for code in wanted:
            try:
                rows.append(("EUR", code, day, str(known.convert(Decimal(1), "EUR", code, date=day)), ECB))
            except RateNotFoundError:
                continue
    return _table(rows)


def _rows(lines: Iterator[list[str]], head: list[str], base: str, source: str, faults: list[Fault]) -> Iterator[_Row]:
    seen: dict[tuple[str, str], int] = {}
    for cells in lines:
        line = lines.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(head, (cell.strip() for cell in cells), strict=False))
        on, code, rate = (row.get(name, "") for name in _COLUMNS)
        found = [
            *([] if _is_day(on) else [Fault("a date as YYYY-MM-DD", line, "date", on)]),
            *([] if is_currency(code) and code != base else [Fault(f"a currency other than {base}", line, "currency", code)]),
            *([] if _is_rate(rate) else [Fault("a decimal number above 0 with a decimal point", line, "rate", rate)]),
        ]
        if (code, on) in seen:
            found.append(Fault(f"one rate a day, but line {seen[code, on]} has one of {code} too", line, "date", on))
        seen[code, on] = line
        faults += found
        if not found:
            yield base, code, date.fromisoformat(on), rate, source


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_rate(text: str) -> bool:
    return bool(_RATE.fullmatch(text)) and Decimal(text) > 0


def _table(rows: list[_Row]) -> pd.DataFrame:
    names = ("base", "currency", "on", "rate", "source")
    return RATES.sorted(RATES.frame({name: [row[at] for row in rows] for at, name in enumerate(names)}))
