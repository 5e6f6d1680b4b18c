"""How long documents take until they are paid; those that are still open count as far as they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd

from recon_kit.measures.exact import Whole
from recon_kit.measures.figure import Measure, quotient, undefined

FROM_THE_START = -1
"""As `entry`: the document was known from its first day."""

Fractions = tuple[Fraction, ...]


@dataclass(frozen=True)
class DelayCurve:
    """What share of documents is still open so many days after their date; exact.

    Args:
        days: on which anything ended, ascending. at_risk: documents open and known just before each.
        ended: event -> how many ended so on each day.
        longest: the longest time for which a document was known; None without documents.
    """

    days: tuple[int, ...]
    at_risk: tuple[int, ...]
    ended: Mapping[str, tuple[int, ...]]
    longest: int | None

    @cached_property
    def survival(self) -> Fractions:
        """The share still open after each of `days`."""
        left, made = Fraction(1), []
        for at, n in enumerate(self.at_risk):
            left *= 1 - Fraction(sum(counts[at] for counts in self.ended.values()), n)
            made.append(left)
        return tuple(made)

    @cached_property
    def incidence(self) -> Mapping[str, Fractions]:
        """Event -> the share that has ended so after each of `days`."""
        before = (Fraction(1), *self.survival)
        made: dict[str, Fractions] = {}
        for event, counts in self.ended.items():
            share, shares = Fraction(0), []
            for at, n in enumerate(self.at_risk):
                share += before[at] * Fraction(counts[at], n)
                shares.append(share)
            made[event] = tuple(shares)
        return made

    def still_open(self, day: int) -> Fraction:
        """The share still open at the end of a day; beyond the last day known, what it was then."""
        return _at(self.survival, self.days, day, Fraction(1))

    def ended_by(self, day: int, event: str = "paid") -> Fraction:
        """The share that ended so until the end of a day."""
        return _at(self.incidence.get(event, ()), self.days, day, Fraction(0))

    def ends(self, age: int, day: int, event: str = "paid") -> Fraction | None:
        """The chance that a document still open at the end of day `age` ends so by `day`; None if none was open that long."""
        left = self.still_open(age)
        return (self.ended_by(day, event) - self.ended_by(age, event)) / left if left else None


def delay_curve(durations: pd.DataFrame) -> DelayCurve:
    """The delay curve of some documents (Kaplan-Meier, delayed entry, competing ends). Definition: `delay_curve`.

    Args:
        durations: one row per document. exit: days from its date until it ended or was last known to be open; event: how it
            ended ("paid", "credited", "written_off", "disputed" ...), or "open"; entry: the day at whose end it was first
            known to be open (`FROM_THE_START` if from its date on). A document counts only after its entry: what was paid
            before cannot be seen, and would make the rest look slow. Rows with exit <= entry tell nothing and are left out.
    Source: E. L. Kaplan, P. Meier, Journal of the American Statistical Association 53 (1958); for several ends O. O. Aalen,
        S. Johansen, Scandinavian Journal of Statistics 5 (1978).
    """
    events, names = pd.factorize(durations["event"])
    exits, entries = (durations[name].to_numpy(np.int64) for name in ("exit", "entry"))
    return _curve(exits, entries, events, [str(name) for name in names])


def _curve(exits: Whole, entries: Whole, events: Whole, names: Sequence[str]) -> DelayCurve:
    """The curve of documents given as arrays; `events` numbers into `names`."""
    known = exits > entries
    exits, entries, events = exits[known], entries[known], events[known]
    ended = {name: at for at, name in enumerate(names) if name != "open" and (events == at).any()}
    days = np.unique(exits[np.isin(events, list(ended.values()))])
    in_, out = np.sort(entries), np.sort(exits)
    at_risk = np.searchsorted(in_, days, side="left") - np.searchsorted(out, days, side="left")
    counts = {}
    for event in sorted(ended):
        here = np.searchsorted(days, exits[events == ended[event]])
        counts[event] = tuple(np.bincount(here, minlength=len(days)).tolist())
    return DelayCurve(tuple(days.tolist()), tuple(at_risk.tolist()), counts, int(exits.max()) if len(exits) else None)


def delay_median(curve: DelayCurve) -> Measure:
    """The days after which half of the documents have ended. Definition: `delay_median`.

    "More than" the longest time known where more than half are open to the last; undefined as `no_cases` without documents.
    """
    return reached("delay_median", curve, Fraction(1, 2))


def reached(definition: str, curve: DelayCurve, share: Fraction) -> Measure:
    """The days after which a share has ended, as a figure of some definition; see `delay_median`."""
    found = next((day for day, left in zip(curve.days, curve.survival, strict=True) if left <= 1 - share), None)
    if found is not None:
        return Measure(definition, found)
    if curve.longest is None:
        return undefined(definition, "no_cases")
    return Measure(definition, curve.longest, at_least=True)


def delay_incidence(curve: DelayCurve, day: int, event: str = "paid") -> Measure:
    """The share of documents that ended so by a day (Aalen-Johansen). Definition: `delay_incidence`.

    Percent; undefined as `no_cases` without documents, and as `not_reached` for a day beyond the longest time known.
    """
    if curve.longest is None or day > curve.longest:
        return undefined("delay_incidence", "no_cases" if curve.longest is None else "not_reached")
    return Measure("delay_incidence", 100 * curve.ended_by(day, event))


def delay_conditional(curve: DelayCurve, age: int, day: int) -> Measure:
    """The chance that a document still open at an age is paid by a later day of its life. Definition: `delay_conditional`.

    Percent; undefined as `no_cases` where no document was open that long.
    """
    left = curve.still_open(age)
    return quotient("delay_conditional", curve.ended_by(day) - curve.ended_by(age), left, why="no_cases")


def life_tables(found: Mapping[tuple[str, str], DelayCurve]) -> pd.DataFrame:
    """Curves as tables from which they can be computed again: entity, currency, day, at_risk, paid, credited, written_off
    (documents), still_open and paid_until (shares); one row for each day on which anything ended.

    Args:
        found: (entity, currency) -> curve.
    """
    rows = []
    for (entity, currency), curve in found.items():
        nothing = (0,) * len(curve.days)
        ended = [curve.ended.get(event, nothing) for event in ("paid", "credited", "written_off")]
        paid = curve.incidence.get("paid", nothing)
        for day, *values in zip(curve.days, curve.at_risk, *ended, curve.survival, paid, strict=True):
            rows.append((entity, currency, day, *values[:4], float(values[4]), float(values[5])))
    names = ["entity", "currency", "day", "at_risk", "paid", "credited", "written_off", "still_open", "paid_until"]
    return pd.DataFrame(rows, columns=names)


def curves(
    durations: pd.DataFrame,
    levels: Sequence[Sequence[str]] = (("entity", "customer_id"), ("entity",), ()),
    least_paid: int = 12,
) -> dict[tuple[int, tuple[str, ...]], DelayCurve]:
    """A delay curve for each group that has enough history, at every level: from each customer to all together.

    (level, the group's values) -> curve. A group with fewer than `least_paid` payments has none: its documents take the next
    level's.
    """
    events, names = pd.factorize(durations["event"])
    said = [str(name) for name in names]
    exits, entries = (durations[name].to_numpy(np.int64) for name in ("exit", "entry"))
    found: dict[tuple[int, tuple[str, ...]], DelayCurve] = {}
    for level, by in enumerate(levels):
        for values, rows in _groups(durations, by):
            if sum(said[event] == "paid" for event in events[rows].tolist()) >= least_paid:
                found[level, values] = _curve(exits[rows], entries[rows], events[rows], said)
    return found


def _groups(durations: pd.DataFrame, by: Sequence[str]) -> list[tuple[tuple[str, ...], Whole]]:
    """The rows of each group by number, in the order of the groups' values; what lacks a value is in none."""
    if not by:
        return [((), np.arange(len(durations)))]
    rows = durations.reset_index(drop=True).groupby(list(by), dropna=True, sort=True).indices
    made = []
    for values, places in rows.items():
        key = values if isinstance(values, tuple) else (values,)
        if not any(pd.isna(value) for value in key):
            made.append((tuple(str(value) for value in key), np.sort(np.asarray(places))))
    return sorted(made, key=lambda one: one[0])


def _at(values: Fractions, days: Sequence[int], day: int, before: Fraction) -> Fraction:
    place = int(np.searchsorted(np.asarray(days, np.int64), day, side="right")) if values else 0
    return values[place - 1] if place else before
