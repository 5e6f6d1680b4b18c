"""Customers, ledger balances, ledger movements and till closings as plain CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from recon_kit.simulate.company import NAMES, month_end
from recon_kit.simulate.files import Files, csv_text, decimal
from recon_kit.simulate.ledger import Balance, Posting
from recon_kit.simulate.model import Customer
from recon_kit.simulate.tills import Closing

_CUSTOMERS = "entity,customer_id,name,other_names,accounts,e_mail,language,country,is_business,payment_days".split(",")
_BALANCES = "entity,gl_account,role,on,amount,currency".split(",")
_MOVEMENTS = "entity,gl_account,customer_id,document_no,kind,posted_on,document_on,amount,currency".split(",")
_TILLS = (
    "store,till,z_number,business_day,cash_expected,cash_counted,card,voucher,tips,bag_number,amount_deposited,currency".split(
        ","
    )
)


def write_customers(files: Files, customers: Sequence[Customer]) -> None:
    """One list an entity; half of the customers' accounts are known to it."""
    for entity in NAMES:
        rows = [_customer(customer) for customer in customers if customer.entity == entity]
        files.write(f"{entity.lower()}/customers/customers-{entity.lower()}.csv", csv_text(_CUSTOMERS, rows))


def _customer(customer: Customer) -> list[str]:
    known = customer.accounts[0] if customer.known or customer.mandate else ""
    return [
        customer.entity, customer.ledger_id, customer.name, "", known, customer.e_mail, customer.language, customer.country,
        "true" if customer.is_business else "false", str(customer.days),
    ]  # fmt: skip


def write_balances(files: Files, balances: Sequence[Balance]) -> None:
    """One file an entity and month's end."""
    for entity in NAMES:
        for on in sorted({balance.on for balance in balances}):
            rows = [
                [b.entity, b.gl_account, b.role, str(b.on), decimal(b.amount), b.currency]
                for b in balances
                if b.entity == entity and b.on == on
            ]
            files.write(f"{entity.lower()}/ledger/balances-{on}.csv", csv_text(_BALANCES, rows))


def write_movements(files: Files, postings: Sequence[Posting], first: date) -> None:
    """One file an entity and month, from `first` on."""
    for entity in NAMES:
        mine = [p for p in postings if p.entity == entity and p.posted_on >= first]
        for month in sorted({f"{p.posted_on:%Y-%m}" for p in mine}):
            rows = [
                [
                    p.entity, p.gl_account, p.customer_id, p.document_no, p.kind, str(p.posted_on), str(p.document_on),
                    decimal(p.amount), p.currency,
                ]
                for p in mine
                if f"{p.posted_on:%Y-%m}" == month
            ]  # fmt: skip
            if month <= "2026-10":
                files.write(f"{entity.lower()}/ledger/movements-{month}.csv", csv_text(_MOVEMENTS, rows))


def write_tills(files: Files, closings: Sequence[Closing]) -> None:
    """One file a month, named by its last day, a row a till and day."""
    for last in sorted({month_end(closing.day) for closing in closings}):
        rows = [_till(closing) for closing in closings if month_end(closing.day) == last]
        files.write(f"nord/deposits/tills-{last}.csv", csv_text(_TILLS, rows))


def _till(closing: Closing) -> list[str]:
    amounts = (closing.expected, closing.counted, closing.card, closing.voucher, closing.tips)
    named = [closing.store, closing.till, str(closing.z_number), str(closing.day)]
    return [*named, *map(decimal, amounts), closing.bag, decimal(closing.counted), "EUR"]
