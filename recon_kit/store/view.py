"""One reading of the store: the claims that an entry and an entity leave, and which of them count."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from recon_kit.store import journal
from recon_kit.store.columns import joined, to_frame
from recon_kit.store.live import BANK_ROLES, DATES, Feed, Mask, family, live, needed, overlaps, ranks
from recon_kit.store.rows import PLACE, read, source
from recon_kit.store.schema import SUPERSEDED
from recon_kit.store.settlements import live_settlements, payouts_told_twice
from recon_kit.tables import BANK_LINES, SETTLEMENT_LINES, STATEMENTS, Table

_PLACES = 1 << 40


@dataclass(frozen=True)
class Reread:
    """An entry as it would be if its file were read again: other rows, and other facts, in the turn that the entry has.

    Args:
        seq: the entry that the reading would supersede.
        facts: what the journal would say of the source (format, role, spelled).
        tables: its rows, by name of the table.
    """

    seq: int
    facts: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]


class View:
    """The claims that one reading sees: at an entry, of an entity, with what was superseded by then left out."""

    def __init__(
        self,
        connection: Connection,
        at: int | None,
        entity: str | None,
        without: Collection[int] = (),
        reread: Reread | None = None,
    ) -> None:
        self.connection, self.entity = connection, entity
        self.at = journal.head(connection).seq if at is None else at
        self.superseded = superseded(connection, self.at)
        self.reread = reread
        self.without = {*without, reread.seq} if reread else set(without)
        self.rank = ranks(self.superseded)
        self.feeds, self.reports = self._feeds()

    def fetch(self, table: Table, since: date | None = None) -> pd.DataFrame:
        """The rows that count.

        Since a day: which claims count is told by all of them, only their rows are read in part.
        """
        if since is None:
            claims = self.claims(table, list(table.columns))
            kept = self._live(table, claims)
            return _declared(table, claims if kept.all() else claims[kept])
        on: sa.ColumnClause[Any] = sa.column(DATES[table.name])
        keys = self.claims(table, needed(table))
        chosen = keys[self._live(table, keys)]
        claims = self.claims(table, list(table.columns), on.is_(None) | (on >= since.isoformat()))
        return _declared(table, claims[np.isin(_place(claims), _place(chosen))])

    def brought_by(self, table: Table, entry: int) -> pd.DataFrame:
        """Every row that one entry brought."""
        query = sa.select(*source(table).c).where(sa.column("seq") == entry, sa.column("seq") <= self.at)
        return to_frame(table, read(self.connection, table, self._of_entity(query)))

    def advices(self) -> pd.DataFrame:
        """Bank lines of advices, each once."""
        claims = self.claims(BANK_LINES, list(BANK_LINES.columns))
        of_advices = claims["seq"].isin([seq for seq, feed in self.feeds.items() if feed.role == "advice"])
        return _declared(BANK_LINES, claims[of_advices].drop_duplicates(list(BANK_LINES.key)))

    def overlaps(self) -> pd.DataFrame:
        """Days that two families tell; see `live.overlaps`."""
        lines = self.claims(BANK_LINES, [*needed(BANK_LINES), "currency", "amount"])
        return overlaps(lines, self.claims(STATEMENTS, needed(STATEMENTS)), self.feeds)

    def payouts_told_twice(self) -> pd.DataFrame:
        """Payouts that two formats tell; see `settlements.payouts_told_twice`."""
        return payouts_told_twice(self.claims(SETTLEMENT_LINES, needed(SETTLEMENT_LINES)), self.reports)

    def claims(self, table: Table, columns: list[str], *where: sa.ColumnElement[bool]) -> pd.DataFrame:
        """All rows of sources that are not superseded, in the order of their places, with seq, position and turn."""
        stored = source(table)
        gone = sa.select(SUPERSEDED.c.source_seq).where(SUPERSEDED.c.seq <= self.at)
        query = sa.select(*(stored.c[name] for name in (*PLACE, *columns))).where(
            stored.c.seq <= self.at, stored.c.seq.not_in(gone), *where
        )
        if self.without:
            query = query.where(stored.c.seq.not_in(sorted(self.without)))
        chunks = list(read(self.connection, table, self._of_entity(query)))
        frame = to_frame(table, chunks, columns).assign(seq=joined(chunks, "seq"), position=joined(chunks, "position"))
        if self.reread and table.name in self.reread.tables:
            frame = pd.concat([frame, self._reread_rows(table, columns, self.reread)], ignore_index=True)
        order = self.rank(frame["seq"].to_numpy())
        frame = frame.assign(turn=order)
        if (np.diff(order) < 0).any():
            frame = frame.take(np.argsort(order, kind="stable"))
        return frame.reset_index(drop=True)

    def _reread_rows(self, table: Table, columns: list[str], reread: Reread) -> pd.DataFrame:
        rows = table.conform(reread.tables[table.name])
        if self.entity is not None:
            rows = rows[rows["entity"] == self.entity]
        return rows[columns].assign(seq=np.int64(reread.seq), position=np.arange(len(rows), dtype=np.int64))

    def _live(self, table: Table, claims: pd.DataFrame) -> Mask:
        if table.name == SETTLEMENT_LINES.name:
            return live_settlements(claims, self.reports)
        statements = lines = None
        if len({feed.family for feed in self.feeds.values()}) > 1 or any(
            feed.role == "provisional" for feed in self.feeds.values()
        ):
            statements = self.claims(STATEMENTS, needed(STATEMENTS)) if table.name == BANK_LINES.name else None
            lines = self.claims(BANK_LINES, needed(BANK_LINES)) if table.name == STATEMENTS.name else None
        return live(table, claims, statements, lines, self.feeds)

    def _of_entity(self, query: sa.Select[Any]) -> sa.Select[Any]:
        return query if self.entity is None else query.where(sa.column("entity") == self.entity)

    def _feeds(self) -> tuple[dict[int, Feed], dict[int, str]]:
        """The entries that took in statements, and those that took in settlement reports with the format of each."""
        feeds, reports = {}, {}
        for entry in journal.entries(self.connection, kinds=("source",), at=self.at):
            payload = json.loads(entry.payload)
            if self.reread and entry.seq == self.reread.seq:
                payload = self.reread.facts
            role, fmt = payload.get("role"), str(payload.get("format"))
            if role in BANK_ROLES:
                feeds[entry.seq] = Feed(role, family(fmt, payload.get("spelled") or ()))
            elif role == "settlement":
                reports[entry.seq] = fmt
        return feeds, reports


def superseded(connection: Connection, at: int | None) -> dict[int, int]:
    """Entries whose rows no longer count, each with the entry that superseded it."""
    query = sa.select(SUPERSEDED.c.source_seq, SUPERSEDED.c.seq)
    if at is not None:
        query = query.where(SUPERSEDED.c.seq <= at)
    return {int(old): int(new) for old, new in connection.execute(query)}


def _place(claims: pd.DataFrame) -> Any:
    return claims["seq"].to_numpy() * _PLACES + claims["position"].to_numpy()


def _declared(table: Table, claims: pd.DataFrame) -> pd.DataFrame:
    return claims[list(table.columns)].reset_index(drop=True)
