"""When a customer pays: its own median and a heavy tail around it, gathered into payment runs.

Parameters reproduce what was measured on public accounts-receivable data (paid minus due, days: p5 -24, p25 -2, p50 0,
p75 3, p90 15, p95 30, p99 83; 20-45 % of payments settle several documents, p95 4, p99 14). `tests/simulate` measures.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from recon_kit.simulate.company import END, month_end, on_or_after
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Customer, Item

_NOISE = ((0.0, -5), (0.08, -2), (0.25, 0), (0.66, 0), (0.8, 2), (0.9, 8), (0.95, 21), (0.985, 60), (1.0, 130))
"""Days around the customer's own median."""
_DISPUTED_SHARE = 0.012
_TAKES_DISCOUNT = 0.6
_LATE_DISCOUNT = 0.12
_RUN_LEAD = {"single": 0, "weekly": 3, "halfmonthly": 8, "monthly": 13}
"""Days that a run reaches ahead: documents are paid by the run nearest to their day, not by the next after it."""
_HELD_BACK = 0.15
"""Payments of a run that leave one due document out: customers clear everything due in 85 % of payments."""


def payment_days(draw: Draw, customer: Customer, invoices: list[Item]) -> dict[date, list[Item]]:
    """The days on which a customer pays and which of its documents, oldest due first."""
    days: defaultdict[date, list[Item]] = defaultdict(list)
    for item in sorted(invoices, key=lambda item: (item.due_on, item.document_no)):
        if item.disputed or (customer.is_business and draw.chance(_DISPUTED_SHARE)):
            item.disputed = True
            continue
        day = _run_day(customer, _natural_day(draw, customer, item))
        days[max(day, on_or_after(item.issued_on + timedelta(days=1)))].append(item)
    _hold_back(draw, customer, days)
    return {day: days[day] for day in sorted(days) if days[day]}


def _natural_day(draw: Draw, customer: Customer, item: Item) -> date:
    if item.discount_on and draw.chance(_TAKES_DISCOUNT):
        day = item.issued_on + timedelta(days=draw.whole(5, 10))
        if draw.chance(_LATE_DISCOUNT):
            day = item.discount_on + timedelta(days=draw.whole(5, 12))
    else:
        day = item.due_on + timedelta(days=customer.median + round(draw.quantile(_NOISE)))
    return on_or_after(max(day, item.issued_on + timedelta(days=1)))


def _run_day(customer: Customer, day: date) -> date:
    """The payment run that the document goes into; its weekday is the customer's own."""
    own = sum(map(ord, customer.customer_id)) % 5
    day -= timedelta(days=_RUN_LEAD[customer.run])
    if customer.run == "weekly":
        while day.weekday() != own:
            day += timedelta(days=1)
    elif customer.run == "halfmonthly":
        day = day.replace(day=15) if day.day <= 15 else month_end(day)
    elif customer.run == "monthly":
        day = day.replace(day=10 + own) if day.day <= 10 + own else month_end(day) + timedelta(days=10 + own)
    return on_or_after(day)


def _hold_back(draw: Draw, customer: Customer, days: defaultdict[date, list[Item]]) -> None:
    runs = sorted(days)
    for day, following in pairwise(runs):
        if len(days[day]) > 2 and draw.chance(_HELD_BACK) and following <= END:
            days[following].append(days[day].pop(draw.whole(0, len(days[day]) - 1)))
