"""Credits beside the debts: on the ledger's list, ours that it does not have yet, and bank money that nobody knows whose."""

from __future__ import annotations

import pandas as pd

from recon_kit.measures.cut import Cut
from recon_kit.measures.debtors import held_on_account
from recon_kit.measures.exact import looked_up, summed
from recon_kit.measures.receivables import population

_BY = ["entity", "currency"]
_OTHER_KINDS = ("payout", "cash_deposit", "fee", "interest", "return")
_OTHER_REASONS = ("payout_unknown", "payout_differs", "deposit_differs", "transfer_unpaired", "return_unmatched")

CREDIT_PLACES = ("credit_notes", "on_account", "other_credits", "held", "proposed", "unidentified")
"""The first three stand on the ledger's list and are part of its net; the others are not in the ledger's receivables at all."""


def credits_apart(cut: Cut) -> pd.DataFrame:
    """What is here, or granted, and pays nothing yet. Definition: `credits_apart`.

    One row per (entity, currency) that has any, positive amounts: credit_notes, on_account, other_credits (by the ledger's
    list), held (ours on account, not provably in the ledger yet), proposed and unidentified (customers' money on the bank,
    with and without a proposal; neither is a customer's until someone decides).
    """
    listed = population(cut.ledger_items)
    listed = listed[(listed["open_amount"] < 0).to_numpy(bool)]
    column = listed["class"].map({"credit_note": "credit_notes", "on_account": "on_account"}).fillna("other_credits")
    parts = [
        listed.assign(place=column, amount=-listed["open_amount"]),
        held_on_account(cut).assign(place="held").rename(columns={"allocated": "amount"}),
        unidentified(cut),
    ]
    rows = pd.concat([part[[*_BY, "place", "amount"]] for part in parts], ignore_index=True)
    sums = summed(rows, [*_BY, "place"], ["amount"])
    keys = sums[_BY].drop_duplicates().sort_values(_BY, na_position="first", ignore_index=True)
    places = {name: looked_up(keys, sums[sums["place"] == name], _BY, "amount") for name in CREDIT_PLACES}
    return keys.assign(**{name: amounts.fillna(0).astype("int64") for name, amounts in places.items()})


def unidentified(cut: Cut) -> pd.DataFrame:
    """Customers' money on the bank that nothing explains, one row a line.

    Columns: entity, line_id, place ("proposed", "unidentified"), amount, currency, booked_on. Lines of earlier periods that are
    still open count; payouts, deposits and own transfers do not.
    """
    found = cut.breaks[(cut.breaks["side"] == "bank_line") & ~cut.breaks["reason"].isin(_OTHER_REASONS)]
    lines = cut.bank_lines[["entity", "line_id", "kind", "booked_on"]]
    rows = found[found["amount"] > 0].rename(columns={"id": "line_id"}).merge(lines, on=["entity", "line_id"])
    rows = rows[~rows["kind"].isin(_OTHER_KINDS)]
    place = rows["reason"].eq("proposed").map({True: "proposed", False: "unidentified"}).astype("str")
    return rows.assign(place=place)[["entity", "line_id", "place", "amount", "currency", "booked_on"]].reset_index(drop=True)
