"""What a MultiSafepay row is and how its money counts: kinds by N-code, unsigned amounts with C or D."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from recon_kit.load.loaded import Collector
from recon_kit.load.record import Records
from recon_kit.load.sheets import Row, caption
from recon_kit.money import exponent, minor_units

PSP = "multisafepay"
_RESERVE = re.compile(r"\b(rolling\s+)?reserve(ring|d)?\b", re.IGNORECASE)
_DEBIT = {"payment": "adjustment"}
_CREDIT = {"chargeback": "chargeback_reversal"}
_DIRECT_DEBIT = "N101"


@dataclass(frozen=True)
class Known:
    """One N-code: the names it has, and the kind of row."""

    kind: str
    names: tuple[str, ...]


@cache
def n_codes() -> dict[str, Known]:
    """The N-codes of the vendor's list; a code that it uses twice has both names.

    Source: MultiSafepay's list of transaction types (33 rows, N102 twice).
    """
    found: dict[str, Known] = {}
    text = files("recon_kit.load").joinpath("data/multisafepay_n_codes.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        before = found[row["n_code"]].names if row["n_code"] in found else ()
        found[row["n_code"]] = Known(row["kind"], (*before, row["name"]))
    return found


@cache
def _by_name() -> dict[str, str]:
    return {caption(name): code for code, known in n_codes().items() for name in known.names}


def kind_of(code: str | None, names: tuple[str | None, ...], description: str, *, credit: bool) -> tuple[str, bool]:
    """The settlement kind of a row, and whether its type is a known one; unknown types are adjustments.

    A payment that is taken back in part (the rest of an authorisation) is an adjustment; a direct debit taken back is a
    chargeback.

    Args:
        code: the N-code; a payment type or transaction type by name may stand in for it.
        names: payment type and the like, looked at where the code is not known.
        description: free text; only a row without a known type is called a reserve by it.
    """
    known = n_codes()
    if code not in known:
        code = next((_by_name()[key] for key in (caption(name or "") for name in (code, *names)) if key in _by_name()), None)
    if code is None:
        if _RESERVE.search(" ".join([*(name or "" for name in names), description])):
            return ("reserve_release" if credit else "reserve_hold"), True
        return "adjustment", False
    kind = known[code].kind
    if credit:
        return _CREDIT.get(kind, kind), True
    if code == _DIRECT_DEBIT:
        return "chargeback", True
    return _DEBIT.get(kind, kind), True


def method_of(code: str | None, name: str | None) -> str | None:
    """The payment method; None for what is no method (fees, refunds, payouts), both names for the code used twice."""
    known = n_codes()
    code = code if code in known else _by_name().get(caption(name or code or ""))
    if code is None:
        return name or None
    return (name or " or ".join(known[code].names)) if known[code].kind == "payment" else None


def money(kind: str, signed: int) -> dict[str, int]:
    """The four amounts of a row whose balance effect at the provider is `signed`.

    A fee is its own row: gross 0, fee and net signed. A payout leaves the provider's balance and comes to us, so it is
    the positive sum of its lines.
    """
    if kind == "fee":
        return {"gross": 0, "fee": signed, "tax_on_fee": 0, "net": signed}
    toward_us = -signed if kind == "payout" else signed
    return {"gross": toward_us, "fee": 0, "tax_on_fee": 0, "net": toward_us}


def signed_amount(records: Records, row: Row, currency: str) -> int | None:
    """The row's effect on the balance at the provider: C adds, D takes away; `Amount cents` must say the same."""
    side = (records.needed(row, "side", "C or D")).upper()
    amount = _unsigned(records, row, currency)
    if side not in ("C", "D", "CREDIT", "DEBIT", ""):
        records.fault(row, "side", "C or D")
    if amount is None or not side:
        return None
    return amount if side.startswith("C") else -amount


def _unsigned(records: Records, row: Row, currency: str) -> int | None:
    cents, text = records.text(row, "cents"), records.text(row, "amount")
    if cents is None or exponent(currency) != 2:
        amount = records.amount(row, "amount", currency)
        if text is None:
            records.fault(row, "amount", "an amount")
    elif not re.fullmatch(r"\d{1,18}", cents, re.ASCII):
        records.fault(row, "cents", "whole cents without a sign")
        return None
    else:
        amount = int(cents)
        if text is not None and amount not in _readings(text, currency):
            records.fault(row, "cents", f"the same as {records.columns.shown('amount')}, which is {text}")
    if amount is not None and amount < 0:
        records.fault(row, "amount", "an amount without a sign, which C or D gives")
        return None
    return amount


def _readings(text: str, currency: str) -> set[int]:
    found = set()
    for mark in ",.":
        with suppress(ValueError):
            found.add(minor_units(text, currency, mark, symbols=True))
    return found


def note_unknown(into: Collector, rows: Iterable[tuple[Any, Any, Any]]) -> None:
    """A check row for each type that is not in the list: kept as adjustment, summed like every other row.

    Args:
        rows: (type as shown, None if it is known; amount; currency) of every row.
    """
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    for shown, amount, currency in rows:
        if shown is not None:
            counts[shown, currency] += 1
            sums[shown, currency] += amount
    for (shown, currency), count in sorted(counts.items()):
        told = f"{count} rows of a type that is not known here, kept as adjustments"
        into.check("row_type", f"{shown} {currency}", "note", actual=sums[shown, currency], currency=currency, detail=told)


def unique_ids(ids: list[tuple[str, str, str | None]]) -> list[str]:
    """txn_id of each row from (id, kind, sub id): the provider's own id; if it repeats, with the sub id or a number."""
    counts = Counter((own, kind) for own, kind, _ in ids)
    seen: Counter[tuple[str, str]] = Counter()
    unique = []
    for own, kind, sub in ids:
        name = own if counts[own, kind] == 1 or not sub else f"{own}/{sub}"
        seen[name, kind] += 1
        unique.append(name if seen[name, kind] == 1 else f"{name}/{seen[name, kind]}")
    return unique
