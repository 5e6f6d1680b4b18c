"""Frames of the declared tables as the columns that a run works on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import (
    GATHERED,
    NEVER,
    NOTHING,
    Code,
    Columns,
    Items,
    Lines,
    Names,
    Posted,
    Whole,
    days,
    plain,
    text,
)
from recon_kit.matching.history import LIVE, History, entities_filled, require_currencies, require_unique
from recon_kit.policy import Policy
from recon_kit.tables import ALLOCATIONS, BANK_LINES, ITEM_KINDS, LINE_KINDS, OPEN_ITEMS, with_lines

_NO_ID = ["", "NOTPROVIDED", "NOTAVAILABLE", "NONE", "NONREF", "UNKNOWN"]


def columns(
    bank_lines: pd.DataFrame, open_items: pd.DataFrame, policy: Policy | None = None, history: History | None = None
) -> Columns:
    """The declared tables as columns; lines that history has explained are only among the known ones.

    Raises:
        TableError: a frame breaks its table, an item occurs twice, or a currency does not exist.
    """
    policy = policy or Policy()
    lines, items = BANK_LINES.conform(bank_lines), OPEN_ITEMS.conform(open_items)
    require_currencies("bank_lines", lines)
    require_currencies("open_items", items)
    if history:
        old_lines, old_items = BANK_LINES.conform(history.bank_lines), OPEN_ITEMS.conform(history.open_items)
        rows = ALLOCATIONS.conform(history.allocations)
    else:
        old_lines, old_items, rows = BANK_LINES.empty(), OPEN_ITEMS.empty(), ALLOCATIONS.empty()
    lines, old_lines, items, old_items, rows = entities_filled([lines, old_lines], [items, old_items, rows], policy)
    require_unique("bank_lines", lines, "line_id")
    require_unique("open_items", items, "item_id")
    rows = with_lines(rows[rows["status"].isin(LIVE)])
    items = _with_closed(items, old_items)
    lines = _without(lines, rows)
    lines, old_lines = _ordered(lines), _ordered(old_lines)
    coded = _Coded(lines, old_lines, items)
    return Columns(coded.lines(lines), coded.items(items), coded.lines(old_lines), _posted(rows, old_lines, items), coded.names)


def _with_closed(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    newest = before.sort_values("snapshot_on", na_position="first").drop_duplicates(["entity", "item_id"], keep="last")
    both = pd.concat([now, newest.assign(open_amount=0)], ignore_index=True) if len(newest) else now
    both = both.drop_duplicates(["entity", "item_id"])
    by = both["due_on"].fillna(both["issued_on"])
    return both.assign(by=by).sort_values(["by", "entity", "item_id"], ignore_index=True).drop(columns="by")


def _without(lines: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    done = rows.loc[rows["line_id"].notna(), ["entity", "line_id"]].drop_duplicates()
    if done.empty:
        return lines
    return lines[~pd.MultiIndex.from_frame(lines[["entity", "line_id"]]).isin(pd.MultiIndex.from_frame(done))]


def _ordered(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.sort_values(["booked_on", "entity", "account", "line_id"], na_position="first", ignore_index=True)


class _Coded:
    """Equal texts of both sides with equal codes."""

    def __init__(self, lines: pd.DataFrame, known: pd.DataFrame, items: pd.DataFrame) -> None:
        frames = (lines, known, items)
        self._entities = _Codes([text(frame["entity"]) for frame in frames])
        instructed = [text(frame["instructed_currency"]) for frame in (lines, known)]
        self._currencies = _Codes([text(frame["currency"]) for frame in frames] + instructed)
        ours = [plain(frame[name]) for frame in (lines, known) for name in ("account", "counterparty_account")]
        self._accounts = _Codes([*ours, plain(items["customer_account"])])
        self._customers = _Codes([text(items["customer_id"])])
        self._names = _Codes([text(f["counterparty_name"]) for f in (lines, known)] + [text(items["customer_name"])])
        self.names = Names(
            self._entities.texts, self._currencies.texts, self._accounts.texts, self._customers.texts, self._names.texts
        )

    def lines(self, frame: pd.DataFrame) -> Lines:
        on = days(frame["booked_on"])
        e2e = text(frame["end_to_end_id"])
        named = pc.invert(pc.is_in(pc.utf8_upper(pc.utf8_trim_whitespace(e2e)), value_set=pa.array(_NO_ID, pa.large_string())))
        return Lines(
            text(frame["line_id"]), self._entities.of(text(frame["entity"])), self._accounts.of(plain(frame["account"])),
            self._currencies.of(text(frame["currency"])), on, np.minimum(on, days(frame["value_on"])), _whole(frame["amount"]),
            _whole(frame["instructed_amount"]), self._currencies.of(text(frame["instructed_currency"])),
            _whole(frame["charges"]), self._accounts.of(plain(frame["counterparty_account"])),
            self._names.of(text(frame["counterparty_name"])), _position(frame["kind"], LINE_KINDS), text(frame["remittance"]),
            text(frame["reference"]), pc.if_else(named, e2e, None), text(frame["return_reason"]),
            text(frame["rate"]),
        )  # fmt: skip

    def items(self, frame: pd.DataFrame) -> Items:
        issued, due = days(frame["issued_on"]), days(frame["due_on"])
        entity, kind = self._entities.of(text(frame["entity"])), _position(frame["kind"], ITEM_KINDS)
        customer, name = self._customers.of(text(frame["customer_id"])), self._names.of(text(frame["customer_name"]))
        account = self._accounts.of(plain(frame["customer_account"]))
        hub = np.isin(kind, GATHERED) | ((customer == NOTHING) & (name == NOTHING) & (account == NOTHING))
        debtor = _debtors(entity, [customer, name, account], kind, hub)
        return Items(
            text(frame["item_id"]), entity, self._currencies.of(text(frame["currency"])), customer, name,
            account, debtor, hub, kind, issued,
            np.where(due == NEVER, issued, due), _whole(frame["amount"]), _whole(frame["open_amount"]),
            days(frame["discount_on"]), _whole(frame["discount_amount"]), text(frame["document_no"]),
            text(frame["reference"]), text(frame["order_no"]), text(frame["channel"]),
        )  # fmt: skip


class _Codes:
    """Texts numbered by their own order, so that no row order reaches a code."""

    def __init__(self, columns: list[pa.LargeStringArray]) -> None:
        distinct = pc.unique(pa.concat_arrays(columns)).drop_null()
        self.texts: pa.LargeStringArray = distinct.take(pc.sort_indices(distinct))

    def of(self, column: pa.LargeStringArray) -> Code:
        found = pc.index_in(column, value_set=self.texts)
        codes: Code = pc.fill_null(found, NOTHING).to_numpy(zero_copy_only=False).astype(np.int32)
        return codes


def _debtors(entity: Code, known: list[Code], kind: Code, hub: NDArray[np.bool_]) -> Code:
    """Whoever owes each document: by the first of these that is known of it, else all of a kind together."""
    named = [~hub & (codes != NOTHING) for codes in known]
    sort = np.select(named, range(len(known)), len(known))
    who = np.select(named, known, kind)
    key = (entity.astype(np.int64) * (len(known) + 1) + sort) * (int(who.max(initial=0)) + 2) + who
    _, found = np.unique(key, return_inverse=True)
    return found.astype(np.int32)


def _whole(column: pd.Series) -> Whole:
    return column.fillna(0).to_numpy(dtype=np.int64)


def _position(column: pd.Series, values: tuple[str, ...]) -> Code:
    found: Code = column.map({value: at for at, value in enumerate(values)}).fillna(NOTHING).to_numpy().astype(np.int32)
    return found


def _posted(rows: pd.DataFrame, known: pd.DataFrame, items: pd.DataFrame) -> Posted:
    def found(side: pd.DataFrame, name: str) -> Any:
        index = pd.MultiIndex.from_frame(side[["entity", name]])
        return index.get_indexer(pd.MultiIndex.from_frame(rows[["entity", name]])).astype(np.int32)

    texts = (
        rows[name].astype(object).where(rows[name].notna(), None).to_numpy() for name in ("kind", "customer_id", "gl_account")
    )
    is_payment = rows["kind"].eq("payment").to_numpy(bool)
    return Posted(found(known, "line_id"), found(items, "item_id"), _whole(rows["allocated"]), is_payment, *texts)
