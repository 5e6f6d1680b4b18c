"""Customers as debtors: what each owes and since when, and what of their money is already here."""

from __future__ import annotations

import pandas as pd

from recon_kit.measures.aging import aging_due
from recon_kit.measures.cut import EXPLAINED, Cut
from recon_kit.measures.exact import days_between, looked_up, summed
from recon_kit.measures.receivables import debts

DEBTOR = ["entity", "customer_id", "currency"]


def with_debtor(items: pd.DataFrame) -> pd.DataFrame:
    """The items with their debtor as customer_id: the customer's number, else the name, as lists without numbers have it."""
    return items.assign(customer_id=items["customer_id"].fillna(items["customer_name"]))


def by_debtor(items: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """The aging of each debtor, largest overdue first within a currency.

    One row per (entity, customer_id, currency); documents without a customer stand in one row. Columns of `aging_due`, and
    customer_name, oldest (days past due of the oldest debt; null where nothing is late), proposed (what open proposals would
    pay of it), held (money of theirs that we hold on account and the ledger does not have yet); both positive.
    """
    made = aging_due(items, cut.last.date(), keys=("entity", "customer_id"))
    made["customer_name"] = _first_name(made, items)
    made["oldest"] = _oldest(made, items, cut.last)
    made["proposed"] = looked_up(made, _proposed(cut), DEBTOR, "allocated").fillna(0).astype("int64")
    made["held"] = looked_up(made, _held(cut), DEBTOR, "allocated").fillna(0).astype("int64")
    ordered = made.sort_values(
        ["currency", "overdue", "gross", "entity", "customer_id"], ascending=[True, False, False, True, True]
    )
    return ordered.reset_index(drop=True)


def _first_name(rows: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    named = items.dropna(subset=["customer_name"]).drop_duplicates(["entity", "customer_id"])
    found = rows[["entity", "customer_id"]].merge(
        named[["entity", "customer_id", "customer_name"]], on=["entity", "customer_id"], how="left", validate="m:1"
    )["customer_name"]
    names: pd.Series = found.where(rows["customer_id"].notna().to_numpy(), None)
    return names


def _oldest(rows: pd.DataFrame, items: pd.DataFrame, last: pd.Timestamp) -> pd.Series:
    owed = debts(items)
    owed = owed[owed["due_on"].notna().to_numpy(bool)]
    late = owed.assign(days=days_between(last.to_datetime64(), owed["due_on"]))
    late = late[late["days"] > 0]
    most = late.groupby(DEBTOR, dropna=False)["days"].max().reset_index()
    return looked_up(rows, most, DEBTOR, "days")


def _proposed(cut: Cut) -> pd.DataFrame:
    rows = cut.allocations
    rows = rows[(rows["status"] == "proposed") & (rows["kind"] == "payment") & rows["item_id"].notna()]
    items = with_debtor(cut.open_items)[["entity", "item_id", "customer_id"]].drop_duplicates(["entity", "item_id"])
    return summed(rows.drop(columns="customer_id").merge(items, on=["entity", "item_id"]), DEBTOR, ["allocated"])


def held_on_account(cut: Cut) -> pd.DataFrame:
    """Our allocations on account that are not provably in the ledger, one row each, whatever their age.

    A payment on account of the same customer, currency and amount on the ledger's list proves one of them; two need two.
    """
    rows = cut.allocations
    ours = rows["status"].isin(EXPLAINED) & (rows["status"] != "in_ledger")
    found = rows[ours & (rows["kind"] == "on_account")]
    listed = with_debtor(cut.ledger_items)
    listed = listed[(listed["kind"] == "payment_on_account").to_numpy(bool)]
    there = listed.assign(allocated=-listed["amount"]).groupby([*DEBTOR, "allocated"], dropna=False).size()
    by = [*DEBTOR, "allocated"]
    proven = there.reindex(pd.MultiIndex.from_frame(found[by]), fill_value=0).to_numpy()
    held: pd.DataFrame = found[found.groupby(by, dropna=False).cumcount().to_numpy() >= proven]
    return held


def _held(cut: Cut) -> pd.DataFrame:
    return summed(held_on_account(cut), DEBTOR, ["allocated"])
