"""A match result to be looked at: what paid what, why, and what is left, in words and in a figure that adds up."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from recon_kit import MatchResult, match, read_text
from recon_kit.errors import ParameterError
from recon_kit.report import MatchPage, matches, measures_table
from recon_kit.report.charts import Figure
from recon_kit.report.match_page import chance_text
from recon_kit.report.words import Words
from tests.report.test_quality import evaluation  # noqa: F401 (a fixture)

ITEMS = read_text(
    """
document_no | customer_name        | issued_on  | due_on     | open_amount | currency
R-10421     | Hafenbäckerei Jansen | 2026-09-30 | 2026-10-30 |      812.40 | EUR
R-10436     | Hafenbäckerei Jansen | 2026-10-05 | 2026-11-04 |     1455.10 | EUR
G-10440     | Hafenbäckerei Jansen | 2026-10-07 | 2026-10-07 |     -120.00 | EUR
R-10338     | Studio Weber         | 2026-09-01 | 2026-10-01 |       89.00 | EUR
R-10438     | Studio Weber         | 2026-10-01 | 2026-10-31 |       89.00 | EUR
R-10500     | Optik Nord           | 2026-10-01 | 2026-10-31 |      470.15 | EUR
""",
    snapshot_on="2026-10-11",
).tables["open_items"]
LINES = read_text("""
line_id | booked_on  |  amount | currency | counterparty_name           | remittance
L1      | 2026-10-13 | 2147.50 | EUR      | Jansen Hafenbaeckerei       | R-10421, R-10436 abzgl. G-10440
L2      | 2026-10-20 |   89.00 | EUR      | Studio Weber                | Monatsrate
L3      | 2026-10-23 |  -42.90 | EUR      | <script>alert(1)</script>   | Abschlag Oktober
""").tables["bank_lines"]


@pytest.fixture(scope="module")
def result() -> MatchResult:
    return match(LINES, ITEMS)


@pytest.fixture(scope="module")
def page(result: MatchResult) -> MatchPage:
    return matches(result, LINES, ITEMS)


def html(page: MatchPage, line_id: str) -> str:
    return "".join(str(piece.markup) for piece in page.why(line_id) if not isinstance(piece, Figure))


def test_every_line_stands_in_the_table_and_hostile_names_are_inert(page: MatchPage) -> None:
    told = str(page.matches.markup)
    assert "1 of 3 bank lines are matched without a person" in told
    assert "<b>R-10436</b> 1,455.10" in told
    assert told.index("1,455.10") < told.index("812.40") < told.index("−120.00")
    assert "&lt;script&gt;" in told
    assert "<script>" not in told


def test_a_group_is_explained_by_bars_that_end_where_the_next_begins(page: MatchPage, result: MatchResult) -> None:
    figure = next(piece for piece in page.why("L1") if isinstance(piece, Figure))
    bars = figure.data[0]
    match_id = result.allocations.set_index("line_id").loc["L1", "match_id"].iloc[0]
    odds = result.evidence.loc[result.evidence["match_id"] == match_id, "log_odds"]
    assert bars["x"][-1] == pytest.approx(odds.sum())
    assert bars["base"][2] == pytest.approx(bars["x"][0] + bars["x"][1])
    assert bars["y"][0] == "where it starts"
    assert "quoted document" in figure.label
    assert len(go.Figure(figure.data, figure.layout).data) == 1


def test_a_tie_shows_the_other_and_what_stands_against(page: MatchPage) -> None:
    told = html(page, "L2")
    assert "What else could it be?" in told
    assert {"R-10338", "R-10438"} <= set(told.replace("<b>", " ").replace("</b>", " ").split())
    assert "What stands against it" in told
    assert page.closest == "L2"
    assert page.richest == "L1"


def test_what_is_open_stands_with_its_reason_in_both_languages(page: MatchPage, result: MatchResult) -> None:
    assert "Two open questions" in str(page.questions.markup)
    german = str(matches(result, LINES, ITEMS, "de").questions.markup)
    assert "Zwei offene Fragen" in german
    assert "keine Regel dafür" in german


def test_a_line_without_a_match_is_refused_with_the_nearest(page: MatchPage) -> None:
    with pytest.raises(ParameterError, match="line_id is 'L3', expected a line that is matched or has a proposal"):
        page.why("L3")


def test_lines_of_one_id_are_refused(result: MatchResult) -> None:
    twice = LINES.head(2).assign(entity=["A", "B"], line_id="L1")
    with pytest.raises(ParameterError, match="expected lines of one entity, or ids that occur once"):
        matches(result, twice, ITEMS)


def test_no_probability_is_told_as_certain() -> None:
    assert [chance_text(chance, Words("de")).replace("\N{NO-BREAK SPACE}", " ") for chance in (1.0, 0.99999, 0.52968)] == [
        "99,99 %", "99,99 %", "52,96 %",
    ]  # fmt: skip


def test_measures_stand_with_what_they_are_taken_of(evaluation) -> None:  # noqa: F811
    told = str(measures_table(evaluation, "en").markup)
    rows = evaluation.measures()
    found = rows[(rows["measure"] == "straight_through") & rows["currency"].isna()].iloc[0]
    assert f"{found['part']} of {found['of']}" in told
    assert f"{100 * found['share']:.2f}\N{NO-BREAK SPACE}% of the lines went straight through" in told
    assert "glatt durch" in str(measures_table(evaluation, "de").markup)
