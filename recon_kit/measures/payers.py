"""Who pays late: what customers paid in the last year against when it was due, and what is overdue of them now."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from recon_kit.measures.exact import days_between, dot, grouped, summed, tabled, whole
from recon_kit.measures.figure import Measure, quotient
from recon_kit.measures.receivables import debts
from recon_kit.money import total

_PAYER = ["entity", "customer_id", "currency"]


def paid_in(settled: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """The documents of SETTLED that were paid in some days and have a due day, with `late`: days from due to paid."""
    inside = (settled["how"] == "paid") & settled["ended_on"].between(pd.Timestamp(first), pd.Timestamp(last))
    found = settled[(inside & settled["due_on"].notna()).to_numpy(bool)].reset_index(drop=True)
    return found.assign(late=days_between(found["ended_on"], found["due_on"]))


def payment_delay(paid: pd.DataFrame, currency: str) -> Measure:
    """The mean of days from due to paid, weighted by amount, of documents paid in one currency. Definition: `payment_delay`.

    Days; below 0 where more is paid early than late. Undefined as `no_cases` without documents. Of the paid ones only, so
    shorter than it is: what is still open is in the delay curve.
    """
    rows = paid[(paid["currency"] == currency).to_numpy(bool)]
    return quotient("payment_delay", dot(rows["amount"], rows["late"]), total(rows["amount"]), currency, why="no_cases")


def late_payers(paid: pd.DataFrame, items: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per (entity, customer_id, currency) that paid in the time looked at, or owes: the most overdue money first.

    n documents and amount paid, n_late and late_amount of them after their due day, weighted (sum of days late x amount,
    early days negative: divided by amount it is the mean), open and overdue (of `items`, debts). What has no customer is a row
    without one.

    Args:
        paid: as `paid_in` gives. items: OPEN_ITEMS of `as_of`.
    """
    late = (paid["late"] > 0).to_numpy(bool)
    columns = {
        "n_late": late.astype(np.int64),
        "late_amount": np.where(late, whole(paid["amount"]), 0),
        "weighted": whole(paid["amount"]) * whole(paid["late"]),
    }
    of_paid = paid[[*_PAYER, "amount"]].assign(open=0, overdue=0, n=1, **columns)
    owed = debts(items)
    past = (owed["due_on"] < pd.Timestamp(as_of)).to_numpy(bool)
    of_owed = owed[_PAYER].assign(
        amount=0, open=whole(owed["open_amount"]), overdue=np.where(past, whole(owed["open_amount"]), 0), n=0,
        **dict.fromkeys(columns, 0),
    )  # fmt: skip
    rows = pd.concat([of_paid, of_owed], ignore_index=True)
    rows = rows.rename(columns={"n": "n_paid"})
    names = ["n_paid", "amount", "n_late", "late_amount", "weighted", "open", "overdue"]
    made = summed(rows, _PAYER, names).drop(columns="n").rename(columns={"amount": "paid"})
    ranked = made.sort_values(
        ["currency", "overdue", "late_amount", "customer_id"], ascending=[True, False, False, True], kind="stable"
    )
    return ranked.reset_index(drop=True)


LATE_EDGES = (0, 7, 14, 30, 60)
LATE_BUCKETS = ("on_time", "late_1_7", "late_8_14", "late_15_30", "late_31_60", "late_over_60")
"""Days from due to paid; on time: at the latest on the due day."""


def by_lateness(paid: pd.DataFrame, keys: tuple[str, ...] = ()) -> pd.DataFrame:
    """What was paid by days late: one row per (keys, currency) and bucket of `LATE_BUCKETS`, empty ones too: n, amount."""
    groups, made = grouped(paid, [*keys, "currency"])
    places = np.searchsorted(np.asarray(LATE_EDGES), whole(paid["late"]), side="left").astype(np.int64)
    shape = (len(made), len(LATE_BUCKETS))
    amounts, numbers = (
        tabled(groups, places, paid["amount"], shape),
        tabled(groups, places, np.ones(len(paid), np.int64), shape),
    )
    rows = made.loc[made.index.repeat(len(LATE_BUCKETS))].reset_index(drop=True)
    bucket = pd.array(np.tile(np.asarray(LATE_BUCKETS, object), len(made)), "str")
    return rows.assign(bucket=bucket, n=numbers.ravel(), amount=amounts.ravel())
