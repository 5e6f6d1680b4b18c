"""The one population of receivables: what each open document counts as, for aging, DSO, CEI, provision and the tie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from recon_kit.errors import Fault, TableError
from recon_kit.measures.exact import grouped, tabled

CLASS_OF: Mapping[str, str] = MappingProxyType(
    {
        "invoice": "debt",
        "journal": "debt",
        "credit_note": "credit_note",
        "payment_on_account": "on_account",
        "down_payment": "down_payment",
        "payout": "clearing",
        "chargeback": "clearing",
        "cash_deposit": "cash_in_transit",
        "refund": "refund",
        "other": "other",
    }
)
"""Kind of an open item -> its class. A down payment is a liability, a refund is owed by us, clearing is a provider's money."""

RECEIVABLE = ("debt", "credit_note", "on_account", "other")
"""The classes that are receivables: with their signs they sum to what the ledger's receivables accounts hold."""

CREDITS: Mapping[str, str] = MappingProxyType(
    {"credit_note": "credit_notes", "on_account": "on_account", "debt": "other_credits", "other": "other_credits"}
)
"""Class of an item below zero -> the column in which it stands beside the buckets."""


def receivables(open_items: pd.DataFrame) -> pd.DataFrame:
    """The open items with what each of them counts as: two more columns, `class` and `receivable`.

    One row per item that is open (`open_amount` not 0), in the order given. `class` is that of its kind (`CLASS_OF`);
    `receivable` is True for debts, credit notes, payments on account and others: only these are aged, and only these tie
    to the ledger's receivables accounts. Amounts stand as given, in minor units, credits negative.

    Args:
        open_items: OPEN_ITEMS of one day, each item once.
    Raises:
        TableError: an item occurs twice, as in two lists at once, or its kind has no class.
    """
    items = open_items[open_items["open_amount"] != 0].reset_index(drop=True)
    twice = items.duplicated(["entity", "item_id"])
    faults = [Fault(f"each item once, but {items.loc[twice, 'item_id'].iloc[0]!r} stands there twice")] if twice.any() else []
    classes = items["kind"].map(dict(CLASS_OF))
    faults += [Fault(f"a class for the kind {kind!r}") for kind in items.loc[classes.isna(), "kind"].unique()]
    if faults:
        raise TableError("open_items", faults)
    made = items.assign(receivable=classes.isin(RECEIVABLE))
    made["class"] = classes.astype("str")
    return made


def is_receivable(kinds: pd.Series) -> pd.Series:
    """Whether documents of these kinds are receivables, open or not."""
    return kinds.map(dict(CLASS_OF)).isin(RECEIVABLE)


def population(items: pd.DataFrame) -> pd.DataFrame:
    """Only the receivables among items, classed if they are not yet; what every measure here begins with."""
    classed = items if "class" in items else receivables(items)
    found: pd.DataFrame = classed[classed["receivable"].to_numpy(bool)]
    return found


def debts(items: pd.DataFrame) -> pd.DataFrame:
    """The receivables above zero: what is owed to us, before any credit."""
    found = population(items)
    return found[found["open_amount"] > 0]


def is_current(items: pd.DataFrame, as_of: pd.Timestamp) -> np.ndarray:
    """Whether each item is not past due; one without a due date is not known to be late and counts as current."""
    return (items["due_on"].isna() | (items["due_on"] >= as_of)).to_numpy(bool)


def credit_balances(items: pd.DataFrame, keys: Sequence[str] = ("entity", "customer_id")) -> pd.DataFrame:
    """The debtors whose credits exceed their debts, to be shown gross. Definition: `credit_balances`.

    One row per debtor and currency: the keys, currency, n items, debit (>= 0), credit (<= 0), balance = debit + credit < 0.
    Items without a customer belong to no debtor and are left out.

    Source: IAS 1.32, assets and liabilities are not offset.
    """
    found = population(items)
    found = found[found["customer_id"].notna()]
    by = [*keys, "currency"]
    rows, made = grouped(found, by)
    side = (found["open_amount"] < 0).to_numpy(np.int64)
    sums = tabled(rows, side, found["open_amount"], (len(made), 2))
    made = made.assign(n=np.bincount(rows, minlength=len(made)).astype(np.int64), debit=sums[:, 0], credit=sums[:, 1])
    made["balance"] = made["debit"] + made["credit"]
    return made[made["balance"] < 0].reset_index(drop=True)
