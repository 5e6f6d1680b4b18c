"""The two sides of a match as columns: codes, whole numbers and text buffers that compiled code can walk through.

Rows stand in canonical order (day, entity, account, id; documents by day due, id), so no caller's order reaches a result.
Codes only ever say "the same": equal texts have equal codes on both sides, -1 stands for nothing known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.tables import ITEM_KINDS

Whole = NDArray[np.int64]
Code = NDArray[np.int32]
NOTHING = -1
GATHERED = tuple(ITEM_KINDS.index(kind) for kind in ("payout", "cash_deposit"))
"""Kinds of documents that are expected to come to the cent, and that no customer owes."""
NEVER = np.int32(2**31 - 1)
"""A day that no line reaches: the day of a discount that was not agreed."""

_NOT_PLAIN = r"[^0-9A-Z]"


@dataclass(frozen=True)
class Lines:
    """Bank lines, one element each, in canonical order.

    Args:
        ids: their line_id (text).
        entity, account, currency, instructed_currency: codes of `Names`.
        on, paid_on: days since 1970-01-01; the earlier of booking and value day is `paid_on`.
        amount, instructed, charges: minor units; 0 where nothing was said.
        payer: code of the other side's plain account number.
        name: code of the other side's name as written.
        kind: position in LINE_KINDS.
        texts, reference, e2e: as written; null where there is none. `reason`: the bank's reason code of a return;
            `rate`: the exchange rate as printed.
    """

    ids: pa.LargeStringArray
    entity: Code
    account: Code
    currency: Code
    on: Code
    paid_on: Code
    amount: Whole
    instructed: Whole
    instructed_currency: Code
    charges: Whole
    payer: Code
    name: Code
    kind: Code
    texts: pa.LargeStringArray
    reference: pa.LargeStringArray
    e2e: pa.LargeStringArray
    reason: pa.LargeStringArray
    rate: pa.LargeStringArray

    def __len__(self) -> int:
        return len(self.amount)


@dataclass(frozen=True)
class Items:
    """Documents, one element each, in canonical order; those that only history knows have nothing open.

    Args:
        ids: their item_id (text).
        entity, currency, customer: codes of `Names`. name: code of the customer's name; account: of its plain number.
        debtor: 0, 1, 2 ... for whoever owes it within an entity: the customer, else the name, else the account, else (payouts,
            deposits, and what names nobody) all documents of one kind together; `hub` says that it is such a gathering.
        kind: position in ITEM_KINDS.
        issued, due: days since 1970-01-01; due is the day of issue where none is stated.
        amount, open: minor units, what is owed to us positive.
        discount_on, discount: last day (NEVER without one) and minor units signed like `amount`.
        document, reference, order: the numbers as written; null where there is none. channel: likewise.
    """

    ids: pa.LargeStringArray
    entity: Code
    currency: Code
    customer: Code
    name: Code
    account: Code
    debtor: Code
    hub: NDArray[np.bool_]
    kind: Code
    issued: Code
    due: Code
    amount: Whole
    open: Whole
    discount_on: Code
    discount: Whole
    document: pa.LargeStringArray
    reference: pa.LargeStringArray
    order: pa.LargeStringArray
    channel: pa.LargeStringArray

    def __len__(self) -> int:
        return len(self.amount)


@dataclass(frozen=True)
class Posted:
    """What stands from before, one element per allocation row: positions in `known` and `items` (NOTHING: none).

    What an exchange pays has the line that was exchanged, and counts in the document's currency.

    Args:
        kind: as ALLOCATIONS has it; customer, gl_account: None where the row names none.
    """

    line: Code
    item: Code
    allocated: Whole
    is_payment: NDArray[np.bool_]
    kind: NDArray[np.object_]
    customer: NDArray[np.object_]
    gl_account: NDArray[np.object_]


@dataclass(frozen=True)
class Names:
    """The texts behind the codes."""

    entities: pa.LargeStringArray
    currencies: pa.LargeStringArray
    accounts: pa.LargeStringArray
    customers: pa.LargeStringArray
    names: pa.LargeStringArray


@dataclass(frozen=True)
class Columns:
    """Both sides of a run, what is known from before, and the texts behind the codes."""

    lines: Lines
    items: Items
    known: Lines
    posted: Posted
    names: Names


def days(column: pd.Series) -> Code:
    """A column of days as whole numbers since 1970-01-01; NEVER where there is none."""
    found = column.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(found), NEVER, found.astype(np.int64)).astype(np.int32)


def text(column: pd.Series) -> pa.LargeStringArray:
    """A column of text as Arrow keeps it, null where there is none."""
    found = pa.array(column, pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def plain(column: pd.Series) -> pa.LargeStringArray:
    """Account numbers in capitals, letters and digits only; null where nothing is left."""
    return plain_texts(text(column))


def plain_texts(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Texts in capitals, letters and digits only; null where nothing is left."""
    kept = pc.replace_substring_regex(pc.utf8_upper(texts), _NOT_PLAIN, "")
    return pc.if_else(pc.equal(kept, ""), None, kept)
