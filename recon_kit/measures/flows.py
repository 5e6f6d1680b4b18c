"""Sales, receipts and what else moved receivables, period by period: the flows that DSO, CEI and turnover divide by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from recon_kit.measures.exact import grouped, tabled, whole
from recon_kit.measures.receivables_roll import class_of

CLASSES = ("sales", "credit_notes", "receipts", "discounts", "write_offs", "other")


class Span(NamedTuple):
    """Whole days from the first to the last, both in it; a month, or whatever the company's calendar calls a period."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def months(first: date, last: date) -> list[Span]:
    """The calendar months that lie wholly from one day to another, oldest first.

    >>> [span.first.month for span in months(date(2026, 1, 15), date(2026, 3, 31))]
    [2, 3]
    """
    starts = pd.date_range(first, last, freq="MS")
    spans = [Span(start.date(), (start + pd.offsets.MonthEnd(1)).date()) for start in starts]
    return [span for span in spans if span.last <= last]


def full_months(movements: pd.DataFrame, until: date) -> list[Span]:
    """The calendar months up to a day that the movements tell of, oldest first: from the month of the first posting on.

    The history is taken to begin with the first day of that month. A month that no posting falls into between two that have
    some is a month without sales.
    """
    if movements.empty:
        return []
    start = movements["posted_on"].min().to_period("M").start_time.date()
    return months(start, until)


def flows(movements: pd.DataFrame, spans: Sequence[Span], vat: Literal["gross", "net"] = "gross") -> pd.DataFrame:
    """What moved receivables in each period. Definition: `flows`.

    One row per (entity, currency) and span, oldest first: first, last, days, sales, credit_notes, receipts, discounts,
    write_offs, other (Int64, the ledger's signs: sales positive, receipts negative), n_sales, why. A receivables account
    takes sales on credit only, so these are credit sales. With `vat` "net" sales and credit notes are less the VAT that they
    contain; where the VAT of one of their rows is not known, that figure is null and `why` is "no_tax": AR stays gross of
    VAT, so a DSO over net sales is longer.

    Args:
        movements: LEDGER_MOVEMENTS of receivables accounts (see `of_receivables`).
        spans: periods that do not overlap; postings outside all of them are left out.
    """
    at = _span_numbers(movements, spans)
    inside, at = movements[at >= 0], at[at >= 0]
    groups, made = grouped(inside, ["entity", "currency"])
    rows = groups * len(spans) + at
    classes = class_of(inside["kind"])
    columns = classes.map({name: place for place, name in enumerate(CLASSES)}).to_numpy(np.int64)
    shape = (len(made) * len(spans), len(CLASSES))
    sums = tabled(rows, columns, _amounts(inside, classes, vat), shape)
    counts = tabled(rows, columns, np.ones(len(inside), np.int64), shape)
    unknown = tabled(rows, columns, _lacks_tax(inside, classes, vat), shape) > 0
    table = made.loc[made.index.repeat(len(spans))].reset_index(drop=True)
    ends = pd.DataFrame([(span.first, span.last, span.days) for span in spans] * len(made), columns=["first", "last", "days"])
    table[["first", "last", "days"]] = ends.astype({"first": "datetime64[us]", "last": "datetime64[us]"})
    for place, name in enumerate(CLASSES):
        table[name] = pd.Series(sums[:, place], dtype="Int64").mask(unknown[:, place])
    return table.assign(n_sales=counts[:, 0], why=np.where(unknown.any(axis=1), "no_tax", "")).astype({"why": "str"})


def _span_numbers(movements: pd.DataFrame, spans: Sequence[Span]) -> np.ndarray:
    """The number of the span that each posting falls into, -1 for none."""
    if not spans:
        return np.full(len(movements), -1, np.int64)
    order = np.argsort([span.first.toordinal() for span in spans])
    firsts = np.asarray([np.datetime64(spans[at].first) for at in order], "datetime64[D]")
    lasts = np.asarray([np.datetime64(spans[at].last) for at in order], "datetime64[D]")
    posted = movements["posted_on"].to_numpy().astype("datetime64[D]")
    found = np.searchsorted(firsts, posted, side="right") - 1
    inside = (found >= 0) & (posted <= lasts[np.maximum(found, 0)])
    return np.where(inside, order[np.maximum(found, 0)], -1).astype(np.int64)


def _amounts(rows: pd.DataFrame, classes: pd.Series, vat: str) -> np.ndarray:
    amounts = whole(rows["amount"])
    if vat == "gross":
        return amounts
    taxed = classes.isin(["sales", "credit_notes"]).to_numpy(bool)
    return amounts - np.where(taxed, whole(rows["tax"].fillna(0)), 0)


def _lacks_tax(rows: pd.DataFrame, classes: pd.Series, vat: str) -> np.ndarray:
    taxed = classes.isin(["sales", "credit_notes"]).to_numpy(bool)
    return (taxed & rows["tax"].isna().to_numpy(bool) & (vat == "net")).astype(np.int64)
