"""The collection report's headline figures as text: for the manifest, for later comparison, and what this run knows of earlier
periods where no close had told them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from recon_kit.measures.collection_effectiveness import CollectionEffectiveness, collected
from recon_kit.measures.cut import Cut
from recon_kit.measures.figure import Measure, undefined
from recon_kit.measures.month_ends import receipts, sales
from recon_kit.measures.naming import BASES, named
from recon_kit.measures.payers import payment_delay
from recon_kit.measures.provision import provision_total

ON_BOTH = (
    "dso_period_end", "dso_count_back", "dso_true", "dso_best_possible", "delinquency_days", "delinquency_days_direct",
    "age_weighted", "cei", "cash_cei", "turnover", "turnover_per_year", "turnover_days", "unapplied_of_receipts",
    "unapplied_of_receivables",
)  # fmt: skip
"""The figures that stand on both bases."""


def collection_metrics(cut: Cut) -> dict[str, str]:
    """As `metrics_of`, of a cut."""
    return metrics_of(collected(cut))


def metrics_of(found: CollectionEffectiveness) -> dict[str, str]:
    """Every headline figure, by definition, version, basis and currency, with one decimal; money in major units; "n/a" where
    undefined. Of all entities of a currency together."""
    return {name: one.text() for code in found.currencies for name, one in _of_currency(found, code)}


def _of_currency(found: CollectionEffectiveness, code: str) -> Iterable[tuple[str, Measure]]:
    for basis in BASES:
        for name in ON_BOTH:
            yield named(name, code, basis=basis), found.figure(name, code, basis)
    month = _month(found.months, code, found.cut.last)
    yield from _of_month(month, code)
    yield named("cei_quarter", code), found.cei_of(code, found.quarter)
    yield named("payment_delay", code), payment_delay(found.paid, code)
    yield named("sales_known", code), found.sales_known(code)
    yield named("cash_four_weeks", code), found.cash.soon(code)
    for name in ("forecast_bias", "forecast_mape", "forecast_coverage"):
        scores = found.cash.scores.get((code, "curves"), {})
        yield named(name, code), scores.get(name) or undefined(name, "history_too_short", code)
    yield named("provision_total", code), provision_total(found.provision, code)


def metrics_before(found: CollectionEffectiveness) -> dict[str, str]:
    """What this run knows of the period before by the same definitions: lists and matches as they are known now."""
    told: dict[str, str] = {}
    day = found.cut.first - pd.Timedelta(days=1)
    for code in found.currencies:
        for basis in BASES:
            figures = found.before[basis].get(code, {})
            told |= {named(name, code, basis=basis): one.text() for name, one in figures.items()}
            past = found.overdue(code, basis, before=True)
            told |= {named(one.id, code, basis=basis): one.text() for one in past.values()}
        told |= {name: one.text() for name, one in _of_month(_month(found.months, code, day), code)}
    return told


def metrics_year_ago(found: CollectionEffectiveness) -> dict[str, str]:
    """What this run knows of the same period of the year before: only what accounts and postings alone can tell."""
    if len(found.spans) < 13:
        return {}
    then = pd.Timestamp(found.spans[-13].last)
    return {name: one.text() for code in found.currencies for name, one in _of_month(_month(found.months, code, then), code)}


def _month(months: pd.DataFrame, code: str, last: pd.Timestamp) -> pd.Series | None:
    rows = months[((months["currency"] == code) & (months["last"] == last)).to_numpy(bool)]
    return rows.iloc[0] if len(rows) else None


def _of_month(month: pd.Series | None, code: str) -> list[tuple[str, Measure]]:
    if month is None:
        dso = undefined("dso_account", "no_movements", code)
        return [
            (named("dso_account", code), dso),
            *((named(n, code), undefined(n, "no_movements", code)) for n in ("sales", "receipts")),
        ]
    found = (month["dso"], sales(int(month["sales"]), code), receipts(int(month["receipts"]), code))
    return [(named(one.id, code), one) for one in found]
