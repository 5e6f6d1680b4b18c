"""Which stored rows count: rows are claims of the files that brought them, and the live view is derived from all claims.

Pure functions over frames of claims: the declared columns that matter, and `seq`, the entry that brought the row. Claims
come by their `turn`: their seq, but what replaces an entry (a reload) has its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from recon_kit.tables import BANK_LINES, LEDGER_MOVEMENTS, STATEMENTS, Table

Mask = npt.NDArray[np.bool_]
_ACCOUNT_DAY = ["entity", "account", "on"]
DATES = {
    "statements": "to_on", "bank_lines": "booked_on", "open_items": "snapshot_on", "snapshots": "snapshot_on",
    "settlement_lines": "created_at", "orders": "ordered_at", "ledger_movements": "posted_on", "ledger_balances": "on",
    "allocations": "effective_on", "alternatives": "effective_on", "batch_lines": "effective_on",
}  # fmt: skip
"""The business date of each table that has one."""
_ALSO = {
    "bank_lines": ("account", "booked_on"), "statements": ("from_on", "to_on"),
    "settlement_lines": ("payout_id", "settled_on", "net", "currency"),
}  # fmt: skip
BANK_ROLES = ("booked", "provisional", "advice")
OVERLAPS = [
    "entity",
    "account",
    "booked_on",
    "currency",
    "owner",
    "other",
    "n_owner",
    "amount_owner",
    "n_other",
    "amount_other",
]


@dataclass(frozen=True)
class Feed:
    """What the journal says of one source: how its bank lines count, and which family of formats they come in."""

    role: str
    family: str


def family(fmt: str, spelled: Iterable[str] = ()) -> str:
    """The family of a format: two formats of one family carry the same rows with the same ids.

    Args:
        spelled: how the file spells accounts otherwise than they are called here; ids hold the spelling.

    >>> family("camt.053"), family("camt.052"), family("mt942"), family("csv:dkb"), family("qfx")
    ('camt', 'camt', 'mt940', 'csv:dkb', 'ofx')
    """
    families = "+".join(sorted({_one_family(part) for part in fmt.lower().split("+")}))
    return f"{families} of {', '.join(others)}" if (others := sorted(spelled)) else families


def _one_family(fmt: str) -> str:
    for prefix, name in (("camt", "camt"), ("mt94", "mt940"), ("ofx", "ofx"), ("qfx", "ofx")):
        if fmt.startswith(prefix):
            return name
    return fmt


def ranks(supersessions: Mapping[int, int]) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
    """The order of entries: their seq, but what supersedes an entry takes the place of the earliest that it supersedes.

    Args:
        supersessions: superseded entry -> the entry that did it.
    """
    place: dict[int, int] = {}
    for old, new in sorted(supersessions.items(), key=lambda pair: pair[1]):
        place[new] = min(place.get(new, new), place.get(old, old))

    def of(seqs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        if not place:
            return seqs
        unique, inverse = np.unique(seqs, return_inverse=True)
        return np.array([place.get(int(seq), int(seq)) for seq in unique], dtype=np.int64)[inverse]

    return of


def needed(table: Table) -> list[str]:
    """The columns that decide which claims of a table are live."""
    dated = [DATES[table.name]] if table.name in DATES else []
    return list(dict.fromkeys([*table.key, *_ALSO.get(table.name, ()), *dated]))


def live(
    table: Table,
    claims: pd.DataFrame,
    statements: pd.DataFrame | None,
    lines: pd.DataFrame | None,
    feeds: Mapping[int, Feed],
) -> Mask:
    """Which claims count.

    The same key counts once: of bank lines and statements the first source wins, of all else the latest. Bank lines
    count only where their family owns the account and day; statements only where it owns their last day.

    Args:
        statements: all claims of statements, for bank lines; None where one family tells all days.
        lines: all claims of bank lines, for statements; likewise.
    """
    if table.name == BANK_LINES.name:
        return _live_lines(claims, statements, feeds)
    if table.name == STATEMENTS.name:
        return _live_statements(claims, lines, feeds)
    if table.name == LEDGER_MOVEMENTS.name:  # a later export tells anew how a document was cleared
        document = [name for name in table.key if name != "clearing_no"]
        latest = claims.groupby(document, dropna=False, sort=False)["turn"].transform("max") == claims["turn"]
        repeated = claims.duplicated([*table.key, "turn"], keep="last")
        return np.asarray(latest & ~repeated)
    return ~np.asarray(claims.duplicated(list(table.key), keep="last"))


def _live_lines(claims: pd.DataFrame, statements: pd.DataFrame | None, feeds: Mapping[int, Feed]) -> Mask:
    booked, provisional = (_of_role(claims, feeds, role) for role in ("booked", "provisional"))
    kept = np.zeros(len(claims), dtype=bool)
    kept[booked] = _owned(claims[booked], statements, feeds)
    kept[booked] &= ~np.asarray(claims[booked].duplicated(list(BANK_LINES.key)))
    if provisional.any():
        early = claims[provisional]
        covered = _days(claims[booked], statements, feeds).drop_duplicates(_ACCOUNT_DAY)
        free = _owned(early, None, feeds) & ~_on_days(early, covered)
        free &= ~_among(early, claims[kept]) & ~np.asarray(early.assign(free=free).duplicated(["free", *BANK_LINES.key]))
        kept[provisional] = free
    return kept


def _live_statements(claims: pd.DataFrame, lines: pd.DataFrame | None, feeds: Mapping[int, Feed]) -> Mask:
    foreign = ~np.asarray(claims["seq"].isin([seq for seq, feed in feeds.items() if feed.role in BANK_ROLES]))
    kept = foreign | _of_role(claims, feeds, "booked")
    if lines is not None:
        owners = _owners(_days(lines[_of_role(lines, feeds, "booked")], claims[kept], feeds))
        last = claims.assign(on=claims["to_on"]).merge(owners, on=_ACCOUNT_DAY, how="left")["family"]
        kept &= foreign | (last.to_numpy() == _families(claims, feeds).to_numpy())
    kept[kept] = ~np.asarray(claims[kept].duplicated(list(STATEMENTS.key)))
    return np.asarray(kept)


def overlaps(lines: pd.DataFrame, statements: pd.DataFrame, feeds: Mapping[int, Feed]) -> pd.DataFrame:
    """Where two families of booked statements tell the same account and day: their counts and sums side by side.

    One row per account, day, currency and family that does not own the day; `agrees` says whether both are equal, which
    proves the day; where it is False the difference is to be named as a break.
    """
    booked = lines[_of_role(lines, feeds, "booked")]
    days = _days(booked, statements, feeds).drop_duplicates([*_ACCOUNT_DAY, "family"])
    owners = _owners(days)[[*_ACCOUNT_DAY, "family"]].rename(columns={"family": "owner"})
    pairs = days.merge(owners, on=_ACCOUNT_DAY)
    pairs = pairs[pairs["family"] != pairs["owner"]].rename(columns={"family": "other"})[[*_ACCOUNT_DAY, "owner", "other"]]
    once = booked.assign(on=booked["booked_on"], family=_families(booked, feeds)).drop_duplicates([*BANK_LINES.key, "family"])
    by = [*_ACCOUNT_DAY, "family", "currency"]
    sums = once.groupby(by, dropna=False, as_index=False).agg(n=("amount", "size"), amount=("amount", "sum"))
    currencies = sums[[*_ACCOUNT_DAY, "currency"]].drop_duplicates()
    told = pairs.merge(currencies, on=_ACCOUNT_DAY)
    for side in ("owner", "other"):
        named = sums.rename(columns={"family": side, "n": f"n_{side}", "amount": f"amount_{side}"})
        told = told.merge(named, on=[*_ACCOUNT_DAY, side, "currency"], how="left")
    whole = [f"{what}_{side}" for side in ("owner", "other") for what in ("n", "amount")]
    told[whole] = told[whole].astype("Int64").fillna(0).astype("int64")
    told = told[(told["n_owner"] > 0) | (told["n_other"] > 0)].rename(columns={"on": "booked_on"})[OVERLAPS]
    agrees = (told["n_owner"] == told["n_other"]) & (told["amount_owner"] == told["amount_other"])
    return told.assign(agrees=agrees).sort_values(OVERLAPS[:6], na_position="first", ignore_index=True)


def _of_role(claims: pd.DataFrame, feeds: Mapping[int, Feed], role: str) -> Mask:
    wanted = [seq for seq, feed in feeds.items() if feed.role == role]
    return np.asarray(claims["seq"].isin(wanted))


def _families(claims: pd.DataFrame, feeds: Mapping[int, Feed]) -> pd.Series:
    return claims["seq"].map({seq: feed.family for seq, feed in feeds.items()}).astype("str")


def _owned(lines: pd.DataFrame, statements: pd.DataFrame | None, feeds: Mapping[int, Feed]) -> Mask:
    families = _families(lines, feeds)
    if families.nunique() < 2 and (statements is None or _families(statements, feeds).nunique() < 2):
        return np.ones(len(lines), dtype=bool)
    owners = _owners(_days(lines, statements, feeds))
    told = lines.assign(on=lines["booked_on"]).merge(owners, on=_ACCOUNT_DAY, how="left", suffixes=("", "_owner"))
    return np.asarray(told["family"].to_numpy() == families.to_numpy())


def _owners(days: pd.DataFrame) -> pd.DataFrame:
    return days.sort_values("turn", kind="stable").drop_duplicates(_ACCOUNT_DAY)[[*_ACCOUNT_DAY, "family"]]


def _days(lines: pd.DataFrame, statements: pd.DataFrame | None, feeds: Mapping[int, Feed]) -> pd.DataFrame:
    """Account and day that each booked source tells of: days with a line, and days that a statement covers.

    The first day of a longer statement counts only with a line on it: some formats write there the day of the balance before.
    """
    told = lines[["entity", "account", "booked_on", "seq", "turn"]].rename(columns={"booked_on": "on"}).drop_duplicates()
    parts = [told]
    if statements is not None and len(statements):
        booked = statements[_of_role(statements, feeds, "booked")]
        parts.append(_covered(booked))
    days = pd.concat(parts, ignore_index=True)
    return days.assign(family=_families(days, feeds))


def _covered(statements: pd.DataFrame) -> pd.DataFrame:
    last = statements["to_on"].to_numpy().astype("datetime64[D]")
    first = statements["from_on"].fillna(statements["to_on"]).to_numpy().astype("datetime64[D]")
    first = np.where(first < last, first + 1, last)
    sizes = (last - first).astype(np.int64) + 1
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    days = np.repeat(first, sizes) + (np.arange(sizes.sum()) - starts)
    spread = statements[["entity", "account", "seq", "turn"]].loc[statements.index.repeat(sizes)]
    return spread.assign(on=days.astype("datetime64[us]"))


def _on_days(lines: pd.DataFrame, days: pd.DataFrame) -> Mask:
    told = lines.assign(on=lines["booked_on"])[_ACCOUNT_DAY]
    return np.asarray(told.merge(days[_ACCOUNT_DAY].assign(there=True), on=_ACCOUNT_DAY, how="left")["there"].notna())


def _among(lines: pd.DataFrame, others: pd.DataFrame) -> Mask:
    key = list(BANK_LINES.key)
    known = others[key].drop_duplicates().assign(there=True)
    return np.asarray(lines[key].merge(known, on=key, how="left")["there"].notna())
