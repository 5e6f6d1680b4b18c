"""One function makes every table, and nothing that it is given becomes markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from recon_kit.report.tables import Cell, Column, Row, bar, looked, section, table, two_lines

PAYLOADS = [
    '<img src=x onerror="alert(1)">',
    "</td></table><script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "&lt;b&gt;",
]


def elements(markup) -> set[str]:
    return {str(element.tag) for element in html.fragment_fromstring(str(markup)).iter(html.etree.Element)}


def test_payloads_stay_text_in_every_place():
    for payload in PAYLOADS:
        made = table(
            [Column(payload, "n"), payload],
            [[payload, two_lines(payload, payload)], [Cell(payload, "n"), looked(payload, "ok")]],
        )
        assert elements(made) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span"}
        assert html.fragment_fromstring(str(made)).text_content().count(payload) == 7


@given(st.text(max_size=60))
def test_no_text_becomes_an_element_or_an_attribute(text):
    made = table(["a"], [[text], Row([text], "group")])
    root = html.fragment_fromstring(str(made))
    assert elements(made) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert {name for element in root.iter() for name in element.attrib} <= {"class", "scope", "colspan"}


def test_a_bar_shows_shares_by_size_and_none_where_there_is_nothing():
    assert "width:75.0%" in bar([("explained", -75), ("unexplained", -25)], "75 %")
    assert bar([("explained", 0)], "n/a") == "n/a"


def test_a_table_without_a_name_of_its_own_is_called_like_its_section():
    named, unnamed = table(["a"], [["1"]], caption="Its own"), table(["a"], [["1"]])
    made = section("54 % <b>", "Why?", named, unnamed).markup
    assert [one.text for one in html.fragment_fromstring(made).iter("caption")] == ["Its own", "54 % <b>"]
