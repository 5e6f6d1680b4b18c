"""What is owed on a day in single figures, each of one currency and one reading of the open items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pandas as pd

from recon_kit.measures.exact import days_between, summed
from recon_kit.measures.figure import Measure, quotient
from recon_kit.measures.receivables import debts, population
from recon_kit.money import total

_LATE = 90


def receivables_gross(items: pd.DataFrame, currency: str) -> Measure:
    """Everything owed to us before any credit. Definition: `receivables_gross`. Money."""
    return Measure("receivables_gross", total(debts(items)["open_amount"]), currency)


def receivables_net(items: pd.DataFrame, currency: str) -> Measure:
    """What is owed less every open credit. Definition: `receivables_net`. Money; by the ledger's list it is the ledger's."""
    return Measure("receivables_net", total(population(items)["open_amount"]), currency)


def overdue(items: pd.DataFrame, as_of: date, currency: str) -> Measure:
    """Debts that are at least one day past due. Definition: `overdue`. Money; undated debts are not known to be late."""
    return Measure("overdue", _past(items, as_of, 0), currency)


def overdue_share(items: pd.DataFrame, as_of: date, currency: str) -> Measure:
    """Overdue / gross receivables. Definition: `overdue_share`. Percent; undefined: `no_receivables`."""
    return _of_gross("overdue_share", items, _past(items, as_of, 0), currency)


def over_90(items: pd.DataFrame, as_of: date, currency: str) -> Measure:
    """Debts more than 90 days past due. Definition: `over_90`. Money."""
    return Measure("over_90", _past(items, as_of, _LATE), currency)


def over_90_share(items: pd.DataFrame, as_of: date, currency: str) -> Measure:
    """More than 90 days past due / gross receivables. Definition: `over_90_share`. Percent; undefined: `no_receivables`."""
    return _of_gross("over_90_share", items, _past(items, as_of, _LATE), currency)


def unapplied(items: pd.DataFrame, currency: str) -> Measure:
    """Payments on account that pay nothing yet, as a positive amount. Definition: `unapplied`. Money."""
    found = population(items)
    parked = found[(found["class"] == "on_account").to_numpy(bool) & (found["open_amount"] < 0).to_numpy(bool)]
    return Measure("unapplied", -total(parked["open_amount"]), currency)


def largest_debtor_share(items: pd.DataFrame, currency: str) -> Measure:
    """What the largest debtor owes / gross receivables. Definition: `largest_debtor_share`. Percent, before credits.

    A debtor is a customer of one entity; debts without a customer are nobody's and count in the whole only. Undefined:
    `no_receivables`.
    """
    owed = debts(items)
    known = summed(owed[owed["customer_id"].notna()], ["entity", "customer_id"], ["open_amount"])
    return _of_gross("largest_debtor_share", items, int(known["open_amount"].max()) if len(known) else 0, currency)


def standing(items: pd.DataFrame, as_of: date, currency: str) -> Sequence[Measure]:
    """Every figure above, of the items of one currency."""
    return (
        receivables_gross(items, currency),
        receivables_net(items, currency),
        overdue(items, as_of, currency),
        overdue_share(items, as_of, currency),
        over_90(items, as_of, currency),
        over_90_share(items, as_of, currency),
        unapplied(items, currency),
        largest_debtor_share(items, currency),
    )


def _past(items: pd.DataFrame, as_of: date, days: int) -> int:
    owed = debts(items)
    dated = owed[owed["due_on"].notna().to_numpy(bool)]
    late = days_between(pd.Timestamp(as_of).to_datetime64(), dated["due_on"]) > days
    return total(dated.loc[late, "open_amount"])


def _of_gross(definition: str, items: pd.DataFrame, part: int, currency: str) -> Measure:
    return quotient(definition, Fraction(part), total(debts(items)["open_amount"]), currency, why="no_receivables")
