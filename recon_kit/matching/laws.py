"""The laws of conservation that every set of allocations keeps, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from recon_kit.errors import Fault
from recon_kit.matching.history import LIVE, entities_filled
from recon_kit.matching.words import shown
from recon_kit.policy import Policy
from recon_kit.tables import ALLOCATIONS, BANK_LINES, BREAKS, ITEM_ALLOCATIONS, LINE_ALLOCATIONS, OPEN_ITEMS

_OF_LINE = ("payment", *LINE_ALLOCATIONS)


def check_laws(
    bank_lines: pd.DataFrame, open_items: pd.DataFrame, allocations: pd.DataFrame, breaks: pd.DataFrame,
    policy: Policy | None = None,
) -> list[Fault]:  # fmt: skip
    """Every breach of the laws; an empty list if all hold.

    A line's amount is its payment, on_account, charge, ledger_account, own_transfer and exchange plus its break; what is
    only proposed explains nothing, so there the break is the whole line. An item falls by what is allocated to it, in its own
    currency, and never changes sign. A match without a line sums to 0. A line has one match that stands. Rows of items stand
    without a line only beside money of one line that was exchanged into their one currency, which runs the same way; and such
    money has items in another currency.

    Args:
        open_items: every item that the allocations name, one row each, with what was open before them (0 if closed).
        breaks: rows of other sides than bank_line play no part.
        policy: that of the match, which fills in the entity of lines and items that have none.
    """
    lines, items = BANK_LINES.conform(bank_lines), OPEN_ITEMS.conform(open_items)
    rows = ALLOCATIONS.conform(allocations)
    rows = rows[rows["status"].isin([*LIVE, "proposed"])]
    left_open = BREAKS.conform(breaks)
    left_open = left_open[left_open["side"] == "bank_line"]
    lines, items = entities_filled([lines], [items], policy or Policy())
    rows, left_open = (frame.assign(entity=frame["entity"].fillna("")) for frame in (rows, left_open))
    return [*_lines(lines, rows, left_open), *_items(items, rows), *_groups(rows), *_exchanges(rows), *_one_match(rows)]


def _lines(lines: pd.DataFrame, rows: pd.DataFrame, left_open: pd.DataFrame) -> Iterator[Fault]:
    key = ["entity", "line_id"]
    cash = rows[rows["kind"].isin(_OF_LINE) & rows["line_id"].notna()]
    live = cash["status"].isin(LIVE)
    known = lines.set_index(key)
    table = pd.DataFrame(
        {
            "amount": known["amount"],
            "live": cash[live].groupby(key)["allocated"].sum().reindex(known.index, fill_value=0),
            "proposed": cash[~live].groupby(key)["allocated"].sum().reindex(known.index, fill_value=0),
            "open": left_open.groupby(["entity", "id"])["amount"].sum().reindex(known.index, fill_value=0),
        }
    )
    for (_, line), row in _rows(table[table["live"] + table["open"] != table["amount"]]):
        yield Fault(f"line {line} of {row['amount']} to be its allocations {row['live']} and its break {row['open']}")
    at_least, at_most = table["open"].clip(upper=0), table["open"].clip(lower=0)
    beyond = (table["proposed"] < at_least) | (table["proposed"] > at_most)
    for (_, line), row in _rows(table[beyond]):
        yield Fault(f"line {line} to be proposed within its open {row['open']}, not {row['proposed']}")
    both = cash.merge(lines[[*key, "currency"]], on=key, suffixes=("", "_line"), how="left").set_index(key)
    for (_, line), row in _rows(both[both["currency"] != both["currency_line"]]):
        yield Fault(f"line {line} to be known and in {row['currency']}")


def _items(items: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Fault]:
    key = ["entity", "item_id"]
    falls = rows[rows["kind"].isin(ITEM_ALLOCATIONS) & rows["item_id"].notna()].groupby(key)["allocated"].sum()
    known = items.set_index(key)
    for entity, item in falls.index.difference(known.index).tolist():
        yield Fault(f"item {item} of entity {entity!r} to be among the open items")
    table = known.loc[known.index.isin(falls.index), ["open_amount", "amount", "currency"]].copy()
    table["left"] = table["open_amount"] - falls.reindex(table.index, fill_value=0)
    sign = table["amount"].map(_sign)
    for (_, item), row in _rows(table[table["left"] * sign < 0]):
        left, before = shown(row["left"], row["currency"]), shown(row["open_amount"], row["currency"])
        yield Fault(f"item {item} never to change sign, but {left} would be left of {before}")


def _groups(rows: pd.DataFrame) -> Iterator[Fault]:
    without = rows[rows.groupby(["entity", "match_id"])["line_id"].transform("count") == 0]
    sums = without.groupby(["entity", "match_id", "currency"])["allocated"].sum()
    for (_, match, currency), total in zip(sums.index.tolist(), sums.tolist(), strict=True):
        if total:
            yield Fault(f"match {match} without a line to sum to 0, not {shown(total, currency)}")


def _exchanges(rows: pd.DataFrame) -> Iterator[Fault]:
    on_line, exchanged = rows["line_id"].notna(), rows["kind"].eq("exchange")
    of_lines = set(zip(rows.loc[on_line, "entity"], rows.loc[on_line, "match_id"], strict=True))
    for (entity, match), found in rows[exchanged | ~on_line].groupby(["entity", "match_id"]):
        money, apart = found[found["kind"].eq("exchange")], found[found["line_id"].isna()]
        if money.empty and (entity, match) not in of_lines:
            continue
        paid = apart[apart["kind"].eq("payment") & apart["item_id"].notna()]
        if money["line_id"].nunique(dropna=False) != 1 or money["line_id"].isna().any() or apart["item_id"].isna().any():
            yield Fault(f"match {match} to exchange the money of one line for items alone")
        elif paid.empty or apart["currency"].nunique() > 1 or apart["currency"].isin(money["currency"]).any():
            yield Fault(f"match {match} to pay items of one other currency than {money['currency'].iloc[0]}")
        elif paid["allocated"].sum() * money["allocated"].sum() <= 0:
            yield Fault(f"match {match} to pay items the way its money runs")


def _one_match(rows: pd.DataFrame) -> Iterator[Fault]:
    counts = rows[rows["line_id"].notna()].groupby(["entity", "line_id"])["match_id"].nunique()
    for _, line in counts[counts > 1].index.tolist():
        yield Fault(f"line {line} to be in one match")


def _rows(table: pd.DataFrame) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each row's key and its values by name."""
    yield from zip(table.index.tolist(), table.to_dict("records"), strict=True)


def _sign(amount: int) -> int:
    return (amount > 0) - (amount < 0)
