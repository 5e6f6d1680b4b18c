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
from recon_kit.tables import ALTERNATIVES, EVIDENCE
from tests.frames import frame
from tests.measures.cuts import allocations, cut, items, lines


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


@pytest.mark.parametrize("sheet", ["Matches", "Evidence", "Breaks", "Carried over"])
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
    for name in ("Matches", "Evidence", "Breaks", "Carried over"):
        assert paper[name].freeze_panes == "A2"
        assert paper[name].auto_filter.ref


WEIGHED = """
match_id  feature               level                     value        log_odds
L1R1      amount                the set sums to the line  1 document    0.5
L1R1      date                  after it was due          3 days       -0.25
L1R1      other open documents  none due before it        -             0.125
L1R1      payer                 account by the ledger     A             1
L1R1      prior                 before any evidence       -             5
L1R1      reference             number                    R1            2
L1R1      rivals                other sets fit            1 set        -1
L1R1      score                 together                  7.375         0
L2R2      original line         exact                     2026-10-02 3.00 EUR  4.59511985013459
L2R2      return reason         missing                   -             0
"""


def explained_cut(evidence=WEIGHED):
    """One match of the model with an alternative, one of a rule, and one of a person that has no evidence."""
    bank = lines("line_id  booked_on  amount\nL1  10-05  1.00\nL2  10-06  2.00\nL3  10-07  3.00")
    rows = allocations(
        "line_id  item_id  allocated  basis  status  probability\n"
        "L1  R1  1.00  model:reference_exact  auto  0.99999\n"
        "L2  R2  2.00  rule:return_of_known_line  auto  0.99\n"
        "L3  R3  3.00  decision  confirmed  -"
    )
    other = {"entity": "A", "currency": "EUR", "basis": "model:payer_amount", "status": "proposed", "kind": "payment"}
    other |= {"effective_on": "2026-10-05", "rank": 1, "match_id": "other"}
    told = frame(ALTERNATIVES, "line_id  item_id  allocated  probability\nL1  R4  0.60  0.031\nL1  R5  0.40  0.031", **other)
    open_items = items("item_id  amount  open_amount\nR1  1.00  0\nR2  2.00  0\nR3  3.00  0\nR4  0.60  0.60\nR5  0.40  0.40")
    weights = frame(EVIDENCE, evidence, entity="A")
    return cut(bank_lines=bank, open_items=open_items, allocations=rows, alternatives=told, evidence=weights)


def written(made, tmp_path, language="en"):
    return load_workbook(workbook(made, tmp_path / "a.xlsx", language), data_only=True)


def by_head(sheet):
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_each_match_is_explained_with_its_weights_and_the_next_best(tmp_path):
    book = written(explained_cut(), tmp_path)
    one, two, three = by_head(book["Evidence"])
    weights = ("Where it starts", "Reference", "Amount", "Payer", "Date", "Other open documents", "Rivals", "Together")
    assert [one[name] for name in weights] == [5, 2, 0.5, 1, -0.25, 0.125, -1, 7.375]
    assert (one["Score, log-odds"], one["Probability"], one["Next best"]) == (7.375, 0.9999, "R4, R5")
    assert (one["Next best, probability"], one["Documents or account"]) == (0.031, "R1")
    assert one["Why"].startswith("The text quotes its number, R1; the document has exactly this amount; the account is")
    assert two["Rule, as measured"] == pytest.approx(two["Score, log-odds"])
    assert two["Why"].endswith("the bank gives no reason.")
    assert (three["Why"], three["Together"], three["Next best"]) == ("A person decided it.", None, None)
    assert [row["Why"] for row in by_head(book["Matches"])] == [one["Why"], two["Why"], three["Why"]]
    assert [row["Next best"] for row in by_head(book["Matches"])] == ["R4, R5", None, None]


def test_the_reasons_are_in_the_language_of_the_workbook(tmp_path):
    rows = by_head(written(explained_cut(), tmp_path, "de")["Matches"])
    assert rows[0]["Warum"].startswith("Der Text nennt seine Nummer, R1; der Beleg hat genau diesen Betrag; das Konto ist")
    assert rows[2]["Warum"] == "Eine Person hat es entschieden."


def of_explanations(book):
    rows = list(book["Checks"].iter_rows(values_only=True))
    top = next(at for at, row in enumerate(rows) if row[0] and str(row[0]).startswith("Explanations of the matches"))
    return rows[top + 2 : top + 5]


def test_the_checks_prove_that_each_match_has_its_reason_and_its_sum(tmp_path):
    assert [row[1:4] for row in of_explanations(written(explained_cut(), tmp_path))] == [(0, 0, 0), (3, 3, 0), (0, 0, 0)]


def test_evidence_that_misses_its_score_by_more_than_a_millionth_is_shown(tmp_path):
    wrong = written(explained_cut(WEIGHED.replace("7.375", "7.375003")), tmp_path)
    assert of_explanations(wrong)[2][1:4] == (1, 0, 1)
    near = written(explained_cut(WEIGHED.replace("7.375", "7.3750004")), tmp_path)
    assert of_explanations(near)[2][1:4] == (0, 0, 0)


def test_the_checks_of_the_reasons_are_live_formulas(tmp_path):
    book = load_workbook(workbook(explained_cut(), tmp_path / "a.xlsx"))
    told = [cell.value for row in book["Checks"].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert any("SUMPRODUCT(--(ABS('Evidence'!" in formula for formula in told)
    assert any(formula.startswith("=COUNTA('Matches'!") for formula in told)
