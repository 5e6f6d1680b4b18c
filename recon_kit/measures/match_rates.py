"""How well money is matched: "match rate" is no standard figure, so six are told apart, each by count and by amount."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.delays import FROM_THE_START, delay_curve, reached
from recon_kit.measures.exact import days_between, summed, whole
from recon_kit.measures.figure import Measure, quotient, undefined
from recon_kit.measures.receivables_roll import class_of

STEPS = ("proposed", "explained", "straight_through", "first_pass")
"""What a line has: a match or a proposal; a match that counts; one without a person's hand; one from the first run over it."""


def match_rates(states: pd.DataFrame, keys: Sequence[str] = ("source", "direction")) -> pd.DataFrame:
    """The parts and wholes of the match rates. Definition: `match_rates`.

    One row per (keys, currency): n lines, amount (the sum of their sizes, minor units), and for each of `STEPS` n_<step>
    lines and <step> money of them, Int64: a rate is n_<step> / n or <step> / amount. Null for first_pass where it is not known.
    A line counts by what it is as a whole, money by what is explained of it.

    Args:
        states: as `recon_kit.measures.lines.line_states` gives: currency, amount, explained, proposed, state, automatic
            and the keys; and, where it is known, `first_pass`: whether the first run over a line explained it.
    """
    by, size, sign = [*keys, "currency"], np.abs(whole(states["amount"])), np.sign(whole(states["amount"]))
    explained, offered = (whole(states[name]) * sign for name in ("explained", "proposed"))
    is_explained = (states["state"] == "explained").to_numpy(bool)
    automatic = states["automatic"].to_numpy(bool)
    first = states["first_pass"].to_numpy(bool) if "first_pass" in states else None
    columns: dict[str, np.ndarray] = {
        "amount": size,
        "n_proposed": is_explained | (states["state"] == "proposed").to_numpy(bool),
        "proposed": explained + offered,
        "n_explained": is_explained,
        "explained": explained,
        "n_straight_through": automatic,
        "straight_through": np.where(automatic, explained, 0),
        "n_first_pass": is_explained & (False if first is None else first),
        "first_pass": np.where(False if first is None else first, explained, 0),
    }
    counted = states[by].assign(**{name: values.astype(np.int64) for name, values in columns.items()})
    made = summed(counted, by, list(columns))
    for name in ("n_first_pass", "first_pass"):
        made[name] = made[name].astype("Int64").mask(np.full(len(made), first is None))
    return made


def link_precision(right: int, proposed: int) -> Measure:
    """The share of the proposed links that are right. Definition: `link_precision`. Percent; `no_cases` without any."""
    return quotient("link_precision", right, proposed, why="no_cases")


def link_recall(right: int, true: int) -> Measure:
    """The share of the true links that were found. Definition: `link_recall`. Percent; `no_cases` without any."""
    return quotient("link_recall", right, true, why="no_cases")


def interval(part: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share in percent; 0 and 100 of nothing.

    >>> [round(end, 2) for end in interval(930, 935)]
    [98.75, 99.77]
    """
    from recon_kit.evaluation.shares import bounds  # takes a second, with all of matching

    low, high = bounds(np.array([part / of if of else 0.0]), np.array([of]))
    return float(low[0]) * 100, float(high[0]) * 100


def error_bound(n_checked: int) -> Measure:
    """The highest error rate that no error in so many checks leaves possible (95 %, one-sided). Definition: `error_bound`.

    Percent; `no_cases` where nothing was checked. Three hundred checks without an error show 1 %, not 0.

    Source: the rate p at which (1 - p)^n = 0.05.
    """
    if n_checked <= 0:
        return undefined("error_bound", "no_cases")
    return Measure("error_bound", Fraction(100 * (1 - 0.05 ** (1 / n_checked))).limit_denominator(10**12))


def days_to_match_median(waits: pd.DataFrame, as_of: date) -> Measure:
    """The days until half of the money's lines are posted; open ones are counted as such. Definition: `days_to_match_median`.

    "More than" the longest wait where more than half are open; `no_cases` without lines.

    Args:
        waits: booked_on (the bank's day) and matched_on (business day of the posting; null while it is open), one row a
            line. Of business days only: when a person clicked is no part of a cut.
    """
    return reached("days_to_match_median", delay_curve(_waited(waits, as_of)), Fraction(1, 2))


def days_to_match_p90(waits: pd.DataFrame, as_of: date) -> Measure:
    """The days until nine of ten lines are posted. Definition: `days_to_match_p90`. As `days_to_match_median`."""
    return reached("days_to_match_p90", delay_curve(_waited(waits, as_of)), Fraction(9, 10))


def receipt_waits(movements: pd.DataFrame) -> pd.DataFrame:
    """How long the ledger took to post each receipt: booked_on (the bank's day, its document date) and matched_on (posting
    date)."""
    found = movements[(class_of(movements["kind"]) == "receipts").to_numpy(bool)]
    found = found.drop_duplicates(["entity", "document_no", "posted_on"])
    return found[["entity", "document_no"]].assign(booked_on=found["document_on"], matched_on=found["posted_on"])


def _waited(waits: pd.DataFrame, as_of: date) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    done = waits["matched_on"].notna() & (waits["matched_on"] <= day)
    until = waits["matched_on"].where(done, day)
    exits = np.maximum(days_between(until, waits["booked_on"]), 0)
    event = np.where(done, "paid", "open")
    return pd.DataFrame({"exit": exits, "entry": FROM_THE_START, "event": event})
