"""Lines that belong to no open document: the bank's own, wages, tax, suppliers, transfers, prepayments, unknown money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import named, texts
from recon_kit.simulate.feeds.company import RATES, Company
from recon_kit.simulate.feeds.events import Bookings
from recon_kit.simulate.feeds.people import People


@dataclass(frozen=True)
class Beside:
    """How one kind of such lines behaves.

    Args:
        sign: -1 money out, 1 in, 0 either. `median`, `sigma`: of the amount in minor units of the euro.
        part: the kind of its part; `whose`: bank (no name), stranger, person, office, payer, us.
        kind: what the bank says it is.
    """

    sign: int
    median: float
    sigma: float
    part: str
    whose: str
    kind: str


KINDS = {
    "fee": Beside(-1, 1_900, 0.9, "ledger_account", "bank", "fee"),
    "interest": Beside(0, 9_000, 1.4, "ledger_account", "bank", "interest"),
    "wages": Beside(-1, 230_000, 0.45, "ledger_account", "person", "credit_transfer"),
    "tax": Beside(-1, 420_000, 1.2, "ledger_account", "office", "direct_debit"),
    "supplier": Beside(-1, 60_000, 1.3, "ledger_account", "stranger", "credit_transfer"),
    "private": Beside(0, 90_000, 1.0, "ledger_account", "person", "credit_transfer"),
    "own_transfer": Beside(0, 1_000_000, 1.0, "own_transfer", "us", "credit_transfer"),
    "on_account": Beside(1, 100_000, 1.0, "on_account", "payer", "credit_transfer"),
    "prepayment": Beside(1, 70_000, 1.1, "on_account", "stranger", "credit_transfer"),
    "old_document": Beside(1, 50_000, 1.1, "on_account", "payer", "credit_transfer"),
    "foreign": Beside(1, 50_000, 1.2, "ledger_account", "stranger", "credit_transfer"),
}
"""`old_document`: a customer pays what is closed long ago; `foreign`: money for somebody else, rebates, claims paid."""


def add_beside(company: Company, people: People, items: pd.DataFrame, books: Bookings) -> None:
    """Append the lines that belong to no document, and refunds of credit notes; changes `books`."""
    rng = company.rng("beside")
    share = company.profile.beside
    size = max(len(KINDS), int(len(books.lines) * share / (1 - share)))
    drawn = named(rng, company.profile.besides, size)
    drawn[: len(KINDS)] = list(KINDS)
    told = [KINDS[name] for name in drawn.tolist()]
    sign = np.array([kind.sign for kind in told])
    sign = np.where(sign == 0, rng.choice([-1, 1], size), sign)
    scale = np.sqrt(company.profile.amount[0] / 60_000) * RATES[company.currency]
    amount = np.exp(
        np.log([kind.median for kind in told]) + np.array([kind.sigma for kind in told]) * rng.standard_normal(size)
    )
    amount = np.maximum(np.rint(amount * scale), 101).astype(np.int64)
    amount = _shaped(rng, drawn, amount, items, people)
    channel = people.payers["channel"].to_numpy()
    payer = rng.choice(np.flatnonzero(~channel), size)
    lines = pd.DataFrame(
        {
            "payer": payer,
            "customer": payer,
            "day": rng.integers(1, company.days + 20, size),
            "currency": company.currency,
            "shape": "none",
            "event": drawn,
            "kind": texts([kind.kind for kind in told]),
            "copy_of": -1,
            "n": 0,
            "nth": 1,
            "rate": 1.0,
            "channel": False,
            "whose": texts([kind.whose for kind in told]),
        }
    )
    lines["day"] = company.working(lines["day"].to_numpy())
    parts = pd.DataFrame(
        {
            "line": np.arange(size),
            "item": -1,
            "allocated": amount * sign,
            "of_line": amount * sign,
            "kind": texts([kind.part for kind in told]),
        }
    )
    books.add(lines, parts)
    _refunds(company, items, books)


def _shaped(rng: np.random.Generator, drawn: np.ndarray, amount: np.ndarray, items: pd.DataFrame, people: People) -> np.ndarray:
    """Round sums for transfers and payments on account; some amounts that happen to be an open document's."""
    round_to = np.where(amount > 500_000, 100_000, np.where(amount > 50_000, 10_000, 1_000))
    rounded = np.maximum(np.rint(amount / round_to), 1) * round_to
    is_round = np.isin(drawn, ["own_transfer"]) | (np.isin(drawn, ["on_account", "private"]) & (rng.random(len(drawn)) < 0.85))
    amount = np.where(is_round, rounded, amount)
    invoices = np.flatnonzero(items["amount"].to_numpy() > 0)
    same = items["amount"].to_numpy()[rng.choice(invoices, len(drawn))]
    chance = np.isin(drawn, ["prepayment", "old_document", "foreign", "supplier"]) & (rng.random(len(drawn)) < 0.15)
    return np.where(chance, same, amount).astype(np.int64)


def _refunds(company: Company, items: pd.DataFrame, books: Bookings) -> None:
    """A third of the credit notes that no payment netted are paid out."""
    rng = company.rng("refunds")
    free = np.flatnonzero((items["amount"].to_numpy() < 0) & (items["group"].to_numpy() < 0))
    chosen = free[rng.random(len(free)) < 0.34]
    rows = items.iloc[chosen]
    lines = pd.DataFrame(
        {
            "payer": rows["customer"].to_numpy(),
            "customer": rows["customer"].to_numpy(),
            "day": rows["issued"].to_numpy() + rng.integers(1, 20, len(rows)),
            "currency": rows["currency"].to_numpy(object),
            "shape": "single",
            "event": "refund",
            "kind": "credit_transfer",
            "copy_of": -1,
            "n": 1,
            "nth": 1,
            "rate": 1.0,
            "channel": False,
        }
    )
    amount = rows["amount"].to_numpy()
    parts = pd.DataFrame(
        {"line": np.arange(len(rows)), "item": chosen, "allocated": amount, "of_line": amount, "kind": "payment"}
    )
    books.add(lines, parts)
