"""Invoices and credit notes: how many a customer gets, what they amount to, and the number styles of each ledger."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from recon_kit.simulate.company import END, FIRST_INVOICE, FIRST_TRADE, business_days, month_ends
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.files import decimal
from recon_kit.simulate.model import Customer, Item

_INVOICES = {"NORD": 6_250, "ALPEN": 3_650}
"""Invoices from June to October 2026 at scale 1, evenly spread."""
_PAST_MONTH = {entity: wanted // 5 for entity, wanted in _INVOICES.items()}
_SEASON = {1: 62, 2: 74, 3: 92, 4: 97, 5: 93, 6: 88, 7: 84, 8: 83, 9: 92, 10: 95, 11: 100, 12: 81}
"""Percent of that pace that a month before had: two seasons of an outdoor merchant, and a year of growth."""

_AMOUNTS = (
    (0.0, 28_00), (0.1, 90_00), (0.5, 415_00), (0.75, 1_120_00), (0.9, 3_300_00), (0.975, 11_500_00), (0.997, 38_000_00),
    (1.0, 96_000_00),
)  # fmt: skip
_CONSUMER_AMOUNTS = ((0.0, 14_00), (0.5, 79_00), (0.9, 240_00), (1.0, 890_00))
_LIST_PRICES = (60_00, 119_00, 149_90, 238_00, 299_00, 476_00, 595_00, 1_190_00)
"""A few amounts recur often, as subscriptions and list prices do."""
_LIST_PRICE_SHARE = 0.12
_TWIN_SHARE = 0.012
_CREDIT_NOTE_SHARE = 0.045
_TAKEN_BACK_SHARE = 0.004
"""Past invoices that a credit note takes back whole; of the months in the records the disputed ones are still open."""

XERO_TYPES = {"invoice": "Sales invoice", "credit_note": "Sales credit note", "payment_on_account": "Sales overpayment"}
_NAMESPACE = uuid.UUID("6f1d2c1e-5b0a-4c3e-9a77-20261031aaaa")
_FIRST_NUMBER = {"RE-2026-": 5_480, "AR/26/": 2_311, "4711": 2_214, "GS-2026-": 402}
"""Both ledgers count from nearly the same numbers, so that both companies have an invoice RE-2026-08123."""
_LAST_YEAR = {"RE-2025-": 12_870, "AR/25/": 5_204, "GS-2025-": 811}
"""The last numbers of 2025: the past is numbered backwards from both."""
_ENTRIES = 26_300_000
_LEAD = {"NORD": 0, "ALPEN": 900}


def documents(seed: int, scale: float, customers: list[Customer]) -> list[Item]:
    """Invoices and credit notes in the order of their numbers."""
    draw = Draw(seed, "trade")
    made = []
    for entity, wanted in _INVOICES.items():
        members = [c for c in customers if c.entity == entity]
        drafts = [*_past(seed, entity, members, scale)]
        drafts += _drafts(draw, members, round(wanted * scale), business_days(FIRST_INVOICE, END))
        made += _numbered(entity, sorted(drafts, key=lambda item: item.issued_on), scale)
    return made


def _past(seed: int, entity: str, customers: list[Customer], scale: float) -> Iterable[Item]:
    """What was issued before the months of the records."""
    draw = Draw(seed, "trade", "past", entity)
    for last in month_ends(FIRST_TRADE, FIRST_INVOICE - timedelta(days=1)):
        wanted = round(_PAST_MONTH[entity] * scale * _SEASON[last.month] / 100)
        for item in _drafts(draw, customers, wanted, business_days(max(FIRST_TRADE, last.replace(day=1)), last)):
            yield item
            if item.kind == "invoice" and item.customer and draw.chance(_TAKEN_BACK_SHARE):
                item.disputed = True
                back = _item(item.customer, "credit_note", item.due_on + timedelta(days=draw.whole(8, 70)), -item.amount)
                back.takes_back = item
                if back.issued_on <= END:
                    yield back


def _drafts(draw: Draw, customers: list[Customer], wanted: int, days: list[date]) -> Iterable[Item]:
    whole = sum(customer.weight for customer in customers)
    for customer in customers:
        expected = wanted * customer.weight / whole
        count = int(expected) + draw.chance(expected % 1)
        for _ in range(count):
            invoice = _invoice(draw, customer, draw.one(days))
            yield invoice
            if customer.is_business and draw.chance(_TWIN_SHARE):
                yield _item(customer, "invoice", invoice.issued_on, invoice.amount)
            if customer.is_business and not customer.mandate and draw.chance(_CREDIT_NOTE_SHARE):
                issued = invoice.issued_on + timedelta(days=draw.whole(3, 20))
                if issued <= END:
                    share = draw.whole(5, 35)
                    yield _item(customer, "credit_note", issued, -max(5_00, invoice.amount * share // 100))


def _invoice(draw: Draw, customer: Customer, issued: date) -> Item:
    if customer.is_business and draw.chance(_LIST_PRICE_SHARE):
        amount = draw.one(_LIST_PRICES)
    else:
        amount = int(draw.quantile(_AMOUNTS if customer.is_business else _CONSUMER_AMOUNTS))
    item = _item(customer, "invoice", issued, amount)
    if draw.chance(0.3):
        item.order_no = f"PO-{draw.digits(6)}" if customer.is_business else f"W{draw.digits(8)}"
    return item


def _item(customer: Customer, kind: str, issued: date, amount: int) -> Item:
    due = issued + timedelta(days=customer.days if kind == "invoice" else 0)
    item = Item(customer.entity, "", kind, "", customer, issued, due, amount, customer.currency)
    if customer.discount and kind == "invoice":
        item.discount_on = issued + timedelta(days=10)
        item.discount = (amount * customer.discount + 50) // 100
    return item


def _numbered(entity: str, items: list[Item], scale: float) -> list[Item]:
    """Numbers and identities: forwards from the first month of the records, backwards before it."""
    first = {style: round(number * max(1.0, scale)) for style, number in (_FIRST_NUMBER | _LAST_YEAR).items()}
    past, counts = sum(item.is_past for item in items), dict(first)
    for entry, item in enumerate(items[past:], _ENTRIES + 1):
        style = _style(item)
        counts[style] += 1
        _name(item, entry, style, counts[style] + _LEAD[entity] * (style == "RE-2026-"))
    counts = first
    for back, item in enumerate(reversed(items[:past])):
        style = _style(item)
        _name(item, _ENTRIES - back, style, counts[style] + _LEAD[entity] * style.startswith("RE-"))
        counts[style] -= 1
    return items


def _name(item: Item, entry: int, style: str, number: int) -> None:
    item.document_no = f"{style}{number:04d}" if style.startswith("AR/") else f"{style}{number:05d}"
    item.entry_no = entry
    item.item_id = ledger_id(item.entity, item.kind, item.document_no)
    item.text = "Gutschrift" if item.kind == "credit_note" else "Warenlieferung"
    customer = item.customer
    if customer and customer.quotes == "structured" and item.kind == "invoice":
        item.reference = creditor_reference(item.document_no)


def _style(item: Item) -> str:
    year = item.issued_on.year
    if item.kind == "credit_note":
        return f"GS-{year}-"
    if item.customer and not item.customer.is_business:
        return "4711"
    return f"RE-{year}-" if item.currency == "EUR" else f"AR/{year % 100}/"


def ledger_id(entity: str, kind: str, document_no: str) -> str:
    """The document's identity as the ledger's reader derives it: a GUID in Exact Online, type and number in Xero."""
    if entity == "NORD":
        return str(uuid.uuid5(_NAMESPACE, f"{kind}/{document_no}"))
    return f"{XERO_TYPES[kind]}:{document_no}"


def overpayment_id(item: Item) -> str:
    """The identity of a Xero overpayment, which has no number: a hash of what its row says."""
    type_, name = XERO_TYPES[item.kind], item.customer.name if item.customer else ""
    day = f"{item.issued_on:%d/%m/%Y}"
    told = "|".join(
        [type_, item.document_no, name, item.document_no, day, f"{item.due_on:%d/%m/%Y}", f"{decimal(item.amount)}00"]
    )
    counted = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", told).upper())
    digest = hashlib.blake2b(f"|{counted}|1".encode(), digest_size=10)
    return f"{type_}:{item.document_no}:{digest.hexdigest()}"


def creditor_reference(document_no: str) -> str:
    """A structured creditor reference (ISO 11649) that holds the document's digits.

    >>> creditor_reference("RE-539007547034")
    'RF18539007547034'
    """
    body = "".join(c for c in document_no if c.isdigit())
    return f"RF{98 - int(f'{body}271500') % 97:02d}{body}"
