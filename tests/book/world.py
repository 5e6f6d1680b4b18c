"""A small company to post for: one in DATEV, one in a general journal, and matches made by hand or at random."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from recon_kit.book import Matched
from recon_kit.policy import Account, Entity, Policy, parse
from recon_kit.policy.booking import Booking
from recon_kit.tables import ALLOCATIONS, BANK_LINES, CUSTOMERS, OPEN_ITEMS

POLICY = Policy(
    entities={"NORD": Entity("Nord"), "ALPEN": Entity("Alpen", country="AT")},
    accounts=(
        Account("DE01", "NORD", "EUR", "Main", "1800"),
        Account("CH01", "NORD", "CHF", "Franc", "1802"),
        Account("DE02", "ALPEN", "EUR", "Alpen", "1800"),
    ),
)
RULES = """
[[entities.{0}.rules]]
kind = "payment"
item = ["payout"]
account = "1460"
[[entities.{0}.rules]]
kind = "discount"
rate = "19"
account = "4736"
tax_code = "3"
tax_account = "3806"
[[entities.{0}.rules]]
kind = "discount"
rate = "7"
account = "4731"
automatic = true
tax_account = "3801"
[[entities.{0}.rules]]
kind = "discount"
rate = "0"
account = "4730"
[[entities.{0}.rules]]
kind = "write_off"
basis = ["decision:small"]
account = "6939"
automatic = true
tax_account = "3806"
[[entities.{0}.rules]]
kind = "write_off"
account = "6936"
automatic = true
tax_account = "3806"
[[entities.{0}.rules]]
kind = "fee"
account = "6855"
cost_centre = "FIN"
[[entities.{0}.rules]]
kind = "charge"
account = "6855"
[[entities.{0}.rules]]
kind = "own_transfer"
account = "1481"
[[entities.{0}.rules]]
kind = "exchange"
account = "1482"
[[entities.{0}.rules]]
kind = "clearing"
account = "1483"
[[entities.{0}.rules]]
kind = "fx_difference"
direction = "in"
account = "6880"
[[entities.{0}.rules]]
kind = "fx_difference"
account = "4840"
"""
TEXT = (
    """
[entities.NORD]
format = "datev"
cost_centre = "900"
cost_centres = { store = "200" }
[entities.NORD.datev]
consultant = 1234567
client = 10101
[entities.NORD.debtors]
strip = "D"
accounts = { "Kunde Süd" = "20001" }
[entities.NORD.vat]
rates = ["19", "7"]
default = { DE = "19" }
[entities.NORD.rates.CHF]
2026-10 = "0.9360"
2026-10-06 = "0.9400"
"""
    + RULES.format("NORD")
    + """
[entities.ALPEN]
format = "journal"
language = "en"
[entities.ALPEN.debtors]
collective = "1200"
[entities.ALPEN.vat]
rates = ["19", "7"]
[entities.ALPEN.rates.CHF]
2026-10 = "0.9360"
"""
    + RULES.format("ALPEN")
)


def booking(text: str = TEXT) -> Booking:
    """booking.toml as objects."""
    return parse(Booking, text, "booking.toml")


def line(line_id: str, amount: int, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """A bank line of NORD of 5 October."""
    account = {"EUR": "DE01", "CHF": "CH01"}[currency]
    told = {"entity": "NORD", "account": account, "booked_on": date(2026, 10, 5), "counterparty_name": "Payer GmbH"}
    return told | {"line_id": line_id, "amount": amount, "currency": currency} | more


def item(item_id: str, amount: int, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """A document of NORD's customer D10001."""
    told = {"entity": "NORD", "kind": "invoice", "document_no": f"RE-{item_id}", "customer_id": "D10001"}
    told |= {"issued_on": date(2026, 9, 1), "open_amount": amount, "customer_name": "Payer GmbH"}
    return told | {"item_id": item_id, "amount": amount, "currency": currency} | more


def part(match: str, kind: str, allocated: int, **more: Any) -> dict[str, Any]:
    """A part of a match of NORD that is sure."""
    told = {"entity": "NORD", "currency": "EUR", "status": "auto", "basis": "model:quoted", "effective_on": date(2026, 10, 5)}
    return told | {"match_id": match, "kind": kind, "allocated": allocated} | more


def frame(table: Any, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A declared table of those rows."""
    return table.frame({name: [row.get(name) for row in rows] for name in table.columns}) if rows else table.empty()


def matched(parts: list[dict[str, Any]], lines: Any = (), items: Any = (), countries: Any = None) -> Matched:
    """What is to be posted. countries: customer -> country."""
    customers = [
        {"entity": "NORD", "customer_id": name, "name": name, "country": country, "is_business": True}
        for name, country in (countries or {}).items()
    ]
    return Matched(
        frame(ALLOCATIONS, parts), frame(BANK_LINES, list(lines)), frame(OPEN_ITEMS, list(items)),
        frame(CUSTOMERS, customers) if customers else None,
    )  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> Matched:
    """Random matches with their lines and documents, that keep the laws of allocations."""
    parts, lines, items = [], [], []
    for n in range(draw(st.integers(1, 5))):
        match, currency = f"m{n}", draw(st.sampled_from(["EUR", "CHF"]))
        cents = st.integers(-500_000, 500_000).filter(bool)
        shape = draw(st.sampled_from(["line", "group", "exchange"]))
        if shape == "group":
            owed = draw(st.integers(1, 10**6))
            for name, amount in ((f"i{n}a", owed), (f"i{n}b", -owed)):
                items.append(item(name, amount, currency))
                parts.append(part(match, "payment", amount, item_id=name, currency=currency))
            continue
        found = [(f"i{n}{k}", draw(cents)) for k in range(draw(st.integers(1, 3)))]
        other = "CHF" if currency == "EUR" else "EUR"
        paid, total = (other, abs(sum(amount for _, amount in found)) + 7) if shape == "exchange" else (currency, 0)
        if shape == "exchange":
            found = [(name, abs(amount)) for name, amount in found]
            parts.append(part(match, "exchange", total, line_id=f"l{n}", currency=paid))
        for name, amount in found:
            rates = draw(st.sampled_from(['{"19": 500}', '{"19": 100, "7": 51}', '{"7": 1, "0": 1, "19": 1}']))
            items.append(item(name, amount * 3, currency, tax_split=rates))
            held = {"item_id": name, "currency": currency}
            on_line = {} if shape == "exchange" else {"line_id": f"l{n}"}
            parts.append(part(match, "payment", amount, **held, **on_line))
            total += 0 if shape == "exchange" else amount
            for kind in draw(st.sets(st.sampled_from(["discount", "write_off", "fee", "fx_difference"]))):
                parts.append(part(match, kind, draw(st.integers(1, 999)) * (1 if amount > 0 else -1), **held, **on_line))
        for kind in draw(st.sets(st.sampled_from(["on_account", "charge", "ledger_account", "own_transfer"]))):
            amount, gl = draw(cents), "6310" if kind == "ledger_account" else None
            customer = "D10002" if kind == "on_account" else None
            parts.append(part(match, kind, amount, line_id=f"l{n}", gl_account=gl, customer_id=customer, currency=paid))
            total += amount
        lines.append(line(f"l{n}", total, paid))
    return matched(parts, lines, items, {"D10001": "CH"})
