"""A statement whose pages come in several files: each file proves nothing alone, together they are one statement."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from recon_kit.load.loaded import Loaded, line_ids
from recon_kit.tables import CHECKS, STATEMENTS

_TOLD = re.compile(r"holds page ([\d, ]+?)( \(the last\))? of several;")


def part_id(statement_id: str, page: int) -> str:
    """The id of a part of a statement: its pages must not take each other's place."""
    return f"{statement_id}/{page:03d}"


def part_told(pages: Sequence[int], *, is_last: bool) -> str:
    """What a check says of a file that holds some pages of a statement; `joined` reads it."""
    told = f"{', '.join(map(str, pages))}{' (the last)' if is_last else ''}"
    return f"holds page {told} of several; load the files of all pages together"


@dataclass(frozen=True)
class _Part:
    """Some pages of a statement in one file: which file and check row they are, and the sum of their entries."""

    file: int
    row: int
    account: str
    statement_id: str
    pages: tuple[int, ...]
    is_last: bool
    amount: int


def joined(files: Sequence[Loaded]) -> tuple[list[Loaded], list[set[int]]]:
    """The same files; a statement whose pages are all there stands whole with its last page, its balance proven.

    Returns:
        the files in their order, and the groups of files (by position) that hold one statement together.
    """
    groups: dict[tuple[str, str], list[_Part]] = defaultdict(list)
    for number, loaded in enumerate(files):
        for part in _parts(number, loaded):
            groups[part.account, part.statement_id].append(part)
    result, together = list(files), []
    for parts in groups.values():
        parts.sort(key=lambda part: part.pages)
        pages = [page for part in parts for page in part.pages]
        if pages == list(range(1, len(pages) + 1)) and [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]:
            _join(result, parts)
            together.append({part.file for part in parts})
    return result, together


def _parts(number: int, loaded: Loaded) -> list[_Part]:
    failed = loaded.checks[(loaded.checks["check"] == "pages") & (loaded.checks["outcome"] == "failed")]
    parts = []
    for row, check in failed.iterrows():
        if (told := _TOLD.match(str(check["detail"]))) and pd.notna(check["actual"]):
            account, _, statement_id = str(check["subject"]).partition(" ")
            pages = tuple(int(page) for page in told[1].split(", "))
            parts.append(_Part(number, int(str(row)), account, statement_id, pages, bool(told[2]), int(check["actual"])))
    return parts


def _join(files: list[Loaded], parts: list[_Part]) -> None:
    rows = [_taken_out(files, part) for part in parts]
    _tell_apart(files, parts)
    names = [files[part.file].source.name for part in parts]
    whole = pd.concat([rows[-1]], ignore_index=True).assign(
        statement_id=parts[0].statement_id, opening=rows[0]["opening"].array, from_on=pd.concat(rows)["from_on"].min(),
        to_on=pd.concat(rows)["to_on"].max(),
    )  # fmt: skip
    for part in parts:
        others = ", ".join(name for name in names if name != files[part.file].source.name)
        checks = files[part.file].checks.copy()
        checks.loc[part.row, "outcome"] = "ok"
        checks.loc[part.row, "detail"] = f"holds page {', '.join(map(str, part.pages))}; the others are in {others}"
        files[part.file] = replace(files[part.file], checks=checks)
    last = files[parts[-1].file]
    tables = {**last.tables, "statements": STATEMENTS.conform(pd.concat([last.tables["statements"], whole], ignore_index=True))}
    checks = CHECKS.conform(pd.concat([last.checks, _balance(whole, parts)], ignore_index=True))
    files[parts[-1].file] = replace(last, tables=tables, checks=checks)


def _tell_apart(files: list[Loaded], parts: list[_Part]) -> None:
    """Pages hold different entries: two equal ones on two pages are two payments, though each is the first of its file."""
    seen: set[str] = set()
    for part in parts:
        lines = files[part.file].tables["bank_lines"]
        own = lines["account"] == part.account
        again = own & lines["line_id"].isin(seen)
        seen |= set(lines.loc[own, "line_id"])
        if again.any():
            named = [line_ids(line_id, [f"page {part.pages[0]}"])[0] for line_id in lines.loc[again, "line_id"]]
            changed = lines.assign(
                line_id=lines["line_id"].mask(again, pd.Series(named, index=lines.index[again], dtype="str"))
            )
            files[part.file] = replace(files[part.file], tables={**files[part.file].tables, "bank_lines": changed})


def _taken_out(files: list[Loaded], part: _Part) -> pd.DataFrame:
    """The statement row of a part, which its file holds no longer; nor the check that it has not both balances."""
    loaded, name = files[part.file], part_id(part.statement_id, part.pages[0])
    statements = loaded.tables["statements"]
    own = (statements["account"] == part.account) & (statements["statement_id"] == name)
    halves = (loaded.checks["check"] == "balance") & (loaded.checks["subject"] == f"{part.account} {name}")
    tables = {**loaded.tables, "statements": statements[~own].reset_index(drop=True)}
    files[part.file] = replace(loaded, tables=tables, checks=loaded.checks[~halves])
    return statements[own]


def _balance(whole: pd.DataFrame, parts: list[_Part]) -> pd.DataFrame:
    row = whole.iloc[0]
    known = pd.notna(row["opening"]) and pd.notna(row["closing"])
    found = (int(row["opening"]) if known else 0) + sum(part.amount for part in parts)
    return CHECKS.frame(
        {
            **{name: [None] for name in CHECKS.columns},
            "entity": [None if pd.isna(row["entity"]) else row["entity"]],
            "check": ["balance"],
            "subject": [f"{parts[0].account} {parts[0].statement_id}"],
            "outcome": [("ok" if found == int(row["closing"]) else "failed") if known else "absent"],
            "expected": [int(row["closing"]) if known else None],
            "actual": [found],
            "currency": [row["currency"]],
            "detail": [f"over its {sum(len(part.pages) for part in parts)} pages"],
            "source_file": [row["source_file"]],
        }
    )
