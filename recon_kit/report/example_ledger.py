"""What the built-in example knows of its ledger: its open-item list, its postings, its earlier lists, what came late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon_kit.measures.aging import AGING_BUCKETS
from recon_kit.money import minor_units

METRICS: Mapping[str, str] = {
    "receivables_gross.v1.ledger.EUR": "210030.00", "overdue_share.v1.ledger.EUR": "36.1", "over_90.v1.ledger.EUR": "5610.00",
    "unapplied.v1.ledger.EUR": "1220.00", "largest_debtor_share.v1.ledger.EUR": "12.4",
}  # fmt: skip
"""September's figures of the aging."""

_ACCOUNT = {"entity": "NORD", "gl_account": "1200", "currency": "EUR"}
_IN_THE_LEDGER = ("invoice", "credit_note", "payment_on_account")
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def add(rows: Rows, data: Mapping[str, str]) -> None:
    """Add the ledger's list, movements, earlier lists and late arrivals to an example's rows; the list ties for NORD in EUR."""
    parked = [_on_account(*cells) for cells in _cells(data, "on_account")]
    rows["open_items"] += parked
    control = next(row for row in rows["ledger_balances"] if row["role"] == "receivables")
    control["amount"] += sum(row["open_amount"] for row in parked)
    rows["ledger_items"] = [_listed(row, rows["allocations"]) for row in rows["open_items"] if row["kind"] in _IN_THE_LEDGER]
    _moves(rows, data, control)
    for entity, currency, day, *amounts in _cells(data, "aged"):
        for bucket, text in zip((*AGING_BUCKETS[:-1], "on_account"), amounts, strict=True):
            if amount := minor_units(text, currency, "."):
                row: Row = {
                    "entity": entity,
                    "currency": currency,
                    "on": day,
                    "bucket": bucket,
                    "n": 1 + abs(amount) // 250_000,
                }
                rows["aged"].append(row | {"amount": amount})


def _cells(data: Mapping[str, str], part: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in data[part].strip().splitlines()]


def _on_account(entity: str, document: str, name: str, since: str, amount: str) -> dict[str, Any]:
    units = -minor_units(amount, "EUR", ".")
    row: Row = {
        "entity": entity,
        "item_id": document,
        "kind": "payment_on_account",
        "document_no": document,
        "customer_name": name,
    }
    row |= {"issued_on": since, "due_on": None, "currency": "EUR", "snapshot_on": "2026-10-31"}
    return row | {"amount": units, "open_amount": units}


def _listed(item: dict[str, Any], allocations: list[dict[str, Any]]) -> dict[str, Any]:
    """The item as the ledger's list has it: without what October's matches took off it, which the ledger has not booked."""
    ours = [
        row["allocated"]
        for row in allocations
        if row.get("item_id") == item["item_id"] and row["entity"] == item["entity"] and row["status"] in ("auto", "confirmed")
    ]
    return item | {"open_amount": item["open_amount"] + sum(ours)}


def _moves(rows: Rows, data: Mapping[str, str], control: dict[str, Any]) -> None:
    moved = 0
    for kind, amount in _cells(data, "movements"):
        units = minor_units(amount, "EUR", ".")
        moved += units
        told = {"document_no": f"10-{kind}", "kind": kind, "posted_on": "2026-10-31", "document_on": "2026-10-31"}
        rows["ledger_movements"].append(_ACCOUNT | told | {"amount": units})
    for document, kind, day, amount in _cells(data, "late"):
        units = minor_units(amount, "EUR", ".")
        moved += units
        told = {"document_no": document, "kind": kind, "posted_on": day, "document_on": day}
        rows["ledger_movements"].append(_ACCOUNT | told | {"amount": units})
        came: Row = {
            "entity": "NORD",
            "period": "2026-09",
            "what": "movement",
            "id": f"{document} {kind}",
            "account": "1200",
        }
        rows["late"].append(came | {"change": "added", "on": day, "amount": units, "currency": "EUR"})
    opening: Row = _ACCOUNT | {"role": "receivables", "on": "2026-09-30", "amount": control["amount"] - moved}
    rows["ledger_balances"].append(opening)
