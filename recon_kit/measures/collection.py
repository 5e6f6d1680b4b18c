"""Every figure of collection for each entity and currency, from one population, one basis and one set of movements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.measures import delinquency, dso, effectiveness, unapplied
from recon_kit.measures.figure import Measure
from recon_kit.measures.flows import Span
from recon_kit.measures.receivables import debts, is_current, population
from recon_kit.money import total

Group = tuple[str | None, str]
"""Entity and currency; nothing here crosses either."""


@dataclass(frozen=True, eq=False)
class Collection:
    """What one period's figures of collection are made of.

    Args:
        items: OPEN_ITEMS at the end of the period, of one basis; before: at the end of the period before it, of the same basis.
        flows: as `recon_kit.measures.flows.flows` gives, with a row for the period itself and for each month of the history.
        span: the period.
        history: the months of `flows` that count-back walks, the newest first; it begins with the period's last month.
    """

    items: pd.DataFrame
    before: pd.DataFrame
    flows: pd.DataFrame
    span: Span
    history: Sequence[Span] = ()

    @cached_property
    def figures(self) -> dict[Group, dict[str, Measure]]:
        """(entity, currency) -> definition id -> figure, for every group with items or movements."""
        return {group: self._of(group) for group in self.groups}

    def collected(self, group: Group) -> effectiveness.Collected:
        """What a group's period began with, added and ended with: debts without credits."""
        owed = debts(_only(self._now, group))
        current = total(owed.loc[is_current(owed, pd.Timestamp(self.span.last)), "open_amount"])
        opening = total(debts(_only(self._then, group))["open_amount"])
        sales, receipts = (self._flow(group, self.span, name) for name in ("sales", "receipts"))
        return effectiveness.Collected(opening, total(owed["open_amount"]), current, sales, _positive(receipts), group[1])

    @cached_property
    def groups(self) -> list[Group]:
        """Every entity and currency that has items or movements, sorted."""
        keys = pd.concat([frame[["entity", "currency"]] for frame in (self._now, self._then, self.flows)]).drop_duplicates()
        found = [(None if pd.isna(entity) else entity, currency) for entity, currency in keys.itertuples(index=False)]
        return sorted(found, key=lambda group: (group[0] or "", group[1]))

    @cached_property
    def _now(self) -> pd.DataFrame:
        return population(self.items)

    @cached_property
    def _then(self) -> pd.DataFrame:
        return population(self.before)

    def _of(self, group: Group) -> dict[str, Measure]:
        items, currency, period = _only(self._now, group), group[1], self.collected(group)
        parked = -total(
            items.loc[((items["class"] == "on_account") & (items["open_amount"] < 0)).to_numpy(bool), "open_amount"]
        )
        found = [
            *self._days(group, items, period.closing, period.current),
            effectiveness.cei(period),
            effectiveness.cash_cei(period),
            *_turned(period.sales, period.opening, period.closing, self.span.days, currency),
            unapplied.unapplied_of_receipts(parked, period.receipts, currency),
            unapplied.unapplied_of_receivables(parked, period.closing, currency),
        ]
        return {one.id: one for one in found}

    def _days(self, group: Group, items: pd.DataFrame, receivables: int, current: int) -> list[Measure]:
        span, currency = self.span, group[1]
        sales = self._flow(group, span, "sales")
        months = [(month, self._flow(group, month, "sales")) for month in self.history]
        by_month = {(month.first.year, month.first.month): sold for month, sold in months if sold is not None}
        period_end = dso.dso_period_end(receivables, sales, span.days, currency)
        best = dso.dso_best_possible(current, sales, span.days, currency)
        return [
            period_end,
            dso.dso_count_back(receivables, [(month.days, sold) for month, sold in months], currency),
            dso.dso_true(items, span.last, by_month, currency),
            dso.age_weighted(items, span.last, currency),
            best,
            delinquency.delinquency_days(period_end, best),
            delinquency.delinquency_days_direct(items, span.last, currency),
        ]

    def _flow(self, group: Group, span: Span, name: str) -> int | None:
        """One flow of one span; None where the movements do not tell it."""
        rows = self._flows.get((*group, span.first, span.last))
        value = None if rows is None else rows[name]
        return None if value is None or pd.isna(value) else int(value)

    @cached_property
    def _flows(self) -> dict[tuple[str | None, str, date, date], dict[Any, Any]]:
        found = {}
        for row in self.flows.to_dict("records"):
            entity = None if pd.isna(row["entity"]) else row["entity"]
            found[entity, row["currency"], row["first"].date(), row["last"].date()] = row
        return found


def _only(items: pd.DataFrame, group: Group) -> pd.DataFrame:
    entity, currency = group
    same = items["entity"].isna() if entity is None else items["entity"] == entity
    found: pd.DataFrame = items[np.asarray(same, bool) & (items["currency"] == currency).to_numpy(bool)]
    return found


def _positive(receipts: int | None) -> int | None:
    """Receipts as a positive amount; the ledger credits them."""
    return None if receipts is None else -receipts


def _turned(sales: int | None, opening: int, closing: int, days: int, currency: str) -> list[Measure]:
    times = effectiveness.turnover(sales, opening, closing, currency)
    return [times, effectiveness.turnover_per_year(times, days), effectiveness.turnover_days(times, days)]
