"""What the page says, in both languages, for full and for empty months, whoever wrote the payment text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html

from recon_kit.errors import ParameterError
from recon_kit.measures import Finding
from recon_kit.report import ReconciliationPage, bottom_line, reconciliation, to_html, write_cut
from recon_kit.report.charts import PLOTLY
from recon_kit.report.context import Context
from recon_kit.report.example import example_cut
from recon_kit.report.headline import finding_text
from recon_kit.tables import CHECKS, LEDGER_BALANCES, SOURCES
from tests.frames import frame
from tests.measures.cuts import META, allocations, breaks, cut, items, lines, statements
from tests.report.pages import SECTIONS, executed, text_of

PAYLOAD = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.fixture(scope="module")
def page():
    return ReconciliationPage(example_cut())


def test_the_first_words_are_the_bottom_line(page):
    said = text_of(page, "bottom_line")
    assert "Reconciliation, October 2026 Needs review" in said
    assert "237,596.56 EUR came in." in said
    assert "67.7 % is explained to the cent, 22.2 % has a proposal, 23,964.02 EUR in 8 lines has none." in said
    assert "three expected payments worth 29,075.78 EUR did not arrive" in said


def test_own_transfers_are_told_apart(page):
    moved = "Moved between own accounts, counted apart: 25,000.00 EUR in, 25,000.00 EUR out, 20,000.00 CHF out."
    assert moved in text_of(page, "bottom_line")
    said = text_of(page, "bridge")
    assert "Booked on the accounts 262,596.56" in said
    assert "Less own transfers −25,000.00 25,000.00" in said
    assert "Came in, went out 237,596.56" in said


def test_german_is_german_throughout():
    german = ReconciliationPage(example_cut("de"))
    assert german.title == "Abstimmung Oktober 2026 · Nordlicht (example)"
    assert "237.596,56 EUR sind eingegangen." in text_of(german, "bottom_line")
    said = " ".join(text_of(german, name) for name in SECTIONS if name not in ("files", "checklist"))
    assert [
        word for word in (" came ", " lines", "quotes", "went out", "Unexplained", "Expected", "Age", " the ") if word in said
    ] == []


def test_why_a_question_is_open_is_said_in_the_reader_s_language(page):
    english, german = (text_of(shown, "decisions") for shown in (page, ReconciliationPage(example_cut("de"))))
    assert "31,200.00 EUR is above the ceiling of 25,000.00 EUR" in english
    assert "31.200,00 EUR liegen über der Grenze von 25.000,00 EUR" in german
    assert "„genannter Beleg, genauer Betrag“" in german
    assert "reference_exact" not in english + german


def test_the_bottom_line_is_one_plain_text():
    assert bottom_line(example_cut()).startswith("237,596.56 EUR came in. 67.7 % is explained")


def test_no_account_number_stands_in_full_on_the_page(page):
    whole = " ".join(text_of(page, name) for name in SECTIONS)
    assert "DE89 •••• 3000" in whole
    for account in example_cut().meta["accounts"]:
        assert account["id"] not in whole


def test_a_missing_source_stands_first_and_blocks():
    made = example_cut()
    state = made.checklist["state"].where(made.checklist["source"] != "MultiSafepay", "missing")
    blocked = ReconciliationPage(replace(made, checklist=made.checklist.assign(state=state)))
    said = text_of(blocked, "bottom_line")
    assert "Not ready" in said
    assert "MultiSafepay: there is no file" in said


def test_a_waived_source_shows_its_reason(page):
    assert "The ledger of Nordlicht Alpen closes on 5 November" in text_of(page, "checklist")


def test_what_the_ledger_says_differently_is_shown(page):
    assert "✗ −4,310.00" in text_of(page, "ledger")
    assert "no ledger balance at the end of the period" in text_of(page, "ledger")


def test_a_question_carried_over_tells_what_became_of_it(page):
    said = text_of(page, "carried")
    assert "6 of 9 questions carried over are cleared" in said
    assert "explained · to a ledger account" in said


def test_every_file_has_its_hash_rows_and_sums(page):
    said = text_of(page, "files")
    for name, sha in zip(example_cut().sources["name"], example_cut().sources["sha256"], strict=True):
        assert name in said
        assert sha[:12] in said
    assert "105,917.77 EUR" in said


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_empty_month_reads_well(language):
    empty = ReconciliationPage(cut(), language)
    assert "0.00" not in text_of(empty, "decisions")
    for name in SECTIONS:
        text_of(empty, name)
    assert text_of(empty, "bottom_line").count("n/a" if language == "en" else "k. A.") >= 2


def test_only_money_out_reads_well():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  -5.00"),
        breaks=breaks("id  reason  amount\nL1  no_rule  -5.00"),
    )
    said = text_of(ReconciliationPage(made), "bottom_line")
    assert "No EUR came in." in said
    assert "no money came in" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bottom_line", "140.00 EUR came in. None of it is explained or has a proposal."),
        ("bottom_line", "1 account · 1 without a proof (no statement)"),
        ("bridge", "None of the 140.00 EUR that came in has a place or a proposal"),
        ("by_day", "None of what is still open arrived in the last seven days"),
        ("reasons", "Every open question is between a week and 60 days old"),
        ("accounts", "No account has the balances to prove it by"),
    ],
)
def test_one_open_line_on_one_account_reads_well(name, said):
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  140.00"),
        breaks=breaks("id  reason  amount\nL1  no_item  140.00"),
    )
    assert said in text_of(ReconciliationPage(made), name)


def test_a_month_with_transfers_between_own_accounts_only_draws_no_empty_chart():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  5.00"),
        allocations=allocations("line_id  allocated  kind\nL1  5.00  own_transfer"),
    )
    page = ReconciliationPage(made)
    assert [PLOTLY in piece._repr_mimebundle_() for piece in page.bridge] == [False, False]
    assert "Less own transfers −5.00" in text_of(page, "bridge")


def test_what_the_ledger_closed_of_carried_questions_is_said():
    made = cut(
        bank_lines=lines("line_id  booked_on  amount\nL1  09-20  10.00"),
        open_items=items("item_id  amount  open_amount  snapshot_on\nR1  10.00  0.00  2026-09-30"),
        allocations=allocations("line_id  item_id  allocated  status\nL1  R1  10.00  proposed"),
        breaks=breaks("id  reason  amount\nL1  proposed  10.00"),
        breaks_before=breaks("id  reason  amount\nL1  proposed  10.00"),
    )
    said = text_of(ReconciliationPage(made), "carried")
    assert "The question carried over is not decided yet; the ledger has since closed 1 of 1 document proposed" in said
    assert "1 of 1 document closed in the ledger" in said


def test_a_company_without_entities_and_a_line_without_account_read_well():
    made = cut(
        META | {"entities": {}, "accounts": []},
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  5.00").assign(account=None),
    )
    for name in SECTIONS:
        text_of(ReconciliationPage(made), name)


def test_many_questions_are_cut_short_and_say_where_the_rest_is():
    many = "\n".join(f"L{n}  10-05  {n + 1}.00" for n in range(60))
    open_ = "\n".join(f"L{n}  no_item  {n + 1}.00" for n in range(60))
    made = cut(bank_lines=lines(f"line_id  booked_on  amount\n{many}"), breaks=breaks(f"id  reason  amount\n{open_}"))
    said = text_of(ReconciliationPage(made), "decisions")
    assert "All 60 are in the workbook, sheet Breaks." in said
    assert said.count("no item found") == 10


def test_hostile_text_in_every_field_stays_text():
    made = example_cut()
    frames = {
        name: frame.assign(**{column: PAYLOAD for column in frame if column in _FOREIGN}) for name, frame in made.frames.items()
    }
    meta = made.meta | {"company": PAYLOAD, "entities": {"NORD": PAYLOAD, "ALPS": PAYLOAD}}
    meta["accounts"] = [account | {"name": PAYLOAD} for account in made.meta["accounts"]]
    made = replace(made, meta=meta, **frames)
    page = to_html(executed(ReconciliationPage(made)), PAYLOAD)
    root = html.document_fromstring(page)
    assert root.xpath("//img") == []
    assert root.xpath("//@*[starts-with(name(), 'on')]") == []
    assert "alert(2)" not in "".join(root.xpath("//script/text()"))


_FOREIGN = (
    "counterparty_name",
    "remittance",
    "customer_name",
    "detail",
    "reference",
    "document_no",
    "reason_text",
    "override",
    "format",
)


def test_charts_hold_aggregates_only(page):
    figures = [
        piece._repr_mimebundle_()[PLOTLY] for piece in [*page.bridge, *page.by_day] if PLOTLY in piece._repr_mimebundle_()
    ]
    assert len(figures) == 2
    names = set(example_cut().bank_lines["counterparty_name"])
    assert not any(name in str(figure) for figure in figures for name in names)
    assert all(len(trace["x"]) <= 62 for figure in figures for trace in figure["data"])


def test_the_page_is_the_same_bytes_however_often_and_in_whatever_notebook(page):
    first, second = executed(page), executed(page)
    for number, cell in enumerate(second["cells"]):
        cell |= {"id": f"other-{number}", "execution_count": 7}
        cell["metadata"] = {"papermill": {"start_time": "2026-11-01"}, "tags": []}
    second["metadata"] = {"papermill": {"output_path": "x"}, "title": "another"}
    made = to_html(first, page.title)
    assert made == to_html(second, page.title)
    assert "<title>Reconciliation, October 2026 · Nordlicht (example)</title>" in made


def test_the_page_asks_for_nothing_from_any_network(page):
    root = html.document_fromstring(to_html(executed(page), page.title))
    assert root.xpath("//link | //iframe | //img | //script[@src] | //*[@href][not(starts-with(@href, '#'))]") == []
    assert "default-src 'none'" in root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert root.get("lang") == "en"


def test_code_is_left_out_and_an_error_is_shown(page):
    failed = {"output_type": "error", "ename": "ValueError", "evalue": "<b>no</b>", "traceback": ["secret"]}
    notebook = executed(page)
    notebook["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": "print('code')", "outputs": [failed], "execution_count": 1}
    )
    made = to_html(notebook, "x")
    assert "print('code')" not in made
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in made


def test_a_run_is_read_from_its_folder(tmp_path):
    write_cut(tmp_path, example_cut())
    assert reconciliation(str(tmp_path)).metrics == reconciliation().metrics


def test_another_language_is_refused():
    with pytest.raises(ParameterError, match="language is 'fr'"):
        reconciliation("", "fr")


TWO = {"A": "Probe GmbH", "B": "Alpen GmbH"}
NUMBER = "DE30990500001234567801"
DIFFERS = f"side  id  reason  amount\nexpected  {NUMBER} 2026-10-10 mt940  statement_differs  0.01"


def test_a_ledger_account_is_named_with_its_company_where_there_are_several():
    made = cut(
        META | {"entities": TWO},
        statements=statements("statement_id  from_on  to_on  opening  closing\nS1  10-01  10-31  5.00  5.00"),
        ledger_balances=frame(
            LEDGER_BALANCES, "gl_account  role  on  amount\n1800  bank  10-31  4.00", entity="A", currency="EUR"
        ),
        breaks_before=breaks("side  id  reason  amount\nexpected  ledger 1800  balance_differs  2.00"),
    )
    context = Context.of(made)
    said = [str(finding_text(context, found)) for found in context.found.verdict.findings]
    assert "Ledger account 1800 (Probe GmbH) differs by −1.00\N{NO-BREAK SPACE}EUR" in said
    assert "Hauptbuchkonto 1800Probe GmbH".replace("1800P", "1800 P") in text_of(ReconciliationPage(made, "de"), "carried")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Account 1 (camt.053)", "Account 1 (camt.053) · •• K1 does not add up"),
        ("Main", "Account Main · •• K1 does not add up"),
    ],
)
def test_an_account_is_called_so_once(name, said):
    made = cut(META | {"accounts": [META["accounts"][0] | {"name": name}]})
    finding = Finding("account_differs", True, "K1", amount=100, currency="EUR")
    text = str(finding_text(Context.of(made), finding)).replace("\N{NO-BREAK SPACE}", " ")
    assert text.startswith(said)


def test_a_day_that_two_sources_tell_is_named_by_account_and_day():
    page = ReconciliationPage(cut(breaks=breaks(DIFFERS), breaks_before=breaks(DIFFERS)))
    for name in ("decisions", "carried"):
        said = text_of(page, name)
        assert "DE30 •••• 7801 10 Oct 2026" in said
        assert NUMBER not in said
    assert "None of the 1 questions" not in text_of(page, "carried")
    assert "still open" in text_of(page, "carried")


def test_only_like_money_is_summed_by_reason():
    told = f"{DIFFERS}\nbank_line  L1  no_item  5.00"
    page = ReconciliationPage(cut(bank_lines=lines("line_id  booked_on  amount\nL1  10-05  5.00"), breaks=breaks(told)))
    said = text_of(page, "reasons")
    assert "Bank lines no item found" in said
    assert "5.01" not in said


def test_a_file_whose_rows_do_not_count_says_so_and_what_it_proves():
    files = frame(
        SOURCES, "name  format  role  first_on  last_on\nb.sta  mt940  booked  10-01  10-31",
        seq=1, sha256="0" * 64, n_bytes=1, entity="A", n_read=6, n_rows=6, n_skipped=0,
    )  # fmt: skip
    checks = frame(
        CHECKS,
        f"check  subject  outcome  expected  actual  currency  source_file\n"
        f"told_twice  {NUMBER} 2026-10-10 mt940  ok  0.05  0.05  EUR  -\n"
        f"told_twice  {NUMBER} 2026-10-11 mt940  note  0.05  0.06  EUR  -\n"
        "rows_counting  b.sta  note  0.06  0.00  -  b.sta",
        entity="A",
    )
    said = text_of(ReconciliationPage(cut(sources=files, checks=checks)), "files")
    assert "6 of 6 rows do not count: another source tells them" in said
    assert "One day of an account is told by two sources and proven by both." in said
    assert "One day of an account is told differently by two sources." in said
    assert NUMBER not in said
