"""Figures of an evaluation: every point is a row of its table, and both languages say what is shown."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from recon_kit.evaluation import Evaluation, evaluate
from recon_kit.matching import match
from recon_kit.report.quality import calibration_figure, frontier_figure
from recon_kit.simulate.feeds import feed


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    made = feed("easy", 400, 9000, "test")
    return evaluate(match(made.bank_lines, made.open_items), made.truth)


@pytest.mark.parametrize(("language", "word"), [("en", "automatic"), ("de", "automatisch")])
def test_the_frontier_is_the_table_by_count_and_by_money(evaluation: Evaluation, language: str, word: str) -> None:
    figure, rows = frontier_figure(evaluation, language), evaluation.frontier()
    count = rows[rows["currency"].isna() & (rows["n"] > 0)]
    assert figure.data[0]["x"] == count["share"].tolist()
    assert figure.data[0]["y"] == count["false_share"].tolist()
    assert figure.data[1]["x"][0] == pytest.approx(rows[rows["currency"].notna()].iloc[0]["amount_share"])
    assert word in figure.label
    drawn = go.Figure(figure._repr_mimebundle_()["application/vnd.plotly.v1+json"]["data"], figure.layout)
    assert len(drawn.data) == 2


def test_calibration_has_a_point_a_bin_with_its_interval(evaluation: Evaluation) -> None:
    figure, bins = calibration_figure(evaluation, "de"), evaluation.calibration()
    truth, points = figure.data
    assert truth["x"] == truth["y"] == [0, 1]
    assert points["y"] == bins["seen"].tolist()
    assert points["error_y"]["array"] == pytest.approx((bins["upper95"] - bins["seen"]).tolist())
    assert f"in {len(bins)} Gruppen" in figure.label
    go.Figure(figure.data, figure.layout)
