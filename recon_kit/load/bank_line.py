"""A bank line on its way into the table, as the readers of statements build it row by row."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Line(NamedTuple):
    """A bank line but for what only its statement and file can tell; `raw` is what makes its identity."""

    raw: str
    booked_on: date
    value_on: date | None
    amount: int
    currency: str
    counterparty_name: str | None
    counterparty_account: str | None
    remittance: str | None
    reference: str | None
    end_to_end_id: str | None
    bank_reference: str | None
    kind: str | None
    return_reason: str | None
    instructed_amount: int | None
    instructed_currency: str | None
    rate: str | None
    charges: int | None
    source_line: int
