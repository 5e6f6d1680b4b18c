"""A start: a workspace made from the files that lie there, and an opening position tied to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from recon_kit import durable
from recon_kit.errors import Fault, ParameterError, PolicyError, StoreError
from recon_kit.money import total
from recon_kit.tables import LEDGER_BALANCES, OPEN_ITEMS, STATEMENTS
from recon_kit.workspace.finding import Found
from recon_kit.workspace.template import Answers, recon_toml, rules_toml
from recon_kit.workspace.workspace import Workspace


def create(folder: Path, answers: Answers, found: Found) -> Path:
    """A new workspace: recon.toml with comments, rules.toml with examples, an inbox.

    Raises:
        PolicyError: there is a workspace already; it is left as it is.
    """
    if (folder / "recon.toml").exists():
        raise PolicyError(str(folder / "recon.toml"), [Fault("no workspace yet, but there is one; it is left as it is")])
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    if not (folder / "rules.toml").exists():
        durable.write_file(folder / "rules.toml", rules_toml().encode(), "workspace.create")
    text = recon_toml(answers, found)
    durable.write_file(folder / "recon.toml", text.encode(), "workspace.create")
    return folder / "recon.toml"


@dataclass(frozen=True)
class Opening:
    """The opening position of a day, beside what the ledger says.

    Args:
        lines: one row per account or receivables ledger and currency: entity, what, currency, ours, ledger, difference
            (minor units; null where the ledger says nothing), n.
    """

    on: date
    lines: pd.DataFrame

    @property
    def ties(self) -> bool:
        """Whether every figure that the ledger gives is met to the cent."""
        return not (self.lines["difference"].fillna(0) != 0).any()


def start(workspace: Workspace, on: date, *, by: str, at: datetime) -> Opening:
    """Fix the opening position: balances, open items and payments on account as of `on`, tied to the ledger.

    Lines until that day are history for returns and learning, never breaks. Differences are printed, not plugged.

    Raises:
        StoreError: something was closed or matched already on another opening day.
        ParameterError: no statement reaches the day, so that there is nothing to start from.
    """
    store = workspace.store
    before = workspace.start_on()
    closed = store.entries("close")
    if before and before != on and len(closed):
        raise StoreError("start", [Fault(f"the opening day {before}, on which periods were closed already")])
    opening = opening_position(workspace, on)
    if opening.lines.empty:
        raise ParameterError("start", [Fault(f"a statement or open-item list that reaches {on}; load one first")])
    if before != on or store.entries("start").empty:
        facts = opening.lines.astype(object).where(opening.lines.notna(), None).to_dict("records")
        with store.writing(by=by, at=at) as writing:
            writing.journal("start", {"on": on.isoformat(), "position": facts})
    return opening


def opening_position(workspace: Workspace, on: date) -> Opening:
    """What stands on that day: statement balances, open items, payments on account, each beside the ledger's figure."""
    store = workspace.store
    balances = store.fetch(LEDGER_BALANCES)
    balances = balances[balances["on"] == pd.Timestamp(on)]
    rows = [*_accounts(workspace, store.fetch(STATEMENTS), balances, on), *_receivables(store.fetch(OPEN_ITEMS), balances, on)]
    names = ["entity", "what", "currency", "ours", "ledger", "difference", "n"]
    lines = pd.DataFrame(rows, columns=names)
    return Opening(on, lines.astype({"ours": "Int64", "ledger": "Int64", "difference": "Int64", "n": "int64"}))


def balance_at(statements: pd.DataFrame, on: date) -> int | None:
    """The booked balance of one account at the end of a day, from its statements; None if none of them tells.

    That is the closing of the last statement that ended by then, else the opening of one that begins within a week after.
    """
    day = pd.Timestamp(on)
    ended = statements[(statements["to_on"] <= day) & statements["closing"].notna()].sort_values("to_on", kind="stable")
    soon = (statements["from_on"] > day) & (statements["from_on"] <= day + pd.Timedelta(days=7))
    begun = statements[soon & statements["opening"].notna()].sort_values("from_on", kind="stable")
    if len(ended):
        return int(ended["closing"].iloc[-1])
    return int(begun["opening"].iloc[0]) if len(begun) else None


_Row = tuple[str | None, str, str, int | None, int | None, int | None, int]


def _accounts(workspace: Workspace, statements: pd.DataFrame, balances: pd.DataFrame, on: date) -> list[_Row]:
    rows: list[_Row] = []
    for account, own in statements.groupby("account"):
        ours = balance_at(own, on)
        if ours is None:
            continue
        known = workspace.policy.account(str(account))
        entity = "" if pd.isna(own["entity"].iloc[0]) else own["entity"].iloc[0]
        said = balances[balances["gl_account"] == (known.gl_account if known else None)]
        said = said[(said["currency"] == own["currency"].iloc[0]) & (said["entity"].fillna("") == entity)]
        rows.append(_line(own["entity"].iloc[0], f"account {account}", own["currency"].iloc[0], ours, said, len(own)))
    return rows


def _receivables(items: pd.DataFrame, balances: pd.DataFrame, on: date) -> list[_Row]:
    rows: list[_Row] = []
    listed = items[(items["snapshot_on"] == pd.Timestamp(on)) & ~items["kind"].isin(["payout", "cash_deposit"])]
    for _, own in listed.groupby(["entity", "currency"], dropna=False):
        entity, currency = own["entity"].iloc[0], own["currency"].iloc[0]
        said = balances[(balances["role"] == "receivables") & (balances["currency"] == currency)]
        said = said[said["entity"].fillna("") == ("" if pd.isna(entity) else entity)]
        rows.append(_line(entity, "open items", currency, total(own["open_amount"]), said, len(own)))
        credit = own[own["kind"] == "payment_on_account"]
        if len(credit):
            told = "of these, payments on account"
            rows.append(_line(entity, told, currency, total(credit["open_amount"]), said.iloc[:0], len(credit)))
    return rows


def _line(entity: str | None, what: str, currency: str, ours: int, said: pd.DataFrame, count: int) -> _Row:
    ledger = total(said["amount"]) if len(said) else None
    return (None if pd.isna(entity) else entity, what, currency, ours, ledger, None if ledger is None else ours - ledger, count)
