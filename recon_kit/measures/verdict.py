"""The verdict: ready, needs review or not ready, with every reason for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from recon_kit.measures.cut import Cut

Status = Literal["ready", "needs_review", "not_ready"]


@dataclass(frozen=True)
class Finding:
    """One reason for the verdict.

    Args:
        code: these block: "source_missing", "source_stale", "check_failed", "account_differs", "bridge_differs",
            "carry_differs"; these ask for review: "overridden", "check_overridden", "ledger_differs", "no_proof",
            "nothing_read", "period_skipped", "questions", "missing".
        subject: what it is about, in the user's own names.
        n: how many, where the finding stands for several.
        entity: whose ledger account it is.
    """

    code: str
    blocks: bool
    subject: str = ""
    n: int = 1
    amount: int | None = None
    currency: str | None = None
    reason: str | None = None
    entity: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The status of a period and why.

    `not_ready` if any finding blocks; else `needs_review` if there is any finding; else `ready`.
    """

    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        """The one word."""
        if any(finding.blocks for finding in self.findings):
            return "not_ready"
        return "needs_review" if self.findings else "ready"

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What has to be mended before the period can be called ready."""
        return tuple(finding for finding in self.findings if finding.blocks)


def verdict(
    cut: Cut, *, bridge: pd.DataFrame, proofs: pd.DataFrame, ties: pd.DataFrame, roll: pd.DataFrame, questions: pd.DataFrame
) -> Verdict:
    """The verdict over a cut and its measures, as the functions of `measures` give them."""
    found = (
        _nothing(cut),
        _sources(cut),
        _checks(cut),
        _proofs(proofs),
        _closing(bridge, roll),
        _ties(ties),
        _questions(questions),
    )
    return Verdict(tuple(finding for findings in found for finding in findings))


def _nothing(cut: Cut) -> Iterator[Finding]:
    if cut.sources.empty and cut.lines.empty:
        yield Finding("nothing_read", False)
    for name in cut.meta.get("skipped", []):
        yield Finding("period_skipped", False, name)


def _sources(cut: Cut) -> Iterator[Finding]:
    for row in cut.checklist.to_dict("records"):
        if row["state"] in ("missing", "stale"):
            yield Finding(f"source_{row['state']}", True, row["source"])
        elif row["state"] == "overridden":
            yield Finding("overridden", False, row["source"], reason=row["reason"])
    for override in cut.meta.get("overrides", []):
        named = cut.checklist["source"][cut.checklist["state"] == "overridden"]
        if override["subject"] not in set(named):
            yield Finding("overridden", False, override["subject"], reason=override["reason"])


def _checks(cut: Cut) -> Iterator[Finding]:
    allowed = set(cut.sources.loc[cut.sources["override"].notna(), "name"])
    failed = cut.checks[cut.checks["outcome"] == "failed"]
    for row in failed.to_dict("records"):
        over = row["source_file"] in allowed
        yield Finding("check_overridden" if over else "check_failed", not over, f"{row['check']} · {row['subject']}")


def _proofs(proofs: pd.DataFrame) -> Iterator[Finding]:
    for row in proofs.to_dict("records"):
        if pd.isna(row["difference"]):
            if row["n_lines"] or row["n_statements"]:
                yield Finding("no_proof", False, str(row["account"]), reason=row["why"])
        elif row["difference"] != 0 or row["n_gaps"]:
            yield Finding("account_differs", True, str(row["account"]), amount=int(row["difference"]), currency=row["currency"])


def _closing(bridge: pd.DataFrame, roll: pd.DataFrame) -> Iterator[Finding]:
    for row in bridge[bridge["difference"] != 0].to_dict("records"):
        yield Finding("bridge_differs", True, str(row["account"]), amount=int(row["difference"]), currency=row["currency"])
    for row in roll[(roll["difference"] != 0) | (roll["n_difference"] != 0)].to_dict("records"):
        yield Finding("carry_differs", True, str(row["kind"]), amount=int(row["difference"]), currency=row["currency"])


def _ties(ties: pd.DataFrame) -> Iterator[Finding]:
    known = ties[ties["difference"].notna()]
    for row in known[known["difference"].astype("int64") != 0].to_dict("records"):
        whose = None if pd.isna(row["entity"]) else str(row["entity"])
        yield Finding(
            "ledger_differs", False, row["gl_account"], amount=int(row["difference"]), currency=row["currency"], entity=whose
        )


def _questions(questions: pd.DataFrame) -> Iterator[Finding]:
    for name, code in (("decision", "questions"), ("missing", "missing")):
        if count := int((questions["list"] == name).sum()):
            yield Finding(code, False, n=count)
