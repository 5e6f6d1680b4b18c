"""The provision matrix of the simplified approach: lifetime loss rates on what is at risk. A calculation aid, no posting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.exact import half_up, whole
from recon_kit.measures.figure import Measure, undefined
from recon_kit.money import total

LOST = {"paid": Fraction(0), "credited": Fraction(0), "written_off": Fraction(1)}
"""What of the money is lost in each end: a credit is no credit loss."""

DEDUCTED = ("insured", "vat", "specific")
"""What is not at risk: the part that a credit insurer bears, the VAT that is given back, and what has an allowance of its
own."""


def lifetime_loss(rates: Mapping[str, Mapping[str, Fraction]], beyond: Mapping[str, Fraction]) -> dict[str, Fraction | None]:
    """The share of each bucket's money that is lost in the end, from its roll rates. Definition: `lifetime_loss`.

    The chance to end in each state is followed through all buckets until nothing is left open, cures and standing still
    included; exact. None where a way leads to a bucket of which nothing is known. Money that ended unknown is left out of
    the shares: it is taken to have ended like the rest.

    Args:
        rates: as `recon_kit.measures.migration.roll_rates` gives: bucket -> where to -> share.
        beyond: bucket -> the share lost of what reaches it, assumed or measured elsewhere; it is followed no further.
    Source: IFRS 9 B5.5.35; absorbing Markov chain (Kemeny, Snell, Finite Markov Chains, 1960).
    """
    known = {start: _of_known(ways) for start, ways in rates.items() if start not in beyond}
    open_ = {start for start, ways in known.items() if ways}
    while lost := {s for s in open_ if any(to not in open_ and to not in beyond and to not in LOST for to in known[s])}:
        open_ -= lost
    names = sorted(open_)
    solved = _solved(names, known, {**LOST, **beyond})
    found = dict.fromkeys(rates) | dict(zip(names, solved, strict=True)) if solved else dict.fromkeys(rates)
    return {**found, **beyond}


def loss_experience(reached: Mapping[str, int], lost: int) -> dict[str, Fraction | None]:
    """Lost / what reached each bucket, from the sales of a closed period. Definition: `loss_experience`.

    None where nothing reached a bucket.

    Args:
        reached: bucket -> how much of those sales was still open when it came there. lost: how much was never paid.
    Source: IFRS 9 B5.5.35; IFRScommunity, provision matrix.
    """
    return {bucket: Fraction(lost, amount) if amount > 0 else None for bucket, amount in reached.items()}


def provision(
    exposures: pd.DataFrame, rates: Mapping[tuple[str, str], Fraction | None], overlay: Fraction = Fraction(1)
) -> pd.DataFrame:
    """What is expected to be lost, per segment and bucket. Definition: `provision`.

    The rows of `exposures` with four more columns: at_risk = gross - insured - vat - specific, at least 0; rate (after
    overlay, at most 1, as an exact fraction in text); loss = at_risk x rate, rounded half up to the minor unit, Int64; why
    ("no_rate": loss is null). The specific allowances are not in `loss`: they are made apart.

    Args:
        exposures: segment, bucket, currency, gross and, where there are such, insured, vat, specific, all >= 0 in minor
            units. Debts
            only: credits of one customer do not lessen the risk of another.
        rates: (segment, bucket) -> lifetime loss rate.
        overlay: factor for what is expected to come and the past did not show.
    Source: IFRS 9 5.5.15 and B5.5.35.
    """
    deducted = np.zeros(len(exposures), np.int64)
    for name in DEDUCTED:
        if name in exposures:
            deducted = deducted + whole(exposures[name])
    at_risk = np.maximum(whole(exposures["gross"]) - deducted, 0)
    found = [_overlaid(rates.get(key), overlay) for key in zip(exposures["segment"], exposures["bucket"], strict=True)]
    losses = [None if rate is None else half_up(amount * rate) for amount, rate in zip(at_risk.tolist(), found, strict=True)]
    return exposures.assign(
        at_risk=at_risk,
        rate=pd.array([None if rate is None else str(rate) for rate in found], "str"),
        loss=pd.array(losses, "Int64"),
        why=pd.array(["no_rate" if rate is None else "" for rate in found], "str"),
    )


def provision_total(lines: pd.DataFrame, currency: str) -> Measure:
    """The sum of a provision's lines in one currency, each as it is shown. Definition: `provision_total`.

    Money; undefined as `no_rate` where a line with something at risk has none, and as `no_receivables` without lines.
    """
    rows = lines[lines["currency"] == currency]
    if rows.empty:
        return undefined("provision_total", "no_receivables", currency)
    if (rows["loss"].isna() & (rows["at_risk"] > 0)).any():
        return undefined("provision_total", "no_rate", currency)
    return Measure("provision_total", total(rows["loss"].fillna(0).astype("int64")), currency)


def _overlaid(rate: Fraction | None, overlay: Fraction) -> Fraction | None:
    return None if rate is None else min(rate * overlay, Fraction(1))


def _of_known(ways: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The shares of what did not end unknown, as parts of that."""
    known = 1 - ways.get("unknown", Fraction(0))
    return {to: share / known for to, share in ways.items() if to != "unknown" and share} if known > 0 else {}


def _solved(
    names: Sequence[str], ways: Mapping[str, Mapping[str, Fraction]], ends: Mapping[str, Fraction]
) -> list[Fraction | None]:
    """Loss = sum over ways of share x loss there, for all buckets at once (Gauss); None where money never ends."""
    rows = [
        [Fraction(start == to) - ways[start].get(to, Fraction(0)) for to in names]
        + [sum((share * ends[to] for to, share in ways[start].items() if to in ends), Fraction(0))]
        for start in names
    ]
    size = len(names)
    for at in range(size):
        pivot = next((row for row in range(at, size) if rows[row][at]), None)
        if pivot is None:
            return [None] * size
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(size):
            if row != at and rows[row][at]:
                rows[row] = [one - rows[row][at] * other for one, other in zip(rows[row], rows[at], strict=True)]
    return [row[-1] for row in rows]
