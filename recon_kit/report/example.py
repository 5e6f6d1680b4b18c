"""A small built-in month, so that the report can be seen, and tested, before there is any file. Always the same."""

from __future__ import annotations

import hashlib
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from recon_kit.measures.cut import CUT_TABLES, Cut
from recon_kit.money import minor_units
from recon_kit.report import example_ledger
from recon_kit.report.cut import SCHEMA
from recon_kit.sentences import Sentence, sentence
from recon_kit.tables import Table

_KINDS = {"RE": "invoice", "GS": "credit_note", "PO": "payout", "KA": "cash_deposit"}
_ITEM_SIDE = {"pay": "payment", "payout": "payment", "deposit": "payment", "disc": "discount", "fee": "fee"}
_FORMAT_OF = {"main": 0, "shop": 1, "uk": 2, "alp": 3}
Row = dict[str, Any]


def example_cut(locale: str = "en") -> Cut:
    """October 2026 of an invented company: two entities, four accounts, three currencies, most reasons a line can be open for.

    Args:
        locale: "en" or "de", the language that the report takes if none is named.
    """
    rows: dict[str, list[Row]] = {name: [] for name in CUT_TABLES}
    _bank(rows)
    _items(rows)
    _questions(rows)
    _statements(rows)
    _ledger(rows)
    example_ledger.add(rows, _DATA)
    _sources(rows)
    frames = {name: _frame(CUT_TABLES[name], found) for name, found in rows.items()}
    return Cut.of(_meta(locale), frames)


def _frame(table: Table, rows: list[Row]) -> Any:
    return table.frame({name: [row.get(name) for row in rows] for name in table.columns}) if rows else table.empty()


_DATA = tomllib.loads(files("recon_kit.report").joinpath("example.toml").read_text("utf-8"))


def _cells(part: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in _DATA[part].strip().splitlines()]


_ACCOUNTS = {short: (entity, number, currency, name, gl) for short, entity, number, currency, name, gl in _cells("accounts")}


def _id(text: str) -> str:
    return hashlib.blake2b(" ".join(text.split()).encode(), digest_size=10).hexdigest()


def _units(text: str, currency: str) -> int:
    return minor_units(text, currency, ".")


def _bank(rows: dict[str, list[Row]]) -> None:
    seen: dict[str, int] = {}
    for number, (head, name, text, came) in enumerate(_cells("lines"), 1):
        day, short, amount, kind = head.split()
        entity, account, currency, _, _ = _ACCOUNTS[short]
        seen[head] = seen.get(head, 0) + 1
        known = " ".join(head.split()[:3]) + (" again" if seen[head] > 1 else "")
        line: Row = {
            "entity": entity,
            "line_id": _id(known),
            "account": account,
            "booked_on": f"2026-{day}",
            "value_on": f"2026-{day}",
        }
        line |= {"amount": _units(amount, currency), "currency": currency, "kind": kind, "remittance": text}
        line |= {"counterparty_name": name, "source_file": _file(short), "source_line": number}
        rows["bank_lines"].append(line)
        _became(rows, line, came)


def _file(short: str) -> str:
    return _cells("sources")[_FORMAT_OF[short]][0]


def _became(rows: dict[str, list[Row]], line: Row, came: str) -> None:
    result, _, detail = came.partition(";")
    by_person = result.endswith(" by person")
    said = [part.strip() for part in result.removesuffix(" by person").split(",")]
    match = _id(line["line_id"] + result)
    proposed = any(part.startswith("propose:") for part in said)
    for part in said:
        verb, _, rest = part.partition(":")
        if verb == "ask":
            rows["breaks"].append(_break(line, rest, detail.strip()))
            continue
        row = {"entity": line["entity"], "match_id": match, "line_id": line["line_id"], "currency": line["currency"]}
        row |= {"probability": 0.995, "status": "confirmed" if by_person else "auto", "effective_on": line["booked_on"]}
        row["basis"] = "decision" if by_person else "reference and amount"
        target = rows["alternatives"] if verb == "rival" else rows["allocations"]
        target.append(row | _part(rows, line, verb, rest))
    if proposed:
        rows["breaks"].append(_break(line, "proposed", detail.strip()))


def _break(line: Row, reason: str, told: str) -> Row:
    values = {"entity": line["entity"], "side": "bank_line", "id": line["line_id"], "reason": reason}
    said = _sentence(told, abs(line["amount"]), line["currency"], line["counterparty_name"], line["amount"] < 0)
    return values | {"amount": line["amount"], "currency": line["currency"], **said.columns}


_MONEY = ("amount", "left", "says", "fell", "allocated", "ceiling")


def _sentence(told: str, amount: int, currency: str, name: str | None = None, out: bool = False) -> Sentence:
    """`name key=value ...` as a sentence; amounts, lists and the sentence within it by their keys."""
    which, *parts = shlex.split(told)
    values: Row = {"amount": (amount, currency), "name": name, "payee" if out else "payer": name}
    for part in parts:
        key, _, text = part.partition("=")
        values[key] = (_units(text, currency), currency) if key in _MONEY else text
        if key in ("documents", "owners"):
            values[key] = text.split(",")
        elif key == "days":
            values[key] = int(text)
        elif key == "why":
            inner, _, less = text.partition(":")
            values[key] = sentence(inner, amount=(_units(less, currency), currency))
    return sentence(which, **values)


def _part(rows: dict[str, list[Row]], line: Row, verb: str, rest: str) -> Row:
    whole = {"allocated": line["amount"]}
    if verb == "transfer":
        return whole | {"kind": "own_transfer", "basis": "own accounts"}
    if verb == "ledger":
        return whole | {"kind": "ledger_account", "gl_account": rest, "basis": "rule"}
    if verb == "account":
        return whole | {"kind": "on_account", "customer_id": rest, "basis": "payer"}
    if verb == "charge":
        return {"allocated": _units(rest, line["currency"]), "kind": "charge", "gl_account": "6855", "basis": "rule"}
    document, amount, sure = re.fullmatch(r"([\w-]+)=(-?[\d.]+)(?:@([\d.]+))?", rest).groups()  # type: ignore[union-attr]
    units = _units(amount, line["currency"])
    row: Row = {"item_id": document, "allocated": units, "kind": _ITEM_SIDE.get(verb, "payment")}
    if verb in ("propose", "rival"):
        row |= {"status": "proposed", "probability": float(sure or 0.97), "basis": "payer and amount", "rank": 1}
    name = "MultiSafepay" if verb == "payout" else "Store 01" if verb == "deposit" else line["counterparty_name"]
    _item(rows, line, document, name, units, still_open=verb in ("propose", "rival"))
    return row if verb == "rival" else {key: value for key, value in row.items() if key != "rank"}


def _item(rows: dict[str, list[Row]], line: Row, document: str, name: str, units: int, still_open: bool) -> None:
    listed = [document in row for row in _cells("open")]
    known = next((row for row in rows["open_items"] if row["item_id"] == document), None)
    if any(listed):
        return
    if known:
        known["amount"] += units
        return
    row: Row = {"entity": line["entity"], "item_id": document, "kind": _KINDS[document[:2]], "document_no": document}
    row |= {
        "customer_name": name,
        "issued_on": "2026-09-10",
        "due_on": "2026-10-10",
        "amount": units,
        "currency": line["currency"],
    }
    rows["open_items"].append(row | {"open_amount": units if still_open else 0, "snapshot_on": "2026-10-31"})


def _items(rows: dict[str, list[Row]]) -> None:
    for entity, document, name, issued, due, amount, left in _cells("open"):
        currency = "CHF" if entity == "ALPS" else "EUR"
        row: Row = {"entity": entity, "item_id": document, "kind": _KINDS[document[:2]], "document_no": document}
        row |= {"customer_name": name, "issued_on": issued, "due_on": due, "currency": currency, "snapshot_on": "2026-10-31"}
        rows["open_items"].append(row | {"amount": _units(amount, currency), "open_amount": _units(left, currency)})


def _questions(rows: dict[str, list[Row]]) -> None:
    for entity, side, what, reason, amount, currency, told in _cells("questions"):
        row = {"entity": entity, "side": side, "id": what, "reason": reason, "currency": currency}
        units = _units(amount, currency)
        rows["breaks"].append(row | {"amount": units, **_sentence(told, units, currency).columns})
    for entity, side, what, reason, amount, currency in _cells("before"):
        row = {"entity": entity, "side": side, "reason": reason, "currency": currency, "detail": "Open since September."}
        row["id"] = _id(what) if side == "bank_line" else what
        rows["breaks_before"].append(row | {"amount": _units(amount, currency)})


def _opening() -> Iterator[tuple[str, int]]:
    for cell in _cells("opening")[0]:
        short, amount = cell.split()
        yield short, _units(amount, _ACCOUNTS[short][2])


def _statements(rows: dict[str, list[Row]]) -> None:
    for short, opening in _opening():
        entity, account, currency, _, _ = _ACCOUNTS[short]
        row: Row = {"entity": entity, "account": account, "currency": currency, "statement_id": f"{short}-10", "sequence": 10}
        moved = sum(
            line["amount"] for line in rows["bank_lines"] if line["account"] == account and line["booked_on"] >= "2026-10"
        )
        row |= {"opening": opening, "closing": opening + moved, "from_on": "2026-10-01", "to_on": "2026-10-31"}
        rows["statements"].append(row | {"source_file": _file(short)})
        proven = {"entity": entity, "check": "balance", "subject": row["statement_id"], "outcome": "ok", "currency": currency}
        rows["checks"].append(proven | {"expected": opening + moved, "actual": opening + moved, "source_file": _file(short)})


def _ledger(rows: dict[str, list[Row]]) -> None:
    closing = {row["account"]: row["closing"] for row in rows["statements"]}
    for short, (entity, account, currency, _, gl) in _ACCOUNTS.items():
        if entity == "NORD":
            unposted = 4_310_00 if short == "main" else 0
            row = {"entity": entity, "gl_account": gl, "role": "bank", "on": "2026-10-31", "currency": currency}
            rows["ledger_balances"].append(row | {"amount": closing[account] - unposted})
    kinds = ("invoice", "credit_note")
    items = [row for row in rows["open_items"] if row["entity"] == "NORD" and row["kind"] in kinds and row["currency"] == "EUR"]
    ids = {row["item_id"] for row in items}
    posted = [row for row in rows["allocations"] if row["status"] in ("auto", "confirmed") and row.get("item_id") in ids]
    amount = sum(row["open_amount"] for row in items) + sum(row["allocated"] for row in posted)
    row = {
        "entity": "NORD",
        "gl_account": "1200",
        "role": "receivables",
        "on": "2026-10-31",
        "currency": "EUR",
        "amount": amount,
    }
    rows["ledger_balances"].append(row)


def _sources(rows: dict[str, list[Row]]) -> None:
    for seq, (name, form, role, entity, n_read, n_rows, n_skipped) in enumerate(_cells("sources"), 1):
        row: Row = {
            "seq": seq,
            "name": name,
            "sha256": hashlib.sha256(name.encode()).hexdigest(),
            "n_bytes": 2_048 * int(n_rows),
        }
        row |= {"format": form, "role": role, "entity": entity, "first_on": "2026-10-01", "last_on": "2026-10-31"}
        rows["sources"].append(row | {"n_read": int(n_read), "n_rows": int(n_rows), "n_skipped": int(n_skipped)})
        sums: dict[str, int] = {}
        for line in rows["bank_lines"]:
            if line["source_file"] == name and line["booked_on"] >= "2026-10":
                sums[line["currency"]] = sums.get(line["currency"], 0) + line["amount"]
        texts = [f'"{currency}":"{units // 100}.{units % 100:02d}"' for currency, units in sums.items() if units >= 0]
        rows["sources"][-1]["control_sums"] = "{" + ",".join(texts) + "}" if texts else None
    skipped = {"entity": "NORD", "check": "rows", "subject": "multisafepay_2026-10.csv", "outcome": "note", "expected": 812}
    note = "6 rows of other currencies' balances were left out by rule."
    rows["checks"].append(skipped | {"actual": 806, "detail": note, "source_file": _cells("sources")[4][0]})
    for entity, source, kind, short, through, reaches, n_files, state, reason in _cells("checklist"):
        row = {"entity": entity, "source": source, "kind": kind, "account": _ACCOUNTS[short][1] if short else None}
        row |= {
            "through": through,
            "reaches": reaches or None,
            "n_files": int(n_files),
            "state": state,
            "reason": reason or None,
        }
        rows["checklist"].append(row)


def _meta(locale: str) -> dict[str, Any]:
    accounts = [
        {"id": number, "entity": entity, "currency": currency, "name": name, "gl_account": gl, "psp": None}
        for entity, number, currency, name, gl in _ACCOUNTS.values()
    ]
    before = {"explained_share_of_lines": "74.1", "automatic_share_of_lines": "71.0", "n_decisions": "22", "n_missing": "4"}
    before |= example_ledger.METRICS
    before |= {"credits_explained_share.EUR": "76.2", "credits_explained_share.CHF": "81.0", "missing.EUR": "21034.50"}
    return {
        "schema": SCHEMA,
        "company": "Nordlicht (example)",
        "period": {"name": "2026-10", "first": "2026-10-01", "last": "2026-10-31"},
        "as_of": "2026-10-31",
        "locale": locale,
        "base_currency": "EUR",
        "entities": {"NORD": "Nordlicht Handel GmbH", "ALPS": "Nordlicht Alpen AG"},
        "accounts": accounts,
        "policy_sha256": hashlib.sha256(b"example").hexdigest(),
        "package_version": "example",
        "journal_seq": 0,
        "journal_head": hashlib.sha256(b"head").hexdigest(),
        "start_on": "2026-07-31",
        "overrides": [],
        "previous": {"period": "2026-09", "metrics": before},
    }
