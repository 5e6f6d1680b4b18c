"""What ERPs do by rule, written compactly and fast: equal amounts that are unambiguous; quoted documents, then oldest first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from tests.bench.matching_peers import tokens


def equal_amount(lines: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """A line's amount that exactly one open document has, and that no other line has; the document was issued before."""
    key = ["currency", "amount"]
    lines = lines[["line_id", "booked_on", *key]].drop_duplicates(key, keep=False)
    items = items.drop(columns="amount").rename(columns={"open_amount": "amount"})[["item_id", "issued_on", *key]]
    both = lines.merge(items.drop_duplicates(key, keep=False), on=key)
    return both.loc[both["issued_on"] <= both["booked_on"], ["line_id", "item_id"]].assign(probability=1.0)


def quoted_then_oldest(lines: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Documents whose number stands in the text as a word, oldest first, until the money is used up; what is left goes to the
    oldest documents of the customer who owns them, else of the one whose account or exact name the payer has."""
    lines = lines.sort_values(["booked_on", "line_id"], ignore_index=True)
    items = items.sort_values(["due_on", "item_id"], ignore_index=True)
    line, item = _quoted(lines, items)
    owner = pd.factorize(items["customer_id"].astype(object))[0].astype(np.int64)
    money = (pd.factorize(pd.concat([lines["currency"], items["currency"]]).astype(object))[0]).astype(np.int64)
    pays: Any = _fill(
        lines["amount"].to_numpy(np.int64), money[: len(lines)], _payer(lines, items, owner),
        (np.searchsorted(line, np.arange(len(lines) + 1)), item), items["open_amount"].to_numpy(np.int64).copy(),
        money[len(lines) :], owner, _by_owner(owner),
    )  # fmt: skip
    ids = lines["line_id"].to_numpy(object)[pays[0]], items["item_id"].to_numpy(object)[pays[1]]
    return pd.DataFrame({"line_id": ids[0], "item_id": ids[1], "probability": 1.0})


def _quoted(lines: pd.DataFrame, items: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(line, item) positions, by line and then by age of the document; a token of more than four documents says nothing."""
    told = pd.Series(tokens(lines, ["remittance", "reference", "end_to_end_id"]).to_numpy()).explode().dropna()
    known = pd.Series(tokens(items, ["document_no", "reference", "order_no"]).to_numpy()).explode().dropna()
    few = known[known.map(known.value_counts()) <= 4]
    both = told.rename("token").rename_axis("line").reset_index().merge(
        few.rename("token").rename_axis("item").reset_index(), on="token"
    )  # fmt: skip
    both = both[["line", "item"]].drop_duplicates().sort_values(["line", "item"])
    return both["line"].to_numpy(np.int64), both["item"].to_numpy(np.int64)


def _payer(lines: pd.DataFrame, items: pd.DataFrame, owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """The one customer who has the payer's account, else the one who has its exact name; -1 for none."""
    found = pd.Series(-1, index=lines.index)
    for theirs, ours in (("counterparty_account", "customer_account"), ("counterparty_name", "customer_name")):
        known = pd.DataFrame({"key": items[ours].astype(object), "owner": owner}).dropna().drop_duplicates()
        one = known.drop_duplicates("key", keep=False).set_index("key")["owner"]
        found = found.where(found >= 0, lines[theirs].astype(object).map(one).fillna(-1))
    return found.to_numpy(np.int64)


def _by_owner(owner: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of items by owner, oldest first, and where each owner's begin."""
    order = np.argsort(owner, kind="stable")
    return np.searchsorted(owner[order], np.arange(int(owner.max(initial=-1)) + 2)), order


@njit(cache=True)
def _fill(amount, money, payer, quoted, left, item_money, owner, owned):  # type: ignore[no-untyped-def]
    start, item = quoted
    first, order = owned
    begin = first.copy()
    of_line, of_item = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    for at in range(len(amount)):
        rest, whose = amount[at], payer[at]
        if rest <= 0:
            continue
        for k in range(start[at], start[at + 1]):
            one = item[k]
            if item_money[one] != money[at] or left[one] == 0:
                continue
            whose = owner[one]
            if rest > 0 or left[one] < 0:
                use = min(rest, left[one])
                left[one] -= use
                rest -= use
                of_line.append(at)
                of_item.append(one)
        if whose < 0:
            continue
        while begin[whose] < first[whose + 1] and left[order[begin[whose]]] == 0:
            begin[whose] += 1
        for k in range(begin[whose], first[whose + 1]):
            if rest <= 0:
                break
            one = order[k]
            if left[one] <= 0 or item_money[one] != money[at]:
                continue
            use = min(rest, left[one])
            left[one] -= use
            rest -= use
            of_line.append(at)
            of_item.append(one)
    return np.array(of_line), np.array(of_item)


RULES = {rule.__name__: rule for rule in (equal_amount, quoted_then_oldest)}
