"""Dates and times as files write them: the order of day and month is decided once for a whole file, or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_YEAR_FIRST = r"(?P<year>\d{4})(?P<between>[-/]?)(?P<month>\d\d?)(?P=between)(?P<day>\d\d?)"
_YEAR_LAST = r"(?P<first>\d\d?)(?P<mark>[./-])(?P<second>\d\d?)(?P=mark)(?P<last>\d{4}|\d\d)"
_CLOCK = r"(?P<clock>\d\d?:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(?P<zone>Z|[+-]\d\d:?\d\d)?"
_MOMENT = re.compile(rf"(?:{_YEAR_FIRST}|{_YEAR_LAST})(?:[T\s]\s*{_CLOCK})?", re.ASCII)
_SHOWN = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}


def order_of(texts: Iterable[str], hint: str | None = None) -> str:
    """Whether day or month comes first in a file's dates: "dmy", "mdy" or, if all begin with the year, "ymd".

    Dates with dots are never month first.

    Raises:
        ValueError: the dates fit both orders, or no single one.

    >>> order_of(["03/04/2026", "31/03/2026"]), order_of(["2026-04-03"]), order_of(["03.04.2026"])
    ('dmy', 'ymd', 'dmy')
    >>> order_of(["03/04/2026"])
    Traceback (most recent call last):
    ValueError: '03/04/2026' can be read with the day or the month first; say date_order
    """
    if hint:
        return hint
    sure: dict[str, str] = {}
    doubtful = None
    same = False
    for text in texts:
        found = _MOMENT.fullmatch(text)
        if not found or not found["mark"]:
            continue
        first, second = int(found["first"]), int(found["second"])
        if found["mark"] == "." or first > 12:
            sure.setdefault("dmy", text)
        elif second > 12:
            sure.setdefault("mdy", text)
        elif first == second:
            same = True
        else:
            doubtful = doubtful or text
    if len(sure) == 2:
        raise ValueError(f"{sure['dmy']!r} has the day first and {sure['mdy']!r} the month; say date_order")
    if doubtful and not sure:
        raise ValueError(f"{doubtful!r} can be read with the day or the month first; say date_order")
    return next(iter(sure), "dmy" if same else "ymd")


def day(text: str, order: str) -> date:
    """A calendar day; a time behind it is left off. Dates that begin with a four-digit year need no order.

    Raises:
        ValueError: no date in that order, or one that no calendar has; the message is an expectation.
    """
    return _moment(text, order)[0]


def instant(text: str, order: str, zone: tzinfo) -> datetime:
    """An instant in UTC; a time without an offset is local in `zone`, a date alone is its midnight there.

    An hour that occurs twice when clocks go back is taken as the first.

    Raises:
        ValueError: as `day`, or a time that clocks skip.
    """
    on, clock, offset = _moment(text, order)
    if offset:
        return datetime.fromisoformat(f"{on.isoformat()}T{clock.isoformat()}{offset}").astimezone(UTC)
    local = datetime.combine(on, clock, zone)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"a time that exists; clocks skip this one in {zone}")
    return utc


@lru_cache(maxsize=4096)
def _moment(text: str, order: str) -> tuple[date, time, str]:
    found = _MOMENT.fullmatch(text)
    if not found or (order == "ymd" and not found["year"]) or _run_together(found):
        raise ValueError(f"a date as {_SHOWN[order]}")
    clock = found["clock"] or "00:00"
    try:
        return _date(found, order), time.fromisoformat(clock if clock[1] != ":" else f"0{clock}"), found["zone"] or ""
    except ValueError as error:
        raise ValueError(f"a date as {_SHOWN[order]} that exists ({error})") from error


def _run_together(found: re.Match[str]) -> bool:
    return bool(found["year"]) and not found["between"] and len(found["month"] + found["day"]) < 4


def _date(found: re.Match[str], order: str) -> date:
    if found["year"]:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    first, second = int(found["first"]), int(found["second"])
    month, number = (second, first) if order == "dmy" else (first, second)
    year = found["last"] if len(found["last"]) == 4 else f"20{found['last']}"
    return date(int(year), month, number)
