"""Customers, ledger balances, ledger movements and till closings as plain CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from recon_kit.simulate.accounts import PAST, Balance
from recon_kit.simulate.company import LEDGER_SINCE, NAMES, SNAPSHOTS, month_end
from recon_kit.simulate.files import Files, csv_text, decimal
from recon_kit.simulate.model import Customer
from recon_kit.simulate.movements import Posting
from recon_kit.simulate.tills import Closing

_CUSTOMERS = "entity,customer_id,name,other_names,accounts,e_mail,language,country,is_business,payment_days".split(",")
_BALANCES = "entity,gl_account,role,on,amount,currency".split(",")
_MOVEMENTS = (
    "entity,gl_account,customer_id,document_no,kind,posted_on,document_on,amount,tax,currency,clearing_no,cleared_on".split(",")
)
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
    """One file an entity and month's end; those of the year before in one."""
    files_of = {f"{PAST[0]:%Y-%m}_{PAST[-1]:%Y-%m}": PAST, **{str(on): (on,) for on in SNAPSHOTS}}
    for entity in NAMES:
        for name, days in files_of.items():
            rows = [
                [b.entity, b.gl_account, b.role, str(b.on), decimal(b.amount), b.currency]
                for b in balances
                if b.entity == entity and b.on in days
            ]
            files.write(f"{entity.lower()}/ledger/balances-{name}.csv", csv_text(_BALANCES, rows))


def write_movements(files: Files, postings: Sequence[Posting]) -> None:
    """One file an entity and month, the year before the opening position in one.

    Each tells what was entered since the file before, and again, with its clearing, what was told open and is cleared now.
    """
    for entity in NAMES:
        mine = [p for p in postings if p.entity == entity and p.posted_on >= LEDGER_SINCE]
        before = LEDGER_SINCE - timedelta(days=1)
        for on in SNAPSHOTS:
            rows = [_movement(p, on) for p in mine if before < _told_on(p, before) <= on]
            name = f"{LEDGER_SINCE:%Y-%m}_{on:%Y-%m}" if on == SNAPSHOTS[0] else f"{on:%Y-%m}"
            files.write(f"{entity.lower()}/ledger/movements-{name}.csv", csv_text(_MOVEMENTS, rows))
            before = on


def _told_on(posting: Posting, before: date) -> date:
    """When there was something to tell about it: its entry, or its clearing if the file before told it open."""
    if posting.entered_on > before or not posting.cleared:
        return posting.entered_on
    return posting.cleared.entered_on


def _movement(p: Posting, on: date) -> list[str]:
    cleared = p.cleared if p.cleared and p.cleared.entered_on <= on else None
    return [
        p.entity, p.gl_account, p.customer_id, p.document_no, p.kind, str(p.posted_on), str(p.document_on), decimal(p.amount),
        "" if p.tax is None else decimal(p.tax), p.currency, *((cleared.number, str(cleared.on)) if cleared else ("", "")),
    ]  # fmt: skip


def write_tills(files: Files, closings: Sequence[Closing]) -> None:
    """One file a month, named by its last day, a row a till and day."""
    for last in sorted({month_end(closing.day) for closing in closings}):
        rows = [_till(closing) for closing in closings if month_end(closing.day) == last]
        files.write(f"nord/deposits/tills-{last}.csv", csv_text(_TILLS, rows))


def _till(closing: Closing) -> list[str]:
    amounts = (closing.expected, closing.counted, closing.card, closing.voucher, closing.tips)
    named = [closing.store, closing.till, str(closing.z_number), str(closing.day)]
    return [*named, *map(decimal, amounts), closing.bag, decimal(closing.counted), "EUR"]
