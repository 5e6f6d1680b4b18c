"""The columns of `BANK_LINES` from the records of a CSV, as its layout maps them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from recon_kit.layouts.declare import Choice, ExtractRule, Layout
from recon_kit.load.bank_csv.amounts import Reading
from recon_kit.load.bank_csv.records import Records
from recon_kit.load.bank_csv.values import with_years
from recon_kit.load.loaded import line_ids

_TEXTS = ("counterparty_name", "counterparty_account", "reference", "end_to_end_id", "bank_reference", "return_reason", "rate")
_MINUS = re.compile(r"[-−(]")
_RATE = re.compile(r"\d+(\.\d+)?", re.ASCII)

Column = list[str | None]


@dataclass(frozen=True)
class Entries:
    """The booked rows of a file: to which account and pot each belongs, and what it moved."""

    accounts: Sequence[str | None]
    pots: Sequence[str]
    currencies: Sequence[str]
    amounts: Sequence[int]
    charges: Sequence[int | None]


def days(reading: Reading, layout: Layout) -> dict[str, list[date | None]]:
    """`booked_on` and `value_on` of each row."""
    fields = {"booked_on": layout.columns.booked_on, "value_on": layout.columns.value_on}
    texts = {name: _text(reading.records, choice) for name, choice in fields.items() if choice}
    shown = {name: reading.records.written(choice.credit[0]) for name, choice in fields.items() if choice}
    columns = {shown[name]: column for name, column in texts.items()}
    read = reading.values.days(columns, layout.file.dates, required=shown["booked_on"])
    found = {name: read[shown[name]] for name in texts}
    found.setdefault("value_on", [None] * len(reading.records.rows))
    if any("Y" not in written for written in layout.file.dates):
        _years(reading, found, texts, shown)
    return found


def texts(entries: Entries, reading: Reading, layout: Layout) -> dict[str, list[object]]:
    """Every other field of each row, those that stand inside a text included."""
    records, amounts = reading.records, entries.amounts
    found: dict[str, list[object]] = {}
    for name in _TEXTS:
        if choice := getattr(layout.columns, name):
            found[name] = [text or None for text in _text(records, choice, amounts)]
    found["remittance"] = [text.replace("\r\n", "\n") or None for text in _joined(records, layout.columns.remittance)]
    found["kind"] = list(_kinds(records, layout))
    for rule in layout.extract:
        _extract(rule, found, reading)
    found["counterparty_account"] = [_squeezed(text) for text in found.get("counterparty_account", [None] * len(amounts))]
    if layout.columns.rate:
        found["rate"] = _rates(found["rate"], reading, reading.records.written(layout.columns.rate.credit[0]))
    found["end_to_end_id"] = [None if _is_none(text) else text for text in found.get("end_to_end_id", [None] * len(amounts))]
    if "return_reason" in found:
        pairs = zip(found["kind"], found["return_reason"], strict=True)
        found["kind"] = ["return" if reason else kind for kind, reason in pairs]
    return found | _side_amounts(entries, reading, layout)


def identities(accounts: Sequence[str | None], records: Records, layout: Layout) -> list[str]:
    """The identity of each row, from the raw text of the columns that every file of this layout has, in the layout's order.

    A minus counts as a letter, so that a payment and its reversal are never one row twice.
    """
    place = {name: index for index, name in enumerate(records.header.cells)}
    at = [place[name] for name in layout.header.columns if name not in layout.identity.ignore]
    cells = itemgetter(*at) if len(at) > 1 else lambda row: (row[at[0]],)
    raws = ["|".join(cells(row)) for row in records.rows]
    rule = layout.amount
    signed = [i for name in (rule.column, rule.debit, rule.credit) if name and (i := records.header.position(name)) is not None]
    for i in signed:
        raws = [f"minus|{raw}" if _MINUS.search(row[i]) else raw for raw, row in zip(raws, records.rows, strict=True)]
    groups: dict[str | None, list[int]] = {}
    for row, account in enumerate(accounts):
        groups.setdefault(account, []).append(row)
    ids = [""] * len(raws)
    for account, rows in groups.items():
        for row, line_id in zip(rows, line_ids(account, [raws[row] for row in rows]), strict=True):
            ids[row] = line_id
    return ids


def _years(reading: Reading, found: dict[str, list[date | None]], texts: dict[str, list[str]], shown: dict[str, str]) -> None:
    booked, valued = found["booked_on"], found["value_on"]
    found["booked_on"], found["value_on"] = with_years(booked, valued), with_years(valued, booked)
    for name in texts:
        for row, (before, after) in enumerate(zip((booked, valued)[name == "value_on"], found[name], strict=True)):
            if before and not after:
                told = "a date with its year, here or in the row's other date"
                reading.values.fault(row, shown[name], texts[name][row], told)


def _text(records: Records, choice: Choice, amounts: Sequence[int] | None = None) -> list[str]:
    credit = _first_filled(records, choice.credit)
    if choice.credit == choice.debit or amounts is None:
        return credit
    debit = _first_filled(records, choice.debit)
    return [c if amount > 0 else d for c, d, amount in zip(credit, debit, amounts, strict=True)]


def _first_filled(records: Records, names: Sequence[str]) -> list[str]:
    columns = [column for name in names if (column := records.column(name)) is not None]
    if len(columns) == 1:
        return columns[0]
    return [next((text for text in parts if text), "") for parts in zip(*columns, strict=True)] or [""] * len(records.rows)


def _joined(records: Records, choice: Choice | None) -> list[str]:
    columns = [column for name in (choice.credit if choice else ()) if (column := records.column(name)) is not None]
    if len(columns) == 1:
        return columns[0]
    return [" ".join(filter(None, parts)) for parts in zip(*columns, strict=True)] or [""] * len(records.rows)


def _kinds(records: Records, layout: Layout) -> Column:
    rule = layout.kind
    if rule is None:
        return [None] * len(records.rows)
    words = [(kind, word.casefold()) for kind, listed in rule.words.items() for word in listed]

    def kind_of(text: str) -> str | None:
        plain = text.casefold()
        return next((kind for kind, word in words if (word == plain if rule.exact else word in plain)), None)

    told = _joined(records, Choice(rule.columns, rule.columns))
    known = {text: kind_of(text) for text in set(told)}
    return [known[text] for text in told]


def _extract(rule: ExtractRule, found: dict[str, list[object]], reading: Reading) -> None:
    column = reading.records.column(rule.column)
    if column is None:
        return
    search = re.compile(rule.pattern).search
    wanted = [not rule.kinds or kind in rule.kinds for kind in found["kind"]]
    pairs = zip(column, wanted, strict=True)
    values: list[object] = [m["value"].strip() if ok and (m := search(text)) else None for text, ok in pairs]
    if rule.field == "value_on":
        texts = {reading.records.written(rule.column): [str(value or "") for value in values]}
        (values,) = reading.values.days(texts, rule.dates or ("YYYY-MM-DD",)).values()  # type: ignore[assignment]
    before = found.get(rule.field, [None] * len(values))
    found[rule.field] = [old or new for old, new in zip(before, values, strict=True)]


def _side_amounts(entries: Entries, reading: Reading, layout: Layout) -> dict[str, list[object]]:
    """Charges at our cost, and the instructed amount signed like the booked one."""
    columns = layout.columns
    charges: list[object] = list(entries.charges)
    if columns.charges:
        read = reading.column(columns.charges.credit[0])
        charges = [own or (-abs(value) if value else None) for own, value in zip(entries.charges, read, strict=True)]
    found: dict[str, list[object]] = {"charges": charges}
    if columns.instructed_amount is None:
        return found
    codes = _text(reading.records, columns.instructed_currency) if columns.instructed_currency else [""] * len(charges)
    shown = reading.records.written((columns.instructed_currency or columns.instructed_amount).credit[0])
    filled = [code or own for code, own in zip(codes, entries.currencies, strict=True)]
    inner = replace(reading, currencies=reading.values.currencies(filled, shown, None))
    read = inner.column(columns.instructed_amount.credit[0])
    found["instructed_amount"] = [
        None if value is None else abs(value) if amount >= 0 else -abs(value)
        for value, amount in zip(read, entries.amounts, strict=True)
    ]
    pairs = zip(inner.currencies, read, strict=True)
    found["instructed_currency"] = [None if value is None else code for code, value in pairs]
    return found


def _rates(texts: Sequence[object], reading: Reading, name: str) -> list[object]:
    """Exchange rates with a decimal point, otherwise as printed."""
    group = "." if reading.mark == "," else ","
    rates: list[object] = []
    for row, text in enumerate(texts):
        rate = str(text or "").replace(group, "").replace(reading.mark, ".")
        if rate and not _RATE.fullmatch(rate):
            reading.values.fault(row, name, str(text), f"an exchange rate with {reading.mark!r} as decimal mark")
        rates.append(rate or None)
    return rates


def _squeezed(text: object) -> str | None:
    return "".join(str(text).split()) or None if text else None


def _is_none(text: object) -> bool:
    return not text or str(text).replace(" ", "").upper() in ("NOTPROVIDED", "NONREF")
