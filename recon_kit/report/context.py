"""What every section of the page is given: the measures, the words, and how this company names its accounts and entities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from recon_kit.measures import Cut, Reconciliation, metrics
from recon_kit.measures.owed import Owed
from recon_kit.report.words import Words, masked, plain


@dataclass(frozen=True)
class Earlier:
    """An earlier close that figures are held against: what people call its period, and its metrics."""

    name: str
    metrics: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Context:
    """The measures of one cut, to be said in one language."""

    found: Reconciliation
    words: Words

    @classmethod
    def of(cls, cut: Cut, language: str = "") -> Context:
        """For a cut, in the language named, else in the company's own.

        Raises:
            ParameterError: a language that there are no words for.
        """
        return cls(Reconciliation(cut), Words(language or cut.meta.get("locale") or "en"))

    @property
    def cut(self) -> Cut:
        """The frozen cut."""
        return self.found.cut

    @cached_property
    def owed(self) -> Owed:
        """What is owed to us."""
        return Owed(self.cut)

    @cached_property
    def metrics(self) -> Mapping[str, str]:
        """The reconciliation's headline figures as text."""
        return metrics(self.found)

    @property
    def base(self) -> str:
        """The currency that headlines speak of: the company's, or the first one used where it has no line."""
        booked = self.found.totals["currency"]
        used = [currency for currency in self.cut.currencies if currency in set(booked)]
        base = str(self.cut.meta["base_currency"])
        return base if base in used or not used else used[0]

    @cached_property
    def several(self) -> bool:
        """Whether there is more than one legal entity to tell apart."""
        return len(self.cut.meta["entities"]) > 1

    @cached_property
    def period(self) -> str:
        """The period as people say it."""
        return self.words.period(self.cut.meta["period"]["name"], self.cut.first, self.cut.last)

    @cached_property
    def previous(self) -> Earlier | None:
        """The close of the period before; None where there is none."""
        return self._earlier("previous", self.words.period_short)

    @cached_property
    def year_ago(self) -> Earlier | None:
        """The close of the same period a year ago; None where there is none."""
        return self._earlier("year_ago", self.words.period_with_year)

    def _earlier(self, key: str, called: Callable[[str], str]) -> Earlier | None:
        known = self.cut.meta.get(key)
        return Earlier(called(str(known["period"])), dict(known["metrics"])) if known else None

    @cached_property
    def proposed(self) -> dict[tuple[str, str], dict[Any, Any]]:
        """The best explanation of each undecided line, by entity and line."""
        rows = self.found.proposals.to_dict("records")
        return {(row["entity"] if pd.notna(row["entity"]) else "", str(row["id"])): row for row in rows}

    def entity(self, entity: Any) -> str:
        """An entity's name, or its id where it has none."""
        return "" if pd.isna(entity) else plain(self.cut.meta["entities"].get(entity, entity))

    def account(self, account: Any, *, number: bool = True) -> str:
        """An account as "Main account · DE89 •••• 3000"; the number alone where it has no name."""
        if account is None or pd.isna(account):
            return str(self.words("accounts.unknown"))
        name = plain(self.cut.account_names.get(str(account), ""), 40)
        if name and not number:
            return name
        return f"{name} · {masked(account)}" if name else masked(account)

    def money(self, minor: Any, currency: str, *, code: bool = False) -> str:
        """As `Words.money`."""
        return self.words.money(minor, currency, code=code)
