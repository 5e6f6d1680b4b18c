"""Month-ends from one cut's balances and postings."""

from datetime import date

import pandas as pd

from recon_kit.measures.aging import AGING_BUCKETS
from recon_kit.measures.flows import Span
from recon_kit.measures.month_ends import account_dso, cei_quarter, held, month_ends, spans_to, trailing
from recon_kit.tables import AGED, LEDGER_BALANCES
from tests.frames import frame
from tests.measures.books import MARCH, MONTHS, QUARTER, balances, movements

ENDS = balances("""
gl_account  role         on          amount
1200        receivables  2025-12-31  95000.00
1200        receivables  2026-01-31  110000.00
1200        receivables  2026-02-28  130000.00
1200        receivables  2026-03-31  125000.00
""")


def ends(moved=None, there=ENDS):
    return month_ends(movements() if moved is None else moved, there, MONTHS)


def test_dso_of_each_month_from_the_accounts():
    assert [one.text(2) for one in account_dso(ends())] == ["34.10", "30.33", "43.06"]  # 110 / 100 x 31 ...


def test_a_month_without_a_balance_or_without_sales_has_no_figure_and_no_zero():
    found = account_dso(ends(there=ENDS[ENDS["on"] != pd.Timestamp("2026-02-28")]))
    assert [one.why for one in found] == ["", "no_balance", ""]
    quiet = movements()
    quiet = quiet[quiet["document_no"] != "S2"]
    assert account_dso(ends(quiet))[1].why == "no_sales"


def test_the_balance_of_a_day_counts_if_all_accounts_of_the_currency_have_one():
    second = frame(
        LEDGER_BALANCES, "gl_account  role  on  amount\n1201  receivables  2026-03-31  5.00", entity="B", currency="EUR"
    )
    assert held(pd.concat([ENDS, second]))["amount"].tolist() == [125005_00]


def test_entities_of_a_currency_stand_together_and_currencies_apart():
    other = movements("document_no  kind  posted_on  amount\nX  invoice  2026-03-02  7.00", entity="B")
    franc = movements("document_no  kind  posted_on  amount\nY  invoice  2026-03-02  9.00").assign(currency="CHF")
    found = ends(pd.concat([movements(), other, franc]))
    assert found.loc[found["currency"] == "EUR", "sales"].tolist() == [100000_00, 120000_00, 90007_00]
    assert found.loc[found["currency"] == "CHF", "sales"].tolist() == [0, 0, 9_00]


def test_sales_without_vat_only_where_every_posting_tells_it():
    taxed = movements().assign(tax=pd.array([19_00, None, 0, None, None, None, None], "Int64"))
    assert [None if pd.isna(value) else value for value in ends(taxed)["net_sales"]] == [100000_00 - 19_00, None, 90000_00]


def test_the_months_that_the_postings_tell_of_or_stretches_as_long_as_the_period():
    assert spans_to(movements(), MARCH) == MONTHS
    four_weeks = Span(date(2026, 3, 4), date(2026, 3, 31))
    assert spans_to(movements(), four_weeks) == [Span(date(2026, 2, 4), date(2026, 3, 3)), four_weeks]
    assert spans_to(movements().iloc[:0], MARCH) == [MARCH]


def aged(text):
    return frame(AGED, text, entity="A", currency="EUR", n=1)


LISTS = aged("""
on          bucket     amount
2025-12-31  not_due    95000.00
2026-03-31  not_due    80000.00
2026-03-31  past_1_30  45000.00
2026-03-31  on_account  -6000.00
""")


def test_the_index_of_a_quarter_is_made_of_the_quarter():
    assert trailing(MONTHS, 3) == QUARTER
    assert cei_quarter(LISTS, ends(), "EUR", QUARTER).text(2) == "86.15"


def test_the_index_says_why_there_is_none():
    assert cei_quarter(LISTS.iloc[1:], ends(), "EUR", QUARTER).why == "history_too_short"
    assert cei_quarter(LISTS, ends().iloc[:0], "EUR", QUARTER).why == "no_movements"
    assert trailing(MONTHS[:2], 3) is None
    assert set(LISTS["bucket"][:3]) <= set(AGING_BUCKETS)
