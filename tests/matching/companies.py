"""Small companies drawn at random: every kind of line and document, few values of each, so that things collide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from recon_kit.matching.history import History
from recon_kit.policy import Account, Entity, Policy, Rule, Rules
from recon_kit.policy.policy import Ceilings
from recon_kit.policy.toml import Amounts
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS

FIRST = date(2026, 9, 1)
OWN = {"nord": ("DE10", "DE11"), "sued": ("DE20", "DE21")}
"""Accounts of each entity."""
_AMOUNTS = (1000, 2000, 3000, 980, 2940, 5000, 11_900, -500, -1000)
_KINDS = ("invoice", "invoice", "invoice", "credit_note", "payout")
_WORDS = ("danke", "Rechnung", "Miete", "RETOURE AC04", "a conto", "Gebühr 2,50", "RE-1", "")
_RULES = (
    Rule("rent", text=("Miete",), then="ledger_account", gl_account="4200"),
    Rule("fees", text=("Gebühr*",), then="never"),
    Rule("thanks", text=("danke",), then="propose"),
    Rule("inside", counterparty=("Nord Bau",), then="own_transfer"),
)


@dataclass(frozen=True)
class Company:
    """What `match` is given."""

    lines: pd.DataFrame
    items: pd.DataFrame
    policy: Policy
    history: History | None


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Two entities, two currencies, five customers, up to 40 documents and 50 lines, some of them of history."""
    items = _items(draw, draw(st.integers(0, 40)))
    lines = _lines(draw, draw(st.integers(0, 50)), items)
    if draw(st.booleans()):
        items, lines = _settled(draw, items, lines)
    policy = _policy(draw)
    if not draw(st.booleans()) or not len(lines) or not len(items):
        return Company(lines, items, policy, None)
    return _with_past(draw, lines, items, policy)


def _pick(draw: st.DrawFn, values: Any, n: int) -> list[Any]:
    return draw(st.lists(st.sampled_from(values), min_size=n, max_size=n))


def _items(draw: st.DrawFn, n: int) -> pd.DataFrame:
    amounts = _pick(draw, _AMOUNTS, n)
    who = _pick(draw, ("K1", "K2", "K3", "K4", None), n)
    days = draw(st.lists(st.integers(0, 40), min_size=n, max_size=n))
    left = [draw(st.sampled_from((amount, amount, amount, amount // 2, 0))) for amount in amounts]
    terms = _pick(draw, (None, None, 20, 30), n)
    return OPEN_ITEMS.frame(
        {
            "entity": _pick(draw, ("nord", "nord", "sued"), n), "item_id": [f"i{at:03d}" for at in range(n)],
            "kind": _pick(draw, _KINDS, n), "document_no": [f"RE-{10_000 + at % 17}" for at in range(n)],
            "customer_id": who, "customer_name": [one and f"Kunde {one} GmbH" for one in who],
            "customer_account": [one and f"FR{one}" for one in who],
            "issued_on": [FIRST + timedelta(day) for day in days], "due_on": [FIRST + timedelta(day + 14) for day in days],
            "amount": amounts, "open_amount": left, "currency": _pick(draw, ("EUR", "EUR", "EUR", "CHF"), n),
            "discount_on": [term and FIRST + timedelta(day + term) for day, term in zip(days, terms, strict=True)],
            "discount_amount": [amount // 50 if term else None for amount, term in zip(amounts, terms, strict=True)],
        }
    )  # fmt: skip


def _lines(draw: st.DrawFn, n: int, items: pd.DataFrame) -> pd.DataFrame:
    numbers = [*items["document_no"].unique().tolist(), *_WORDS]
    known = [*items["open_amount"].tolist(), *_AMOUNTS, 0, 1500, -2000, 6000]
    entity = _pick(draw, ("nord", "nord", "sued"), n)
    payer = _pick(draw, ("FRK1", "FRK2", "FRK3", "DE10", "DE11", "DE20", "XX9", None), n)
    amounts = [sum(_pick(draw, known, draw(st.sampled_from((1, 1, 1, 2, 3))))) for _ in range(n)]
    return BANK_LINES.frame(
        {
            "entity": entity, "line_id": [f"l{at:03d}" for at in range(n)],
            "account": [draw(st.sampled_from(OWN[one])) for one in entity],
            "booked_on": [FIRST + timedelta(draw(st.integers(5, 70))) for _ in range(n)], "amount": amounts,
            "currency": _pick(draw, ("EUR", "EUR", "EUR", "CHF"), n), "counterparty_account": payer,
            "counterparty_name": _pick(draw, ("Kunde K1 GmbH", "KUNDE K2", "Nord Bau", None), n),
            "remittance": [" ".join(_pick(draw, numbers, draw(st.integers(0, 3)))) or None for _ in range(n)],
            "end_to_end_id": _pick(draw, ("E2E-100001", "E2E-100002", "NOTPROVIDED", None, None), n),
            "kind": _pick(draw, (None, None, None, "return", "payout", "fee"), n),
            "charges": _pick(draw, (None, None, None, 50), n),
            "instructed_amount": _pick(draw, (None, None, *known), n),
            "instructed_currency": _pick(draw, (None, "CHF", "CHF", "EUR"), n),
            "rate": _pick(draw, (None, None, None, "1.0000", "1.05", "0"), n),
        }
    )  # fmt: skip


def _settled(draw: st.DrawFn, items: pd.DataFrame, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """With one customer more who pays its documents, one, two or three at a time: quoted or not, some less the discount, some
    short, some twice. What a company mostly sees, so that the laws are asked of what the model decides by itself."""
    n = draw(st.integers(4, 18))
    cents = draw(st.lists(st.integers(4_000, 900_000), min_size=n, max_size=n, unique=True))
    terms = _pick(draw, (None, 30), n)
    more = OPEN_ITEMS.frame(
        {
            "entity": ["nord"] * n, "item_id": [f"k{at:03d}" for at in range(n)], "kind": ["invoice"] * n,
            "document_no": [f"FA-{70_001 + at}" for at in range(n)], "customer_id": ["K9"] * n,
            "customer_name": ["Abel Holzbau GmbH"] * n, "customer_account": ["FRK9"] * n,
            "issued_on": [FIRST + timedelta(at) for at in range(n)], "due_on": [FIRST + timedelta(at + 14) for at in range(n)],
            "amount": cents, "open_amount": cents, "currency": ["EUR"] * n,
            "discount_on": [term and FIRST + timedelta(at + term) for at, term in enumerate(terms)],
            "discount_amount": [amount // 50 if term else None for amount, term in zip(cents, terms, strict=True)],
        }
    )  # fmt: skip
    rows, first = [], 0
    while first < n:
        size = min(draw(st.sampled_from((1, 1, 2, 3))), n - first)
        rows += _payment(draw, more.iloc[first : first + size].to_dict("records"), len(rows))
        first += size
    paid = BANK_LINES.frame({name: [row[name] for row in rows] for name in rows[0]})
    return pd.concat([items, more], ignore_index=True), pd.concat([lines, paid], ignore_index=True)


def _payment(draw: st.DrawFn, documents: list[dict[Any, Any]], at: int) -> list[dict[str, Any]]:
    whole, how = sum(one["open_amount"] for one in documents), draw(st.sampled_from(("exact",) * 4 + ("net", "short", "twice")))
    granted = sum(one["discount_amount"] for one in documents if pd.notna(one["discount_amount"]))
    amount = int({"net": whole - granted, "short": whole - 1_250}.get(how, whole))
    text = " ".join(one["document_no"] for one in documents) if draw(st.booleans()) else "Zahlung"
    day = max(one["due_on"] for one in documents).date() - timedelta(draw(st.integers(0, 12)))
    line = {
        "entity": "nord", "line_id": f"p{at:03d}", "account": OWN["nord"][0], "booked_on": day, "amount": amount,
        "currency": "EUR", "counterparty_account": "FRK9", "counterparty_name": "Abel Holzbau GmbH", "remittance": text,
    }  # fmt: skip
    again = {**line, "line_id": f"q{at:03d}", "booked_on": day + timedelta(3)}
    return [line, again] if how == "twice" else [line]


def _policy(draw: st.DrawFn) -> Policy:
    accounts = tuple(Account(number, entity, "EUR", number) for entity, numbers in OWN.items() for number in numbers)
    high, run = Amounts(EUR=10**9, CHF=10**9), Amounts(EUR=9000)
    tight = Ceilings(per_match=Amounts(EUR=2500), per_run=run), Ceilings(per_match=high, per_run=run)
    ceilings = draw(st.sampled_from((*[Ceilings(per_match=high)] * 6, *tight)))
    rules = Rules(tuple(draw(st.lists(st.sampled_from(_RULES), unique_by=lambda rule: rule.name))))
    entities = {name: Entity(name) for name in OWN}
    return Policy(entities=entities, accounts=accounts, ceilings=ceilings, rules=rules)


def _with_past(draw: st.DrawFn, lines: pd.DataFrame, items: pd.DataFrame, policy: Policy) -> Company:
    """The first lines were posted before, on account or to documents that are open no more."""
    n = draw(st.integers(1, min(5, len(lines))))
    old = lines.iloc[:n]
    old, lines = old[old["amount"] != 0], lines.iloc[n:]
    closed = items.iloc[: draw(st.integers(0, len(items)))].iloc[:n]
    rows = []
    for line, item in zip(old.to_dict("records"), [*closed.to_dict("records"), *[None] * len(old)], strict=False):
        fits = item and (item["entity"], item["currency"]) == (line["entity"], line["currency"])
        rows.append({"entity": line["entity"], "match_id": f"m{line['line_id']}", "line_id": line["line_id"],
                     "item_id": item["item_id"] if fits else None, "customer_id": None, "allocated": line["amount"],
                     "currency": line["currency"], "kind": "payment" if fits else "on_account", "status": "confirmed",
                     "basis": "person", "effective_on": line["booked_on"].date()})  # fmt: skip
    names = rows[0] if rows else {}
    posted = ALLOCATIONS.frame({name: [row[name] for row in rows] for name in names}) if rows else ALLOCATIONS.empty()
    now = items[~items["item_id"].isin(closed["item_id"])]
    return Company(lines.reset_index(drop=True), now.reset_index(drop=True), policy, History(old, closed, posted))
