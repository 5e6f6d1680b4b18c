"""How companies number their documents: styles written as patterns, each dialect with its own, printed by the array.

A pattern's pieces: {yyyy} {yy} {mm} year and month of issue, {n5} a counter of at least five digits, {k} a check digit
of the counter, {b2} a branch, {z5} the counter to base 36, {c} the customer number, {r2} a counter for each customer,
{L} the company's letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from recon_kit.simulate.feeds.chance import Texts, Whole, running, texts
from recon_kit.simulate.feeds.checks import luhn

STYLES = {
    "train": (
        "{L}-{yyyy}-{n5}|{yyyy}/{n4}|{L}{n8}|{L}{yy}-{n4}|{n7}|{n5}-{yy}|{b2}{n6}|{n8}{k}|{L}/{n5}/{yyyy}|{yyyy}{n6}|"
        "{L}{yy}{mm}{n4}|{c}-{r2}|{z5}|{n6}|{L}.{n6}|{n9}|{n6}{L}|{b3}-{n7}|{n10}|{L} {n6}|{yy}{n5}|{L}{yy}/{mm}/{n4}|{L}-{n5}"
    ),
    "test": (
        "{L}{yyyy}.{n5}|{n4}/{mm}/{yyyy}|{L}{yy}/{b2}/{n5}|{n8}|{n6}-{k}|{yy}-{n6}|{L}-{n7}|{c}/{yy}/{r3}|{L}{z6}|{n7}-{L}|"
        "{yyyy}-{mm}-{n4}|{b1}{yy}{n6}|{n5}|{n9}{k}|{yy}{b2}{n6}|{L}_{n7}|{n5}{yy}|{L}{n5}-{yyyy}|{yyyy}-{n6}|{L}{n7}|{n10}"
    ),
}
LETTERS = {
    "train": "RE R INV F FA AR FT VK FV KR ARE IN".split(),
    "test": "RG SI B FAK N DOC AB VF CB YR RNO S".split(),
}
_PIECE = re.compile(r"\{(yyyy|yy|mm|n|k|b|z|c|r|L)(\d*)\}")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Series:
    """One running series of documents: its pattern, first counter, the mean step, letters and branches."""

    pattern: str
    first: int
    step: float
    letters: str
    branches: tuple[int, ...]


def draw_series(rng: np.random.Generator, dialect: str, pattern: str) -> Series:
    """A company's series with this pattern; its counters start anywhere and may leave gaps."""
    width = max([int(size) for kind, size in _PIECE.findall(pattern) if kind in "nz" and size], default=4)
    low, high = (10 ** (width - 2), 7 * 10 ** (width - 1)) if width > 4 else (1, 3000)
    first = int(np.exp(rng.uniform(np.log(low), np.log(high))))
    step = float(rng.choice([1.0, 1.0, 1.0, 1.3, 3.0, 9.0]))
    letters = str(rng.choice(LETTERS[dialect]))
    branches = tuple(rng.integers(1, 90, int(rng.integers(2, 9))).tolist())
    return Series(pattern, first, step, letters, branches)


def number(rng: np.random.Generator, series: Series, issued: Texts, customer: Whole, customer_no: Texts) -> tuple[Texts, Texts]:
    """Document numbers in the order of issue, and of each the digits that count.

    Args:
        issued: texts of the form yyyymm, in the order in which numbers are given.
        customer_no: one text a row.
    """
    size = len(issued)
    gaps = 1 + (rng.exponential(series.step - 1, size).astype(np.int64) if series.step > 1 else np.zeros(size, dtype=np.int64))
    counter = series.first + np.cumsum(gaps)
    own = running(customer) + 1
    columns: list[list[str]] = []
    counted: list[str] = [str(value) for value in counter.tolist()]
    at = 0
    for found in _PIECE.finditer(series.pattern):
        columns.append([series.pattern[at : found.start()]] * size)
        column = _piece(rng, series, found[1], int(found[2] or 1), issued, (counter, own, customer_no))
        if found[1] in "nz":
            counted = column
        if found[1] == "r":
            counted = [f"{c}{r}" for c, r in zip(customer_no.tolist(), column, strict=True)]
        columns.append(column)
        at = found.end()
    columns.append([series.pattern[at:]] * size)
    return texts(list(map("".join, zip(*columns, strict=True)))), texts(counted)


def _piece(
    rng: np.random.Generator, series: Series, kind: str, width: int, issued: Texts, counters: tuple[Whole, Whole, Texts]
) -> list[str]:
    counter, own, customer_no = counters
    if kind in ("yyyy", "yy", "mm"):
        part = {"yyyy": slice(0, 4), "yy": slice(2, 4), "mm": slice(4, 6)}[kind]
        return [day[part] for day in issued.tolist()]
    if kind == "n":
        return [f"{value:0{width}d}" for value in counter.tolist()]
    if kind == "r":
        return [f"{value:0{width}d}" for value in own.tolist()]
    if kind == "z":
        return [_base36(value, width) for value in (counter * 7919 % 36**width if width > 5 else counter).tolist()]
    if kind == "k":
        return [checked[-1] for checked in luhn([str(value) for value in counter.tolist()])]
    if kind == "b":
        branches = np.array(series.branches)[rng.integers(0, len(series.branches), len(issued))] % 10**width
        return [f"{value:0{width}d}" for value in branches.tolist()]
    return customer_no.tolist() if kind == "c" else [series.letters] * len(issued)


def _base36(value: int, width: int) -> str:
    made = ""
    while value or len(made) < width:
        value, digit = divmod(value, 36)
        made = _DIGITS[digit] + made
    return made
