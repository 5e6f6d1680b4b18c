"""The rows of a run as declared tables: built column by column and already in their canonical order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from math import log
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns
from recon_kit.matching.decision.bets import KINDS, Bets, Rows
from recon_kit.matching.decision.evidence import GROUPS, LEVELS, SCORE, Told
from recon_kit.matching.decision.proven import OTHER_PAYMENTS, PROOF
from recon_kit.matching.precision import probability_of
from recon_kit.matching.rules.drafts import Draft
from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BREAKS, EVIDENCE, Table

_EPOCH = np.datetime64("1970-01-01", "D")
_PLACE = ("line_id", "item_id", "customer_id", "gl_account", "kind", "currency")


def match_id(parts: Iterable[tuple[str | None, str | None, str, int]]) -> str:
    """Identity of a match: a hash of its sorted (line, item, kind, allocated).

    >>> one, other = ("l1", "i1", "payment", 3), ("l1", "i2", "payment", 5)
    >>> match_id([one, other]) == match_id([other, one])
    True
    """
    rows = sorted("\x1f".join((line or "", item or "", kind, str(allocated))) for line, item, kind, allocated in parts)
    return hashed("\x1e".join(rows))


def hashed(text: str) -> str:
    """A match's name from its rows, joined."""
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


def match_ids(both: Columns, bets: Bets, rows: Rows) -> NDArray[np.object_]:
    """The identity of each bet, as `match_id` tells it."""
    line = both.lines.ids.take(pa.array(bets.line[rows.bet]))
    item = both.items.ids.take(pa.array(rows.item, mask=rows.item == NOTHING))
    kind = pa.array(np.array(KINDS, object)[rows.kind], pa.large_string())
    amount = pc.cast(pa.array(rows.allocated), pa.large_string())
    text = pc.binary_join_element_wise(line, pc.fill_null(item, ""), kind, amount, pa.scalar("\x1f", pa.large_string()))
    order = np.lexsort((_ranks(text), rows.bet))
    counts = np.bincount(rows.bet, minlength=len(bets))
    lists = pa.LargeListArray.from_arrays(pa.array(np.r_[0, np.cumsum(counts)]), text.take(pa.array(order)))
    joined = pc.binary_join(lists, pa.scalar("\x1e", pa.large_string()))
    return np.array([hashed(each) for each in joined.to_pylist()], object)


def allocations(
    both: Columns, bets: Bets, rows: Rows, ids: NDArray[Any], facts: dict[str, NDArray[Any]], table: Table = ALLOCATIONS
) -> pd.DataFrame:
    """One row for each of `rows`.

    Args:
        facts: one value a bet: probability, status, basis; and rank for ALTERNATIVES.
    """
    lines, names = both.lines, both.names
    line = bets.line[rows.bet]
    item = pa.array(rows.item, mask=rows.item == NOTHING)
    columns: dict[str, Any] = {
        "entity": _entities(both, line),
        "match_id": pa.array(ids[rows.bet], pa.large_string()),
        "line_id": lines.ids.take(pa.array(line)),
        "item_id": both.items.ids.take(item),
        "customer_id": names.customers.take(pa.array(rows.customer, mask=rows.customer == NOTHING)),
        "gl_account": pa.nulls(len(rows.bet), pa.large_string()),
        "allocated": rows.allocated,
        "currency": names.currencies.take(pa.array(lines.currency[line])),
        "kind": pa.array(np.array(KINDS, object)[rows.kind], pa.large_string()),
        "effective_on": _EPOCH + lines.on[line].astype("timedelta64[D]"),
        **{name: values[rows.bet] for name, values in facts.items()},
    }
    return table.frame({name: _pandas(columns[name]) for name in table.columns})


def proofs(both: Columns, bets: Bets, ids: NDArray[Any], learned: tuple[NDArray[np.int64], list[str]]) -> pd.DataFrame:
    """EVIDENCE of payers that other payments made known: which ones. It adds nothing, as the payer's weight has it already.

    Args:
        learned: bets, and the payments for each, as `learned_from` tells them.
    """
    at, texts = learned
    columns: dict[str, Any] = {
        "entity": _entities(both, bets.line[at]),
        "match_id": pa.array(ids[at], pa.large_string()),
        "feature": pa.array([PROOF] * len(at), pa.large_string()),
        "level": pa.array([OTHER_PAYMENTS] * len(at), pa.large_string()),
        "value": pa.array(texts, pa.large_string()),
        "log_odds": np.zeros(len(at)),
    }
    return EVIDENCE.frame({name: _pandas(column) for name, column in columns.items()})


def evidence(both: Columns, bets: Bets, ids: NDArray[Any], told: Told) -> pd.DataFrame:
    """One row for each kind of evidence of each bet, and one that holds its score and adds nothing."""
    width, n = len(GROUPS) + 1, len(bets)
    scores = np.array([f"{score:.9f}" for score in told.score.tolist()], object)
    level = np.c_[told.level, np.full(n, LEVELS[SCORE][0], object)]
    value = np.c_[told.value, scores]
    columns: dict[str, Any] = {
        "entity": _entities(both, np.repeat(bets.line, width)),
        "match_id": pa.array(np.repeat(ids, width), pa.large_string()),
        "feature": pa.array(np.tile(np.array([*GROUPS, SCORE], object), n), pa.large_string()),
        "level": pa.array(level.ravel(), pa.large_string()),
        "value": pa.array(value.ravel(), pa.large_string()),
        "log_odds": np.c_[told.log_odds, np.zeros(n)].ravel(),
    }
    return EVIDENCE.frame({name: _pandas(column) for name, column in columns.items()})


def drafted(drafts: Sequence[Draft]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """ALLOCATIONS, BREAKS and EVIDENCE of what rules decided or nobody could (then without parts: a break alone)."""
    rows = [row for draft in drafts if draft.parts for row in _rows(draft)]
    seen = [row for draft in drafts if draft.parts for row in _evidence(draft)]
    breaks = [break_row(draft) for draft in drafts if not draft.sure]
    return _table(ALLOCATIONS, rows), _table(BREAKS, breaks), _table(EVIDENCE, seen)


def joined(table: Table, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames of one table as one, in canonical order."""
    full = [frame for frame in frames if len(frame)]
    return table.sorted(pd.concat(full, ignore_index=True) if len(full) > 1 else full[0]) if full else table.empty()


def break_row(draft: Draft) -> dict[str, Any]:
    """The row of BREAKS for a draft that is not sure."""
    line = draft.line
    return {
        "entity": line.entity or None, "side": "bank_line", "id": line.id, "reason": draft.reason,
        "amount": line.amount, "currency": line.currency, **(draft.detail.columns if draft.detail else {"detail": ""}),
    }  # fmt: skip


def _entities(both: Columns, line: Code) -> pa.LargeStringArray:
    """The entity of each line, null where it has none."""
    entity = both.names.entities.take(pa.array(both.lines.entity[line]))
    return pc.if_else(pc.equal(entity, ""), None, entity)


def _ranks(texts: Any) -> NDArray[np.int64]:
    """Where each text stands among all of them."""
    order = pc.sort_indices(texts).to_numpy()
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order))
    return found


def _pandas(column: Any) -> Any:
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return pd.array(column, dtype=pd.StringDtype("pyarrow", na_value=np.nan)) if len(column) else []
    return column


def _table(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return table.frame({name: [row.get(name) for row in rows] for name in table.columns}) if rows else table.empty()


def _rows(draft: Draft) -> list[dict[str, Any]]:
    line, parts = draft.line, _merged(draft)
    shared = {
        "entity": line.entity or None, "match_id": _identity(draft),
        "probability": probability_of(draft), "status": "auto" if draft.sure else "proposed",
        "basis": f"rule:{draft.rule}", "effective_on": line.on,
    }  # fmt: skip
    return [dict(shared, **row, allocated=allocated) for row, allocated in parts if allocated]


def _merged(draft: Draft) -> list[tuple[dict[str, str | None], int]]:
    """The draft's rows, each once, and what each is given; what it pays in another currency stands without the line."""
    line, sums = draft.line, dict[tuple[str | None, ...], int]()
    for part in draft.parts:
        item, currency = (part.item.id, part.item.currency) if part.item else (None, line.currency)
        on_line = line.id if currency == line.currency else None
        key = (on_line, item, part.customer_id, part.gl_account, part.kind, currency)
        sums[key] = sums.get(key, 0) + part.allocated
    return [(dict(zip(_PLACE, key, strict=True)), allocated) for key, allocated in sums.items()]


def _identity(draft: Draft) -> str:
    rows = ((row["line_id"], row["item_id"], str(row["kind"]), allocated) for row, allocated in _merged(draft) if allocated)
    return match_id(rows)


def _evidence(draft: Draft) -> list[dict[str, Any]]:
    """The rule's precision as log-odds on its deciding, first feature; the others carry it and add nothing of their own.

    Where nothing was measured there is nothing to add: the company's instruction decided.
    """
    probability = probability_of(draft)
    odds = log(probability / (1 - probability)) if probability else 0.0
    identity = _identity(draft)
    return [
        {"entity": draft.line.entity or None, "match_id": identity, "feature": seen.feature, "level": seen.level,
         "value": seen.value, "log_odds": odds if place == 0 else 0.0}
        for place, seen in enumerate(draft.seen)
    ]  # fmt: skip


__all__ = [
    "ALTERNATIVES",
    "Code",
    "allocations",
    "break_row",
    "drafted",
    "evidence",
    "hashed",
    "joined",
    "match_id",
    "match_ids",
]
