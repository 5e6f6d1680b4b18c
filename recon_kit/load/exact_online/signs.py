"""Which sign Exact's `cashflow/Receivables` gives to money owed to us: the file's own rows decide, once for the whole file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recon_kit.load.exact_online.fields import Fields
from recon_kit.load.loaded import Collector

_TYPES = {"20": 1, "21": -1}
_RARE = 50  # overpaid documents are fewer than one in so many; more of them are a contradiction in the file


@dataclass(frozen=True)
class Signs:
    """`factor` is 1 where a positive open amount is owed to us, -1 where a negative one is."""

    factor: int

    def turned(self, amount: int) -> int:
        """The open amount, positive where it is owed to us."""
        return self.factor * amount

    def original(self, open_amount: int, original: int | None) -> int:
        """The document's own amount, signed like what is open of it; the open amount where the file gives none."""
        if not original:
            return open_amount
        return abs(original) if open_amount > 0 else -abs(original)


def signs_of(into: Collector, rows: Sequence[tuple[Fields, dict[str, Any] | None]]) -> Signs:
    """The sign convention of the file.

    The service itself returns Amount* with a minus for what is to be received beside a positive TransactionAmount*; exports
    made from it often turn that round. Each row votes by its TransactionAmount*, else by its type (20 sales entry, 21 sales
    credit note; reversals do not vote). Rows against the majority are a failed check, unless they are the few documents
    that are overpaid; a file where nothing votes is read
    so that the whole is owed to us, and noted.
    """
    votes = [(row, vote) for row, amounts in rows if amounts and (vote := _vote(row, amounts))]
    if not votes:
        whole = sum(amounts["open"] for _, amounts in rows if amounts)
        if rows:
            told = "neither TransactionType nor TransactionAmount was selected; the list as a whole is taken as owed to us"
            into.check("sign", "open amounts", "note", detail=told)
        return Signs(-1 if whole < 0 else 1)
    factor = 1 if sum(vote for _, vote in votes) >= 0 else -1
    against = {row.line for row, vote in votes if vote != factor}
    overpaid = {row.line for row, amounts in rows if amounts and is_overpaid(row, amounts, factor)}
    if len(overpaid) * _RARE > len(votes):
        overpaid = set()
    elif overpaid:
        told = (
            f"{len(overpaid)} documents are paid beyond their amount, first in line {min(overpaid)}; what is over is on account"
        )
        into.check("overpaid", "open amounts", "note", actual=len(overpaid), detail=told, source_line=min(overpaid))
    if wrong := sorted((against - overpaid) | set(_unsigned_credits(rows, factor))):
        told = f"{len(wrong)} rows have the opposite sign of what their type or the others say, first in line {wrong[0]}"
        into.check("sign", "open amounts", "failed", expected=0, actual=len(wrong), detail=told, source_line=wrong[0])
    elif factor < 0:
        into.check("sign", "open amounts", "note", detail="what is owed to us has a minus in this file and is turned")
    return Signs(factor)


def is_overpaid(row: Fields, amounts: dict[str, Any], factor: int) -> bool:
    """Whether the customer has credit on a document that was owed to us: more was posted to it than its amount."""
    was_owed = (amounts["original"] or 0) > 0 and row.text("TransactionType") in (None, "20")
    return was_owed and amounts["open"] * factor < 0


def _unsigned_credits(rows: Sequence[tuple[Fields, dict[str, Any] | None]], factor: int) -> list[int]:
    """Lines of credit notes that would come out as owed to us."""
    notes = [(row, found) for row, found in rows if found and row.text("TransactionType") == "21"]
    return [row.line for row, found in notes if found["open"] * factor > 0 and not row.flag("TransactionIsReversal")]


def _vote(row: Fields, amounts: dict[str, Any]) -> int:
    open_sign = int(amounts["open"] > 0) - int(amounts["open"] < 0)
    code = row.text("TransactionType")
    if code in (None, *_TYPES) and amounts["original"]:
        return open_sign if amounts["original"] > 0 else -open_sign
    if code in _TYPES and not row.flag("TransactionIsReversal"):
        return open_sign * _TYPES[code]
    return 0
