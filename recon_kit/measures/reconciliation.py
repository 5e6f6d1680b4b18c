"""The reconciliation of one period: every measure of the report, each computed once from the same cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from recon_kit.measures import bridge as _bridge
from recon_kit.measures import carried as _carried
from recon_kit.measures import proof as _proof
from recon_kit.measures import questions as _questions
from recon_kit.measures.cut import Cut
from recon_kit.measures.figure import NOT_AVAILABLE as NOT_AVAILABLE
from recon_kit.measures.lines import totals
from recon_kit.measures.verdict import Verdict, verdict
from recon_kit.money import money_text, total


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """The measures over a cut; frames as the functions of the same names give them."""

    cut: Cut

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Lines and money by state, per currency and direction."""
        return totals(self.cut, [])

    @cached_property
    def by_account(self) -> pd.DataFrame:
        """The same per entity and account."""
        return totals(self.cut, ["entity", "account"])

    @cached_property
    def by_source(self) -> pd.DataFrame:
        """The same per kind of source."""
        return totals(self.cut, ["source"])

    @cached_property
    def bridge(self) -> pd.DataFrame:
        """The bridge per account, currency and direction."""
        return _bridge.bridge(self.cut)

    @cached_property
    def bridge_by_currency(self) -> pd.DataFrame:
        """The bridge per currency and direction."""
        return _bridge.bridge_by_currency(self.cut)

    @cached_property
    def bridge_by_account(self) -> pd.DataFrame:
        """The bridge per account and currency, net."""
        return _bridge.bridge_by_account(self.cut)

    @cached_property
    def granted(self) -> pd.DataFrame:
        """What was allowed on items without money moving."""
        return _bridge.granted(self.cut)

    @cached_property
    def by_day(self) -> pd.DataFrame:
        """Money in by booking day and state."""
        return _bridge.by_day(self.cut)

    @cached_property
    def proofs(self) -> pd.DataFrame:
        """Opening + entries = closing, per account."""
        return _proof.account_proofs(self.cut)

    @cached_property
    def ties(self) -> pd.DataFrame:
        """Ledger against bank and open items."""
        return _proof.ledger_ties(self.cut)

    @cached_property
    def questions(self) -> pd.DataFrame:
        """Every open question, one row per break."""
        return _questions.open_questions(self.cut)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """The questions about what did arrive or is on the books."""
        return self.questions[self.questions["list"] == "decision"].reset_index(drop=True)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """The questions about what was expected and is not there."""
        return self.questions[self.questions["list"] == "missing"].reset_index(drop=True)

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """The best explanation of each undecided line."""
        return _questions.best_proposals(self.cut)

    @cached_property
    def carried(self) -> pd.DataFrame:
        """What became of each question of last period, and what is new."""
        return _carried.what_became(self.cut)

    @cached_property
    def roll(self) -> pd.DataFrame:
        """The roll-forward of open questions."""
        return _carried.roll_forward(self.cut)

    @cached_property
    def verdict(self) -> Verdict:
        """Ready, needs review or not ready, and why."""
        return verdict(
            self.cut, bridge=self.bridge, proofs=self.proofs, ties=self.ties, roll=self.roll, questions=self.questions
        )

    def total_of(self, currency: str, direction: str) -> pd.Series:
        """The row of `totals` for one currency and direction; zeros where nothing was booked."""
        rows = self.totals[(self.totals["currency"] == currency) & (self.totals["direction"] == direction)]
        return rows.iloc[0] if len(rows) else pd.Series(0, index=self.totals.columns)


def share(part: int, whole: int) -> str:
    """part / whole as a percentage with one decimal, in exact arithmetic; "n/a" where there is no whole.

    Rounded half up, but never up to 100.0 and never down to 0.0 where it is not all or nothing.

    >>> share(967, 1000), share(9_999_999, 10_000_000), share(1, 0)
    ('96.7', '99.9', 'n/a')
    """
    if whole == 0:
        return NOT_AVAILABLE
    tenths = (2 * 1000 * part + whole) // (2 * whole)
    if part != whole and tenths == 1000:
        tenths = 999
    if part != 0 and tenths == 0:
        tenths = 1
    return f"{tenths // 10}.{tenths % 10}"


def metrics(found: Reconciliation) -> dict[str, str]:
    """Every headline figure as text, for the manifest and for next period's comparison; the same names every period.

    Amounts in major units with a decimal point, shares in percent, one name per currency: `credits.EUR` is what came in
    from outside, `own_credits.EUR` what came from own accounts.
    Undefined is "n/a".
    """
    sums = {
        name: total(found.totals[name]) for name in ("n_lines", "n_explained", "n_automatic", "n_proposed", "n_unexplained")
    }
    figures = {"status": found.verdict.status, **{name: str(value) for name, value in sums.items()}}
    figures["explained_share_of_lines"] = share(sums["n_explained"], sums["n_lines"])
    figures["automatic_share_of_lines"] = share(sums["n_automatic"], sums["n_lines"])
    figures["n_decisions"] = str(len(found.decisions))
    figures["n_decisions_proposed"] = str(int((found.decisions["reason"] == "proposed").sum()))
    figures["n_missing"] = str(len(found.missing))
    figures["n_files"] = str(len(found.cut.sources))
    for currency in found.cut.currencies:
        figures |= {f"{name}.{currency}": value for name, value in _of_currency(found, currency).items()}
    return figures


_NAMES = {"in": "credits", "out": "debits", "own_in": "own_credits", "own_out": "own_debits"}


def _of_currency(found: Reconciliation, currency: str) -> dict[str, str]:
    figures = {}
    for direction, name in _NAMES.items():
        row = found.total_of(currency, direction)
        figures[name] = money_text(row["booked"], currency)
        for state in ("explained", "proposed", "unexplained"):
            figures[f"{name}_{state}"] = money_text(row[state], currency)
        figures[f"{name}_explained_share"] = share(int(row["explained"]), int(row["booked"]))
    missing = found.missing[found.missing["currency"] == currency]
    figures["missing"] = money_text(total(missing["amount"]), currency)
    bridge = found.bridge[found.bridge["currency"] == currency]
    figures["bridge_difference"] = money_text(total(bridge["difference"]), currency)
    proofs = found.proofs[found.proofs["currency"] == currency]
    known = proofs["difference"].dropna().astype("int64")
    figures["proof_difference"] = (
        money_text(total(known), currency) if len(known) and len(known) == len(proofs) else NOT_AVAILABLE
    )
    return figures
