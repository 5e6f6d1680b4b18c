"""What became of each bank line, and of each part of it: the grain under every total of the reconciliation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from recon_kit.measures.cut import EXPLAINED, Cut, per_cut
from recon_kit.money import total
from recon_kit.tables import ITEM_ALLOCATIONS, with_lines

BY_PERSON = ("decision", "person", "manual")
"""Bases of an allocation that a person decided, whatever its status has become since."""

STEPS = (
    "items", "payouts", "deposits", "on_account", "ledger_accounts", "own_transfers", "charges", "returns", "other_currency",
)  # fmt: skip
"""The ways in which money is explained, in the order of the bridge."""

SOURCES = {
    "in": ("customers", "payouts", "deposits", "returns", "other_in"),
    "out": ("refunds", "returns", "charges", "other_out"),
    "own_in": ("own_transfers",),
    "own_out": ("own_transfers",),
}
"""Direction -> where its money came from or went to, as far as line, match and reason tell. What only moved between own
accounts has directions of its own: it neither came in nor went out."""

_LINE = ["entity", "line_id"]
_ITEM = ["entity", "item_id"]
_STEP_OF_KIND = {
    "on_account": "on_account",
    "ledger_account": "ledger_accounts",
    "own_transfer": "own_transfers",
    "charge": "charges",
    "exchange": "other_currency",
}


@per_cut
def matched(cut: Cut) -> pd.DataFrame:
    """Every allocation that touches a line, beside its line and item. One row per part of a match.

    Documents of another currency that a line pays stand beside that line; `currency` is theirs, not `line_currency`.

    Adds: account, booked_on, line_amount, line_currency, line_kind, item_kind, item_amount, document_no, customer_name
    (null where there is no item) and `explained` (whether the status counts).
    """
    lines = cut.bank_lines[[*_LINE, "account", "booked_on", "amount", "currency", "kind"]]
    lines = lines.rename(columns={"amount": "line_amount", "currency": "line_currency", "kind": "line_kind"})
    items = cut.open_items[[*_ITEM, "kind", "amount", "document_no", "customer_name"]]
    items = items.rename(columns={"kind": "item_kind", "amount": "item_amount"}).drop_duplicates(_ITEM)
    rows = with_lines(cut.allocations).merge(lines, on=_LINE, how="inner")
    rows = rows.merge(items.astype({"item_amount": "Int64"}), on=_ITEM, how="left")
    rows["explained"] = rows["status"].isin(EXPLAINED)
    return rows


@per_cut
def parts(cut: Cut) -> pd.DataFrame:
    """What explains the lines, in the line's own currency. One row per part: entity, account, line_id, step, amount, row.

    `row` is the index of the part in `matched`.

    A line's amount = the sum of its parts + its breaks. Item-side differences (discount, fee, write-off, rate) move no
    money and are no parts. Money that paid items of another currency is its own step, by what was exchanged of the line; what
    it paid of them counts in their currency and is no part of the line.
    """
    rows = matched(cut)
    rows = rows[rows["explained"] & ~rows["kind"].isin(ITEM_ALLOCATIONS[1:]) & (rows["currency"] == rows["line_currency"])]
    rows = rows.rename_axis("row").reset_index().rename(columns={"allocated": "amount"})
    rows["step"] = _step(rows)
    return rows[[*_LINE, "account", "step", "amount", "row"]]


def _step(rows: pd.DataFrame) -> pd.Series:
    opposite = (np.sign(rows["amount"]) * np.sign(rows["item_amount"].fillna(0).astype("int64"))) < 0
    payment = rows["kind"] == "payment"
    step = rows["kind"].map(_STEP_OF_KIND).fillna("items")
    step = step.mask(payment & (rows["item_kind"] == "payout"), "payouts")
    step = step.mask(payment & (rows["item_kind"] == "cash_deposit"), "deposits")
    return step.mask(payment & ((rows["line_kind"] == "return") | opposite), "returns")


def line_breaks(cut: Cut) -> pd.DataFrame:
    """The breaks on bank lines: entity, line_id, reason, amount."""
    found = cut.breaks[cut.breaks["side"] == "bank_line"]
    return found.rename(columns={"id": "line_id"})[[*_LINE, "reason", "amount"]].reset_index(drop=True)


@per_cut
def line_states(cut: Cut) -> pd.DataFrame:
    """Where each line of the period stands. One row per line.

    Columns: entity, account, line_id, booked_on, currency, amount, direction (a key of `SOURCES`), source, explained, proposed,
    unexplained (money, signed like the line), difference (amount - the three: 0, or a line that is lost), state (explained,
    proposed, unexplained), automatic (explained, and no person had a hand in it).

    explained = sum of its parts; proposed = its break with reason `proposed`; unexplained = its other breaks.
    """
    lines = cut.lines
    key = pd.MultiIndex.from_frame(lines[_LINE])
    broken = line_breaks(cut)
    is_proposed = broken["reason"] == "proposed"
    states = lines[["entity", "account", "line_id", "booked_on", "currency", "amount"]].copy()
    states["explained"] = _by_line(parts(cut), key)
    states["proposed"] = _by_line(broken[is_proposed], key)
    states["unexplained"] = _by_line(broken[~is_proposed], key)
    states["difference"] = states["amount"] - states["explained"] - states["proposed"] - states["unexplained"]
    has_break = key.isin(pd.MultiIndex.from_frame(broken[_LINE]))
    has_proposal = key.isin(pd.MultiIndex.from_frame(broken.loc[is_proposed, _LINE]))
    lost = states["difference"].to_numpy() != 0
    states["state"] = np.select([has_proposal, has_break | lost], ["proposed", "unexplained"], "explained")
    rows = matched(cut)
    by_hand = rows[rows["explained"] & ((rows["status"] == "confirmed") | rows["basis"].str.startswith(BY_PERSON))]
    states["automatic"] = (states["state"] == "explained") & ~key.isin(pd.MultiIndex.from_frame(by_hand[_LINE]))
    states["source"] = _source(lines, rows, broken)
    ways = np.where(lines["amount"] < 0, "out", "in")
    states["direction"] = np.where(states["source"] == "own_transfers", np.char.add("own_", ways), ways)
    return states


def _by_line(rows: pd.DataFrame, key: pd.MultiIndex) -> np.ndarray:
    sums = rows.groupby(_LINE, dropna=False)["amount"].sum()
    return sums.reindex(key, fill_value=0).astype("int64").to_numpy()


def _source(lines: pd.DataFrame, rows: pd.DataFrame, broken: pd.DataFrame) -> np.ndarray:
    key = pd.MultiIndex.from_frame(lines[_LINE])

    def told(frame: pd.DataFrame, column: str, *values: str) -> np.ndarray:
        return np.asarray(key.isin(pd.MultiIndex.from_frame(frame.loc[frame[column].isin(values), _LINE])))

    kind, incoming = lines["kind"], (lines["amount"] >= 0).to_numpy()
    payout = (kind == "payout").to_numpy() | told(rows, "item_kind", "payout") | told(broken, "reason", *_OF_PAYOUT)
    deposit = (
        (kind == "cash_deposit").to_numpy()
        | told(rows, "item_kind", "cash_deposit")
        | told(broken, "reason", "deposit_differs")
    )
    transfer = told(rows, "kind", "own_transfer") | told(broken, "reason", "transfer_unpaired")
    returned = (kind == "return").to_numpy() | told(broken, "reason", "return_unmatched")
    charge = (kind == "fee").to_numpy() & ~incoming
    ledger = told(rows, "kind", "ledger_account") | kind.isin(["fee", "interest"]).to_numpy()
    return np.select(
        [
            transfer,
            returned,
            payout & incoming,
            deposit & incoming,
            charge,
            incoming & ledger,
            incoming,
            told(rows, "kind", "payment"),
        ],
        ["own_transfers", "returns", "payouts", "deposits", "charges", "other_in", "customers", "refunds"],
        "other_out",
    )


_OF_PAYOUT = ("payout_unknown", "payout_differs")


def totals(cut: Cut, by: list[str]) -> pd.DataFrame:
    """Lines and money by state, for any of entity, account, source besides currency and direction.

    One row per group: n_lines = n_explained + n_proposed + n_unexplained; booked = explained + proposed + unexplained +
    difference; n_automatic of n_explained. Credits, debits and own transfers stay apart (`direction`), currencies too.
    """
    states = line_states(cut)
    keys = [*by, "currency", "direction"]
    groups = []
    values: Any
    for values, rows in states.groupby(keys, dropna=False, sort=True):
        counts = {f"n_{state}": int((rows["state"] == state).sum()) for state in ("explained", "proposed", "unexplained")}
        sums = {name: total(rows[name]) for name in ("explained", "proposed", "unexplained", "difference")}
        counts["n_automatic"] = int(rows["automatic"].sum())
        groups.append(
            {**dict(zip(keys, values, strict=True)), "n_lines": len(rows), **counts, "booked": total(rows["amount"]), **sums}
        )
    return pd.DataFrame(groups, columns=[*keys, *TOTALS])


TOTALS = (
    "n_lines", "n_explained", "n_automatic", "n_proposed", "n_unexplained",
    "booked", "explained", "proposed", "unexplained", "difference",
)  # fmt: skip
