"""The checklist: is each source that recon.toml expects there, to the last day of the period?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from recon_kit.errors import Fault, ParameterError, nearest
from recon_kit.policy import Calendar, ExpectedSource, Period, Policy
from recon_kit.tables import CHECKLIST

_TO_THE_DAY = ("open_items", "ledger_balances")


def checklist(
    policy: Policy, sources: pd.DataFrame, period: Period, overrides: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """One row per expected source (CHECKLIST): how far it reaches, how far it has to, and what that means.

    A list or balance must be of the last day itself; whatever is booked on business days must reach the last of them,
    less the source's `late_days`.

    Args:
        sources: SOURCES, the files that count.
        overrides: source name -> reason for going on without it.
    Raises:
        ParameterError: an override for a source that recon.toml does not expect.
    """
    expected = [source for source in policy.sources if source.expected != "never"]
    given = dict(overrides or {})
    names = [source.name for source in expected]
    if unknown := [name for name in given if name not in names]:
        faults = [Fault(f"a source of recon.toml{nearest(name, names)}", field="override", found=name) for name in unknown]
        raise ParameterError("close", faults)
    rows = [_row(source, policy, sources, period, given.get(source.name)) for source in expected]
    return CHECKLIST.frame({name: [row[name] for row in rows] for name in CHECKLIST.columns}) if rows else CHECKLIST.empty()


def _row(source: ExpectedSource, policy: Policy, sources: pd.DataFrame, period: Period, reason: str | None) -> dict[str, Any]:
    fits = [_fits(name, source.files) for name in sources["name"]]
    files = sources[pd.Series(fits, index=sources.index, dtype=bool)]
    inside = files[(files["last_on"] >= pd.Timestamp(period.first)) & (files["first_on"] <= pd.Timestamp(period.last))]
    reaches = None if inside.empty else min(inside["last_on"].max().date(), period.last)
    through = _through(source, policy.calendar, period)
    state = "missing" if reaches is None else "there" if reaches >= through else "stale"
    account = policy.account(source.account)
    return {
        "entity": source.entity or (account.entity if account else policy.entity_of(None)),
        "source": source.name,
        "kind": source.kind,
        "account": source.account,
        "through": through,
        "reaches": reaches,
        "n_files": len(inside),
        "state": "overridden" if reason and state != "there" else state,
        "reason": reason if state != "there" else None,
    }


def _fits(name: str, pattern: str) -> bool:
    """Whether a file is what a pattern means, or a member of an archive that is."""
    names = [name, *(parent.as_posix() for parent in PurePosixPath(name).parents if parent.suffix)]
    return any(fnmatchcase(one.lower(), pattern.lower()) for one in names)


def _through(source: ExpectedSource, calendar: Calendar, period: Period) -> date:
    if source.kind in _TO_THE_DAY and not source.late_days:
        return period.last
    day, late = period.last, source.late_days
    while late or not calendar.is_business_day(day):
        late -= calendar.is_business_day(day)
        day -= timedelta(days=1)
    return day
