"""What a close may know of earlier ones: the period before, a year before, and the periods that nobody closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from recon_kit.close.periods import Close, Periods
from recon_kit.close.runs import Run, run_of
from recon_kit.policy import Period
from recon_kit.report.cut import Cut, read_cut
from recon_kit.tables import BANK_LINES
from recon_kit.workspace import Reading


@dataclass(frozen=True)
class Before:
    """Earlier runs, as the journal knew them.

    Args:
        previous: the newest closed period before, with its cut and metrics; None if there is none.
        year_ago: name and metrics of the same period a year ago; None if it was not closed.
        skipped: periods with bookings in between that nobody closed.
        closed: every earlier period with the close that later arrivals are held against, oldest first.
    """

    previous: tuple[Cut, Mapping[str, str]] | None = None
    year_ago: tuple[str, Mapping[str, str]] | None = None
    skipped: tuple[str, ...] = ()
    closed: tuple[Close, ...] = ()


def looked_back(reading: Reading, period: Period) -> Before:
    """What was closed before a period, as known at a reading; a run whose folder is gone counts as none."""
    periods = Periods.of(reading)
    run, skipped = _previous(reading, periods, period)
    previous = (read_cut(run.folder), run.metrics) if run else None
    year = reading.policy.calendar.year_before(period)
    then = _run(reading, periods, year)
    baselines = [state.baseline for state in periods.closed if state.period.last < period.first]
    closed = tuple(close for close in baselines if close is not None)
    return Before(previous, (year.name, then.metrics) if then else None, tuple(skipped), closed)


def _run(reading: Reading, periods: Periods, period: Period) -> Run | None:
    close = periods.current(period.name)
    return run_of(reading.path("reports"), period.name, close.run_id) if close else None


def _previous(reading: Reading, periods: Periods, period: Period) -> tuple[Run | None, list[str]]:
    booked = reading.fetch(BANK_LINES)["booked_on"]
    start = reading.start_on()
    booked = booked[booked > pd.Timestamp(start)] if start else booked
    calendar = reading.policy.calendar
    before, skipped = calendar.before(period), list[str]()
    while len(booked) and before.last >= booked.min().date():
        if run := _run(reading, periods, before):
            return run, skipped
        if booked.between(pd.Timestamp(before.first), pd.Timestamp(before.last)).any():
            skipped.insert(0, before.name)
        before = calendar.before(before)
    return None, skipped
