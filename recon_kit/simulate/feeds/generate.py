"""A feed: one company's documents and bank lines over some months, and the truth about every part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.errors import Fault, ParameterError
from recon_kit.simulate.feeds.beside import add_beside
from recon_kit.simulate.feeds.chance import texts, tokens
from recon_kit.simulate.feeds.company import Company, draw_company
from recon_kit.simulate.feeds.documents import add_credit_notes, draw_invoices, number_documents
from recon_kit.simulate.feeds.events import Bookings, first_bookings, happen
from recon_kit.simulate.feeds.ledgers import bank_lines, customers, open_items, shuffled
from recon_kit.simulate.feeds.people import People, draw_people
from recon_kit.simulate.feeds.profiles import PROFILES
from recon_kit.simulate.feeds.remittance import Remittances, write
from recon_kit.simulate.feeds.runs import pay
from recon_kit.simulate.feeds.truth import truth
from recon_kit.simulate.feeds.words import LANGUAGES
from recon_kit.tables import BANK_LINES, CUSTOMERS, OPEN_ITEMS


@dataclass(frozen=True)
class Feed:
    """`bank_lines`, `open_items` and `customers` are declared tables in random row order.

    `truth` has one row per part of a line (line_id, item_id, kind), or per item part without cash (discount):

    - `customer_id`: whose item, or who has paid what goes on account;
    - `allocated` in minor units of `currency`, signed like the item (like the line where item_id is null);
    - `of_line`: what of the line's amount this part is, in the line's currency; they sum to the line's amount;
    - `kind`: payment, discount, on_account, charge, ledger_account, own_transfer;
    - `phenomenon`: what happened to the money; `shape`: what kind of set the line pays; `quoting`: what its text gives;
      `noise`: how that was spoiled; `payer_is`: self, other_account, parent, factor, relative, one_time, channel, other;
    - `is_tie`: other open documents of the customer had the same amount, and nothing in the text tells which is meant.
    """

    bank_lines: pd.DataFrame
    open_items: pd.DataFrame
    truth: pd.DataFrame
    customers: pd.DataFrame


def feed(profile: str, items: int, seed: int, dialect: str = "train") -> Feed:
    """The feed of that profile, size, seed and dialect: always the same.

    Args:
        profile: one of `PROFILES`.
        items: documents of the period, at least 200.
        dialect: "train" or "test": they differ in numbering, languages, words, names and noise.

    Raises:
        ParameterError: for an unknown profile or dialect, or fewer than 200 items.
    """
    if profile not in PROFILES or dialect not in LANGUAGES or items < 200:
        expected = f"a profile of {', '.join(PROFILES)}, a dialect of {', '.join(LANGUAGES)}, 200 items or more"
        raise ParameterError("feed", [Fault(expected, field="arguments", found=f"{profile}, {items}, {dialect}")])
    company = draw_company(profile, items, seed, dialect)
    n_channels = max(6, round(items * company.profile.channels / company.days)) if company.profile.channels else 0
    n_customers = max(20, round(items * (1 - company.profile.channels) / company.profile.per_customer)) + n_channels
    people = draw_people(company, n_customers, n_channels)
    n_notes = max(3, round(items * company.profile.credit_notes))
    invoices = pay(company, people, draw_invoices(company, people, items - n_notes))
    documents = number_documents(company, people, add_credit_notes(company, invoices, n_notes))
    books = first_bookings(documents)
    books.lines["currency_of_items"] = books.lines["currency"]
    books.lines["off"], books.lines["charged"], books.lines["reason"] = 0, 0, None
    happen(company, people, documents, books)
    add_beside(company, people, documents, books)
    for name in ("off", "charged"):
        books.lines[name] = books.lines[name].fillna(0).astype(np.int64)
    told = write(company, people, documents, books)
    return _assemble(company, people, documents, books, told)


def _assemble(company: Company, people: People, items: pd.DataFrame, books: Bookings, told: Remittances) -> Feed:
    rng = company.rng("ids")
    line_id = texts(tokens(rng, len(books.lines), 14))
    item_id = texts(tokens(rng, len(items), 12, "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"))
    booked, payer_is = bank_lines(company, people, books, told, line_id)
    parts = truth(items, people, books, told, (payer_is, line_id, item_id))
    return Feed(
        BANK_LINES.conform(shuffled(rng, booked)),
        OPEN_ITEMS.conform(shuffled(rng, open_items(company, people, items, item_id))),
        parts,
        CUSTOMERS.conform(shuffled(rng, customers(people))),
    )
