"""What the aging page says, in both languages, for full and for empty months, whoever wrote the customers' names."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html
from openpyxl import load_workbook

from recon_kit.report import AgingPage, aging, aging_workbook, to_html, write_cut
from recon_kit.report.aging_page import aging_line
from recon_kit.report.aging_paper import AGING_SHEETS
from recon_kit.report.charts import PLOTLY
from recon_kit.report.example import example_cut
from tests.measures.cuts import META, cut, items
from tests.report.pages import AGING_SECTIONS, executed, text_of

PAYLOAD = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
LONG = "\N{RIGHT-TO-LEFT OVERRIDE}=HYPERLINK(1)" + "x" * 10_000


@pytest.fixture(scope="module")
def page():
    return AgingPage(example_cut())


def test_the_first_words_are_the_bottom_line(page):
    said, metrics = text_of(page, "bottom_line"), page.metrics
    gross, net = (metrics[f"receivables_{name}.v1.ledger.EUR"] for name in ("gross", "net"))
    assert "Aging of receivables, October 2026 Not tied to the ledger" in said
    assert f"{float(gross):,.2f} EUR is owed to us by the ledger's open-item list, {float(net):,.2f} EUR net" in said
    assert f"Of the gross amount {metrics['overdue_share.v1.ledger.EUR']} % is overdue" in said


def test_no_headline_adds_currencies(page):
    said = text_of(page, "bottom_line")
    assert "CHF is owed besides" in said
    known = {float(value) for name, value in page.metrics.items() if name.startswith("receivables_gross.v1.ledger")}
    assert f"{sum(known):,.2f}" not in said


def test_the_second_sentence_tells_the_other_reading_and_money_that_is_nobody_s(page):
    said, metrics = text_of(page, "bottom_line"), page.metrics
    assert f"after them {float(metrics['receivables_gross.v1.applied.EUR']):,.2f} EUR is owed" in said
    assert "of customers' money lies on the bank accounts without a decision whose it is" in said


def test_a_key_figure_moves_against_the_period_before(page):
    before = example_cut().meta["previous"]["metrics"]["overdue_share.v1.ledger.EUR"]
    change = float(page.metrics["overdue_share.v1.ledger.EUR"]) - float(before)
    assert f"{change:+.1f} pp vs Sep".replace("-", "−") in text_of(page, "bottom_line")


def test_the_table_s_sums_are_the_headline_s(page):
    said = text_of(page, "due")
    for name in ("gross", "net"):
        assert f"{float(page.metrics[f'receivables_{name}.v1.ledger.EUR']):,.2f}" in said


def test_a_list_that_ties_says_so_and_one_that_does_not_says_by_how_much(page):
    made = example_cut()
    assert "1 of 3 lists tie; the others have no balance to tie to" in text_of(page, "ledger")
    nord = replace(
        made, ledger_items=made.ledger_items[(made.ledger_items["entity"] == "NORD") & (made.ledger_items["currency"] == "EUR")]
    )
    assert "Ties to the ledger" in text_of(AgingPage(nord), "bottom_line")
    held = nord.ledger_balances.assign(amount=nord.ledger_balances["amount"] + 1)
    off = AgingPage(replace(nord, ledger_balances=held))
    assert "Differs from the ledger" in text_of(off, "bottom_line")
    assert "✗ 0.01" in text_of(off, "ledger")


def test_late_postings_stand_in_the_roll_forward_and_in_their_list(page):
    assert "Posted into earlier periods since −238.00" in text_of(page, "roll")
    assert "✓ 0.00" in text_of(page, "roll")
    assert "Two entries of closed periods came late: −238.00 EUR" in text_of(page, "late")
    assert "GS-2026-00098" in text_of(page, "late")


def test_german_is_german_throughout():
    german = AgingPage(example_cut("de"))
    assert german.title == "Altersstruktur der Forderungen, Oktober 2026 · Nordlicht (example)"
    said = " ".join(text_of(german, name) for name in AGING_SECTIONS if name not in ("files", "method"))
    assert "Laut Offene-Posten-Liste sind" in said
    assert [word for word in (" owed", "overdue", "ledger", " days", " the ", "Opening", "remind") if word in said] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_empty_month_reads_well(language):
    empty = AgingPage(cut(), language)
    for name in AGING_SECTIONS:
        text_of(empty, name)
    assert ("Nothing is owed to us" if language == "en" else "Es ist nichts offen") in text_of(empty, "bottom_line")
    assert text_of(empty, "bottom_line").count("n/a" if language == "en" else "k. A.") >= 5


def test_credits_alone_have_no_share_and_say_why():
    told = text_of(
        AgingPage(cut(ledger_items=items("item_id  kind  amount  open_amount\nA1  payment_on_account  -5.00  -5.00"))),
        "bottom_line",
    )
    assert "0.00 EUR is owed to us by the ledger's open-item list, −5.00 EUR net" in told
    assert "n/a nothing is open" in told


def test_documents_without_customer_entity_or_due_date_read_well():
    listed = items("item_id  amount  open_amount  due_on\nR1  5.00  5.00  -\nR2  7.00  7.00  10-01").assign(entity=None)
    page = AgingPage(cut(META | {"entities": {}}, ledger_items=listed, open_items=listed))
    for name in AGING_SECTIONS:
        text_of(page, name)
    assert "No due date 5.00" in text_of(page, "due")
    assert "Without a customer" in text_of(page, "customers")


def test_an_entity_or_a_currency_alone():
    alone = AgingPage(example_cut(), entity="ALPS")
    assert "Nordlicht Handel GmbH" not in text_of(alone, "due")
    assert "EUR" not in text_of(AgingPage(example_cut(), currency="CHF"), "due")


@pytest.mark.parametrize("payload", [PAYLOAD, LONG])
def test_hostile_text_in_every_field_stays_text(payload):
    made = example_cut()
    foreign = ("customer_name", "customer_id", "document_no", "gl_account", "channel", "remittance", "counterparty_name")
    frames = {name: frame.assign(**{one: payload for one in frame if one in foreign}) for name, frame in made.frames.items()}
    meta = made.meta | {"company": payload, "entities": {"NORD": payload, "ALPS": payload}}
    root = html.document_fromstring(to_html(executed(AgingPage(replace(made, meta=meta, **frames))), payload))
    assert root.xpath("//img") == []
    assert root.xpath("//@*[starts-with(name(), 'on')]") == []
    assert not [text for text in root.xpath("//script/text()") if text.startswith("alert") or "<img" in text[:5_000]]
    assert max(len(cell.text_content()) for cell in root.xpath("//td")) < 500


def test_charts_hold_aggregates_only(page):
    bundles = [piece._repr_mimebundle_() for piece in [*page.due, *page.trend]]
    figures = [bundle[PLOTLY] for bundle in bundles if PLOTLY in bundle]
    assert len(figures) == 2
    names = set(example_cut().open_items["customer_name"].dropna())
    assert not any(name in str(figure) for figure in figures for name in names)
    assert all(trace["marker"]["line"]["width"] > 0 for figure in figures for trace in figure["data"])


def test_a_heading_follows_one_of_its_own_level_or_the_next(page):
    root = html.document_fromstring(to_html(executed(page), page.title))
    levels = [int(head.tag[1]) for head in root.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(table.xpath("string(caption)") for table in root.xpath("//table"))
    assert all(head.get("scope") for head in root.xpath("//th"))
    assert all(figure.get("aria-label") for figure in root.xpath("//*[@role='img']"))


def test_the_page_is_the_same_bytes_twice(page):
    assert to_html(executed(page), page.title) == to_html(executed(AgingPage(example_cut())), page.title)


def test_a_run_is_read_from_its_folder(tmp_path):
    write_cut(tmp_path, example_cut())
    assert aging(str(tmp_path)).metrics == aging().metrics


def test_the_bottom_line_is_one_plain_text():
    assert "<" not in aging_line(example_cut())
    assert aging_line(example_cut(), "de").startswith("Laut Offene-Posten-Liste sind")


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    return load_workbook(aging_workbook(example_cut(), tmp_path_factory.mktemp("x") / "a.xlsx"), data_only=True)


def test_the_sheets_have_the_names_that_scripts_rely_on(paper):
    assert tuple(paper.sheetnames) == AGING_SHEETS


def test_every_sum_of_the_workbook_is_the_page_s(paper):
    rows = [
        row for row in paper["Checks"].iter_rows(values_only=True) if row[1] in ("EUR", "CHF", "GBP") and row[4] is not None
    ]
    assert len(rows) >= 40
    assert [row[:5] for row in rows if row[4] != 0 or row[2] != row[3]] == []


def test_sums_read_back_from_the_items_are_the_headline_s(paper, page):
    heads, *rows = paper["Items"].iter_rows(values_only=True)
    at = {head: place for place, head in enumerate(heads)}
    for head, side in (("Open-item list, net", "ledger"), ("Left after our matches", "applied")):
        made = sum(round(100 * row[at[head]]) for row in rows if row[at["Currency"]] == "EUR")
        assert made == round(100 * float(page.metrics[f"receivables_net.v1.{side}.EUR"]))


def test_the_checks_are_live_formulas_and_figures_carry_their_definition(tmp_path):
    book = load_workbook(aging_workbook(example_cut(), tmp_path / "a.xlsx"))
    assert book["Checks"]["C3"].value.startswith("=ROUND(SUMIFS('Aging'!$")
    rows = {row[0]: row for row in book["Summary"].iter_rows(values_only=True) if row[1] == "EUR"}
    assert rows["Receivables, gross, by the ledger's list"][-2:] == ("receivables_gross", 1)
    assert "receivables_roll" in {cell.value for cell in book["Definitions"]["B"]}


def test_foreign_text_makes_no_formula_and_equal_cuts_are_equal_bytes(tmp_path):
    made = example_cut()
    listed = made.ledger_items.assign(customer_name='=HYPERLINK("http://x","y")')
    first, second = (aging_workbook(replace(made, ledger_items=listed), tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()
    cells = [cell for row in load_workbook(first)["Items"].iter_rows() for cell in row]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)


def test_an_empty_month_makes_a_workbook_too(tmp_path):
    assert tuple(load_workbook(aging_workbook(cut(), tmp_path / "a.xlsx", "de")).sheetnames) == AGING_SHEETS
