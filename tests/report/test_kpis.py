"""A tile says its figure, how it moved against both comparisons, or in words why it cannot."""

import re

import pytest

from recon_kit.report.context import Context
from recon_kit.report.figures import key_figures
from recon_kit.report.kpis import Tile, band
from tests.measures.cuts import META, cut

DSO = "dso_period_end.v1.ledger.EUR"


def said(tile, previous=None, year_ago=None, language="en"):
    meta = {"previous": {"period": "2026-09", "metrics": previous} if previous is not None else None}
    meta["year_ago"] = {"period": "2025-10", "metrics": year_ago} if year_ago is not None else None
    made = band(Context.of(cut(META | meta), language), [tile])
    return " ".join(re.sub(r"\s+", " ", str(made).replace("<", " <")).replace("\N{NO-BREAK SPACE}", " ").split())


def plain(text):
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.mark.parametrize(
    ("name", "text", "before", "shown"),
    [
        ("credits_explained_share.EUR", "67.7", "70.0", "67.7 % −2.3 pp vs Sep"),
        ("missing.EUR", "1100.00", "1000.00", "1,100.00 EUR +10.0 % vs Sep"),
        ("missing.EUR", "5.00", "0.00", "5.00 EUR +5.00 vs Sep"),
        ("n_decisions", "1204", "1204", "1,204 ±0 vs Sep"),
        (DSO, "54.5", "51.2", "54.5 d +3.3 d vs Sep"),
        ("turnover.v1.ledger.EUR", "1.2", "1.5", "1.2× −0.3× vs Sep"),
    ],
)
def test_a_figure_and_how_it_moved_in_its_own_unit(name, text, before, shown):
    assert plain(said(Tile("L", name, text), {name: before})).startswith(f"L {shown}")


def test_both_comparisons_stand_below_each_other_and_the_colour_says_which_way_is_better():
    made = said(Tile("DSO", DSO, "54.5", "down"), {DSO: "51.2"}, {DSO: "60.0"})
    assert plain(made) == "DSO 54.5 d +3.3 d vs Sep −5.5 d vs Oct 2025"
    assert re.findall(r'class="(up|dn)"', made) == ["dn", "up"]


@pytest.mark.parametrize(
    "known", [{}, {DSO: "n/a"}, {"dso_period_end.v2.ledger.EUR": "50.0"}, {"dso_period_end.v1.applied.EUR": "50.0"}]
)
def test_another_definition_version_or_basis_is_not_compared(known):
    assert plain(said(Tile("DSO", DSO, "54.5"), known)).startswith("DSO 54.5 d vs Sep n/a")


def test_what_is_not_defined_says_why_and_is_not_compared():
    made = plain(said(Tile("DSO", DSO, "n/a", below=["no sales"]), {DSO: "51.2"}, {}))
    assert made == "DSO n/a no sales"


def test_without_earlier_closes_one_line_says_so():
    made = plain(said(Tile("DSO", DSO, "54.5")))
    assert made.endswith("No earlier period was closed here, so there is none to compare with. "
                         "The same period a year ago was not closed here, so that comparison is n/a.")  # fmt: skip


def test_german_tiles_are_german():
    made = plain(said(Tile("DSO", DSO, "54.5"), {DSO: "51.2"}, {}, "de"))
    assert made == "DSO 54,5 T. +3,3 T. ggü. Sept. ggü. Okt. 2025 k. A."


def test_key_figures_of_a_working_paper_have_kind_definition_and_version():
    context = Context.of(cut(META | {"previous": {"period": "2026-09", "metrics": {DSO: "51.2"}}}))
    row = key_figures(context, {DSO: "54.5"}).iloc[0]
    assert (row["kind"], float(row["value"]), float(row["before"]), row["year_ago"]) == ("days", 54.5, 51.2, None)
    assert (row["definition"], row["version"], row["currency"]) == ("dso_period_end", 1, "EUR")
    assert row["figure"].endswith("by the ledger's list")
