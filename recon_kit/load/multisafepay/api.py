"""MultiSafepay's API answer `GET /v1/json/transactions`: amounts in minor units, and only the money that moved."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import Any

from recon_kit.load.days import AMSTERDAM, instant
from recon_kit.load.json_records import Record, json_records
from recon_kit.load.loaded import Collector, Loaded
from recon_kit.load.multisafepay.rows import PSP, money, note_unknown, unique_ids
from recon_kit.load.record import note_skipped
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import exponent
from recon_kit.tables import SETTLEMENT_LINES

API = "multisafepay:api"

_MOVED = frozenset("completed refunded partial_refunded chargedback charged_back shipped".split())
_NOT_MOVED = frozenset("initialized initialised new uncleared reserved declined cancelled canceled void expired".split())
_KINDS = {
    "payment": "payment", "fastcheckout": "payment", "coupon": "payment", "deposit": "adjustment", "refund": "refund",
    "chargeback": "chargeback", "currency_conversion": "adjustment", "automatic_payout": "payout",
    "affiliate_payout": "adjustment", "admin_fee": "fee", "monthly_fee": "fee", "signup_fee": "fee",
}  # fmt: skip
_ADDS = {"chargeback": "chargeback_reversal"}
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


def claims(file: SourceFile) -> bool:
    """Whether the head is such an answer: a list under `data` whose rows have `debit_credit` and `financial_status`."""
    text = file.head_text.lstrip("\ufeff \t\r\n")
    return text[:1] in "{[" and bool(text) and '"debit_credit"' in text and '"financial_status"' in text


def read(file: SourceFile, hints: Hints) -> Loaded:
    """The transactions whose money moved, as settlement lines; the others are counted by their financial status.

    `amount` is unsigned with `debit_credit` C or D; each of `costs` is taken off. The answer names no merchant account:
    it comes from the hint psp_account, else from the one site_id that all rows have.

    Raises:
        LoadError: every field that is missing or cannot be read, with the line its record begins on.
    """
    into = Collector(file, hints)
    into.table(SETTLEMENT_LINES)
    found = json_records(file)
    into.n_read = len(found.records)
    if (found.beside.get("pager") or {}).get("after"):
        into.check("pages", "pager.after", "note", detail="the answer has a next page; this file is one page of it")
    moved = [(line, row) for line, row in found.records if _moved(into, line, row)]
    account = _account(into, found.records)
    _note_left_out(into, found.records)
    read_rows = [values for line, row in moved if (values := _row(into, line, row))]
    if account and not into.faults:
        ids = unique_ids([(str(values["txn_id"]), str(values["kind"]), None) for values in read_rows])
        note_unknown(into, [(values.pop("unknown"), values["net"], values["currency"]) for values in read_rows])
        for values, txn_id in zip(read_rows, ids, strict=True):
            into.row(SETTLEMENT_LINES, **{**values, "txn_id": txn_id, "psp": PSP, "psp_account": account})
    return into.loaded(API, "settlement")


def _moved(into: Collector, line: int, row: Record) -> bool:
    status = row.get("financial_status")
    if not isinstance(status, str) or not status:
        into.fault(line, "financial_status", None, "a status, for only completed money counts")
        return False
    return status in _MOVED


def _note_left_out(into: Collector, records: list[tuple[int, Record]]) -> None:
    counts = Counter(str(row.get("financial_status")) for _, row in records)
    for status, count in sorted(counts.items()):
        if status in _NOT_MOVED:
            note_skipped(into, f"financial_status {status}: no money moved", count)
        elif status not in _MOVED:
            into.n_skipped += count
            told = f"{count} rows left out: with a financial status not known here, nobody can tell whether money moved"
            into.check("status", status, "failed", expected=0, actual=count, detail=told)


def _account(into: Collector, records: list[tuple[int, Record]]) -> str | None:
    if into.hints.psp_account:
        return into.hints.psp_account
    sites = {str(row["site_id"]) for _, row in records if row.get("site_id")}
    if len(sites) > 1 or (records and not sites):
        into.fault(None, None, None, "the hint psp_account, for the answer does not name one merchant account")
        return None
    site = next(iter(sites), None)
    if site:
        into.check("account", site, "note", detail=f"no merchant account is named; site_id {site} stands for it")
    return site


def _row(into: Collector, line: int, row: Record) -> dict[str, object] | None:
    before = len(into.faults)
    currency = _currency(into, line, row)
    amount = _whole(into, line, "amount", row.get("amount"))
    costs = [_whole(into, line, "costs.amount", cost.get("amount")) for cost in _costs(into, line, row)]
    side = str(row.get("debit_credit") or "").upper()
    if side not in ("C", "D"):
        into.fault(line, "debit_credit", str(row.get("debit_credit")), "C or D")
    created = _at(into, line, row, "created")
    completed = _at(into, line, row, "completed", needed=False)
    if not row.get("transaction_id"):
        into.fault(line, "transaction_id", None, "the transaction's number")
    if len(into.faults) > before or amount is None or created is None:
        return None
    kind, known = _kind(str(row.get("type") or ""), credit=side == "C")
    amounts = money(kind, amount if side == "C" else -amount)
    amounts["fee"] -= sum(cost or 0 for cost in costs)
    amounts["net"] = amounts["gross"] + amounts["fee"]
    _prove_net(into, line, row, amounts["net"], currency)
    txn_id = str(row["transaction_id"])
    return {
        **amounts, "txn_id": txn_id, "kind": kind, "currency": currency, "created_at": created, "source_line": line,
        "settled_on": (completed or created).astimezone(AMSTERDAM).date(), "order_no": _text(row, "order_id"),
        "method": _text(row, "payment_method"), "payout_id": txn_id if kind == "payout" else None,
        "unknown": None if known else str(row.get("type") or "(none)"),
    }  # fmt: skip


def _kind(shown: str, *, credit: bool) -> tuple[str, bool]:
    if shown in _KINDS:
        kind = _KINDS[shown]
        return (_ADDS.get(kind, kind) if credit else kind), True
    if "reserve" in shown:
        return ("reserve_release" if credit else "reserve_hold"), True
    return "adjustment", False


def _prove_net(into: Collector, line: int, row: Record, net: int, currency: str) -> None:
    printed = row.get("net")
    if printed is not None and _WHOLE.fullmatch(str(printed)) and abs(int(printed)) != abs(net):
        told = "amount less costs is not the net that the row gives"
        subject = f"net of {row['transaction_id']} in line {line}"
        into.check(
            "totals", subject, "failed", expected=int(printed), actual=net, currency=currency, source_line=line, detail=told
        )


def _costs(into: Collector, line: int, row: Record) -> list[Record]:
    costs = row.get("costs") or []
    if isinstance(costs, list) and all(isinstance(cost, dict) for cost in costs):
        return costs
    into.fault(line, "costs", str(costs), "a list of costs with an amount each")
    return []


def _currency(into: Collector, line: int, row: Record) -> str:
    code = str(row.get("currency") or "").upper()
    try:
        exponent(code)
    except ValueError:
        into.fault(line, "currency", code or None, "an ISO 4217 currency code")
    return code


def _whole(into: Collector, line: int, name: str, value: Any) -> int | None:
    text = str(value).removesuffix(".0")
    if value is None or isinstance(value, bool) or not _WHOLE.fullmatch(text):
        into.fault(line, name, None if value is None else str(value), "a whole number of minor units")
        return None
    if text.startswith("-") and name == "amount":
        into.fault(line, name, text, "an amount without a sign, which debit_credit gives")
    return int(text)


def _at(into: Collector, line: int, row: Record, name: str, *, needed: bool = True) -> datetime | None:
    text = _text(row, name)
    if text is None:
        if needed:
            into.fault(line, name, None, "a date and time")
        return None
    try:
        return instant(text, "ymd", AMSTERDAM)
    except ValueError as error:
        into.fault(line, name, text, str(error))
        return None


def _text(row: Record, name: str) -> str | None:
    value = row.get(name)
    return str(value).strip() or None if value is not None else None
