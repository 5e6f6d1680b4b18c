"""The pieces that payments are made of: bundles, money on account, what banks on the way keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from recon_kit.simulate.model import Customer, Item, Line, Part
from recon_kit.simulate.trade import ledger_id, overpayment_id

_NEVER = date.max


def bundles(items: list[Item]) -> list[list[Item]]:
    """What one payment takes: all, but equal documents of a day are paid one by one, and both are genuine."""
    if len(items) == 2 and items[0].amount == items[1].amount:
        return [[item] for item in items]
    return [items]


def payment_on_account(customer: Customer, day: date, amount: int, currency: str, entry_no: int) -> Item:
    """The negative item that the ledger's list shows for money that no document took, once it is posted."""
    item = Item(customer.entity, "", "payment_on_account", "", customer, day, day, -amount, currency)
    item.entry_no, item.text, item.listed_from = entry_no, "Zahlung auf Konto", _NEVER
    if customer.entity == "NORD":
        item.document_no = str(entry_no)
        item.item_id = ledger_id(item.entity, item.kind, item.document_no)
    else:
        item.document_no = f"OP-{entry_no % 100_000:05d}"
        item.item_id = overpayment_id(item)
    return item


def several(items: list[Item]) -> list[str]:
    """The phenomenon of a payment that settles more than one document."""
    return ["several_invoices"] if len(items) > 1 else []


def payment(item: Item, amount: int) -> Part:
    """That much of the line for that document."""
    return Part("payment", amount, item.currency, amount, item)


def take_charges(line: Line, charge: int) -> None:
    """The banks on the way kept something: the item is paid in full, the line is short by a fee."""
    part = line.parts[0]
    if part.of_line <= 4 * charge:
        return
    less = part.allocated - charge
    fee = Part("fee", charge, part.currency, 0, part.item)
    line.instructed, line.charges = (line.amount, part.currency), -charge
    line.parts = [replace(part, allocated=less, of_line=less), fee]
    line.amount = less
    line.phenomenon = joined([line.phenomenon, "bank_charges"])


def joined(told: list[str]) -> str:
    """Phenomena as the truth writes them; nothing special is not told beside something that is."""
    return "+".join(dict.fromkeys(word for word in told if word and word != "plain"))
