"""What the company's systems show of it all: the declared tables, made of the bookings and documents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Texts, blanked, texts, tokens
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.events import Bookings
from recon_kit.simulate.feeds.names import draw_accounts, draw_names, office_names
from recon_kit.simulate.feeds.people import People, one_time_payers
from recon_kit.simulate.feeds.remittance import Remittances
from recon_kit.tables.declare import TEXT


def shuffled(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


def text(values: Any) -> pd.Series:
    """A column of text from objects."""
    return pd.Series(values, dtype=TEXT)


def _or_none(column: pd.Series) -> Texts:
    return blanked(column.to_numpy(object), (column == "").to_numpy())


def _days(company: Company, day: Any) -> np.ndarray:
    return np.asarray(company.start + day).astype("datetime64[us]")


def bank_lines(
    company: Company, people: People, books: Bookings, told: Remittances, line_id: Texts
) -> tuple[pd.DataFrame, Texts]:
    rng = company.rng("bank lines")
    lines, size = books.lines, len(books.lines)
    names, accounts, payer_is = _counterparties(company, rng, people, books)
    amount = np.bincount(books.parts["line"], weights=books.parts["of_line"], minlength=size)
    ours = texts(_our_accounts(company, rng))
    hash_account = lines["currency"].map({code: at for at, code in enumerate(dict.fromkeys(lines["currency"]))}).to_numpy()
    which = np.where(rng.random(size) < 0.8, hash_account, rng.integers(0, len(ours), size)) % len(ours)
    kind = lines["kind"].to_numpy(object).copy()
    kind[rng.random(size) < 0.06] = None
    day = company.working(lines["day"].to_numpy()) + np.where(
        lines["event"] == "returned", 0, rng.choice([0, 0, 0, 0, 0, 1], size)
    )
    foreign = (lines["event"] == "fx").to_numpy() & (rng.random(size) < 0.6)
    own = np.bincount(books.parts["line"], weights=books.parts["allocated"], minlength=size)
    ends = [f"{int(u * 10**12):012d}" if u < 0.35 else None for u in rng.random(size).tolist()]
    frame = pd.DataFrame(
        {
            "line_id": text(line_id),
            "account": text(ours[which]),
            "booked_on": _days(company, company.working(day)),
            "value_on": _days(company, company.working(lines["day"].to_numpy())),
            "amount": np.rint(amount).astype(np.int64),
            "currency": text(lines["currency"].to_numpy(object)),
            "counterparty_name": text(names),
            "counterparty_account": text(accounts),
            "remittance": text(texts([text.strip() or None for text in told.text.tolist()])),
            "reference": text(told.reference),
            "end_to_end_id": text(texts(ends)),
            "bank_reference": text(texts(tokens(rng, size, 11, "0123456789"))),
            "kind": text(kind),
            "return_reason": text(lines["reason"].where(lines["reason"].notna(), None).to_numpy(object)),
            "instructed_amount": pd.array(np.where(foreign, np.rint(own), 0).astype(np.int64), dtype="Int64"),
            "instructed_currency": text(blanked(lines["currency_of_items"].to_numpy(object), ~foreign)),
            "rate": text(blanked([f"{rate:.5f}" for rate in lines["rate"].tolist()], ~foreign)),
            "charges": pd.array(lines["charged"].to_numpy(), dtype="Int64"),
        }
    )
    frame.loc[~foreign, "instructed_amount"] = pd.NA
    frame.loc[frame["charges"] == 0, "charges"] = pd.NA
    return frame, payer_is


def _our_accounts(company: Company, rng: np.random.Generator) -> list[str]:
    countries = texts([company.country] * max(company.accounts, len(company.currencies)))
    made: list[str] = draw_accounts(rng, countries).tolist()
    return made


def _counterparties(company: Company, rng: np.random.Generator, people: People, books: Bookings) -> tuple[Texts, Texts, Texts]:
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
    language[np.isin(lines["event"].to_numpy(object)[strangers], ["supplier", "wages", "private"])] = next(
        iter(company.languages)
    )
    firm = np.where(whose[strangers] == "person", False, (whose[strangers] == "stranger") | (rng.random(len(strangers)) < 0.35))
    names[strangers], accounts[strangers] = one_time_payers(company, "strangers", language, firm)
    is_a[once] = "one_time"
    is_a[pd.notna(whose) & (whose != "payer")] = "other"
    office = np.flatnonzero(whose == "office")
    names[office] = office_names(company, rng, len(office))
    accounts[office] = draw_accounts(rng, texts([company.country] * 3))[rng.integers(0, 3, len(office))]
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


def open_items(company: Company, people: People, items: pd.DataFrame, item_id: Texts) -> pd.DataFrame:
    owners = people.customers
    who = items["customer"].to_numpy()
    channel = items["channel"].to_numpy()
    till = channel & (who % 2 == 0)
    kind = np.where(items["amount"] < 0, "credit_note", np.where(till, "cash_deposit", np.where(channel, "payout", "invoice")))
    known = owners["known"].to_numpy()[who] & ~channel
    discount = (items["discount"] > 0).to_numpy()
    until = _days(company, items["discount_until"].to_numpy())
    until[~discount] = np.datetime64("NaT")
    amount = items["amount"].to_numpy()
    frame = pd.DataFrame(
        {
            "item_id": text(item_id),
            "kind": text(kind.astype(object)),
            "document_no": text(items["document_no"].to_numpy(object)),
            "customer_id": text(blanked(items["customer_no"], channel)),
            "customer_name": text(blanked(owners["name"].to_numpy(object)[who], channel)),
            "customer_account": text(blanked(owners["account"].to_numpy(object)[who], ~known)),
            "issued_on": _days(company, items["issued"].to_numpy()),
            "due_on": _days(company, items["due"].to_numpy()),
            "amount": amount,
            "open_amount": amount,
            "currency": text(items["currency"].to_numpy(object)),
            "reference": text(_or_none(items["reference"])),
            "order_no": text(blanked(_or_none(items["order_no"]), channel)),
            "discount_on": until,
            "discount_amount": pd.array(items["discount"].to_numpy(), dtype="Int64"),
            "channel": text(blanked(owners["name"].to_numpy(object)[who], ~channel)),
        }
    )
    frame.loc[~discount, "discount_amount"] = pd.NA
    return frame


def customers(people: People) -> pd.DataFrame:
    told = people.customers[~people.customers["channel"].to_numpy()].reset_index(drop=True)
    return pd.DataFrame(
        {
            "customer_id": text(told["customer_no"].to_numpy(object)),
            "name": text(told["name"].to_numpy(object)),
            "accounts": text(blanked(told["account"], ~told["known"].to_numpy(bool))),
            "language": text(told["language"].to_numpy(object)),
            "is_business": told["is_business"].to_numpy(bool),
        }
    )
