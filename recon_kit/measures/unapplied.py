"""Unapplied cash and open credits: money that is here and pays nothing yet, its share and its age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from recon_kit.measures.aging import CREDIT_COLUMNS, INVOICE_BUCKETS, aged
from recon_kit.measures.exact import summed
from recon_kit.measures.figure import Measure, quotient
from recon_kit.measures.receivables import CREDITS, population


def unapplied_of_receipts(unapplied: int, receipts: int | None, currency: str | None = None) -> Measure:
    """Payments on account still open / receipts of the period. Definition: `unapplied_of_receipts`.

    Percent; both as positive minor units. Not of one period: what is unapplied may be of an older one, so it can pass 100 %.
    Undefined: `no_movements`, `no_receipts`.
    """
    return quotient("unapplied_of_receipts", unapplied, receipts, currency, why="no_receipts")


def unapplied_of_receivables(unapplied: int, gross: int, currency: str | None = None) -> Measure:
    """Payments on account still open / gross receivables. Definition: `unapplied_of_receivables`.

    Percent; both as positive minor units. Undefined: `no_receivables`.
    """
    return quotient("unapplied_of_receivables", unapplied, gross, currency, why="no_receivables")


def unapplied_aging(items: pd.DataFrame, as_of: date, keys: Sequence[str] = ("entity",)) -> pd.DataFrame:
    """Open credits by their own age, days since their document date. Definition: `unapplied_aging`.

    One row per (keys, currency), credit (`credit_notes`, `on_account`, `other_credits`) and bucket of `INVOICE_BUCKETS` that
    has
    any: n, amount (negative).
    """
    found = population(items)
    below = aged(found[found["open_amount"] < 0], as_of, "invoice", credits_="aged")
    named = below.assign(credit=below["class"].map(dict(CREDITS)))
    made = summed(named, [*keys, "currency", "credit", "bucket"], ["open_amount"]).rename(columns={"open_amount": "amount"})
    order = {name: at for at, name in enumerate((*CREDIT_COLUMNS, *INVOICE_BUCKETS))}
    ranked = made.assign(_credit=made["credit"].map(order), _bucket=made["bucket"].map(order))
    rows = ranked.sort_values([*keys, "currency", "_credit", "_bucket"], na_position="first", ignore_index=True)
    return rows.drop(columns=["_credit", "_bucket"])
