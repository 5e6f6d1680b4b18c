"""The register of definitions: what each figure is called, counts in and rests on. Words for screens stand with the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Unit = Literal["money", "days", "percent", "times", "count"]
Basis = Literal["ledger", "applied", "either"]
Vat = Literal["yes", "no", "either"]


@dataclass(frozen=True)
class Definition:
    """One way to compute a figure; two ways have two ids, because their results are not to be compared.

    Args:
        version: raised when a result could change; figures of different versions are not compared.
        unit: of the value, or of what a table of this definition measures.
        basis: "ledger" (the ledger's own list), "applied" (less our matches that are not in it yet), "either": whichever
            list the caller gives, and says.
        gross_of_vat: whether it is made of amounts with VAT; "either" follows the flows given.
        source: where the formula stands in public.
    """

    id: str
    version: int
    unit: Unit
    basis: Basis
    gross_of_vat: Vat
    source: str


_PRACTICE = "common practice of credit management"
_SALES: Vat = "either"
_ALL = (
    # what is open, and how old
    Definition("aging_due", 1, "money", "either", "yes", _PRACTICE),
    Definition("aging_invoice", 1, "money", "either", "yes", _PRACTICE),
    Definition("small_rests", 1, "money", "either", "yes", _PRACTICE),
    Definition("credit_balances", 1, "money", "either", "yes", "IAS 1.32: assets and liabilities are not offset"),
    Definition("unapplied_aging", 1, "money", "either", "yes", _PRACTICE),
    Definition("credits_apart", 1, "money", "ledger", "yes", _PRACTICE),
    Definition("readings_bridge", 1, "money", "either", "yes", "this register: from one basis to the other"),
    Definition("list_tie", 1, "money", "ledger", "yes", "AS 1105.10; sub-ledger against control account"),
    Definition("receivables_gross", 1, "money", "either", "yes", _PRACTICE),
    Definition("receivables_net", 1, "money", "either", "yes", _PRACTICE),
    Definition("overdue", 1, "money", "either", "yes", _PRACTICE),
    Definition("overdue_share", 1, "percent", "either", "yes", _PRACTICE),
    Definition("over_90", 1, "money", "either", "yes", _PRACTICE),
    Definition("over_90_share", 1, "percent", "either", "yes", _PRACTICE),
    Definition("unapplied", 1, "money", "either", "yes", _PRACTICE),
    Definition("largest_debtor_share", 1, "percent", "either", "yes", "IFRS 7.34(c): concentrations of risk"),
    # how it moved
    Definition("receivables_roll", 1, "money", "ledger", "yes", "AS 1105.10 (completeness and accuracy); common practice"),
    Definition("flows", 1, "money", "ledger", _SALES, _PRACTICE),
    Definition("sales", 1, "money", "ledger", _SALES, _PRACTICE + "; what receivables accounts took in the period"),
    Definition("receipts", 1, "money", "either", "yes", _PRACTICE + "; less what was returned and refunded"),
    # how long it takes
    Definition("dso_period_end", 1, "days", "either", _SALES, "upflow.io, DSO formula"),
    Definition("dso_account", 1, "days", "ledger", _SALES, _PRACTICE + "; the accounts' balance, open credits taken off"),
    Definition("dso_average", 1, "days", "either", _SALES, "crfweb.net, DSO calculator: averaged month-ends"),
    Definition("dso_count_back", 1, "days", "either", _SALES, "academy.highako.com, count-back; days of the calendar"),
    Definition("dso_true", 1, "days", "either", _SALES, "community.oracle.com 4521441, 'true DSO'"),
    Definition("age_weighted", 1, "days", "either", "yes", "the other figure that is called true DSO"),
    Definition("dso_best_possible", 1, "days", "either", _SALES, "apruve.com, best possible DSO"),
    Definition("dso_best_possible_average", 1, "days", "either", _SALES, "crfweb.net, DSO calculator: averaged month-ends"),
    Definition("delinquency_days", 1, "days", "either", _SALES, "waycalculator.com, average days delinquent: a difference"),
    Definition("delinquency_days_average", 1, "days", "either", _SALES, "crfweb.net, DSO calculator: averaged month-ends"),
    Definition("delinquency_days_direct", 1, "days", "either", "yes", "days past due weighted by amount"),
    # how well it is collected
    Definition("cei", 1, "percent", "either", _SALES, "creditguru.com, collection effectiveness index"),
    Definition("cei_quarter", 1, "percent", "ledger", _SALES, "creditguru.com; of three months, by the ledger's lists"),
    Definition("cei_average_sales", 1, "percent", "either", _SALES, "the same with sales divided by the months"),
    Definition("cash_cei", 1, "percent", "either", _SALES, "receipts over the index's own denominator"),
    Definition("turnover", 1, "times", "either", _SALES, _PRACTICE + "; average of opening and closing"),
    Definition("turnover_n_point", 1, "times", "either", _SALES, _PRACTICE + "; average of all month-ends"),
    Definition("turnover_per_year", 1, "times", "either", _SALES, _PRACTICE + "; 365 days"),
    Definition("turnover_days", 1, "days", "either", _SALES, _PRACTICE),
    Definition("unapplied_of_receipts", 1, "percent", "either", "yes", _PRACTICE),
    Definition("unapplied_of_receivables", 1, "percent", "either", "yes", _PRACTICE),
    Definition("payment_delay", 1, "days", "applied", "yes", "days from due to paid, weighted by amount"),
    Definition("sales_known", 1, "percent", "applied", "yes", "part of the receivables whose posting the movements hold"),
    # what will be lost, what will come
    Definition("migration", 1, "money", "either", "yes", "OCC retail lending examination procedures, roll rates by cohort"),
    Definition("roll_rates", 1, "percent", "either", "yes", "OCC retail lending examination procedures, roll rates by cohort"),
    Definition("bucket_ratio", 1, "percent", "either", "yes", "the same read from two agings, not from the same documents"),
    Definition("lifetime_loss", 1, "percent", "either", "yes", "IFRS 9 B5.5.35; absorbing Markov chain"),
    Definition("loss_experience", 1, "percent", "either", "yes", "IFRS 9 B5.5.35; IFRScommunity, provision matrix"),
    Definition("provision", 1, "money", "either", "either", "IFRS 9 5.5.15 and B5.5.35, simplified approach"),
    Definition("provision_total", 1, "money", "either", "either", "IFRS 9 5.5.15 and B5.5.35, simplified approach"),
    Definition("delay_curve", 1, "percent", "applied", "yes", "E. L. Kaplan, P. Meier, JASA 53 (1958)"),
    Definition("delay_incidence", 1, "percent", "applied", "yes", "O. O. Aalen, S. Johansen, Scand. J. Statist. 5 (1978)"),
    Definition("delay_median", 1, "days", "applied", "yes", "E. L. Kaplan, P. Meier, JASA 53 (1958)"),
    Definition("delay_conditional", 1, "percent", "applied", "yes", "E. L. Kaplan, P. Meier, JASA 53 (1958)"),
    Definition("cash_forecast", 1, "money", "applied", "yes", "sum of Bernoulli amounts by customer, normal"),
    Definition("cash_four_weeks", 1, "money", "applied", "yes", "the forecast's first four weeks"),
    Definition("naive_forecast", 1, "money", "applied", "yes", "due day plus the mean delay"),
    Definition("forecast_bias", 1, "percent", "applied", "yes", "R. J. Hyndman, Forecasting: Principles and Practice, 5.8"),
    Definition("forecast_mape", 1, "percent", "applied", "yes", "R. J. Hyndman, Forecasting: Principles and Practice, 5.8"),
    Definition("forecast_coverage", 1, "percent", "applied", "yes", "R. J. Hyndman, Forecasting: Principles and Practice, 5.9"),
    # what was agreed, said and fought over
    Definition("promises_kept", 1, "percent", "either", "yes", "catchpole.io, promises"),
    Definition("promises_kept_amount", 1, "percent", "either", "yes", "catchpole.io, promises; capped at what was promised"),
    Definition("disputed_of_issued", 1, "percent", "either", "yes", _PRACTICE),
    Definition("disputed_amount_of_issued", 1, "percent", "either", "yes", _PRACTICE),
    Definition("disputed_of_receivables", 1, "percent", "either", "yes", _PRACTICE),
    Definition("dispute_days_median", 1, "days", "either", "yes", "E. L. Kaplan, P. Meier, JASA 53 (1958)"),
    Definition("disputes_valid", 1, "percent", "either", "yes", _PRACTICE),
    Definition("disputes_by_reason", 1, "money", "either", "yes", _PRACTICE),
    Definition("dunning_recovery", 1, "percent", "either", "yes", _PRACTICE + "; denominator fixed when sent"),
    Definition("dunning_uplift", 1, "percent", "either", "yes", "difference of two shares, Wald interval"),
    Definition("collector_productivity", 1, "times", "either", "yes", "collected over what was expected without contact"),
    # how well money is matched
    Definition("match_rates", 1, "percent", "applied", "yes", "transformance.ai, straight-through processing; six rates"),
    Definition("link_precision", 1, "percent", "applied", "yes", "E. B. Wilson, JASA 22 (1927), for the interval"),
    Definition("link_recall", 1, "percent", "applied", "yes", "E. B. Wilson, JASA 22 (1927), for the interval"),
    Definition("error_bound", 1, "percent", "applied", "yes", "exact binomial bound for no error in n"),
    Definition("days_to_match_median", 1, "days", "applied", "yes", "E. L. Kaplan, P. Meier, JASA 53 (1958)"),
    Definition("days_to_match_p90", 1, "days", "applied", "yes", "E. L. Kaplan, P. Meier, JASA 53 (1958)"),
    # what it is worth in another currency
    Definition("unrealised_fx", 1, "money", "either", "yes", "IAS 21.23, 21.28: monetary items at the closing rate"),
    Definition("realised_fx", 1, "money", "either", "yes", "IAS 21.28: differences on settlement"),
    Definition("converted", 1, "money", "either", "either", "a view at dated rates; no bookkeeping"),
)  # fmt: skip

DEFINITIONS: Mapping[str, Definition] = MappingProxyType({one.id: one for one in _ALL})
"""Definition id -> its definition."""

WHY: Mapping[str, str] = MappingProxyType(
    {
        "no_movements": "The ledger's movements are not there.",
        "no_sales": "There were no sales in the period.",
        "no_receipts": "There were no receipts in the period.",
        "no_receivables": "Nothing was open.",
        "no_due_date": "No document that is open has a due date.",
        "no_tax": "The VAT of some sales is not known.",
        "no_balance": "The ledger's balance at one end is not there.",
        "history_too_short": "The history is too short for this figure.",
        "not_above_zero": "What it would be divided by is not above zero.",
        "over_100": "The parts do not fit together: the share would be above 100 %.",
        "below_0": "The parts do not fit together: the share would be below 0 %.",
        "no_rate": "A rate is missing.",
        "no_book_rate": "The rate at which the document was booked is not known.",
        "no_cases": "There were no such cases.",
        "no_control": "There is no control group, so this would be association, not effect.",
        "not_reached": "So much was never reached in the time looked at.",
    }
)
"""Code -> why a figure is not defined, in one sentence for a person."""
