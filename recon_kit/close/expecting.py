"""What should be there and is not, and what two books say differently: breaks that no bank line carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from recon_kit.policy import Period, Policy, plain_account
from recon_kit.sentences import Sentence, sentence
from recon_kit.tables import BREAKS, CHECKS
from recon_kit.workspace.starting import balance_at

_OVERDUE = {"payout": "payout_missing", "cash_deposit": "deposit_missing"}
_Break = dict[str, Any]


def expected_breaks(
    policy: Policy,
    period: Period,
    items: pd.DataFrame,
    checklist: pd.DataFrame,
    statements: pd.DataFrame,
    ledger: pd.DataFrame,
    overlaps: pd.DataFrame,
    payouts_told_twice: pd.DataFrame,
) -> pd.DataFrame:
    """Breaks of side "expected" (BREAKS): overdue payouts and deposits, missing sources, books that disagree.

    Args:
        items: one row per item with what is open at the period's end.
        overlaps: one row per account, day and pair of sources of the same days, with counts and sums of each.
        payouts_told_twice: likewise, of payouts that two exports of a provider tell.
    """
    rows = [
        *_overdue(policy, period, items),
        *_sources(checklist, policy.base_currency),
        *_ledger(policy, period, statements, ledger),
        *_overlapping(overlaps, "lines", "statement_differs"),
        *_overlapping(payouts_told_twice, "payouts", "settlement_differs"),
    ]
    return BREAKS.frame({name: [row[name] for row in rows] for name in BREAKS.columns}) if rows else BREAKS.empty()


def _overdue(policy: Policy, period: Period, items: pd.DataFrame) -> Iterator[_Break]:
    waiting = items[items["kind"].isin(list(_OVERDUE)) & (items["open_amount"] != 0) & items["due_on"].notna()]
    for item in waiting.to_dict("records"):
        due = item["due_on"].date()
        days = policy.matching.payout_days if item["kind"] == "payout" else policy.matching.deposit_days
        limit = due if item["kind"] == "payout" else policy.calendar.business_day_after(due, days)
        if limit < period.last:
            amount = (int(item["open_amount"]), item["currency"])
            told = sentence("overdue", amount=amount, due=due, last=period.last)
            yield _row(item["entity"], item["item_id"], _OVERDUE[item["kind"]], item["open_amount"], item["currency"], told)


def _sources(checklist: pd.DataFrame, currency: str) -> Iterator[_Break]:
    for row in checklist[checklist["state"].isin(["missing", "stale"])].to_dict("records"):
        due = {"source": row["source"], "through": row["through"].date()}
        nothing = pd.isna(row["reaches"])
        told = sentence("source_missing", **due) if nothing else sentence("source_stale", **due, reaches=row["reaches"].date())
        yield _row(row["entity"], row["source"], f"source_{row['state']}", 0, currency, told)


def _ledger(policy: Policy, period: Period, statements: pd.DataFrame, ledger: pd.DataFrame) -> Iterator[_Break]:
    said = ledger[(ledger["on"] == pd.Timestamp(period.last)) & (ledger["role"] == "bank")]
    for account in policy.accounts:
        own = statements[statements["account"] == plain_account(account.id)]
        book = said[(said["gl_account"] == account.gl_account) & (said["entity"] == account.entity)]
        bank = _closing(own, period.last)
        if bank is None or len(book) != 1 or int(book["amount"].iloc[0]) == bank:
            continue
        figure = int(book["amount"].iloc[0])
        both = {"bank": (bank, account.currency), "ledger": (figure, account.currency)}
        told = sentence("balance", account=account.name, **both, on=period.last)
        yield _row(account.entity, f"ledger {account.gl_account}", "balance_differs", bank - figure, account.currency, told)


def _closing(statements: pd.DataFrame, last: date) -> int | None:
    return balance_at(statements, last) if len(statements) else None


def compared(told_twice: pd.DataFrame, what: str) -> pd.DataFrame:
    """Checks (CHECKS), one for each day that two sources tell: compared, never added; equal sums prove the day.

    Args:
        told_twice: days beside each other, as `expected_breaks` takes them.
        what: is counted, in the plural.
    """
    rows = [
        {
            "entity": None if pd.isna(row["entity"]) else row["entity"],
            "check": "told_twice",
            "subject": _day_told(row),
            "outcome": "ok" if row["agrees"] else "note",
            "expected": row["amount_owner"],
            "actual": row["amount_other"],
            "currency": row["currency"],
            "detail": f"{what}: {row['n_owner']} of {row['owner']} count, {row['n_other']} of {row['other']} are compared",
        }
        for row in told_twice.to_dict("records")
    ]
    return CHECKS.frame({name: [row.get(name) for row in rows] for name in CHECKS.columns}) if rows else CHECKS.empty()


def told_by_others(sources: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Checks (CHECKS), one for each file of booked statements of which rows do not count, as another source tells them.

    `expected` is the rows of the file, `actual` those that count.

    Args:
        sources: files whose every row is of a day that `lines` reaches.
        lines: the bank lines that count, each with the file that it is from.
    """
    booked = sources[sources["role"] == "booked"]
    booked = booked.groupby(["name", "entity"], dropna=False).agg(n_rows=("n_rows", "sum")).reset_index()
    counting = lines["source_file"].value_counts()
    rows = [
        {
            "entity": None if pd.isna(row["entity"]) else row["entity"],
            "check": "rows_counting",
            "subject": row["name"],
            "outcome": "note",
            "expected": row["n_rows"],
            "actual": int(counting.get(row["name"], 0)),
            "source_file": row["name"],
            "detail": "The other rows are of days that another source tells; they are compared, never added.",
        }
        for row in booked.to_dict("records")
    ]
    rows = [row for row in rows if row["actual"] < row["expected"]]
    return CHECKS.frame({name: [row.get(name) for row in rows] for name in CHECKS.columns}) if rows else CHECKS.empty()


def _overlapping(overlaps: pd.DataFrame, what: str, reason: str) -> Iterator[_Break]:
    for row in overlaps[~overlaps["agrees"]].to_dict("records"):
        sums = {name: (int(row[name]), row["currency"]) for name in ("amount_owner", "amount_other")}
        counts = {name: int(row[name]) for name in ("n_owner", "n_other")}
        on = pd.Timestamp(row["booked_on"]).date()
        told = sentence(
            f"{what}_differ", account=row["account"], on=on, owner=row["owner"], other=row["other"], **counts, **sums
        )
        difference = int(row["amount_owner"]) - int(row["amount_other"])
        yield _row(row["entity"], _day_told(row), reason, difference, row["currency"], told)


def _day_told(row: dict[Any, Any]) -> str:
    return f"{row['account']} {pd.Timestamp(row['booked_on']).date().isoformat()} {row['other']}"


def _row(entity: Any, identity: str, reason: str, amount: int, currency: str, told: Sentence) -> _Break:
    known = None if pd.isna(entity) else entity
    row = {"side": "expected", "id": identity, "reason": reason, "amount": int(amount), "currency": currency}
    return {"entity": known, **row, **told.columns}
