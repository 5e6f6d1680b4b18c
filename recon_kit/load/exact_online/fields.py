"""Fields of one Exact Online record: numbers kept as written, OData and ISO dates, flags in any of their spellings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from recon_kit.load.days import AMSTERDAM, day
from recon_kit.load.json_records import Record
from recon_kit.load.loaded import Collector
from recon_kit.load.record import amount_expected
from recon_kit.money import minor_units

_ODATA = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YES_NO = {"true": True, "1": True, "false": False, "0": False, "": False}


@lru_cache(maxsize=4096)
def plain_day(text: str) -> date:
    """The day of an OData or ISO date; Exact writes days as midnight in UTC, or in some answers midnight in Amsterdam.

    >>> plain_day("/Date(1754006400000)/"), plain_day("/Date(1753999200000)/"), plain_day("2025-08-01T00:00:00")
    (datetime.date(2025, 8, 1), datetime.date(2025, 8, 1), datetime.date(2025, 8, 1))

    Raises:
        ValueError: neither form; the message is an expectation.
    """
    found = _ODATA.fullmatch(text)
    if not found:
        try:
            return day(text, "ymd")
        except ValueError as error:
            raise ValueError("a date as /Date(1754006400000)/ or 2025-08-01") from error
    try:
        at = _EPOCH + timedelta(milliseconds=int(found[1]))
    except OverflowError as error:
        raise ValueError("a date of this era as /Date(milliseconds)/") from error
    if found[2]:
        minutes = int(found[2][1:3]) * 60 + int(found[2][3:])
        return (at + timedelta(minutes=minutes if found[2][0] == "+" else -minutes)).date()
    return at.date() if at.time() == datetime.min.time() else at.astimezone(AMSTERDAM).date()


@dataclass
class Fields:
    """One record with the line it begins on; each getter notes what it cannot read."""

    into: Collector
    line: int
    row: Record

    def has(self, name: str) -> bool:
        """Whether the field was selected and holds something."""
        return self.row.get(name) not in (None, "")

    def text(self, name: str) -> str | None:
        """The value as text without outer blanks (Exact pads codes); None if empty or absent."""
        value = self.row.get(name)
        if value is None or isinstance(value, dict | list):
            return None
        return str(value).strip() or None

    def account(self, name: str) -> str | None:
        """An account number without blanks."""
        found = self.text(name)
        return found.replace(" ", "") if found else None

    def flag(self, name: str) -> bool:
        """Yes or no; an absent field is no."""
        text = (self.text(name) or "").lower()
        if text not in _YES_NO:
            self.fault(name, "true or false")
        return _YES_NO.get(text, False)

    def amount(self, name: str, currency: str) -> int | None:
        """Minor units of `currency`; None if empty or faulty."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return minor_units(text, currency, ".")
        except ValueError as error:
            if "ISO 4217" in str(error):
                self.into.fault(self.line, "Currency", currency, "an ISO 4217 currency code")
            else:
                self.fault(name, amount_expected(error, currency, "."))
            return None

    def number(self, name: str) -> str | None:
        """A positive decimal number as text; None if empty, zero or faulty."""
        text = self.text(name)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,9}(\.\d{1,18})?", text, re.ASCII):
            self.fault(name, "a number that is not negative")
            return None
        return text if text.strip("0.") else None

    def day(self, name: str) -> date | None:
        """A calendar day; None if empty or faulty."""
        text = self.text(name)
        try:
            return plain_day(text) if text else None
        except ValueError as error:
            self.fault(name, str(error))
            return None

    def fault(self, name: str, expected: str) -> None:
        """Note that this field is wrong or missing."""
        value = self.row.get(name)
        self.into.fault(self.line, name, None if value is None else str(value), expected)
