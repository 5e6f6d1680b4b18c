"""Who owns the open balance: the ledger's newest list, less what we allocated and the list cannot know yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pandas as pd

from recon_kit.sentences import Sentence, sentence
from recon_kit.tables import ALLOCATIONS, BREAKS, ITEM_ALLOCATIONS, OPEN_ITEMS, SNAPSHOTS

_LIVE = ("auto", "confirmed", "exported", "in_ledger")
_MOST_SEARCHED = 12
_ID = ["entity", "item_id"]

Id = tuple[str, str]


@dataclass(frozen=True)
class Balances:
    """What is open on a day.

    Args:
        items: one row per item with the columns of OPEN_ITEMS, where `open_amount` is what is open by the ledger's newest
            list and our matches together, and `snapshot_on` is that list's day; besides them
            `ledger_amount` (what the ledger says; 0 if a complete list no longer has the item),
            `pending` ("not in the ledger yet": allocated by us, contained in no list),
            `in_ledger` (allocated by us, and a list has fallen by it), and
            `state`: "open", "closable" (paid by our matches, the ledger still has to clear it), "closed" (no list owns
            the item and nothing is left), "closed_in_ledger".
        contained: entity, match_id, item_id, kind, allocated of the allocations that a list contains.
        answered: the same of those that a list answers with another amount: there is a break, and the ledger's figure stands.
        breaks: BREAKS rows `ledger_differs`, at most one per item.
    """

    items: pd.DataFrame
    contained: pd.DataFrame
    answered: pd.DataFrame
    breaks: pd.DataFrame


def balances(items: pd.DataFrame, allocations: pd.DataFrame, at: date, snapshots: pd.DataFrame | None = None) -> Balances:
    """The open balance of each item at the end of a day: the newest list less those of our allocations it cannot contain.

    An item's lists are walked in order of date. An allocation can only be in a list of its own day or later, and never in
    the first list that showed the item, because it was decided knowing that. A fall that our allocations of the time
    explain, all of them, the oldest of them or some of them, proves that they are in the ledger; without a fall they
    are not there yet and are deducted. A fall that they do not explain is a break, the ledger's figure stands, and a later
    list that agrees again heals it. An item that a complete list no longer has is closed in the ledger. A fall where
    we have allocated nothing is the ledger's own affair. No balance ever changes sign.

    Args:
        items: OPEN_ITEMS of all lists, one row per item and list; rows without `snapshot_on` belong to no list.
        allocations: ALLOCATIONS; only rows that stand, effective by `at`, count.
        at: the day; later lists are not looked at.
        snapshots: SNAPSHOTS; without it (or for a list that it does not name) an item's absence proves nothing.
    """
    rows, parts, lists = _read(items, allocations, snapshots)
    rows = rows[rows["snapshot_on"].isna() | (rows["snapshot_on"] <= pd.Timestamp(at))]
    lists = {entity: [(on, whole) for on, whole in known if on <= at] for entity, known in lists.items()}
    parts = parts[parts["effective_on"].isna() | (parts["effective_on"] <= pd.Timestamp(at))]
    newest = _newest(rows)
    walked = _walked(rows, parts, lists)
    ledger = _in_the_ledger(newest, lists)
    walks = [walked.get(key) for key in zip(newest["entity"], newest["item_id"], strict=True)]
    built = newest.assign(
        open_amount=[walk.open if walk else amount for walk, amount in zip(walks, ledger, strict=True)],
        ledger_amount=ledger,
        pending=[walk.pending if walk else 0 for walk in walks],
        in_ledger=[walk.in_ledger if walk else 0 for walk in walks],
    ).astype(dict.fromkeys(("open_amount", "ledger_amount", "pending", "in_ledger"), "int64"))
    built["state"] = _states(built)
    contained = _named(parts, [place for walk in walked.values() for place in walk.contained])
    answered = _named(parts, [place for walk in walked.values() for place in walk.answered])
    return Balances(_shown(built), contained, answered, _breaks(newest, walked))


def _named(parts: pd.DataFrame, places: list[int]) -> pd.DataFrame:
    rows = parts.loc[sorted(places), ["entity", "match_id", "item_id", "kind", "allocated"]]
    return _shown(rows.reset_index(drop=True))


def available(
    items: pd.DataFrame, allocations: pd.DataFrame, first: date, last: date, snapshots: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The items that lines booked from `first` to `last` may pay, one row each, with what they may pay of it.

    A list of the end of the month no longer has what was paid in the month, because the ledger booked the receipt before
    we saw it. So an item counts with what the newest list *before* `first` says, or else the first list that shows it,
    less all our allocations that this list cannot contain; or with what is open at `last` if that is more.

    Args:
        items, allocations, snapshots: as for `balances`; lists after `last` are looked at for items issued by `last`.
    """
    rows, parts, lists = _read(items, allocations, snapshots)
    before = first - timedelta(days=1)
    issued = rows[rows["issued_on"] <= pd.Timestamp(last)]
    dated = issued.sort_values("snapshot_on", na_position="first", kind="stable")
    early = dated[dated["snapshot_on"].isna() | (dated["snapshot_on"] <= pd.Timestamp(before))].drop_duplicates(
        _ID, keep="last"
    )
    base = pd.concat([early, dated.drop_duplicates(_ID)]).drop_duplicates(_ID).sort_values(_ID, ignore_index=True)
    shown = issued.merge(base[[*_ID, "snapshot_on"]], on=_ID, suffixes=("", "_base"))
    shown = shown[shown["snapshot_on"].isna() | (shown["snapshot_on"] <= shown["snapshot_on_base"])].drop(
        columns="snapshot_on_base"
    )
    earlier = {entity: [(on, whole) for on, whole in known if on <= before] for entity, known in lists.items()}
    walked = _walked(shown, parts, earlier)
    ledger = _in_the_ledger(base, earlier)
    keys = list(zip(base["entity"], base["item_id"], strict=True))
    then = [walked[key].open if key in walked else amount for key, amount in zip(keys, ledger, strict=True)]
    now = balances(items, allocations, last, snapshots).items
    open_now = dict(zip(zip(now["entity"].fillna(""), now["item_id"], strict=True), now["open_amount"], strict=True))
    best = [max(amount, open_now.get(key, 0), key=abs) for key, amount in zip(keys, then, strict=True)]
    found = base.assign(open_amount=pd.Series(best, index=base.index, dtype="int64"))
    return OPEN_ITEMS.conform(_shown(found[found["open_amount"] != 0].reset_index(drop=True)))


def of_open_documents(breaks: pd.DataFrame, now: Balances) -> pd.DataFrame:
    """BREAKS without what was left of documents that are closed since: the ledger has granted, credited or written it off.

    Args:
        breaks: of the matching engine. now: balances of the day of which they speak.
    """
    closed = now.items[now.items["open_amount"] == 0]
    gone = set(zip(closed["entity"].fillna(""), closed["item_id"], strict=True))
    about = zip(breaks["side"], breaks["entity"].fillna(""), breaks["id"], strict=True)
    stands = [side != "open_item" or (entity, one) not in gone for side, entity, one in about]
    return breaks[stands].reset_index(drop=True)


def _read(
    items: pd.DataFrame, allocations: pd.DataFrame, snapshots: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, list[tuple[date, bool]]]]:
    rows = OPEN_ITEMS.conform(items)
    rows = rows.assign(entity=rows["entity"].fillna(""))
    parts = ALLOCATIONS.conform(allocations)
    parts = parts[parts["status"].isin(_LIVE) & parts["kind"].isin(ITEM_ALLOCATIONS) & parts["item_id"].notna()]
    parts = parts.assign(entity=parts["entity"].fillna(""))
    return (
        rows,
        ALLOCATIONS.sorted(parts),
        _lists(rows, SNAPSHOTS.empty() if snapshots is None else SNAPSHOTS.conform(snapshots)),
    )


def _lists(rows: pd.DataFrame, snapshots: pd.DataFrame) -> dict[str, list[tuple[date, bool]]]:
    """Per entity the days on which there was a list, and whether one of that day was complete."""
    complete: dict[tuple[str, date], bool] = {}
    shown = rows.dropna(subset=["snapshot_on"])[["entity", "snapshot_on"]].drop_duplicates()
    for entity, on in zip(shown["entity"], shown["snapshot_on"], strict=True):
        complete[entity, on.date()] = False
    for entity, on, whole in zip(snapshots["entity"].fillna(""), snapshots["snapshot_on"], snapshots["complete"], strict=True):
        complete[entity, on.date()] = complete.get((entity, on.date()), False) or bool(whole)
    found: dict[str, list[tuple[date, bool]]] = defaultdict(list)
    for (entity, on), whole in sorted(complete.items()):
        found[entity].append((on, whole))
    return found


def _newest(rows: pd.DataFrame) -> pd.DataFrame:
    dated = rows.sort_values([*_ID, "snapshot_on"], na_position="first", kind="stable")
    return dated.drop_duplicates(_ID, keep="last").reset_index(drop=True)


def _in_the_ledger(newest: pd.DataFrame, lists: dict[str, list[tuple[date, bool]]]) -> list[int]:
    """What the ledger says of each item: its newest figure, or 0 if a complete list after that has it no longer."""
    last_whole = {entity: max((on for on, whole in known if whole), default=None) for entity, known in lists.items()}
    limit = pd.to_datetime(newest["entity"].map(last_whole)).astype(newest["snapshot_on"].dtype)
    return [int(v) for v in newest["open_amount"].where(~(limit > newest["snapshot_on"]), 0)]


@dataclass
class _Walk:
    """An item's way through the lists: the last figure that agreed with us, and our allocations still waiting for one."""

    agreed: int
    figure: int
    on: date | None
    waiting: list[tuple[int, date | None, int]]
    sign: int
    contained: list[int]
    answered: Sequence[int] = ()
    in_ledger: int = 0
    differs: tuple[int, int] | None = None
    beyond: bool = False
    open: int = 0
    pending: int = 0

    def step(self, on: date, figure: int, gone: bool) -> None:
        """Look at the next list."""
        self.on, self.figure = on, figure
        ripe = [part for part in self.waiting if part[1] is None or part[1] <= on]
        fall = self.agreed - figure
        explained = _explaining(fall, ripe) if fall else []
        if fall and explained is None and not gone:
            self.differs = (fall, sum(amount for _, _, amount in ripe))
            return
        self._contain(ripe if explained is None else explained)
        self.agreed, self.differs = figure, None

    def _contain(self, parts: Sequence[tuple[int, date | None, int]]) -> None:
        done = {place for place, _, _ in parts}
        self.waiting = [part for part in self.waiting if part[0] not in done]
        self.contained += sorted(done)
        self.in_ledger += sum(amount for _, _, amount in parts)

    def finish(self) -> None:
        """What is open after the last list; where it disagreed, only what it cannot contain is deducted."""
        cannot = self.waiting
        if self.differs is not None and self.on is not None:
            cannot = [part for part in self.waiting if part[1] is not None and part[1] > self.on]
            self.answered = sorted({place for place, _, _ in self.waiting} - {place for place, _, _ in cannot})
        self.pending = sum(amount for _, _, amount in cannot)
        self.open = self.figure - self.pending
        if self.open * self.sign < 0:
            self.differs, self.beyond, self.open = (self.figure, self.pending), True, 0


def _explaining(fall: int, ripe: list[tuple[int, date | None, int]]) -> list[tuple[int, date | None, int]] | None:
    """The allocations that sum to the fall: all, the oldest, else the fewest; [] if there are none; None if none fit."""
    if not ripe:
        return []
    for end in range(len(ripe), 0, -1):
        if sum(amount for _, _, amount in ripe[:end]) == fall:
            return ripe[:end]
    if len(ripe) <= _MOST_SEARCHED:
        for size in range(1, len(ripe)):
            for some in combinations(ripe, size):
                if sum(amount for _, _, amount in some) == fall:
                    return list(some)
    return None


def _walked(rows: pd.DataFrame, parts: pd.DataFrame, lists: dict[str, list[tuple[date, bool]]]) -> dict[Id, _Walk]:
    """The walk of every item that we allocated something to."""
    ours: dict[Id, list[tuple[int, date | None, int]]] = defaultdict(list)
    dated = parts.sort_values("effective_on", na_position="first", kind="stable")
    for place, entity, item, on, amount in zip(
        dated.index, dated["entity"], dated["item_id"], _days(dated["effective_on"]), dated["allocated"], strict=True
    ):
        ours[entity, item].append((place, on, int(amount)))
    shown: dict[Id, dict[date | None, int]] = defaultdict(dict)
    signs: dict[Id, int] = {}
    touched = rows[pd.MultiIndex.from_frame(rows[_ID]).isin(list(ours))] if ours else rows.iloc[:0]
    for entity, item, on, figure, amount in zip(
        touched["entity"],
        touched["item_id"],
        _days(touched["snapshot_on"]),
        touched["open_amount"],
        touched["amount"],
        strict=True,
    ):
        shown[entity, item][on] = int(figure)
        signs[entity, item] = 1 if (figure or amount) >= 0 else -1
    return {key: _walk(figures, ours[key], lists.get(key[0], []), signs[key]) for key, figures in shown.items()}


def _walk(
    figures: dict[date | None, int], ours: list[tuple[int, date | None, int]], lists: list[tuple[date, bool]], sign: int
) -> _Walk:
    dates = sorted(on for on in figures if on is not None)
    start = dates[0] if dates else None
    walk = _Walk(figures[start], figures[start], start, list(ours), sign, [])
    for on, whole in lists if start is not None else ():
        if on > start and (on in figures or whole):  # type: ignore[operator]
            walk.step(on, figures.get(on, 0), gone=on not in figures)
    walk.finish()
    return walk


def _days(column: pd.Series) -> list[Any]:
    return column.to_numpy().astype("datetime64[D]").tolist()


def _states(built: pd.DataFrame) -> list[str]:
    return [
        "open" if left else "closed" if pd.isna(on) else "closable" if ledger else "closed_in_ledger"
        for left, on, ledger in zip(built["open_amount"], built["snapshot_on"], built["ledger_amount"], strict=True)
    ]


def _breaks(newest: pd.DataFrame, walked: dict[Id, _Walk]) -> pd.DataFrame:
    rows = list(_differing(newest, walked))
    columns: dict[str, Iterable[Any]] = {name: [row[name] for row in rows] for name in BREAKS.columns}
    return BREAKS.sorted(BREAKS.frame(columns)) if rows else BREAKS.empty()  # type: ignore[arg-type]


def _differing(newest: pd.DataFrame, walked: dict[Id, _Walk]) -> Iterator[dict[str, Any]]:
    for entity, item, currency in zip(newest["entity"], newest["item_id"], newest["currency"], strict=True):
        walk = walked.get((entity, item))
        if walk is None or walk.differs is None:
            continue
        amount, told = _difference(walk, currency)
        yield {"entity": entity or None, "side": "open_item", "id": item, "reason": "ledger_differs",
               "amount": amount, "currency": currency, **told.columns}  # fmt: skip


def _difference(walk: _Walk, currency: str) -> tuple[int, Sentence]:
    """What the two books disagree by, and both amounts in a sentence."""
    theirs, ours = walk.differs or (0, 0)
    said = {"on": walk.on, "says": (walk.figure, currency), "allocated": (ours, currency)}
    if walk.beyond:
        return theirs - ours, sentence("ledger_beyond", **said)
    return theirs - ours, sentence("ledger_fell", **said, fell=(theirs, currency))


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(entity=frame["entity"].replace("", None))
