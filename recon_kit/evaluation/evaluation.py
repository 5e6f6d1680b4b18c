"""`evaluate`: what a run was worth, by the truth: how much it did, how often it was wrong, and whether it knew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.errors import Fault, ParameterError, nearest
from recon_kit.evaluation.judging import LABELS, judged
from recon_kit.evaluation.shares import COLUMNS, share, with_bounds
from recon_kit.evaluation.telling import html, told
from recon_kit.matching import LIVE, MatchResult
from recon_kit.matching.model.reliability import calibration_error, reliability

FLOORS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
_MAIN = 0.05
"""Share of lines from which on a currency is told in the short text."""


@dataclass(frozen=True)
class Evaluation:
    """What came of a run, by the truth.

    A line is *exact* when it was given just the documents that it truly paid (a line that pays none: just the kinds and
    accounts that truth tells), *right* when every part that was said also is right to the cent. A true deduction that was left
    open is *ungranted*, not wrong: granting it is a decision of its own. *Straight through* is automatic and exact, *false*
    automatic and not exact. Shares of lines are of those that pay documents; *decided* is automatic or proposed.

    Args:
        lines: one row per line that truth and run both know: entity, line_id, currency, amount (absolute minor units), reason
            (of its break), match_id, status ("auto", "proposed" ..., or "open"), basis, probability, n_said, n_true, n_hit
            (documents), pays, exact, right, ungranted (right, but for a deduction left open), and the labels that truth has
            (phenomenon, shape, quoting ...).
        wrong: one row per decided line that is not right: entity, match_id, line_id, basis, status, exact, said, truth.
        n_unseen: lines of the truth that the run did not know.
    """

    lines: pd.DataFrame
    wrong: pd.DataFrame
    n_unseen: int

    @cached_property
    def rules(self) -> pd.DataFrame:
        """One row per basis and status: n, right, wrong, precision, lower95, upper95 (Wilson), exact; a row counts matches."""
        known = self.lines[self.lines["match_id"].notna()]
        whole = ["entity", "match_id", "basis", "status"]
        matches = known.groupby(whole, dropna=False, sort=False)[["right", "exact"]].all().reset_index()
        counts = matches.groupby(["basis", "status"]).agg(n=("right", "size"), right=("right", "sum"), exact=("exact", "sum"))
        counts = counts.reset_index().assign(wrong=lambda rows: rows["n"] - rows["right"])
        return with_bounds(counts, "right", "n", "precision")[
            ["basis", "status", "n", "right", "wrong", "precision", "lower95", "upper95", "exact"]
        ]

    @cached_property
    def by_currency(self) -> pd.DataFrame:
        """One row per currency of lines that pay documents: n_lines, n_automatic, n_through, n_false (these also of lines that
        pay none), and the same of their absolute amounts: amount, amount_automatic, amount_through, amount_false."""
        lines, automatic = self.lines, self._automatic
        flags = {"lines": lines["pays"], "automatic": automatic & lines["pays"], "through": automatic & self._through}
        flags["false"] = automatic & ~lines["exact"]
        counts = pd.DataFrame({f"n_{name}": flag.astype("int64") for name, flag in flags.items()})
        sums = {
            f"amount{'' if name == 'lines' else f'_{name}'}": lines["amount"].where(flag, 0) for name, flag in flags.items()
        }
        return counts.assign(**sums).groupby(lines["currency"]).sum().reset_index()

    @property
    def n_lines(self) -> int:
        """Judged lines that pay documents."""
        return int(self.lines["pays"].sum())

    @property
    def n_through(self) -> int:
        """Of them automatic and exact."""
        return int(self._through.sum())

    @property
    def straight_through(self) -> float:
        """Share of the lines that pay documents and were matched automatically and exactly, by count; 0 of nothing."""
        return self.n_through / self.n_lines if self.n_lines else 0.0

    @property
    def exact(self) -> float:
        """Share of the same lines whose match, automatic or proposed, has just the right documents."""
        return int((self.lines["exact"] & self.lines["pays"]).sum()) / self.n_lines if self.n_lines else 0.0

    @property
    def ece(self) -> float:
        """Expected calibration error of `probability` over what was decided; NaN where nothing has one."""
        said = self._said
        return calibration_error(said["probability"].to_numpy(float), said["exact"].to_numpy(bool))

    def calibration(self, n_bins: int = 15) -> pd.DataFrame:
        """Said against seen, in bins of about equally many decided lines: n, said, seen, lower95, upper95 (Wilson)."""
        said = self._said
        return reliability(said["probability"].to_numpy(float), said["exact"].to_numpy(bool), n_bins)

    def measures(self) -> pd.DataFrame:
        """One row per measure: measure, currency (null: by count), part, of, share, lower95, upper95.

        By count: straight_through, exact, automatic (of lines that pay documents); false_automatic (of all automatic lines);
        link_precision and link_recall, of automatic lines and of all decided ones. By absolute amount, in each currency:
        straight_through, automatic, false_automatic. Where lines weigh differently the interval is that of as many equal
        ones as say the same (`shares.share`).
        """
        lines, pays, automatic = self.lines, self.lines["pays"].to_numpy(bool), self._automatic.to_numpy(bool)
        exact, decided = lines["exact"].to_numpy(bool), lines["status"].to_numpy() != "open"
        rows = [
            ("straight_through", None, share((automatic & exact)[pays])),
            ("exact", None, share(exact[pays])),
            ("automatic", None, share(automatic[pays])),
            ("false_automatic", None, share(~exact[automatic])),
        ]
        said, true, hit = (lines[name].to_numpy() for name in ("n_said", "n_true", "n_hit"))
        for name, which in (("automatic", automatic), ("decided", decided)):
            rows.append((f"link_precision_{name}", None, share(hit[which], said[which])))
            rows.append((f"link_recall_{name}", None, share(np.where(which, hit, 0), true)))
        for currency in sorted(lines["currency"].unique()):
            mine = (lines["currency"] == currency).to_numpy(bool)
            money = lines["amount"].to_numpy(np.int64)
            for name, flags, of in (
                ("straight_through", automatic & exact, mine & pays),
                ("automatic", automatic, mine & pays),
                ("false_automatic", automatic & ~exact, mine & automatic),
            ):
                rows.append((name, currency, share(np.where(flags, money, 0)[of], money[of])))
        return pd.DataFrame([{"measure": name, "currency": of, **found} for name, of, found in rows],
                            columns=["measure", "currency", *COLUMNS])  # fmt: skip

    def by(self, label: str) -> pd.DataFrame:
        """One row per value of a label of the lines (`phenomenon`, `shape`, `currency` ...), the most frequent first.

        Columns: n, n_pays, automatic, through, false, proposed, exact (lines), left (lines without a match), recall
        (documents found of those that are true), exact_share (of lines) with lower95 and upper95 (Wilson).

        Raises:
            ParameterError: truth had no such label.
        """
        if label not in self.lines:
            there = [name for name in LABELS if name in self.lines]
            raise ParameterError("by", [Fault(f"a label of the lines{nearest(label, there)}", field="label", found=label)])
        lines, automatic = self.lines, self._automatic
        flags = pd.DataFrame(
            {
                label: lines[label], "n": 1, "n_pays": lines["pays"], "automatic": automatic,
                "through": automatic & lines["exact"], "false": automatic & ~lines["exact"],
                "proposed": lines["status"] == "proposed", "exact": lines["exact"], "left": lines["status"] == "open",
                "n_true": lines["n_true"], "n_hit": lines["n_hit"],
            }
        )  # fmt: skip
        sums = flags.groupby(label).sum().astype("int64").reset_index()
        sums = with_bounds(sums, "n_hit", "n_true", "recall").drop(columns=["lower95", "upper95"])
        sums = with_bounds(sums, "exact", "n", "exact_share").drop(columns=["n_hit", "n_true"])
        return sums.sort_values(["n", label], ascending=[False, True], ignore_index=True)

    def frontier(self, floors: Sequence[float] = FLOORS) -> pd.DataFrame:
        """What another floor of probability would do: one row per floor and currency, and per floor one by count alone.

        As if the floor alone decided: whatever was decided and is at least so probable counts as automatic, also where a tie,
        a margin, a ceiling or a rule holds it back now.

        Columns: floor, currency (null: all lines), n (automatic lines), share (of lines that pay documents), n_false,
        false_share, false_upper95; by amount (null where currency is): amount, amount_share, amount_false (money at risk),
        amount_false_share, amount_false_upper95.
        """
        said = self._said
        whose = [(None, self.lines, said)] + [
            (str(currency), rows, said[said["currency"] == currency]) for currency, rows in self.lines.groupby("currency")
        ]
        rows = [_at(floor, currency, of, some) for floor in floors for currency, of, some in whose]
        return pd.DataFrame(rows).astype(dict.fromkeys(("amount", "amount_false"), "Int64"))

    def __str__(self) -> str:
        of = self.lines["currency"].value_counts(normalize=True)
        main = of[of >= _MAIN].index.tolist()
        return told(self.measures(), main, self.n_lines, len(self.lines) - self.n_lines, self.n_unseen, self.ece)

    def _repr_html_(self) -> str:
        return html(self.measures())

    @property
    def _automatic(self) -> pd.Series:
        return self.lines["status"].isin(LIVE)

    @property
    def _through(self) -> pd.Series:
        return self._automatic & self.lines["exact"] & self.lines["pays"]

    @cached_property
    def _said(self) -> pd.DataFrame:
        """Decided lines that have a probability."""
        return self.lines[(self.lines["status"] != "open") & self.lines["probability"].notna()]


def evaluate(result: MatchResult, truth: pd.DataFrame) -> Evaluation:
    """Hold a run against the truth.

    Args:
        truth: line_id, item_id, allocated; one row per part, `item_id` null for what goes to no item. With a column
            `kind` payments, discounts and ledger accounts are told apart (and with `gl_account` the account of the latter);
            `entity` is used if it is there, and labels (phenomenon, shape, quoting, noise, payer_is, is_tie) are kept.
            Lines that truth does not name are not judged.
    Raises:
        TableError: truth lacks one of its three columns.
    """
    found = judged(result, truth)
    return Evaluation(found.lines, found.wrong, found.unseen)


def _at(floor: float, currency: str | None, of: pd.DataFrame, said: pd.DataFrame) -> dict[str, Any]:
    above = said[said["probability"] >= floor]
    exact, pays = above["exact"].to_numpy(bool), above["pays"].to_numpy(bool)
    false = share(~exact)
    row: dict[str, Any] = {"floor": floor, "currency": currency, "n": len(above)}
    row["share"] = int(pays.sum()) / n if (n := int(of["pays"].sum())) else float("nan")
    row |= {"n_false": false["part"], "false_share": false["share"], "false_upper95": false["upper95"]}
    names = ("amount", "amount_share", "amount_false", "amount_false_share", "amount_false_upper95")
    if currency is None:
        return row | dict.fromkeys(names)
    money = above["amount"].to_numpy(np.int64)
    whole, wrong = int(of["amount"].where(of["pays"], 0).sum()), share(np.where(exact, 0, money), money)
    values = (int(money.sum()), int(money[pays].sum()) / whole if whole else float("nan"), wrong["part"], wrong["share"])
    return row | dict(zip(names, (*values, wrong["upper95"]), strict=True))
