"""Money that goes astray: refunds that come back, payments on the sister company's account, payers whom nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from recon_kit.simulate import names
from recon_kit.simulate.company import ACCOUNTS, END, INTERCOMPANY, NAMES, START, after, iban
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Book, Item, Line, Part

_REFUNDED_SHARE = 0.8
_BOUNCED_SHARE = 0.3
_WORTH_IT = 15_00
"""Nobody sends back less."""
_WRONG_ENTITY = 5
_UNKNOWN = 16
_RETURN_REASONS = {"AC01": "IBAN FEHLERHAFT", "AC04": "KONTO AUFGELOEST", "AC06": "KONTO GESPERRT"}
_UNKNOWN_TEXTS = [
    "Rechnung", "lt. Vereinbarung", "Zahlung Auftrag", "Danke fuer die Lieferung", "invoice", "Bestellung vom letzten Monat",
]  # fmt: skip


def go_astray(seed: int, scale: float, items: list[Item], book: Book) -> None:
    """Add refunds and their returns, misdirected payments and unknown ones to the book."""
    draw, past = Draw(seed, "astray"), Draw(seed, "astray", "past")
    surplus = [item for item in book.items if item.kind == "payment_on_account"]
    for item in [*surplus, *_idle_credits(draw, past, items)]:
        own = past if item.is_past else draw
        if own.chance(_REFUNDED_SHARE):
            _refund(own, item, book)
    for line in draw.some(_movable(book), max(2, round(_WRONG_ENTITY * scale))):
        _misdirect(draw, line, book)
    for _ in range(max(2, round(_UNKNOWN * scale))):
        book.lines.append(_unknown(draw))


def _idle_credits(draw: Draw, past: Draw, items: list[Item]) -> list[Item]:
    idle = [item for item in items if item.kind == "credit_note" and not item.paid and not item.takes_back]
    return [item for item in idle if (past if item.is_past else draw).chance(0.4)]


def _refund(draw: Draw, item: Item, book: Book) -> None:
    """We send back what is too much; sometimes the bank returns it because the account is wrong."""
    day = after(item.issued_on, draw.whole(20, 36))
    customer = item.customer
    account = ACCOUNTS[{"EUR": {"NORD": "main", "ALPEN": "alpen"}[item.entity], "CHF": "chf", "GBP": "gbp"}[item.currency]]
    if not customer or abs(item.left) < _WORTH_IT or day > END:
        return
    amount = item.left
    text = (
        f"Erstattung {item.document_no}" if item.kind == "credit_note" else f"Rueckzahlung Guthaben KD {customer.customer_id}"
    )
    line = Line(account, day, amount, customer.name, customer.accounts[0], text, "116", "customer", "refund_sent")
    line.parts = [Part("payment", amount, item.currency, amount, item)]
    line.end_to_end_id = f"RF{item.entry_no or draw.digits(8)}"
    item.paid = item.amount
    book.add(line)
    back = after(day, draw.whole(1, 4))
    if draw.chance(_BOUNCED_SHARE) and back <= END and (day >= account.since or back < account.since):
        reason = draw.one(list(_RETURN_REASONS))
        told = f"RUECKUEBERWEISUNG {reason} {_RETURN_REASONS[reason]} {text}"
        returned = Line(account, back, -amount, customer.name, customer.accounts[0], told, "159", "customer", "refund_returned")
        returned.parts = [Part("payment", -amount, item.currency, -amount, item)]
        returned.reason, returned.end_to_end_id = reason, line.end_to_end_id
        returned.instructed = (-amount, item.currency)
        item.paid = 0
        book.add(returned)


def _movable(book: Book) -> list[Line]:
    """Ordinary payments of one invoice early enough to be forwarded before the end."""
    latest = after(END, 1).replace(month=10, day=15)
    return [
        line
        for line in book.lines
        if line.account.key == "main" and line.phenomenon == "plain" and START <= line.booked_on <= latest
    ]


def _misdirect(draw: Draw, line: Line, book: Book) -> None:
    """The customer pays the sister company, which forwards the money."""
    item = line.parts[0].item
    assert item
    arrived = replace(line, account=ACCOUNTS["alpen"], phenomenon="wrong_entity", value_on=None)
    arrived.parts = [Part("ledger_account", line.amount, "EUR", line.amount, gl_account=INTERCOMPANY)]
    day = after(line.booked_on, draw.whole(3, 8))
    text = f"Weiterleitung Fehlzahlung {line.name} {item.document_no}"
    sent = Line(
        ACCOUNTS["alpen"], day, -line.amount, NAMES["NORD"], ACCOUNTS["main"].iban, text, "116", "customer", "forwarded"
    )
    sent.parts = [Part("ledger_account", -line.amount, "EUR", -line.amount, gl_account=INTERCOMPANY)]
    line.booked_on, line.name, line.iban, line.text = day, NAMES["ALPEN"], ACCOUNTS["alpen"].iban, text
    line.phenomenon = "forwarded"
    book.lines += [arrived, sent]


def _unknown(draw: Draw) -> Line:
    """A payment whose payer no ledger knows and whose text says nothing: open until somebody finds out."""
    account = ACCOUNTS[draw.of({"main": 60, "alpen": 40})]
    day = after(draw.day(START, date(2026, 10, 28)), 1)
    payer, amount = names.person(draw), draw.whole(19_00, 1_900_00)
    number, text = iban("DE", names.bban(draw, "DE")), draw.one(_UNKNOWN_TEXTS)
    return Line(account, day, amount, payer, number, text, "166", "unidentified", "unidentified")
