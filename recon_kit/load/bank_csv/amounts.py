"""The signed amount of each row of a CSV, by the layout's sign rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recon_kit.layouts.declare import Layout
from recon_kit.load.bank_csv.records import Records
from recon_kit.load.bank_csv.values import Values


@dataclass(frozen=True)
class Reading:
    """How one file's amounts are read.

    Args:
        currencies: of each row.
        mark: decimal mark.
        symbols: whether a currency sign may stand beside a number.
    """

    records: Records
    values: Values
    currencies: Sequence[str]
    mark: str
    symbols: bool

    def column(self, name: str | None) -> list[int | None]:
        """Minor units of one column; all None where the file does not have it."""
        texts = self.records.column(name) if name else None
        if texts is None or name is None:
            return [None] * len(self.records.rows)
        return self.values.amounts(texts, self.records.written(name), self.currencies, self.mark, self.symbols)


def amounts(reading: Reading, layout: Layout) -> tuple[list[int], list[int | None]]:
    """Each row's booked amount, positive toward us, and the fee that was taken off it (negative); wrong ones are faults."""
    rule = layout.amount
    if rule.debit and rule.credit:
        signed = _two_columns(reading, rule.debit, rule.credit, rule.column)
    elif rule.word:
        signed = _by_word(reading, layout)
    else:
        signed = reading.column(rule.column)
    shown = reading.records.written(rule.column or rule.debit or "")
    told = {fault.line for fault in reading.values.faults}
    for row, value in enumerate(signed):
        if value is None and reading.values.lines[row] not in told:
            reading.values.fault(row, shown, "", "an amount")
    fees = reading.column(rule.less)
    sign = -1 if rule.inverse else 1
    booked = [sign * (value or 0) - (fee or 0) for value, fee in zip(signed, fees, strict=True)]
    return booked, [-fee if fee else None for fee in fees]


def _by_word(reading: Reading, layout: Layout) -> list[int | None]:
    rule = layout.amount
    assert rule.word is not None
    signs = {w.casefold(): 1 for w in rule.credit_words} | {w.casefold(): -1 for w in rule.debit_words}
    words, texts = reading.records.column(rule.word) or [], reading.records.column(rule.column or "") or []
    signed: list[int | None] = []
    for row, (value, word) in enumerate(zip(reading.column(rule.column), words, strict=True)):
        sign = signs.get(word.casefold())
        if sign is None:
            expected = f"one of {', '.join((*rule.credit_words, *rule.debit_words))}"
            reading.values.fault(row, reading.records.written(rule.word), word, expected)
        elif value is not None and value < 0:
            written = reading.records.written(rule.column or "")
            reading.values.fault(row, written, texts[row], f"an amount without a sign beside {word!r}")
        signed.append(None if value is None or sign is None else sign * value)
    return signed


def _two_columns(reading: Reading, debit: str, credit: str, whole: str | None) -> list[int | None]:
    """Debits count as going out, whether the bank prints them with a minus or without; one file does it in one way."""
    out, into, beside = reading.column(debit), reading.column(credit), reading.column(whole)
    minus = [value for value in out if value and value < 0]
    plus = [value for value in out if value and value > 0]
    turned = 1 if len(minus) > len(plus) else -1
    signed: list[int | None] = []
    for row, (gone, come, value) in enumerate(zip(out, into, beside, strict=True)):
        if gone and minus and plus and (gone > 0) == (turned == 1):
            reading.values.fault(row, reading.records.written(debit), str(gone), "a sign as in the column's other rows")
        moved = [amount for amount in (turned * gone if gone else 0, come or 0) if amount]
        if len(moved) > 1 or (moved and value is not None and value != moved[0]):
            columns = f"{reading.records.written(debit)}, {reading.records.written(credit)}"
            told = "one of the two, equal to the amount beside them (in minor units)"
            reading.values.fault(row, columns, f"{gone}, {come}", told)
        empty = gone is None and come is None and value is None
        signed.append(None if empty else moved[0] if moved else value or 0)
    return signed
