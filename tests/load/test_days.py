"""Dates and times of files: one order for a whole file, nothing guessed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.load.days import AMSTERDAM, day, instant, order_of


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2026", "31/03/2026"], "dmy"),
        (["03/04/2026", "03/31/2026"], "mdy"),
        (["03.04.2026"], "dmy"),
        (["2026-04-03", "2026/4/3", "20260403"], "ymd"),
        (["03/03/2026"], "dmy"),
        ([], "ymd"),
    ],
)
def test_the_order_that_a_file_can_only_mean(texts, order):
    assert order_of(texts) == order


@pytest.mark.parametrize(
    ("texts", "told"),
    [(["03/04/2026"], "day or the month first"), (["13/04/2026", "04/13/2026"], "'13/04/2026' has the day first")],
)
def test_what_fits_both_orders_or_none_is_asked_for(texts, told):
    with pytest.raises(ValueError, match=told):
        order_of(texts)
    assert order_of(texts, "mdy") == "mdy"


@pytest.mark.parametrize(
    "text", ["30/02/2026", "31.04.2026", "2026-13-01", "202611", "2026111", "01-02/2026", "0/1/2026", "x", ""]
)
def test_days_that_no_calendar_has_are_refused(text):
    with pytest.raises(ValueError, match="a date as day, month, year"):
        day(text, "dmy")


def test_a_date_that_does_not_begin_with_the_year_needs_an_order():
    with pytest.raises(ValueError, match="a date as year, month, day"):
        day("01.02.2026", "ymd")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-31 23:30:00", "2026-10-31 22:30"),
        ("2026-07-31T23:30", "2026-07-31 21:30"),
        ("2026-10-25 02:30", "2026-10-25 00:30"),
        ("2026-10-31T23:30:00-0500", "2026-11-01 04:30"),
        ("2026-10-31T23:30:00Z", "2026-10-31 23:30"),
        ("31-10-2026 9:05", "2026-10-31 08:05"),
        ("2026-10-31", "2026-10-30 23:00"),
    ],
)
def test_local_times_become_utc_and_an_hour_that_comes_twice_is_the_first(text, utc):
    assert instant(text, "dmy", AMSTERDAM) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_an_hour_that_clocks_skip_is_refused():
    with pytest.raises(ValueError, match="clocks skip"):
        instant("2026-03-29 02:30", "ymd", AMSTERDAM)


@settings(max_examples=50, deadline=None)
@given(
    st.dates(date(1980, 1, 1), date(2090, 1, 1)), st.sampled_from([("dmy", "%d/%m/%Y"), ("mdy", "%m-%d-%Y"), ("ymd", "%Y%m%d")])
)
def test_a_day_comes_back_as_it_was_written(on, style):
    order, form = style
    assert day(on.strftime(form), order) == on


@settings(max_examples=50, deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)))
def test_an_instant_is_the_local_time_it_was_written_from(at):
    local = at.replace(tzinfo=UTC, microsecond=0).astimezone(AMSTERDAM)
    found = instant(local.strftime("%Y-%m-%d %H:%M:%S"), "ymd", AMSTERDAM)
    assert local.astimezone(UTC) - found in (timedelta(0), timedelta(hours=1))
