"""One function makes every table, and nothing that it is given becomes markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from recon_kit.report.tables import Cell, Column, Row, bar, looked, table, two_lines

PAYLOADS = [
    '<img src=x onerror="alert(1)">',
    "</td></table><script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "&lt;b&gt;",
]


def elements(markup) -> set[str]:
    return {element.tag for element in html.fragment_fromstring(str(markup)).iter()}


def test_payloads_stay_text_in_every_place():
    for payload in PAYLOADS:
        made = table(
            [Column(payload, "n"), payload],
            [[payload, two_lines(payload, payload)], [Cell(payload, "n"), looked(payload, "ok")]],
        )
        assert elements(made) <= {"div", "table", "thead", "tbody", "tr", "th", "td", "span"}
        assert html.fragment_fromstring(str(made)).text_content().count(payload) == 7


@given(st.text(max_size=60))
def test_no_text_becomes_an_element_or_an_attribute(text):
    made = table(["a"], [[text], Row([text], "group")])
    root = html.fragment_fromstring(str(made))
    assert elements(made) <= {"div", "table", "thead", "tbody", "tr", "th", "td"}
    assert {name for element in root.iter() for name in element.attrib} <= {"class", "scope", "colspan"}


def test_a_bar_shows_shares_by_size_and_none_where_there_is_nothing():
    assert "width:75.0%" in bar([("explained", -75), ("unexplained", -25)], "75 %")
    assert bar([("explained", 0)], "n/a") == "n/a"
