"""The members of an archive as one `Loaded`: what stands in two of them is read once and named, as within one file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, LoadError
from recon_kit.load.bank_statement import BankStatement, prove_neighbours
from recon_kit.load.loaded import Collector, Loaded, Source
from recon_kit.load.paging import joined
from recon_kit.load.source import Hints, SourceFile
from recon_kit.tables import ALL, CHECKS, Table

_DECLARED = {table.name: table for table in ALL}
_PLACES = frozenset(("source_file", "source_line"))


def bundled(archive: SourceFile, hints: Hints, members: Sequence[Loaded]) -> Loaded:
    """The tables of all members one below the other; each row names its member as its source file.

    A row that an earlier member brought already is left out, counted and named; one of the same key and other content
    failed. Statements are proven against those of other members, and an account that two formats tell for the same days
    failed: their entries would count twice.

    Raises:
        LoadError: no member at all, or members that are worth different things (booked, provisional, ledger ...).
    """
    if not members:
        raise LoadError(archive.name, [Fault("a file in the archive, but it holds none")])
    members, _ = joined(members)
    role = _one_role(archive, members)
    told = Collector(archive, hints)
    tables = {}
    for name in dict.fromkeys(name for member in members for name in member.tables):
        parts = [member.tables[name] for member in members if name in member.tables]
        tables[name] = _one_below_the_other(_DECLARED[name], parts, told)
    if role == "booked" and "statements" in tables:
        _prove_across(tables["statements"], told)
    _prove_formats(members, told)
    checks = [member.checks for member in members] + [told.loaded("", role).checks]
    n_skipped = sum(member.source.n_skipped for member in members) + told.n_skipped
    formats = "+".join(dict.fromkeys(member.source.format for member in members))
    n_read = sum(member.source.n_read for member in members)
    source = Source(archive.name, archive.sha256, archive.n_bytes, formats, role, n_read, n_skipped)
    return Loaded(source, tables, CHECKS.conform(pd.concat(checks, ignore_index=True)))


def _one_role(archive: SourceFile, members: Sequence[Loaded]) -> str:
    roles: dict[str, list[str]] = {}
    for member in members:
        roles.setdefault(member.source.role, []).append(member.source.name.removeprefix(f"{archive.name}/"))
    if len(roles) == 1:
        return next(iter(roles))
    told = "; ".join(f"{', '.join(names)}: {role}" for role, names in sorted(roles.items()))
    raise LoadError(archive.name, [Fault(f"files that are worth the same, but it holds {told}; take them one by one")])


def _one_below_the_other(table: Table, parts: Sequence[pd.DataFrame], told: Collector) -> pd.DataFrame:
    rows = pd.concat(parts, ignore_index=True)
    again = rows.duplicated(list(table.key))
    if again.any():
        _name_repeats(table, rows, again, told)
    return table.conform(rows[~again])


def _name_repeats(table: Table, rows: pd.DataFrame, again: pd.Series, told: Collector) -> None:
    content = [name for name in rows if name not in _PLACES]
    same = again & rows.duplicated(content)
    key = list(table.key)
    first = rows[~again].set_index(key)["source_file"]
    for repeats, outcome, what in (
        (rows[same], "note", "stand in {0} too; read once"),
        (rows[again & ~same], "failed", "have the keys of others in {0} but other content; left out"),
    ):
        origins = pd.Series(first.reindex(pd.MultiIndex.from_frame(repeats[key])).to_numpy(), index=repeats.index)
        for member, lines in repeats.groupby("source_file", sort=False):
            names = ", ".join(dict.fromkeys(origins[lines.index]))
            told.n_skipped += len(lines) if table.name != "statements" else 0
            detail = f"{len(lines)} {table.name.replace('_', ' ')} of {member} {what.format(names)}"
            told.check("duplicate", f"{member}: {table.name}", outcome, actual=len(lines), detail=detail)


def _prove_across(statements: pd.DataFrame, told: Collector) -> None:
    """Continuity and numbers between statements of different members; within one they are proven already."""
    ordered = statements.sort_values(["to_on", "sequence"], kind="stable")
    for _, rows in ordered.groupby(["account", "currency"], sort=False):
        for before, after in pairwise(rows.to_dict("records")):
            if before["source_file"] != after["source_file"]:
                prove_neighbours(told, _row(before), _row(after))


def _row(values: dict[Any, Any]) -> BankStatement:
    known: dict[str, Any] = {name: None if pd.isna(value) else value for name, value in values.items()}
    return BankStatement(
        account=known["account"],
        currency=known["currency"],
        statement_id=known["statement_id"],
        sequence=known["sequence"],
        opening=known["opening"],
        closing=known["closing"],
        from_on=known["from_on"] and known["from_on"].date(),
        to_on=known["to_on"].date(),
        line=None,
    )


def _prove_formats(members: Sequence[Loaded], told: Collector) -> None:
    """An account whose days two formats tell: ids of one entry differ from format to format, so that it would be two."""
    spans: dict[str, dict[str, tuple[pd.Timestamp, pd.Timestamp, str]]] = {}
    for member in members:
        lines = member.tables.get("bank_lines")
        for account, days in lines.groupby("account")["booked_on"] if lines is not None else ():
            here = spans.setdefault(str(account), {})
            begin, end, name = here.get(member.source.format, (days.min(), days.max(), member.source.name))
            here[member.source.format] = (min(begin, days.min()), max(end, days.max()), name)
    for account, formats in spans.items():
        for (one, (begin, end, name)), (other, (starts, ends, beside)) in combinations(formats.items(), 2):
            if starts <= end and begin <= ends:
                detail = f"{name} tells the same days as {one} that {beside} tells as {other}: their entries would count twice"
                told.check("formats", account, "failed", detail=detail)
