"""The working paper: its sums are the page's, foreign text is text, and equal cuts are equal bytes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from recon_kit.measures import Reconciliation
from recon_kit.report import workbook
from recon_kit.report.example import example_cut
from recon_kit.report.workbook import SHEETS
from tests.measures.cuts import cut


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    return load_workbook(workbook(example_cut(), tmp_path_factory.mktemp("x") / "a.xlsx"), data_only=True)


def column(sheet, head, top=1):
    names = [cell.value for cell in sheet[top]]
    return [row[names.index(head)].value for row in sheet.iter_rows(min_row=top + 1)]


def test_the_sheets_have_the_names_that_scripts_rely_on(paper):
    assert tuple(paper.sheetnames) == SHEETS


def test_every_sum_of_the_workbook_is_the_page_s(paper):
    rows = [
        row for row in paper["Checks"].iter_rows(min_row=3, max_row=26, values_only=True) if row[1] in ("EUR", "CHF", "GBP")
    ]
    assert len(rows) == 24
    assert [(row[0], row[1], row[4]) for row in rows if row[4] != 0 or row[2] != row[3]] == []


def test_key_figures_have_names_and_are_numbers(paper):
    rows = {(row[0], row[1]): row for row in paper["Summary"].iter_rows(values_only=True)}
    assert rows["Bank lines", None][2] == 55
    assert rows["Came in", "EUR"][2] == 237_596.56
    assert rows["Own transfers, in", "EUR"][2] == 25_000
    assert rows["Came in, share explained", "EUR"][2] == 0.677
    assert not [row for row in rows.values() if row[0] and ("_" in row[0] or ".EUR" in row[0])]


def test_no_number_is_stored_as_text(paper):
    texts = {cell.value for sheet in paper for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert [text for text in texts if re.fullmatch(r"[-\N{MINUS SIGN}]?\d{1,3}([.,]\d{3})*[.,]\d\d", text)] == []


@pytest.mark.parametrize("sheet", ["Matches", "Breaks", "Carried over"])
def test_no_heading_stands_twice(paper, sheet):
    heads = [cell.value for cell in paper[sheet][1]]
    assert [head for head in heads if heads.count(head) > 1] == []


def test_sums_read_back_from_the_sheets_are_the_page_s(paper):
    totals = Reconciliation(example_cut()).totals
    explained = totals.groupby("currency")["explained"].sum().to_dict()
    amounts, currencies = column(paper["Matches"], "In the bridge"), column(paper["Matches"], "Currency")
    for currency, minor in explained.items():
        summed = sum(
            round(100 * amount) for amount, code in zip(amounts, currencies, strict=True) if code == currency and amount
        )
        assert summed == minor
    left = [round(100 * amount) for amount in column(paper["Breaks"], "Amount")]
    assert sum(left) == example_cut().breaks["amount"].sum()


def test_the_sheets_are_live_formulas_with_the_values_that_they_give(tmp_path):
    made = workbook(example_cut(), tmp_path / "a.xlsx")
    formula = load_workbook(made)["Checks"]["C3"].value
    assert formula.startswith("=ROUND(SUMIFS('Accounts'!$")


def test_equal_cuts_are_equal_bytes(tmp_path):
    first, second = (workbook(example_cut(), tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second


def test_created_is_the_end_of_the_period(paper):
    assert paper.properties.created.date().isoformat() == "2026-10-31"


@pytest.mark.parametrize(
    "payload", ['=HYPERLINK("http://x","y")', "+1+1", "@SUM(1)", "https://example.org", "\t=1", "-2+3|cmd"]
)
def test_foreign_text_makes_no_formula_and_no_link(tmp_path, payload):
    made = example_cut()
    made = replace(made, bank_lines=made.bank_lines.assign(counterparty_name=payload, remittance=payload))
    book = load_workbook(workbook(made, tmp_path / "a.xlsx"))
    for name in ("Matches", "Breaks"):
        cells = [cell for row in book[name].iter_rows() for cell in row]
        assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
        assert payload.strip() in {cell.value for cell in cells}


def test_an_empty_month_makes_a_workbook_too(tmp_path):
    book = load_workbook(workbook(cut(), tmp_path / "a.xlsx", "de"))
    assert tuple(book.sheetnames) == SHEETS


def test_headings_stay_in_view_and_can_be_filtered(paper):
    for name in ("Matches", "Breaks", "Carried over"):
        assert paper[name].freeze_panes == "A2"
        assert paper[name].auto_filter.ref
