"""The figures of a period, each of one population, basis and set of movements."""

import pandas as pd

from recon_kit.measures.collection import Collection
from recon_kit.measures.flows import flows
from tests.measures.books import MONTHS, QUARTER, items, movements

BEFORE = "item_id  open_amount\nI0  95000.00"
SHOWN = {
    "dso_period_end": "36.29", "dso_count_back": "39.17", "dso_true": "36.61", "age_weighted": "30.20", "cei": "86.15",
    "dso_best_possible": "23.23", "delinquency_days": "13.06", "delinquency_days_direct": "6.36", "cash_cei": "83.08",
    "turnover": "2.82", "turnover_per_year": "11.43", "turnover_days": "31.94", "unapplied_of_receipts": "2.22",
    "unapplied_of_receivables": "4.80",
}  # fmt: skip


def collection(now, before, moved):
    return Collection(now, before, told(moved), QUARTER, MONTHS[::-1])


def told(moved):
    return pd.concat([flows(moved, [QUARTER]), flows(moved, MONTHS)], ignore_index=True)


def test_the_figures_of_the_quarter():
    found = collection(items(), items(BEFORE), movements()).figures
    assert {name: figure.text(2) for name, figure in found["A", "EUR"].items()} == SHOWN


def test_without_movements_what_needs_sales_is_not_defined():
    found = collection(items(), items(BEFORE), movements().iloc[:0]).figures["A", "EUR"]
    assert {name for name, figure in found.items() if figure.value is not None} == {
        "age_weighted", "delinquency_days_direct", "unapplied_of_receivables",
    }  # fmt: skip
    assert {figure.why for figure in found.values() if figure.why} == {"no_movements"}


def test_no_figure_crosses_an_entity_or_a_currency():
    other = items("item_id  open_amount\nX  5.00", entity=None, currency="CHF")
    found = collection(pd.concat([items(), other]), items(BEFORE), movements()).figures
    assert list(found) == [(None, "CHF"), ("A", "EUR")]
    assert found["A", "EUR"]["dso_period_end"].text(2) == "36.29"
    assert found[None, "CHF"]["dso_period_end"].why == "no_movements"
    assert found[None, "CHF"]["age_weighted"].currency == "CHF"
