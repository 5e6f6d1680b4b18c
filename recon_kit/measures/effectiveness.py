"""How much of what could be collected was collected: the collection effectiveness index in its forms, and turnover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from recon_kit.measures.figure import Measure, quotient, undefined


@dataclass(frozen=True)
class Collected:
    """What a period began with, added and ended with; one currency, one basis, minor units, debts without credits.

    Args:
        opening, closing: receivables at both ends. current: of the closing ones, those not yet due.
        sales, receipts: of the period, both positive; None where the movements are not there.
    """

    opening: int
    closing: int
    current: int
    sales: int | None
    receipts: int | None = None
    currency: str | None = None


def cei(period: Collected) -> Measure:
    """(opening + sales - closing) / (opening + sales - closing current): collected of what could be. Definition: `cei`.

    Percent. Credit notes and write-offs count as collected: see `cash_cei`. A quarter's index is made of the quarter's
    figures, not of its months' ones. Undefined: `no_movements`, `not_above_zero` (nothing was to be collected), `over_100`
    and `below_0` (the parts do not fit together).

    Source: creditguru.com, collection effectiveness index.
    """
    return _index("cei", period, period.sales)


def cei_average_sales(period: Collected, n_months: int) -> Measure:
    """The index with the mean month's sales in place of the period's. Definition: `cei_average_sales`.

    Some pages print this form under the same name; it is smaller by twenty points in a quarter.
    """
    mean = None if period.sales is None else Fraction(period.sales, n_months)
    return _index("cei_average_sales", period, mean)


def cash_cei(period: Collected) -> Measure:
    """Receipts / (opening + sales - closing current): the part that was collected in money. Definition: `cash_cei`.

    Percent, undefined as `cei`; above 100 % where money arrived for what was never on the list, which is `over_100`.
    """
    could = None if period.sales is None else period.opening + period.sales - period.current
    return _of_100(quotient("cash_cei", period.receipts, could, period.currency, why="not_above_zero"))


def turnover(sales: int | None, opening: int, closing: int, currency: str | None = None) -> Measure:
    """Credit sales / mean of opening and closing receivables: times a period. Definition: `turnover`.

    Undefined: `no_movements`, `not_above_zero` (the mean of receivables).
    """
    return quotient("turnover", sales, Fraction(opening + closing, 2), currency, why="not_above_zero")


def turnover_n_point(sales: int | None, balances: Sequence[int], currency: str | None = None) -> Measure:
    """Credit sales / mean of the receivables at the opening and at every month's end. Definition: `turnover_n_point`."""
    mean = Fraction(sum(balances), len(balances)) if balances else None
    return quotient("turnover_n_point", sales, mean, currency, why="not_above_zero")


def turnover_per_year(of_period: Measure, days: int) -> Measure:
    """A period's turnover as if a year of 365 days went on like it. Definition: `turnover_per_year`."""
    if of_period.value is None:
        return undefined("turnover_per_year", of_period.why, of_period.currency)
    return Measure("turnover_per_year", of_period.value * Fraction(365, days), of_period.currency)


def turnover_days(of_period: Measure, days: int) -> Measure:
    """The days that one turnover takes: days of the period / its turnover. Definition: `turnover_days`.

    Undefined as the turnover is, and as `no_sales` where it is not above zero.
    """
    if of_period.value is None:
        return undefined("turnover_days", of_period.why, of_period.currency)
    return quotient("turnover_days", days, of_period.value, of_period.currency, why="no_sales")


def _index(definition: str, period: Collected, sales: Fraction | int | None) -> Measure:
    if sales is None:
        return undefined(definition, "no_movements", period.currency)
    begun = period.opening + sales
    part, of = begun - period.closing, begun - period.current
    return _of_100(quotient(definition, part, of, period.currency, why="not_above_zero"))


def _of_100(found: Measure) -> Measure:
    """A share of a whole can be neither above 100 % nor below 0: then the parts are not of one population."""
    if found.value is None or 0 <= found.value <= 100:
        return found
    return undefined(found.id, "over_100" if found.value > 100 else "below_0", found.currency)
