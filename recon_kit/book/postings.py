"""What is matched becomes postings: each part of a match moves one amount from one account of the ledger to another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from recon_kit.book.chart import Chart, Leg, charts
from recon_kit.book.parts import Matched, Part, parts_of
from recon_kit.book.rates import base_amounts
from recon_kit.book.texts import posting_text
from recon_kit.errors import BookingError, Fault
from recon_kit.money import split
from recon_kit.policy import Policy
from recon_kit.policy.booking import Booking
from recon_kit.tables import BATCH_LINES, ITEM_ALLOCATIONS

Row = dict[str, Any]


def postings(matched: Matched, policy: Policy, booking: Booking, batch_no: int, open_from: date | None = None) -> pd.DataFrame:
    """BATCH_LINES of the parts that are auto or confirmed: gross amounts above 0, one row for each part and rate of tax.

    A payment is posted from the bank's account to the document's; what an item lost otherwise (discount, fee, write-off,
    difference of exchange) from the document's account to the one of its kind; money without a document from the bank's
    account to the one of its kind; documents settled against each other, and the two sides of an exchange, through a
    clearing account that ends at 0. Rows do not depend on the order of the frames' rows.

    Args:
        batch_no: the batch's number.
        open_from: first day on which the ledger still takes vouchers; earlier ones are dated then, `effective_on` stays.
    Raises:
        BookingError: naming everything that booking.toml does not tell, with count and sum; nothing is posted then.
    """
    parts = parts_of(matched, policy)
    if any(not part.entity for part in parts):
        raise BookingError("matches", [Fault("rows that name their entity, or one entity in recon.toml")])
    known = charts(sorted({part.entity for part in parts}), policy, booking)
    rows: list[Row] = []
    for entity, found in groupby(parts, key=lambda part: part.entity):
        rows += _of_entity(known[entity], list(found), open_from)
    if faults := [fault for chart in known.values() for fault in chart.faults()]:
        raise BookingError("booking.toml", faults)
    return one_batch(batch_no, [_frame(rows)])


def one_batch(batch_no: int, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """BATCH_LINES of several frames as one batch: numbered anew, each entity from 1, in their order."""
    rows = pd.concat(frames, ignore_index=True) if frames else BATCH_LINES.empty()
    places = rows.groupby(rows["entity"].fillna("")).cumcount() + 1
    return BATCH_LINES.conform(rows.assign(batch_no=batch_no, line_no=places.astype("int64")))


def booking_id(*named: str) -> str:
    """The identity of a posting: a hash of what it posts."""
    return hashlib.sha256("\0".join(named).encode()).hexdigest()[:20]


def _frame(rows: list[Row]) -> pd.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in BATCH_LINES.columns}
    return BATCH_LINES.frame(columns | {"batch_no": [0] * len(rows), "line_no": list(range(1, len(rows) + 1))})


def _of_entity(chart: Chart, parts: list[Part], open_from: date | None) -> Iterator[Row]:
    base = chart.policy.entities[chart.entity].base_currency
    worth, rates = base_amounts(parts, base, chart.booking.rates)
    _require_settled(chart, parts)
    for part, amount, rate in zip(parts, worth, rates, strict=True):
        if part.currency != base and rate is None:
            chart.lacks(f"rate of {part.currency} on {part.on}", f"a rate in rates.{part.currency}", part)
        legs = chart.legs(part, _kind(part))
        for leg, value in zip(legs, _shared(amount, part, legs), strict=True):
            told = {} if value is None else {"base_amount": abs(value), "base_currency": base, "rate": rate}
            yield {**_posting(chart, part, leg), **told, "posted_on": max(part.on, open_from or part.on)}


def _kind(part: Part) -> str:
    """What a part is posted as: its kind, but `clearing` where documents are settled against each other."""
    return "clearing" if part.grouped and part.kind == "payment" else part.kind


def _require_settled(chart: Chart, parts: list[Part]) -> None:
    """The clearing accounts end at 0: documents settle each other, and exchanged money has the documents that it paid."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        if part.kind == "exchange" or (part.kind == "payment" and part.line_id is None):
            groups.setdefault(part.match_id, []).append(part)
    for match, found in groups.items():
        if found[0].grouped:
            if len({part.currency for part in found}) > 1 or sum(part.allocated for part in found) != 0:
                chart.lacks(f"match {match}", "documents of one currency that settle each other to 0", found[0])
        elif len({part.kind for part in found}) == 1:
            chart.lacks(f"match {match}", "both the money that was exchanged and the documents that it paid", found[0])


def _shared(amount: int | None, part: Part, legs: list[Leg]) -> Sequence[int | None]:
    """What the part is worth in the ledger's currency, shared over its legs."""
    if amount is None or not legs:
        return [None] * len(legs)
    sign = 1 if part.allocated > 0 else -1
    return split(amount, [sign * leg.gross for leg in legs])


def _posting(chart: Chart, part: Part, leg: Leg) -> Row:
    of_item = part.kind in ITEM_ALLOCATIONS and (part.kind != "payment" or part.line_id is None)
    account = chart.item(part) if of_item else chart.money(part)
    return {
        "entity": part.entity,
        "booking_id": booking_id(part.entity, *part.key, leg.name),
        **{name: getattr(part, name) for name in ("match_id", "line_id", "item_id", "customer_id", "currency", "document_no")},
        "kind": _kind(part),
        "account": account,
        "side": "credit" if of_item == (leg.gross > 0) else "debit",
        "contra_account": leg.account,
        "amount": abs(leg.gross),
        **_tax(leg),
        "cost_centre": chart.cost_centre(part, leg),
        "effective_on": part.on,
        "text": posting_text(part, chart.booking.language, assumed=leg.basis == "default"),
    }


def _tax(leg: Leg) -> Row:
    if leg.tax is None:
        return {}
    told = {"tax_rate": leg.tax.rate, "tax_amount": abs(leg.tax.tax), "tax_basis": leg.basis}
    return told | {"tax_code": leg.rule.tax_code, "tax_account": leg.rule.tax_account} if leg.rule else told
