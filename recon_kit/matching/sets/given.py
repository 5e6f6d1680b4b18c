"""What the text and the payer of each line say, as arrays that the search can walk through.

The rooms that find the evidence hand over plain columns; here they are cut into lines.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import Code, Lines, Whole
from recon_kit.matching.sets.pools import amount_keys


class Quoted(Protocol):
    """Which line quotes which item: one element per pair, in order of line; the higher `strength`, the surer."""

    @property
    def line(self) -> Code: ...
    @property
    def item(self) -> Code: ...
    @property
    def strength(self) -> NDArray[np.int8]: ...


class Linked(Protocol):
    """Which line may come from which debtor: one element per pair, in order of line and the surest first."""

    @property
    def line(self) -> Code: ...
    @property
    def debtor(self) -> Code: ...
    @property
    def kind(self) -> NDArray[np.int8]: ...


class Runs(Protocol):
    """All digit runs of the texts: run_start has one element more than lines; values are of the last twelve digits."""

    @property
    def run_start(self) -> Whole: ...
    @property
    def run_value(self) -> Whole: ...
    @property
    def run_digits(self) -> NDArray[np.int8]: ...


LINE = np.dtype(
    [
        ("amount", np.int64), ("gross", np.int64), ("amount_key", np.int64), ("on", np.int32), ("entity", np.int32),
        ("currency", np.int32), ("quoted", np.int64), ("linked", np.int64), ("runs", np.int64),
    ]
)  # fmt: skip
"""A line: its facts, and where its quoted items, linked debtors and digit runs begin. gross: before the bank's charges."""


class Given(NamedTuple):
    """One LINE per line and one more that ends the last; the evidence that they point into."""

    lines: NDArray[Any]
    quoted_item: Code
    quoted_strength: NDArray[np.int8]
    linked_debtor: Code
    run_value: Whole
    run_digits: NDArray[np.int8]


def given(lines: Lines, quotes: Quoted, links: Linked, runs: Runs | None) -> Given:
    """The evidence cut into lines."""
    n = len(lines)
    none = (np.zeros(n + 1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int8))
    run_start, run_value, run_digits = (runs.run_start, runs.run_value, runs.run_digits) if runs is not None else none
    told = np.zeros(n + 1, LINE)
    body = told[:-1]
    body["amount"], body["gross"], body["on"] = lines.amount, before_charges(lines), lines.paid_on
    body["entity"], body["currency"] = lines.entity, lines.currency
    body["amount_key"] = amount_keys(lines.entity, lines.currency, lines.amount)
    told["quoted"], told["linked"], told["runs"] = _starts(quotes.line, n), _starts(links.line, n), run_start
    return Given(
        told, quotes.item.astype(np.int32), quotes.strength.astype(np.int8), links.debtor.astype(np.int32),
        run_value.astype(np.int64), run_digits.astype(np.int8),
    )  # fmt: skip


def before_charges(lines: Lines) -> Whole:
    """Minor units that the payer sent: as instructed in the line's own currency, else the amount without the charges."""
    told = (lines.instructed != 0) & (lines.instructed_currency == lines.currency)
    same = np.sign(lines.instructed) == np.sign(lines.amount)
    small = np.abs(lines.charges.astype(np.float64)) < 2.0**61
    return np.where(told & same, lines.instructed, lines.amount - np.where(small, lines.charges, 0))


def _starts(line: Code, n: int) -> Whole:
    if len(line) and (np.diff(line) < 0).any():
        raise ValueError("evidence is not in order of its lines")
    return np.searchsorted(line, np.arange(n + 1)).astype(np.int64)
