"""Whose row is it: the legal entity filled into every row that a file brings."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from recon_kit.errors import Fault, LoadError, nearest
from recon_kit.load import Hints, Loaded
from recon_kit.policy import Account, Policy, plain_account
from recon_kit.tables import ALL, CHECKS
from recon_kit.tables.declare import TEXT
from recon_kit.workspace.spellings import closest, resolve

_DECLARED = {table.name: table for table in ALL}
_BY_ACCOUNT = {"statements": "account", "bank_lines": "account", "settlement_lines": "psp_account"}


def with_entities(loaded: Loaded, policy: Policy, hints: Hints) -> Loaded:
    """The same file, each row with its entity; a workspace without entities leaves them null.

    Raises:
        LoadError: an account that recon.toml does not know, or rows that could belong to any of several entities.
    """
    if not policy.entities:
        return loaded
    faults: list[Fault] = []
    spelled: dict[str, str] = {}
    tables = {name: _filled(frame, name, policy, hints, faults, spelled) for name, frame in loaded.tables.items()}
    if faults:
        raise LoadError(loaded.source.name, faults)
    known = {entity for frame in tables.values() for entity in frame["entity"].dropna().unique()}
    checks = _with_spellings(loaded, spelled)
    checks = checks.assign(entity=checks["entity"].fillna(known.pop()) if len(known) == 1 else checks["entity"])
    conformed = {name: _DECLARED[name].conform(frame) for name, frame in tables.items()}
    return replace(loaded, tables=conformed, checks=CHECKS.conform(checks))


def foreign_spellings(read: Loaded, named: Loaded) -> list[str]:
    """The spellings of accounts in a file that are not those of recon.toml.

    A line's identity holds the account as its file spells it: files that spell it differently do not share identities.

    Args:
        read: the file as its reader gave it; named: the same, as `with_entities` gave it.
    """
    found: set[str] = set()
    for name, frame in read.tables.items():
        if name in ("statements", "bank_lines"):
            ours = {plain_account(number) for number in named.tables[name]["account"].dropna().unique()}
            found |= {number for number in frame["account"].dropna().unique() if plain_account(number) not in ours}
    return sorted(found)


def _with_spellings(loaded: Loaded, spelled: dict[str, str]) -> pd.DataFrame:
    """The file's checks, and a note for each account that recon.toml does not spell as the file does."""
    rows = [
        {
            "check": "account", "subject": number, "outcome": "note", "source_file": loaded.source.name,
            "detail": f"read as {account}, whose number it is; also_known_as in recon.toml would say so",
        }
        for number, account in sorted(spelled.items())
    ]  # fmt: skip
    return (
        CHECKS.conform(pd.concat([loaded.checks, CHECKS.conform(pd.DataFrame(rows))], ignore_index=True))
        if rows
        else loaded.checks
    )


def _filled(
    frame: pd.DataFrame, name: str, policy: Policy, hints: Hints, faults: list[Fault], spelled: dict[str, str]
) -> pd.DataFrame:
    if frame.empty:
        return frame
    if (column := _BY_ACCOUNT.get(name)) and policy.accounts:
        return _by_account(frame, column, policy, faults, spelled)
    only = next(iter(policy.entities)) if len(policy.entities) == 1 else None
    entity = frame["entity"].fillna(hints.entity or only) if hints.entity or only else frame["entity"]
    if entity.isna().any():
        faults.append(Fault(f"the entity of its {name}: name it in recon.toml, [[sources]] entity, or in a column"))
    for found in entity.dropna().unique():
        if found not in policy.entities:
            faults.append(Fault(f"an entity of [entities]{nearest(found, policy.entities)}", field="entity", found=found))
    return frame.assign(entity=entity)


def _by_account(frame: pd.DataFrame, column: str, policy: Policy, faults: list[Fault], spelled: dict[str, str]) -> pd.DataFrame:
    """Rows with their account's one spelling and its entity: two spellings would be two accounts, and be added up."""
    known: dict[str, Account] = {}
    for number in frame[column].dropna().unique():
        if account := policy.account(number):
            known[number] = account
        elif column == "account" and (account := resolve(number, set(frame.loc[frame[column] == number, "currency"]), policy)):
            known[number], spelled[number] = account, account.id
        else:
            told = f"an account of [[accounts]] in recon.toml{closest(number, policy)}"
            faults.append(Fault(told, field=column, found=number))
    if frame[column].isna().any():
        faults.append(Fault(f"its {column}: name it in recon.toml, [[sources]] account"))
    entity = frame[column].map({number: account.entity for number, account in known.items()}).astype(TEXT)
    ours = frame[column].map({number: plain_account(account.id) for number, account in known.items()}).astype(TEXT)
    return frame.assign(**{"entity": entity, column: ours.fillna(frame[column])})
