"""Draws that are the same everywhere."""

from __future__ import annotations

from datetime import date

from recon_kit.simulate.draw import Draw


def test_a_stream_depends_on_seed_and_name_alone():
    first, other = Draw(1, "a"), Draw(1, "b")
    other.digits(50)
    assert first.digits(12) == Draw(1, "a").digits(12)
    assert Draw(1, "a").digits(12) != Draw(2, "a").digits(12) != Draw(1, "b").digits(12)


def test_the_sequence_is_the_one_that_python_promises():
    assert Draw(20261031, "people").digits(10) == "4835784009"


def test_quantiles_are_met():
    draw = Draw(3, "q")
    values = sorted(draw.quantile(((0.0, 0), (0.5, 10), (1.0, 110))) for _ in range(4000))
    assert abs(values[2000] - 10) < 2.5
    assert values[0] >= 0
    assert values[-1] <= 110


def test_some_are_different_ones_and_never_more_than_there_are():
    draw = Draw(4, "s")
    assert sorted(draw.some([1, 2, 3], 9)) == [1, 2, 3]
    assert len(set(draw.some(range(100), 20))) == 20


def test_weights_and_days_stay_within_their_choices():
    draw = Draw(5, "w")
    assert {draw.of({"a": 1, "b": 0}) for _ in range(200)} == {"a"}
    days = {draw.day(date(2026, 8, 1), date(2026, 8, 3)) for _ in range(200)}
    assert days == {date(2026, 8, 1), date(2026, 8, 2), date(2026, 8, 3)}
