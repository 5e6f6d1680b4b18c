"""The collection page and its working paper: the numbers of one small company, and what each says where it cannot know."""

from __future__ import annotations

from datetime import date, timedelta

import openpyxl
import pandas as pd
import pytest

from recon_kit.measures.collection_metrics import collection_metrics
from recon_kit.measures.definitions import WHY
from recon_kit.measures.naming import Name
from recon_kit.report.canon import REPORTS
from recon_kit.report.collection_page import CollectionPage, collection_line
from recon_kit.report.collection_workbook import SHEETS
from recon_kit.report.example import example_cut
from recon_kit.report.words import BOOKS, book
from recon_kit.tables import SETTLED
from tests.frames import frame
from tests.measures.books import END, balances, items, movements
from tests.measures.cuts import cut

SECTIONS = (
    "bottom_line", "days", "months", "delays", "moves", "payers", "cash", "tries", "entities", "rates", "provision",
    "definitions", "footer",
)  # fmt: skip
MARCH = {"period": {"name": "2026-03", "first": "2026-03-01", "last": "2026-03-31"}, "as_of": "2026-03-31",
         "journal_seq": 1, "journal_head": "0" * 64}  # fmt: skip
HELD = """
gl_account  role         on          amount
1200        receivables  2026-02-28  130000.00
1200        receivables  2026-03-31  115000.00
"""
FEBRUARY, DUE = date(2026, 2, 10), date(2026, 3, 12)
HOSTILE = '<img src=x onerror="hit=1">=HYPERLINK("http://x")\u202e'


def settled(n=80, delay=20):
    """A document a day of customer C, each paid after so many days, until the end of March."""
    days = [END - timedelta(days=n - at) for at in range(n)]
    rows = [(f"D{at}", on, on + timedelta(days=30), on + timedelta(days=delay)) for at, on in enumerate(days)]
    text = "\n".join(
        f"{name}  {on}  {due}  {'open' if end > END else 'paid'}  {'-' if end > END else end}" for name, on, due, end in rows
    )
    same = {"entity": "A", "currency": "EUR", "customer_id": "C", "seen_from": days[0] - timedelta(days=1), "basis": "bank"}
    return frame(SETTLED, f"document_no  issued_on  due_on  how  ended_on\n{text}", **same, amount=100_00)


def company(meta=None, **frames):
    """The quarter's company as a cut of March; the ledger's list is what our matches leave."""
    now = items()
    now = now.assign(document_no=now["item_id"], customer_name="Kunde GmbH")
    before = items("item_id  open_amount\nINV3  30000.00\nGONE  100000.00", issued_on=FEBRUARY, due_on=DUE)
    made = {"open_items": now, "ledger_items": now, "items_before": before, "ledger_items_before": before,
            "ledger_movements": movements(), "ledger_balances": balances(HELD), "settled": settled()}  # fmt: skip
    return cut(MARCH | (meta or {}), **(made | frames))


@pytest.fixture(scope="module")
def page():
    return CollectionPage(company(), "en")


def text_of(page, name):
    pieces = getattr(page, name)
    return "".join(str(getattr(piece, "markup", piece)) for piece in (pieces if isinstance(pieces, list) else [pieces]))


def test_the_bottom_line_in_both_languages():
    assert collection_line(company(), "en").replace("\xa0", " ") == (
        "Customers owe 125,000 EUR, which is 43.1 days of sales; were nothing late, it would be 27.6 days. "
        "45,000 EUR (36.0 %) is past due. Of what could be collected, 67.9 % was. "
        "In the next four weeks 60,000 EUR is expected."
    )
    assert (
        collection_line(company(), "de")
        .replace("\xa0", " ")
        .startswith("Kunden schulden 125.000 EUR, das sind 43,1 Tage Umsatz;")
    )


def test_the_metrics_are_the_worked_example_s():
    found = collection_metrics(company())
    assert found["dso_period_end.v1.applied.EUR"] == "43.1"  # 125 / 90 x 31
    assert found["dso_count_back.v1.ledger.EUR"] == "39.2"  # 31 + 35 / 120 x 28
    assert found["dso_best_possible.v1.applied.EUR"] == "27.6"
    assert found["cei.v1.ledger.EUR"] == "67.9"  # (130 + 90 - 125) / (130 + 90 - 80)
    assert found["dso_account.v1.EUR"] == "39.6"  # 115 / 90 x 31
    assert found["sales.v1.EUR"] == "90000.00"
    assert found["provision_total.v1.EUR"] == "n/a"


def test_no_report_s_metric_has_the_name_of_another_s():
    made = company()
    names = [name for report in REPORTS.values() for name in report.metrics(made)]
    assert len(names) == len(set(names))


def test_the_page_shows_what_the_metrics_say(page):
    head = text_of(page, "bottom_line")
    assert "43.1 d" in head
    assert "39.6 d" in head
    assert "36.0\xa0%" in head
    assert "43.1 d" in text_of(page, "days")
    assert "90,000.00" in text_of(page, "months")
    assert "half" in text_of(page, "delays").lower()


def test_roll_rates_of_a_row_sum_to_one_hundred(page):
    moves = page.measures.moves
    assert (
        moves.groupby(["currency", "from"])["amount"].sum().tolist()
        == moves.groupby(["currency", "from"])["of"].first().tolist()
    )
    assert "unknown" in text_of(page, "moves")


def test_a_first_period_is_compared_with_what_this_run_knows(page):
    assert "vs Feb" in text_of(page, "bottom_line")


def test_what_a_close_told_stands_before_what_this_run_knows():
    told = {"previous": {"period": "2026-02", "metrics": {"dso_period_end.v1.applied.EUR": "40.0"}}}
    assert "+3.1 d" in text_of(CollectionPage(company(told), "en"), "bottom_line")
    other = {"previous": {"period": "2026-02", "metrics": {"dso_period_end.v0.applied.EUR": "40.0"}}}
    assert "+3.1 d" not in text_of(CollectionPage(company(other), "en"), "bottom_line")


CASES = {
    "empty month": {
        name: company().frames[name].iloc[:0] for name in ("open_items", "ledger_items", "ledger_movements", "settled")
    },
    "no movements": {"ledger_movements": movements().iloc[:0], "ledger_balances": balances().iloc[:0]},
    "no history": {"settled": SETTLED.empty()},
    "refunds above sales": {
        "ledger_movements": movements(
            "document_no  kind  posted_on  amount\nS  invoice  2026-03-02  10.00\n"
            "R  refund  2026-03-03  500.00\nG  credit_note  2026-03-03  -700.00"
        )
    },
    "two currencies": {"open_items": pd.concat([items(), items("item_id  open_amount\nX  5.00", currency="CHF")])},
    "nothing before": {"items_before": items().iloc[:0], "ledger_items_before": items().iloc[:0]},
}


@pytest.mark.parametrize(("case", "language"), list(zip(CASES, ["en", "de"] * 3, strict=True)))
def test_every_section_says_something_whatever_is_missing(case, language, tmp_path):
    page = CollectionPage(company(**CASES[case]), language)
    for name in SECTIONS:
        assert text_of(page, name)
    assert page.write_workbook(tmp_path / "w.xlsx").is_file()


def test_without_movements_figures_are_not_available_with_their_reason_and_never_0():
    made = company(**CASES["no movements"])
    found = collection_metrics(made)
    assert {found[f"{name}.v1.applied.EUR"] for name in ("dso_period_end", "cei", "cash_cei", "turnover")} == {"n/a"}
    assert found["dso_account.v1.EUR"] == found["sales.v1.EUR"] == found["receipts.v1.EUR"] == "n/a"
    assert "the ledger&#39;s movements are not there" in text_of(CollectionPage(made, "en"), "days")


def test_an_empty_month_has_no_figures():
    found = collection_metrics(company(**CASES["empty month"]))
    assert set(found.values()) == {"n/a"}


def test_refunds_above_sales_give_no_index():
    found = collection_metrics(company(**CASES["refunds above sales"]))
    assert found["receipts.v1.EUR"] == "-500.00"
    assert found["cash_cei.v1.ledger.EUR"] == "n/a"


def test_currencies_are_never_added():
    found = collection_metrics(company(**CASES["two currencies"]))
    assert found["dso_period_end.v1.applied.EUR"] == "43.1"
    assert found["dso_period_end.v1.applied.CHF"] == "n/a"


def test_hostile_names_are_text(tmp_path):
    named = company().open_items.assign(customer_name=HOSTILE, customer_id=HOSTILE, channel=HOSTILE)
    page = CollectionPage(company(open_items=named, settled=settled().assign(channel=HOSTILE)), "en")
    html = "".join(text_of(page, name) for name in SECTIONS)
    assert "<img" not in html
    assert "\u202e" not in html
    page.write_workbook(tmp_path / "h.xlsx")
    book_ = openpyxl.load_workbook(tmp_path / "h.xlsx")
    formulas = [cell.value for sheet in book_ for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(str(formula).startswith("=ROUND(") for formula in formulas)


def test_the_workbook_ties_to_the_page(page, tmp_path):
    book_ = openpyxl.load_workbook(page.write_workbook(tmp_path / "c.xlsx"), data_only=True)
    assert tuple(book_.sheetnames) == SHEETS
    rows = [row for row in book_["Checks"].iter_rows(min_row=3, values_only=True) if row[1] == "EUR"]
    assert len(rows) == 7
    assert {row[4] for row in rows} == {0}
    owed = next(row for row in rows if row[0].startswith("Forecast"))
    assert owed[2] == owed[3] == 125000


def test_equal_cuts_give_equal_workbooks(tmp_path):
    first, second = (CollectionPage(company(), "en").write_workbook(tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()


def test_the_first_week_can_be_recomputed_from_the_workbook(tmp_path):
    owed = items("item_id  issued_on  due_on  open_amount\n" + "\n".join(
        f"D{at}  {END - timedelta(days=80 - at)}  {END - timedelta(days=50 - at)}  100.00" for at in range(61, 80)
    ))  # fmt: skip
    page = CollectionPage(company(open_items=owed, ledger_items=owed), "en")
    sheet = openpyxl.load_workbook(page.write_workbook(tmp_path / "d.xlsx"))["Documents"]
    heads = [cell.value for cell in sheet[1]]
    left, chance = heads.index("Left to come"), heads.index("Chance of week 1")
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    week = page.measures.cash.by_currency
    week = week[week["part"] == "week"]["expected"].iloc[0]
    assert sum(row[left] * row[chance] for row in rows) * 100 == week == 700_00


def test_the_example_has_a_page():
    page = CollectionPage(example_cut(), "de")
    assert page.title.startswith("Forderungseinzug Oktober 2026")
    assert all(text_of(page, name) for name in SECTIONS)


def test_no_word_is_in_two_books():
    seen = [f"{section}.{name}" for one in BOOKS for section, names in book(one).items() for name in names]
    assert sorted(seen) == sorted(set(seen))


def test_each_figure_has_a_name_a_formula_and_its_reasons():
    used = {Name.read(name).definition for name in collection_metrics(company())}
    assert used <= set(book("collection.toml")["collect_formula"])
    assert set(WHY) <= set(book("collection.toml")["collect_why"])
