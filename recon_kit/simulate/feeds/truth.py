"""The truth of a feed: what of each line goes where, and the labels under which an engine is measured."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Flags, Texts, blanked
from recon_kit.simulate.feeds.events import Bookings
from recon_kit.simulate.feeds.ledgers import text
from recon_kit.simulate.feeds.people import People
from recon_kit.simulate.feeds.remittance import Remittances


def truth(
    items: pd.DataFrame, people: People, books: Bookings, told: Remittances, known: tuple[Texts, Texts, Texts]
) -> pd.DataFrame:
    """One row a part of a line; `known`: who pays each line, and the ids of lines and items."""
    payer_is, line_id, item_id = known
    parts, lines = books.parts, books.lines
    line, item = parts["line"].to_numpy(), parts["item"].to_numpy()
    has = item >= 0
    of_item = items["currency"].to_numpy(object)[item]
    tie = ties(items, books, told)
    label = _phenomenon(items, books, tie)
    frame = pd.DataFrame(
        {
            "line_id": text(line_id[line]),
            "item_id": text(blanked(item_id[item], ~has)),
            "customer_id": text(_customer(items, people, books)),
            "allocated": parts["allocated"].to_numpy(),
            "of_line": parts["of_line"].to_numpy(),
            "currency": text(np.where(has, of_item, lines["currency"].to_numpy(object)[line])),
            "kind": text(parts["kind"].to_numpy(object)),
            "phenomenon": text(label[line]),
            "shape": text(lines["shape"].to_numpy(object)[line]),
            "quoting": text(told.quoting[line]),
            "noise": text(told.noise[line]),
            "payer_is": text(payer_is[line]),
            "is_tie": tie[line],
        }
    )
    return frame.sort_values(["line_id", "kind", "item_id"], kind="stable", ignore_index=True)


def _customer(items: pd.DataFrame, people: People, books: Bookings) -> Texts:
    """Whose item it is, or who has paid what goes to no item; none for channels and for what is not a customer's."""
    line, item = books.parts["line"].to_numpy(), books.parts["item"].to_numpy()
    own = np.where(item >= 0, items["customer"].to_numpy()[item], books.lines["customer"].to_numpy()[line])
    customers = people.customers
    none = (own >= len(customers)) | np.isin(books.parts["kind"].to_numpy(object), ["ledger_account", "own_transfer", "charge"])
    own = np.minimum(own, len(customers) - 1)
    none |= customers["channel"].to_numpy()[own] | (books.lines["event"] == "prepayment").to_numpy()[line]
    return blanked(customers["customer_no"].to_numpy(object)[own], none)


def ties(items: pd.DataFrame, books: Bookings, told: Remittances) -> Flags:
    """By line: whether it pays one document, tells nothing of which, and the customer has an equal one open then."""
    lines, parts = books.lines, books.parts
    made = np.zeros(len(lines), dtype=bool)
    pays = parts[(parts["kind"] == "payment") & (parts["of_line"] > 0)]
    alone = pays[(lines["n"].to_numpy() == 1)[pays["line"].to_numpy()]]
    silent = np.isin(told.quoting, ["nothing", "customer", "advice"]) & (lines["event"] == "exact").to_numpy()
    alone = alone[silent[alone["line"].to_numpy()]]
    key = pd.MultiIndex.from_arrays([items["customer"], items["amount"], items["currency"]])
    code = pd.factorize(key)[0]
    frame = items[["issued", "paid"]].assign(code=code, item=np.arange(len(items)))
    pairs = pd.DataFrame({"line": alone["line"].to_numpy(), "own": alone["item"].to_numpy()})
    pairs["code"] = code[pairs["own"].to_numpy()]
    pairs["day"] = lines["day"].to_numpy()[pairs["line"].to_numpy()]
    counted = frame["code"].map(frame["code"].value_counts())
    met = pairs.merge(frame[(counted > 1).to_numpy()], on="code")
    met = met[(met["item"] != met["own"]) & (met["issued"] < met["day"]) & (met["paid"] >= met["day"])]
    made[met["line"].to_numpy()] = True
    return made


def _phenomenon(items: pd.DataFrame, books: Bookings, tie: Flags) -> Texts:
    """One label a line: what happened to the money; else what it nets; else a tie; else the shape of its set."""
    lines, parts = books.lines, books.parts
    item, line = parts["item"].to_numpy(), parts["line"].to_numpy()
    negative = (item >= 0) & (items["amount"].to_numpy()[item] < 0)
    later = negative & items["netted_later"].to_numpy()[item]
    count = len(lines)
    nets = np.bincount(line[negative], minlength=count) > 0
    nets_later = np.bincount(line[later], minlength=count) > 0
    label = lines["event"].to_numpy(object).copy()
    plain = label == "exact"
    shape = lines["shape"].to_numpy(object)
    channel = lines["channel"].to_numpy()
    grouped = np.where(
        channel, np.where(shape == "single", "payout", "two_payouts"), np.where(shape == "single", "exact", shape)
    )
    label[plain] = grouped[plain]
    label[plain & tie] = "tie"
    label[plain & nets] = "netting"
    label[plain & nets_later] = "netting_later"
    return label
