"""The company's calendar: which days a period name means, and which days banks work."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Literal

from recon_kit.errors import Fault, ParameterError

_WEEKS = (4, 4, 5) * 4


@dataclass(frozen=True)
class Period:
    """A named span of days, both ends included."""

    name: str
    first: date
    last: date

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Calendar:
    """How the company cuts its year.

    Args:
        kind: "month" (2026-10), "quarter" (2026-Q4), "year" (2026) or "4-4-5" (2026-P10). Quarters and years can be
            closed in a month calendar too.
        year_starts: month in which the financial year starts; a year that starts later than January bears the number
            of the calendar year in which it starts.
        weeks_from: for 4-4-5, the first day of each financial year; the last known one needs no successor.
        holidays: country and subdivision whose bank holidays count, as "DE" or "DE-BY".
    """

    kind: Literal["month", "quarter", "year", "4-4-5"] = "month"
    year_starts: int = 1
    weeks_from: dict[str, date] = field(default_factory=dict)
    holidays: str = "DE"

    def period(self, name: str, today: date | None = None) -> Period:
        """The period of that name; "previous-period", "previous-month" and "previous-quarter" count from `today`.

        Raises:
            ParameterError: the calendar has no such period; tells which names it has.
        """
        if name == "previous-period" and today:
            return self.before(self.containing(today))
        if name == "previous-month" and today:
            return self._month(today.replace(day=1) - timedelta(days=1))
        if name == "previous-quarter" and today:
            return self._quarter(self._quarter(today).first - timedelta(days=1))
        if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", name):
            return self._month(date(int(found[1]), int(found[2]), 1))
        if found := re.fullmatch(r"(\d{4})-Q([1-4])", name):
            return self._quarter(_months_on(self._year_start(int(found[1])), 3 * (int(found[2]) - 1)))
        if found := re.fullmatch(r"(\d{4})-P(0[1-9]|1[0-2])", name):
            return self._weeks(found[1], int(found[2]))
        if re.fullmatch(r"\d{4}", name):
            return self._year(self._year_start(int(name)))
        raise ParameterError("period", [Fault(f"{self._names()} or previous-period", field="period", found=name)])

    def containing(self, day: date) -> Period:
        """The period of this calendar's kind that `day` lies in."""
        if self.kind == "4-4-5":
            for year in sorted(self.weeks_from, reverse=True):
                if self.weeks_from[year] <= day:
                    return next(period for n in range(12, 0, -1) if (period := self._weeks(year, n)).first <= day)
            raise ParameterError("period", [Fault(f"a financial year in [calendar.weeks_from] that holds {day}")])
        return {"month": self._month, "quarter": self._quarter, "year": self._year}[self.kind](day)

    def before(self, period: Period) -> Period:
        """The period just before, of the same kind as the name tells."""
        day = period.first - timedelta(days=1)
        if re.search(r"-P\d\d$", period.name):
            return self.containing(day)
        if re.search(r"-Q\d$", period.name):
            return self._quarter(day)
        return self._month(day) if "-" in period.name else self._year(day)

    def back(self, period: Period, count: int) -> Period:
        """The `count`-th period before, of the same kind."""
        for _ in range(count):
            period = self.before(period)
        return period

    def year_before(self, period: Period) -> Period:
        """The period of the same place in the year before; by its name, so that weeks of 4-4-5 years find theirs.

        Raises:
            ParameterError: a 4-4-5 year whose first day is not in [calendar.weeks_from].
        """
        year, rest = period.name[:4], period.name[4:]
        return self.period(f"{int(year) - 1:04d}{rest}")

    def is_business_day(self, day: date) -> bool:
        """Whether banks book on that day."""
        return day.weekday() < 5 and day not in _holidays(self.holidays, day.year)

    def business_days(self, first: date, last: date) -> list[date]:
        """The days between, both included, on which banks book."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if self.is_business_day(day)]

    def holidays_between(self, first: date, last: date) -> list[date]:
        """The bank holidays of some days, both included."""
        return sorted(
            day for year in range(first.year, last.year + 1) for day in _holidays(self.holidays, year) if first <= day <= last
        )

    def knows_holidays(self) -> bool:
        """Whether there is a list of bank holidays for the place that is named."""
        try:
            return _holidays(self.holidays, 2026) is not None
        except (NotImplementedError, KeyError):
            return False

    def business_day_after(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`."""
        while count:
            day += timedelta(days=1)
            count -= self.is_business_day(day)
        return day

    def _month(self, day: date) -> Period:
        last = calendar.monthrange(day.year, day.month)[1]
        return Period(f"{day:%Y-%m}", day.replace(day=1), day.replace(day=last))

    def _year_start(self, number: int) -> date:
        return date(number, self.year_starts, 1)

    def _year(self, day: date) -> Period:
        first = self._year_start(day.year - (day < self._year_start(day.year)))
        return Period(f"{first.year}", first, _months_on(first, 12) - timedelta(days=1))

    def _quarter(self, day: date) -> Period:
        year = self._year(day).first
        months = (day.year - year.year) * 12 + day.month - year.month
        first = _months_on(year, months // 3 * 3)
        return Period(f"{year.year}-Q{months // 3 + 1}", first, _months_on(first, 3) - timedelta(days=1))

    def _weeks(self, year: str, number: int) -> Period:
        if year not in self.weeks_from:
            raise ParameterError("period", [Fault(f"the first day of {year} in [calendar.weeks_from]")])
        first = self.weeks_from[year] + timedelta(weeks=sum(_WEEKS[: number - 1]))
        last = first + timedelta(weeks=_WEEKS[number - 1]) - timedelta(days=1)
        if number == 12 and (following := self.weeks_from.get(str(int(year) + 1))):
            last = following - timedelta(days=1)
        return Period(f"{year}-P{number:02d}", first, last)

    def _names(self) -> str:
        return {"month": "2026-10", "quarter": "2026-Q4", "year": "2026", "4-4-5": "2026-P10"}[self.kind]


def _months_on(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


@cache
def _holidays(place: str, year: int) -> frozenset[date]:
    import holidays

    country, _, part = place.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
