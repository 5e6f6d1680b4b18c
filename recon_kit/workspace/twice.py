"""What a file that was just taken in tells again: days of an account that another format told before, whose rows count."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recon_kit.store.live import BANK_ROLES, family
from recon_kit.tables import BANK_LINES
from recon_kit.workspace.taking import Taken
from recon_kit.workspace.workspace import Workspace


@dataclass(frozen=True)
class Twice:
    """The rows of one new file that do not count.

    Args:
        name: the file. owners: the families of formats whose rows count on those days.
        n_rows: bank lines of the file on those days.
        differing: one row per account, day and currency on which the two differ, with the columns of `Store.overlaps`.
    """

    name: str
    owners: list[str]
    n_rows: int
    differing: pd.DataFrame


def told_twice(workspace: Workspace, taken: list[Taken]) -> list[Twice]:
    """Of the files just taken in, those with days that another format tells already."""
    new = [one for one in taken if one.outcome == "new" and one.seq is not None]
    sources = workspace.sources()
    formats = sources.loc[sources["role"].isin(BANK_ROLES), "format"]
    if not new or (formats.map(family).nunique() < 2 and not _spelled(workspace)):
        return []
    overlaps = workspace.store.overlaps()
    found = [_of_file(workspace, one, overlaps) for one in new] if len(overlaps) else []
    return [one for one in found if one.owners]


def _spelled(workspace: Workspace) -> bool:
    return any("spelled" in facts for facts in workspace.store.entries("source")["payload"])


def _of_file(workspace: Workspace, one: Taken, overlaps: pd.DataFrame) -> Twice:
    seq = int(one.seq or 0)
    (facts,) = workspace.store.entries("source", after=seq - 1, at=seq)["payload"]
    rows = workspace.store.fetch(BANK_LINES, entry=seq)
    days = overlaps[overlaps["other"] == family(facts["format"], facts.get("spelled") or ())]
    days = days[days["account"].isin(rows["account"])]
    if facts["first_on"]:
        days = days[days["booked_on"].between(pd.Timestamp(facts["first_on"]), pd.Timestamp(facts["last_on"]))]
    told = set(zip(days["account"], days["booked_on"], strict=True))
    n_rows = sum(pair in told for pair in zip(rows["account"], rows["booked_on"], strict=True))
    return Twice(one.name, sorted(set(days["owner"])), n_rows, days[~days["agrees"]])
