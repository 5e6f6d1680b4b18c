"""What every section of the collection page is given: its measures, how they are said, and what earlier periods were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures import Cut, Reconciliation
from recon_kit.measures.collection_effectiveness import CollectionEffectiveness, collected
from recon_kit.measures.collection_metrics import metrics_before, metrics_of, metrics_year_ago
from recon_kit.measures.exact import half_up
from recon_kit.measures.figure import Measure, decimal_text
from recon_kit.report.context import Context, Earlier
from recon_kit.report.tables import Column
from recon_kit.report.words import Words, plain

_WHOLE = ("delay_median", "days_to_match_median", "days_to_match_p90")
"""Figures that are whole days by nature."""


@dataclass(frozen=True, eq=False)
class CollectionContext(Context):
    """The collection figures of one cut, to be said in one language."""

    collected: CollectionEffectiveness

    @classmethod
    def of(cls, cut: Cut, language: str = "") -> CollectionContext:
        """As `Context.of`."""
        words = Words(language or cut.meta.get("locale") or "en")
        return cls(Reconciliation(cut), words, collected(cut))

    @cached_property
    def metrics(self) -> Mapping[str, str]:
        """The collection report's headline figures as text."""
        return metrics_of(self.collected)

    @property
    def base(self) -> str:
        """The currency that headlines speak of: the company's, or the first one in which anything is owed or sold."""
        found = self.collected.currencies
        return found[0] if found else str(self.cut.meta["base_currency"])

    @cached_property
    def previous(self) -> Earlier | None:
        """The period before: what its close told, else what this run knows of it."""
        return self._known("previous", metrics_before(self.collected), -2, Context.previous.func)  # type: ignore[attr-defined]

    @cached_property
    def year_ago(self) -> Earlier | None:
        """The same period a year ago: what its close told, else what this run's balances and postings tell of it."""
        return self._known("year_ago", metrics_year_ago(self.collected), -13, Context.year_ago.func)  # type: ignore[attr-defined]

    @cached_property
    def customer_names(self) -> dict[tuple[str, str], str]:
        """(entity, customer_id) -> name, as the newest list says it."""
        frames = [self.cut.open_items, self.cut.ledger_items, self.cut.items_before]
        rows = pd.concat([frame[["entity", "customer_id", "customer_name"]] for frame in frames])
        rows = rows[rows["customer_id"].notna() & rows["customer_name"].notna()].drop_duplicates(["entity", "customer_id"])
        keys = zip(rows["entity"].fillna(""), rows["customer_id"], strict=True)
        return dict(zip(keys, rows["customer_name"], strict=True))

    def customer(self, entity: Any, customer_id: Any) -> str:
        """A customer's name, or the id where no list names one."""
        if pd.isna(customer_id):
            return str(self.words("collect.nobody"))
        key = ("" if pd.isna(entity) else str(entity), str(customer_id))
        return plain(self.customer_names.get(key, customer_id), 60)

    def said(self, one: Measure, *, code: bool = False) -> str:
        """A figure as people write it, with the sign of its unit; "n/a" where it is not defined."""
        words = self.words
        if one.value is None:
            return str(words("number.na"))
        if one.unit == "money":
            return self.money(half_up(one.value), one.currency or self.base, code=code)
        places = 0 if one.id in _WHOLE else 1
        number = Decimal(decimal_text(one.value, places))
        if one.unit == "days":
            text = str(words("number.days", n=words.decimal(number, places)))
            return f"> {text}" if one.at_least else text
        text = (
            words.percent(str(number)) if one.unit == "percent" else str(words(f"number.{one.unit}", n=words.decimal(number)))
        )
        return f"> {text}" if one.at_least else text

    def heads(self, said: str) -> list[Column]:
        """Columns from "name [look], ...", headed by the words of this page."""
        named = [part.split(maxsplit=1) for part in said.split(",")]
        return [Column(self.words(f"collect_col.{name}"), "".join(look)) for name, *look in named]

    def in_days(self, one: Measure) -> str:
        """A figure of days in a sentence: "35.6 days"."""
        if one.value is None:
            return str(self.words("number.na"))
        number = self.words.decimal(Decimal(decimal_text(one.value, 1)))
        return f"{'> ' if one.at_least else ''}{self.words('collect.in_days', n=number)}"

    def share(self, part: int, of: int, places: int = 1) -> str:
        """part / of in percent; what is there but would round to 0 is told as less than that."""
        if not of:
            return str(self.words("number.na"))
        exact = Fraction(100 * part, of)
        least = Fraction(1, 10**places)
        if 0 < exact < least / 2:
            return f"< {self.words.percent(decimal_text(least, places))}"
        return self.words.percent(decimal_text(exact, places))

    def why(self, one: Measure) -> str:
        """Why a figure is not defined, as part of a sentence; empty where it is."""
        return self.words.known("collect_why", one.why) if one.why else ""

    def full(self, one: Measure) -> object:
        """The figure; or "n/a" over its reason."""
        if one.value is not None:
            return self.said(one)
        return Markup('{}<div class="why">{}</div>').format(self.words("number.na"), self.why(one))

    def amount(self, minor: Any, currency: str) -> str:
        """An amount rounded to whole units, with its code: for titles."""
        return self.words.whole_money(minor, currency)

    def _known(self, key: str, own: dict[str, str], place: int, told: Any) -> Earlier | None:
        earlier = told(self)
        if earlier is not None:
            kept = {name: text for name, text in earlier.metrics.items() if name not in own or text != "n/a"}
            return Earlier(earlier.name, {**own, **kept})
        spans = self.collected.spans
        if not own or len(spans) < -place:
            return None
        first = spans[place].first
        name = f"{first:%Y-%m}"
        called = self.words.period_with_year(name) if key == "year_ago" else self.words.period_short(name)
        return Earlier(called, own)
