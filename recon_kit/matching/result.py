"""What matching gives back: declared tables, and for each match the reasons in words."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan, log
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, ParameterError
from recon_kit.matching.book import Draft, Part
from recon_kit.matching.precision import measured, probability_of
from recon_kit.matching.sides import Line, shown
from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BREAKS, EVIDENCE, Table


@dataclass(frozen=True)
class Explanation:
    """Why a match was made: one sentence, its rows, its evidence, what else was possible, and what stands against it."""

    sentence: str
    allocations: pd.DataFrame
    evidence: pd.DataFrame
    alternatives: pd.DataFrame
    breaks: pd.DataFrame


@dataclass(frozen=True)
class MatchResult:
    """The four tables of a run, canonically sorted: ALLOCATIONS, ALTERNATIVES, BREAKS, EVIDENCE."""

    allocations: pd.DataFrame
    alternatives: pd.DataFrame
    breaks: pd.DataFrame
    evidence: pd.DataFrame

    def explain(self, match_id: str) -> Explanation:
        """The reasons for one match.

        Raises:
            ParameterError: there is no such match.
        """
        rows = self.allocations[self.allocations["match_id"] == match_id]
        if rows.empty:
            raise ParameterError("explain", [Fault("the match_id of an allocation", field="match_id", found=match_id)])
        lines = rows["line_id"].dropna().unique()
        evidence = self.evidence[self.evidence["match_id"] == match_id]
        others = self.alternatives[self.alternatives["line_id"].isin(lines)]
        breaks = self.breaks[(self.breaks["side"] == "bank_line") & self.breaks["id"].isin(lines)]
        return Explanation(_sentence(rows, evidence, breaks), rows, evidence, others, breaks)


def match_id(parts: Iterable[tuple[str | None, str | None, str, int]]) -> str:
    """Identity of a match: a hash of its sorted (line, item, kind, allocated).

    >>> one, other = ("l1", "i1", "payment", 3), ("l1", "i2", "payment", 5)
    >>> match_id([one, other]) == match_id([other, one])
    True
    """
    rows = sorted((line or "", item or "", kind, allocated) for line, item, kind, allocated in parts)
    return hashlib.blake2b(repr(rows).encode(), digest_size=10).hexdigest()


def result(drafts: Sequence[Draft]) -> MatchResult:
    """The four tables of all drafts; a draft without parts is a break, one that is not sure is a proposal and a break."""
    allocations = [row for draft in drafts if draft.parts for row in _rows(draft, draft.parts)]
    others = [
        {**row, "rank": rank} for draft in drafts for rank, parts in enumerate(draft.others, 1) for row in _rows(draft, parts)
    ]
    evidence = [row for draft in drafts if draft.parts for row in _evidence(draft)]
    breaks = [_break(draft) for draft in drafts if not draft.sure]
    return MatchResult(
        _table(ALLOCATIONS, allocations), _table(ALTERNATIVES, others), _table(BREAKS, breaks), _table(EVIDENCE, evidence)
    )


def _table(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in table.columns}
    return table.sorted(table.frame(columns)) if rows else table.empty()


def _rows(draft: Draft, parts: Sequence[Part]) -> list[dict[str, Any]]:
    line = draft.line
    identity = _identity(line, parts)
    shared = {
        "entity": line.entity or None, "match_id": identity, "line_id": line.id, "currency": line.currency,
        "probability": probability_of(draft), "status": "auto" if draft.sure else "proposed",
        "basis": f"rule:{draft.rule}", "effective_on": line.on,
    }  # fmt: skip
    return [
        shared | {"item_id": item, "customer_id": customer, "gl_account": gl_account, "kind": kind, "allocated": allocated}
        for (item, customer, gl_account, kind), allocated in _merged(parts).items()
        if allocated
    ]


def _merged(parts: Sequence[Part]) -> dict[tuple[str | None, str | None, str | None, str], int]:
    sums: dict[tuple[str | None, str | None, str | None, str], int] = {}
    for part in parts:
        key = (part.item.id if part.item else None, part.customer_id, part.gl_account, part.kind)
        sums[key] = sums.get(key, 0) + part.allocated
    return sums


def _identity(line: Line, parts: Sequence[Part]) -> str:
    return match_id((line.id, item, kind, allocated) for (item, _, _, kind), allocated in _merged(parts).items() if allocated)


def _evidence(draft: Draft) -> list[dict[str, Any]]:
    """The rule's precision as log-odds on its deciding, first feature; the others carry it and add nothing of their own.

    Where nothing was measured there is nothing to add: the company's instruction decided.
    """
    probability = probability_of(draft)
    odds = log(probability / (1 - probability)) if probability else 0.0
    identity = _identity(draft.line, draft.parts)
    return [
        {"entity": draft.line.entity or None, "match_id": identity, "feature": seen.feature, "level": seen.level,
         "value": seen.value, "log_odds": odds if place == 0 else 0.0}
        for place, seen in enumerate(draft.seen)
    ]  # fmt: skip


def _break(draft: Draft) -> dict[str, Any]:
    line = draft.line
    return {
        "entity": line.entity or None, "side": "bank_line", "id": line.id, "reason": draft.reason,
        "amount": line.amount, "currency": line.currency, **(draft.detail.columns if draft.detail else {"detail": ""}),
    }  # fmt: skip


def _sentence(rows: pd.DataFrame, evidence: pd.DataFrame, breaks: pd.DataFrame) -> str:
    """One sentence of what is paid, by which rule, on what evidence."""
    first = rows.iloc[0]
    rule = str(first["basis"]).removeprefix("rule:")
    seen = "; ".join(
        f"{row.feature} {row.level}" + (f" ({row.value})" if isinstance(row.value, str) else "")
        for row in evidence.itertuples()
    )
    parts = ", ".join(
        f"{shown(r['allocated'], r['currency'])} {r['kind']} {_whereto(r)}".strip() for r in rows.to_dict("records")
    )
    checked = _checked(rule, first["probability"])
    verdict = "" if breaks.empty else f" It waits for a person: {breaks.iloc[0]['detail']}"
    return f"{parts}: by rule {rule} ({checked}), because {seen or 'the rule says so'}.{verdict}"


def _checked(rule: str, probability: float) -> str:
    if found := measured().get(rule):
        return f"right in {found.n - found.wrong} of {found.n} checked" if found.n else "not yet measured"
    return "the company's instruction" + ("; not measured" if isnan(probability) else f"; {probability:.2%} right as measured")


def _whereto(row: dict[Hashable, Any]) -> str:
    names = (row["item_id"], row["gl_account"], row["customer_id"])
    return next((name for name in names if isinstance(name, str)), "")
