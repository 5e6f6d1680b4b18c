"""Average days delinquent: the part of DSO that late payers cause, as a difference or straight from the documents."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from recon_kit.measures.exact import days_between, dot
from recon_kit.measures.figure import Measure, quotient, undefined
from recon_kit.measures.receivables import debts
from recon_kit.money import total


def delinquency_days(dso: Measure, best_possible: Measure) -> Measure:
    """DSO less best possible DSO, both of period end. Definition: `delinquency_days`.

    Days; undefined for the reason for which one of the two is.

    Source: waycalculator.com, average days delinquent.
    """
    return _difference("delinquency_days", dso, best_possible)


def delinquency_days_average(dso: Measure, best_possible: Measure) -> Measure:
    """DSO less best possible DSO, both from averaged month-ends. Definition: `delinquency_days_average`.

    Source: crfweb.net, DSO calculator.
    """
    return _difference("delinquency_days_average", dso, best_possible)


def delinquency_days_direct(items: pd.DataFrame, as_of: date, currency: str | None = None) -> Measure:
    """The mean of days past due, weighted by amount; what is not due counts with 0. Definition: `delinquency_days_direct`.

    Over the debts of one entity and currency that have a due date. Undefined: `no_receivables`, `no_due_date` (none has one).
    """
    found = debts(items)
    dated = found[found["due_on"].notna()]
    if len(found) and dated.empty:
        return undefined("delinquency_days_direct", "no_due_date", currency)
    late = np.maximum(days_between(np.datetime64(as_of), dated["due_on"]), 0)
    weighted = dot(late, dated["open_amount"])
    return quotient("delinquency_days_direct", weighted, total(dated["open_amount"]), currency, why="no_receivables")


_PAIRS = {
    "delinquency_days": ("dso_period_end", "dso_best_possible"),
    "delinquency_days_average": ("dso_average", "dso_best_possible_average"),
}


def _difference(definition: str, dso: Measure, best: Measure) -> Measure:
    if (dso.id, best.id) != _PAIRS[definition]:
        raise ValueError(f"{definition} is {' less '.join(_PAIRS[definition])}, not {dso.id} less {best.id}")
    if dso.value is None or best.value is None:
        return undefined(definition, dso.why or best.why, dso.currency)
    return Measure(definition, dso.value - best.value, dso.currency)
