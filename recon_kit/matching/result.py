"""What matching gives back: declared tables, and for each match the reasons in words."""

from __future__ import annotations

from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recon_kit.errors import Fault, ParameterError
from recon_kit.matching.columns import NOTHING, Code, Columns, Whole
from recon_kit.matching.decision import tables
from recon_kit.matching.decision.bets import Bets, Rows, rows_of
from recon_kit.matching.decision.deductions import deductions
from recon_kit.matching.decision.doubts import AMOUNT_ALONE
from recon_kit.matching.decision.evidence import evidence
from recon_kit.matching.decision.flips import flips
from recon_kit.matching.decision.outcome import MOST_OTHERS, Decided, others
from recon_kit.matching.decision.patterns import PATTERNS, patterns
from recon_kit.matching.decision.proposals import Proposals
from recon_kit.matching.decision.proven import learned_from
from recon_kit.matching.model import Model
from recon_kit.matching.precision import measured
from recon_kit.matching.records import Records
from recon_kit.matching.rules.drafts import Draft
from recon_kit.matching.scoring.final import Final
from recon_kit.matching.words import percent, shown
from recon_kit.policy import Policy
from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BREAKS, EVIDENCE


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


def result(
    records: Records, policy: Policy, model: Model, decided: Decided, final: Final | None, look: Code,
    drafts: list[Draft], left: Whole,
) -> MatchResult:  # fmt: skip
    """The four tables.

    Args:
        look: for each line the look whose sets count. drafts: what was decided without the model, and lines left open.
        left: minor units that each document still has open.
    """
    both, looks, bets = records.both, decided.looks, decided.bets
    ids = tables.match_ids(both, bets, decided.rows)
    basis = np.array([f"model:{name}" for name in PATTERNS], object)
    status = np.where(decided.sure, "auto", "proposed").astype(object)
    named = np.array([f"rule:{rule.name}" for rule in policy.rules.rule] + [""], object)[decided.rule]
    by = np.where(decided.sure & decided.lifted, named, basis[decided.pattern])
    facts = {"probability": decided.probability, "status": status, "basis": by}
    ruled, open_lines, seen = tables.drafted(drafts)
    other, rank, other_ids, other_rows = _others(both, decided, look, ids, policy)
    other_facts = {
        "probability": np.minimum(other.gather(looks, "probability"), _at_most(both, decided)[other.line]),
        "status": np.full(len(other), "proposed", object),
        "basis": basis[patterns(both, looks, other)], "rank": rank,
    }  # fmt: skip
    alternatives = tables.allocations(both, other, other_rows, other_ids, other_facts, ALTERNATIVES)
    with ThreadPoolExecutor(1) as beside:  # compiled for the most part, while sentences are made here
        weighed = beside.submit(_weighed, both, decided, ids, model, final)
        flip = flips(both, decided, model, final, policy)
        breaks = [
            open_lines,
            _breaks(records, policy, decided, other, flip),
            _breaks_of(deductions(records, decided, left, policy)),
        ]
        return MatchResult(
            tables.joined(ALLOCATIONS, [tables.allocations(both, bets, decided.rows, ids, facts), ruled]),
            ALTERNATIVES.sorted(alternatives) if len(alternatives) else ALTERNATIVES.empty(),
            tables.joined(BREAKS, breaks),
            tables.joined(EVIDENCE, [*weighed.result(), seen]),
        )


def _weighed(both: Columns, decided: Decided, ids: Any, model: Model, final: Final | None) -> list[pd.DataFrame]:
    """EVIDENCE of what the model chose."""
    looks, bets = decided.looks, decided.bets
    alone = (decided.against & (np.int64(1) << AMOUNT_ALONE)) != 0
    told = evidence(both, looks, bets, alone, model, final)
    learned = learned_from(both, looks, bets, decided.sure_rows())
    return [tables.evidence(both, bets, ids, told), tables.proofs(both, bets, ids, learned)]


def _others(both: Columns, decided: Decided, look: Code, ids: Any, policy: Policy) -> tuple[Bets, Any, Any, Rows]:
    """The best other sets of each line with their rank, identity and rows: what would post the same is told once."""
    found = others(decided, look)
    rows = rows_of(both, decided.looks, found, policy)
    own, theirs = np.full(len(both.lines), None, object), tables.match_ids(both, found, rows)
    own[decided.bets.line] = ids
    seen = pd.DataFrame({"line": found.line, "id": theirs})
    fresh = ((theirs != own[found.line]) & ~seen.duplicated()).to_numpy()
    rank = np.zeros(len(found), np.int64)
    rank[fresh] = seen[fresh].groupby("line").cumcount() + 1
    kept = fresh & (rank <= MOST_OTHERS)
    return found.take(kept), rank[kept], theirs[kept], rows.of_bets(kept)


def _breaks(records: Records, policy: Policy, decided: Decided, other: Any, flip: Any) -> pd.DataFrame:
    """One break a proposal: the whole line is open until a person agrees."""
    bets = decided.bets
    told = Proposals(
        records, policy, decided.looks, bets, decided.why, decided.probability, decided.needed, decided.pattern, decided.rule,
        flip, decided.beside,
    )  # fmt: skip
    best = np.full(len(records.both.lines), NOTHING, np.int64)
    best[other.line[::-1]] = np.arange(len(other))[::-1]
    rows = []
    for bet in np.flatnonzero(~decided.sure).tolist():
        line = records.line(int(bets.line[bet]))
        beside = int(best[line.at])
        why = told.why(bet, None if beside == NOTHING else (int(other.look[beside]), int(other.set[beside])))
        rows.append({"entity": line.entity or None, "side": "bank_line", "id": line.id, "reason": why.reason,
                     "amount": line.amount, "currency": line.currency, **why.detail.columns})  # fmt: skip
    return _breaks_of(rows)


def _breaks_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return BREAKS.frame({name: [row.get(name) for row in rows] for name in BREAKS.columns}) if rows else BREAKS.empty()


def _sentence(rows: pd.DataFrame, evidence: pd.DataFrame, breaks: pd.DataFrame) -> str:
    """One sentence of what is paid, by which rule or model, on what evidence."""
    first = rows.iloc[0]
    by, _, rule = str(first["basis"]).partition(":")
    told = evidence[~evidence["feature"].isin(["prior", "score"]) & (evidence["level"] != "missing")]
    seen = "; ".join(
        f"{row.feature} {row.level}" + (f" ({row.value})" if isinstance(row.value, str) else "") for row in told.itertuples()
    )
    parts = ", ".join(
        f"{shown(r['allocated'], r['currency'])} {r['kind']} {_whereto(r)}".strip() for r in rows.to_dict("records")
    )
    weighed = bool(evidence["feature"].eq("prior").any())
    checked = f"by rule {rule} ({_checked(rule, first['probability'], weighed)})" if by == "rule" else ""
    maker = checked or _by_model(rule, first["probability"])
    verdict = "" if breaks.empty else f" It waits for a person: {breaks.iloc[0]['detail']}"
    return f"{parts}: {maker}, because {seen or 'the rule says so'}.{verdict}"


def _at_most(both: Columns, decided: Decided) -> NDArray[np.float64]:
    """What the set of each line leaves for each other one: two are never both right, and the chosen one is the likelier."""
    found = np.ones(len(both.lines))
    found[decided.bets.line] = np.minimum(1 - decided.probability, decided.probability)
    return found


def _by_model(pattern: str, probability: float) -> str:
    return f"{pattern.replace('_', ' ')}, right with a probability of {percent(probability)} %"


def _checked(rule: str, probability: float, weighed: bool) -> str:
    """What is known of a rule; the probability of what a rule accepted is that of the model, which weighed the evidence."""
    if weighed:
        return f"the company's instruction; the model gives it {probability:.2%}"
    if found := measured().get(rule):
        return f"right in {found.n - found.wrong} of {found.n} checked" if found.n else "not yet measured"
    return "the company's instruction" + ("; not measured" if isnan(probability) else f"; {probability:.2%} right as measured")


def _whereto(row: dict[Hashable, Any]) -> str:
    names = (row["item_id"], row["gl_account"], row["customer_id"])
    return next((name for name in names if isinstance(name, str)), "")
