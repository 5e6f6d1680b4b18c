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
from recon_kit.simulate.feeds.people import People, draw_accounts, draw_names, draw_people, office_names, one_time_payers
from recon_kit.simulate.feeds.profiles import PROFILES
from recon_kit.simulate.feeds.remittance import Remittances, write
from recon_kit.simulate.feeds.runs import pay
from recon_kit.simulate.feeds.words import LANGUAGES
from recon_kit.tables import BANK_LINES, CUSTOMERS, OPEN_ITEMS
from recon_kit.tables.declare import TEXT


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
    bank_lines, payer_is = _bank_lines(company, people, books, told, line_id)
    truth = _truth(items, people, books, told, payer_is, line_id, item_id)
    return Feed(
        BANK_LINES.conform(_shuffled(rng, bank_lines)),
        OPEN_ITEMS.conform(_shuffled(rng, _open_items(company, people, items, item_id))),
        truth,
        CUSTOMERS.conform(_shuffled(rng, _customers(people))),
    )


def _shuffled(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


def _text(values: np.ndarray) -> pd.Series:
    return pd.Series(values, dtype=TEXT)


def _or_none(column: pd.Series) -> np.ndarray:
    values = column.to_numpy(object)
    return np.where(values == "", None, values)


def _working(company: Company, day: np.ndarray) -> np.ndarray:
    return (np.busday_offset(company.start + day, 0, roll="forward") - company.start).astype(np.int64)


def _days(company: Company, day: np.ndarray) -> np.ndarray:
    return (company.start + day).astype("datetime64[us]")


def _bank_lines(
    company: Company, people: People, books: Bookings, told: Remittances, line_id: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    rng = company.rng("bank lines")
    lines, size = books.lines, len(books.lines)
    names, accounts, payer_is = _counterparties(company, rng, people, books)
    amount = np.bincount(books.parts["line"], weights=books.parts["of_line"], minlength=size)
    ours = texts(_our_accounts(company, rng))
    hash_account = lines["currency"].map({code: at for at, code in enumerate(dict.fromkeys(lines["currency"]))}).to_numpy()
    which = np.where(rng.random(size) < 0.8, hash_account, rng.integers(0, len(ours), size)) % len(ours)
    kind = lines["kind"].to_numpy(object).copy()
    kind[rng.random(size) < 0.06] = None
    day = _working(company, lines["day"].to_numpy()) + np.where(lines["event"] == "returned", 0, rng.choice([0, 0, 0, 0, 0, 1], size))
    foreign = (lines["event"] == "fx").to_numpy() & (rng.random(size) < 0.6)
    own = np.bincount(books.parts["line"], weights=books.parts["allocated"], minlength=size)
    item_currency = _item_currency(lines)
    ends = [f"{int(u * 10**12):012d}" if u < 0.35 else None for u in rng.random(size).tolist()]
    frame = pd.DataFrame(
        {
            "line_id": _text(line_id),
            "account": _text(ours[which]),
            "booked_on": _days(company, _working(company, day)),
            "value_on": _days(company, _working(company, lines["day"].to_numpy())),
            "amount": np.rint(amount).astype(np.int64),
            "currency": _text(lines["currency"].to_numpy(object)),
            "counterparty_name": _text(names),
            "counterparty_account": _text(accounts),
            "remittance": _text(texts([text.strip() or None for text in told.text.tolist()])),
            "reference": _text(told.reference),
            "end_to_end_id": _text(texts(ends)),
            "bank_reference": _text(texts(tokens(rng, size, 11, "0123456789"))),
            "kind": _text(kind),
            "return_reason": _text(lines["reason"].where(lines["reason"].notna(), None).to_numpy(object)),
            "instructed_amount": pd.array(np.where(foreign, np.rint(own), 0).astype(np.int64), dtype="Int64"),
            "instructed_currency": _text(np.where(foreign, item_currency, None)),
            "rate": _text(texts([f"{r:.5f}" if f else None for r, f in zip(lines["rate"].tolist(), foreign.tolist(), strict=True)])),
            "charges": pd.array(lines["charged"].to_numpy(), dtype="Int64"),
        }
    )
    frame.loc[~foreign, "instructed_amount"] = pd.NA
    frame.loc[frame["charges"] == 0, "charges"] = pd.NA
    return frame, payer_is


def _item_currency(lines: pd.DataFrame) -> np.ndarray:
    return lines["currency_of_items"].to_numpy(object)


def _our_accounts(company: Company, rng: np.random.Generator) -> list[str]:
    return draw_accounts(rng, texts([company.country] * max(company.accounts, len(company.currencies)))).tolist()


def _counterparties(
    company: Company, rng: np.random.Generator, people: People, books: Bookings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Name and account on the other side of each line, and what it is to the customer."""
    lines, payers = books.lines, people.payers
    payer, size = lines["payer"].to_numpy(), len(books.lines)
    names = payers["shown"].to_numpy(object)[payer]
    second = payers["two_accounts"].to_numpy()[payer] & (rng.random(size) < 0.35)
    accounts = np.where(second, payers["account_2"].to_numpy(object)[payer], payers["account"].to_numpy(object)[payer])
    whose = lines["whose"].to_numpy(object)
    is_a = people.customers["payer_is"].to_numpy(object)[np.minimum(lines["customer"].to_numpy(), len(people.customers) - 1)]
    is_a = np.where(second & (is_a == "self"), "other_account", is_a)
    is_a = np.where(lines["channel"], "channel", is_a)
    once = (rng.random(size) < company.profile.one_time) & pd.isna(whose) & ~lines["channel"].to_numpy()
    once &= (lines["kind"] == "credit_transfer").to_numpy() & (lines["event"] != "refund").to_numpy()
    strangers = np.flatnonzero(once | np.isin(whose, ["stranger", "person"]))
    language = payers["language"].to_numpy(object)[payer[strangers]]
    language[np.isin(lines["event"].to_numpy(object)[strangers], ["supplier", "wages", "private"])] = next(iter(company.languages))
    firm = np.where(whose[strangers] == "person", False, (whose[strangers] == "stranger") | (rng.random(len(strangers)) < 0.35))
    names[strangers], accounts[strangers] = one_time_payers(company, "strangers", language, firm)
    is_a[once] = "one_time"
    is_a[pd.notna(whose) & (whose != "payer")] = "other"
    office = np.flatnonzero(whose == "office")
    names[office] = office_names(company, rng, len(office))
    bank = np.flatnonzero(whose == "bank")
    names[bank], accounts[bank] = None, None
    us = np.flatnonzero(whose == "us")
    home = texts([next(iter(company.languages))])
    names[us] = draw_names(company, "us", home, np.array([True]))[0]
    accounts[us] = _our_accounts(company, company.rng("other bank"))[0]
    hidden = payers["hides_account"].to_numpy()[payer] | (rng.random(size) < company.profile.no_account * 0.4)
    accounts[hidden & (lines["kind"] != "direct_debit").to_numpy()] = None
    names[(rng.random(size) < company.profile.no_account * 0.12)] = None
    return names, accounts, is_a


def _open_items(company: Company, people: People, items: pd.DataFrame, item_id: np.ndarray) -> pd.DataFrame:
    customers = people.customers
    who = items["customer"].to_numpy()
    channel = items["channel"].to_numpy()
    till = channel & (who % 2 == 0)
    kind = np.where(items["amount"] < 0, "credit_note", np.where(till, "cash_deposit", np.where(channel, "payout", "invoice")))
    known = customers["known"].to_numpy()[who] & ~channel
    discount = (items["discount"] > 0).to_numpy()
    until = _days(company, items["discount_until"].to_numpy())
    until[~discount] = np.datetime64("NaT")
    amount = items["amount"].to_numpy()
    frame = pd.DataFrame(
        {
            "item_id": _text(item_id),
            "kind": _text(kind.astype(object)),
            "document_no": _text(items["document_no"].to_numpy(object)),
            "customer_id": _text(np.where(channel, None, items["customer_no"].to_numpy(object))),
            "customer_name": _text(np.where(channel, None, customers["name"].to_numpy(object)[who])),
            "customer_account": _text(np.where(known, customers["account"].to_numpy(object)[who], None)),
            "issued_on": _days(company, items["issued"].to_numpy()),
            "due_on": _days(company, items["due"].to_numpy()),
            "amount": amount,
            "open_amount": amount,
            "currency": _text(items["currency"].to_numpy(object)),
            "reference": _text(_or_none(items["reference"])),
            "order_no": _text(np.where(channel, None, _or_none(items["order_no"]))),
            "discount_on": until,
            "discount_amount": pd.array(items["discount"].to_numpy(), dtype="Int64"),
            "channel": _text(np.where(channel, customers["name"].to_numpy(object)[who], None)),
        }
    )
    frame.loc[~discount, "discount_amount"] = pd.NA
    return frame


def _customers(people: People) -> pd.DataFrame:
    told = people.customers[~people.customers["channel"].to_numpy()].reset_index(drop=True)
    return pd.DataFrame(
        {
            "customer_id": _text(told["customer_no"].to_numpy(object)),
            "name": _text(told["name"].to_numpy(object)),
            "accounts": _text(np.where(told["known"], told["account"].to_numpy(object), None)),
            "language": _text(told["language"].to_numpy(object)),
            "is_business": told["is_business"].to_numpy(bool),
        }
    )


def _truth(
    items: pd.DataFrame, people: People, books: Bookings, told: Remittances, payer_is: np.ndarray, line_id: np.ndarray, item_id: np.ndarray
) -> pd.DataFrame:
    parts, lines = books.parts, books.lines
    line, item = parts["line"].to_numpy(), parts["item"].to_numpy()
    has = item >= 0
    of_item = items["currency"].to_numpy(object)[item]
    tie = ties(items, books, told)
    label = _phenomenon(items, books, tie)
    frame = pd.DataFrame(
        {
            "line_id": _text(line_id[line]),
            "item_id": _text(np.where(has, item_id[item], None)),
            "customer_id": _text(_customer(items, people, books)),
            "allocated": parts["allocated"].to_numpy(),
            "of_line": parts["of_line"].to_numpy(),
            "currency": _text(np.where(has, of_item, lines["currency"].to_numpy(object)[line])),
            "kind": _text(parts["kind"].to_numpy(object)),
            "phenomenon": _text(label[line]),
            "shape": _text(lines["shape"].to_numpy(object)[line]),
            "quoting": _text(told.quoting[line]),
            "noise": _text(told.noise[line]),
            "payer_is": _text(payer_is[line]),
            "is_tie": tie[line],
        }
    )
    return frame.sort_values(["line_id", "kind", "item_id"], kind="stable", ignore_index=True)


def _customer(items: pd.DataFrame, people: People, books: Bookings) -> np.ndarray:
    """Whose item it is, or who has paid what goes to no item; none for channels and for what is not a customer's."""
    line, item = books.parts["line"].to_numpy(), books.parts["item"].to_numpy()
    own = np.where(item >= 0, items["customer"].to_numpy()[item], books.lines["customer"].to_numpy()[line])
    customers = people.customers
    none = (own >= len(customers)) | np.isin(books.parts["kind"].to_numpy(object), ["ledger_account", "own_transfer", "charge"])
    own = np.minimum(own, len(customers) - 1)
    none |= customers["channel"].to_numpy()[own] | (books.lines["event"] == "prepayment").to_numpy()[line]
    return np.where(none, None, customers["customer_no"].to_numpy(object)[own])


def ties(items: pd.DataFrame, books: Bookings, told: Remittances) -> np.ndarray:
    """By line: whether it pays one document, tells nothing of which, and the customer has an equal one open then."""
    lines, parts = books.lines, books.parts
    made = np.zeros(len(lines), dtype=bool)
    pays = parts[(parts["kind"] == "payment") & (parts["of_line"] > 0)]
    alone = pays[(lines["n"].to_numpy() == 1)[pays["line"].to_numpy()]]
    silent = np.isin(told.quoting, ["nothing", "customer", "advice"]) & (lines["event"] == "exact").to_numpy()
    alone = alone[silent[alone["line"].to_numpy()]]
    key = pd.MultiIndex.from_arrays([items["customer"], items["amount"], items["currency"]])
    code = pd.factorize(key)[0]
    frame = pd.DataFrame({"code": code, "issued": items["issued"].to_numpy(), "paid": items["paid"].to_numpy(), "item": np.arange(len(items))})
    pairs = pd.DataFrame({"code": code[alone["item"].to_numpy()], "line": alone["line"].to_numpy(), "own": alone["item"].to_numpy()})
    pairs["day"] = lines["day"].to_numpy()[pairs["line"].to_numpy()]
    counted = frame["code"].map(frame["code"].value_counts())
    met = pairs.merge(frame[(counted > 1).to_numpy()], on="code")
    met = met[(met["item"] != met["own"]) & (met["issued"] < met["day"]) & (met["paid"] >= met["day"])]
    made[met["line"].to_numpy()] = True
    return made


def _phenomenon(items: pd.DataFrame, books: Bookings, tie: np.ndarray) -> np.ndarray:
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
    grouped = np.where(channel, np.where(shape == "single", "payout", "two_payouts"), np.where(shape == "single", "exact", shape))
    label[plain] = grouped[plain]
    label[plain & tie] = "tie"
    label[plain & nets] = "netting"
    label[plain & nets_later] = "netting_later"
    return label
