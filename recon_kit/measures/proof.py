"""Proofs: every account adds up to the cent, the ledger holds what the bank holds; differences are shown, never plugged."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon_kit.measures.cut import Cut, per_cut
from recon_kit.measures.receivables import is_receivable
from recon_kit.money import total
from recon_kit.tables import ITEM_ALLOCATIONS

_ACCOUNT = ["entity", "account", "currency"]

PROOF = (
    *_ACCOUNT, "n_statements", "n_expected", "n_gaps", "n_lines",
    "opening", "credits", "debits", "closing", "difference", "why",
)  # fmt: skip
LEDGER = ("entity", "gl_account", "role", "currency", "ledger", "ours", "pending", "difference", "why")


@per_cut
def account_proofs(cut: Cut) -> pd.DataFrame:
    """Opening + credits + debits = closing, for each account and currency; amounts may be null.

    One row per account, in the company's own order.

    opening: balance before the first day of the period; where a statement began earlier, its closing balance less the
        entries since. closing: likewise at the end of the last day.
    difference = opening + credits + debits - closing; null where it cannot be had, and then `why` says so: "no_statement",
        "no_balance" (the statements have none), "no_opening", "no_end" (they lack one of the two), "one_statement" (one
        that begins before and ends after the period).
    n_expected: running numbers from the lowest to the highest; null where the bank numbers nothing. n_gaps: statements
        that do not open with the balance with which the one before them closed.
    """
    return pd.DataFrame([_proof(cut, key) for key in _accounts(cut)], columns=list(PROOF)).astype(_MONEY_OR_NULL)


_MONEY_OR_NULL = dict.fromkeys(["n_expected", "opening", "closing", "difference"], "Int64")


def _accounts(cut: Cut) -> list[tuple[Any, Any, str]]:
    named = [(a.get("entity"), a["id"], a["currency"]) for a in cut.meta["accounts"] if not a.get("psp") and a.get("currency")]
    seen = pd.concat([cut.statements[_ACCOUNT], cut.lines[_ACCOUNT]]).drop_duplicates()
    found = [tuple(row) for row in seen.sort_values(_ACCOUNT, na_position="first").itertuples(index=False)]
    keys = {tuple("" if pd.isna(value) else value for value in key): key for key in (*found, *named)}
    order = dict.fromkeys(tuple("" if pd.isna(value) else value for value in key) for key in (*named, *found))
    return [keys[key] for key in order]


def _at(frame: pd.DataFrame, key: tuple[Any, ...]) -> pd.DataFrame:
    holds = pd.Series(True, index=frame.index)
    for name, value in zip(_ACCOUNT, key, strict=True):
        holds &= frame[name].isna() if pd.isna(value) else frame[name] == value
    return frame[holds]


def _proof(cut: Cut, key: tuple[Any, Any, str]) -> dict[Any, Any]:
    lines = _at(cut.lines, key)
    statements = _at(cut.statements, key).sort_values(["to_on", "from_on", "sequence", "statement_id"], na_position="first")
    credits_, debits = total(lines.loc[lines["amount"] > 0, "amount"]), total(lines.loc[lines["amount"] < 0, "amount"])
    opening, closing, why = _balances(cut, statements, lines)
    difference = None if opening is None or closing is None else opening + credits_ + debits - closing
    sequence = statements["sequence"].dropna()
    return {
        **dict(zip(_ACCOUNT, key, strict=True)),
        "n_statements": len(statements),
        "n_expected": _numbers(sequence),
        "n_gaps": _gaps(statements),
        "n_lines": len(lines),
        "opening": opening,
        "credits": credits_,
        "debits": debits,
        "closing": closing,
        "difference": difference,
        "why": why,
    }


def _numbers(sequence: pd.Series) -> int | None:
    if sequence.empty:
        return None
    span = int(sequence.max() - sequence.min()) + 1
    return span if span < 4 * max(len(sequence), 8) else None  # the year's numbering started again


def _balances(cut: Cut, statements: pd.DataFrame, lines: pd.DataFrame) -> tuple[int | None, int | None, str]:
    if statements.empty:
        return None, None, "no_statement"
    first, last = statements.iloc[0], statements.iloc[-1]
    began = first["from_on"] if pd.notna(first["from_on"]) else first["to_on"]
    opening, closing = _whole(first["opening"]), _whole(last["closing"])
    early, late = began < cut.first, last["to_on"] > cut.last
    if early and late and len(statements) == 1:
        return None, None, "one_statement"
    if early:
        since = lines.loc[lines["booked_on"] <= first["to_on"], "amount"]
        until = _whole(first["closing"])
        opening = None if until is None else until - total(since)
    if late:
        start = last["from_on"] if pd.notna(last["from_on"]) else last["to_on"]
        before = _whole(last["opening"])
        closing = None if before is None else before + total(lines.loc[lines["booked_on"] >= start, "amount"])
    return opening, closing, _lacking(opening, closing)


def _lacking(opening: int | None, closing: int | None) -> str:
    if opening is None:
        return "no_balance" if closing is None else "no_opening"
    return "no_end" if closing is None else ""


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _gaps(statements: pd.DataFrame) -> int:
    before, after = statements["closing"].iloc[:-1], statements["opening"].iloc[1:]
    pairs = [(b, a) for b, a in zip(before, after, strict=True) if pd.notna(b) and pd.notna(a)]
    return sum(int(b) != int(a) for b, a in pairs)


def ledger_ties(cut: Cut) -> pd.DataFrame:
    """What the ledger holds against what we hold, for bank and receivables accounts. One row per ledger account and currency.

    bank: ours = sum of the closing balances of the accounts that the ledger account mirrors.
    receivables: ours = sum of what is open on documents that are receivables, per entity; pending = what our
        matches took off them and the ledger has not posted yet.
    difference = ledger - ours - pending. Null where one of them is missing, and then `why` says so: "no_ledger_balance",
        "no_closing" (the proof of an account has no closing balance).
    """
    rows = [*_bank_ties(cut), *_receivable_ties(cut)]
    return pd.DataFrame(rows, columns=list(LEDGER)).astype(dict.fromkeys(["ledger", "ours", "difference"], "Int64"))


def _bank_ties(cut: Cut) -> list[dict[Any, Any]]:
    mirrors = {
        (a.get("entity"), a["id"], a["currency"]): a.get("gl_account") for a in cut.meta["accounts"] if a.get("currency")
    }
    proofs = account_proofs(cut)
    keys = zip(*(proofs[name].where(proofs[name].notna(), None) for name in _ACCOUNT), strict=True)
    proofs["gl_account"] = [mirrors.get(key) for key in keys]
    rows = []
    for key, found in proofs[proofs["gl_account"].notna()].groupby(
        ["entity", "gl_account", "currency"], dropna=False, sort=True
    ):
        ours = None if found["closing"].isna().any() else total(found["closing"].astype("int64"))
        rows.append(_tie(key, "bank", _ledger(cut, key, "bank"), ours, 0))
    return rows


def _receivable_ties(cut: Cut) -> list[dict[Any, Any]]:
    items = cut.open_items[is_receivable(cut.open_items["kind"])]
    touched = cut.allocations[
        cut.allocations["status"].isin(["auto", "confirmed"]) & cut.allocations["kind"].isin(ITEM_ALLOCATIONS)
    ]
    pending = touched.merge(items[["entity", "item_id"]].drop_duplicates(), on=["entity", "item_id"])
    books = cut.ledger_balances
    books = books[(books["role"] == "receivables") & (books["on"] == cut.last)]
    rows = []
    for (entity, currency), found in books.groupby(["entity", "currency"], dropna=False, sort=True):
        here = [_of(frame, entity, currency) for frame in (items, pending)]
        gl_accounts = " + ".join(sorted(found["gl_account"].unique()))
        ours, ahead = total(here[0]["open_amount"]), total(here[1]["allocated"])
        rows.append(_tie((entity, gl_accounts, currency), "receivables", total(found["amount"]), ours, ahead))
    return rows


def _of(frame: pd.DataFrame, entity: Any, currency: Any) -> pd.DataFrame:
    same = frame["entity"].isna() if pd.isna(entity) else frame["entity"] == entity
    found: pd.DataFrame = frame[same & (frame["currency"] == currency)]
    return found


def _ledger(cut: Cut, key: tuple[Any, ...], role: str) -> int | None:
    books = cut.ledger_balances[cut.ledger_balances["role"] == role]
    books = _of(books[books["gl_account"] == key[1]], key[0], key[2])
    books = books[books["on"] == cut.last]
    return total(books["amount"]) if len(books) else None


def _tie(key: tuple[Any, ...], role: str, ledger: int | None, ours: int | None, pending: int) -> dict[Any, Any]:
    why = "no_ledger_balance" if ledger is None else "no_closing" if ours is None else ""
    difference = None if ledger is None or ours is None else ledger - ours - pending
    entity, gl_account, currency = key
    values = {"entity": entity, "gl_account": gl_account, "role": role, "currency": currency}
    return {**values, "ledger": ledger, "ours": ours, "pending": pending, "difference": difference, "why": why}
