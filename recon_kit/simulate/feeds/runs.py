"""When payers pay and what they put into one payment: everything due by a day, or not quite.

Reproduces what was measured on public accounts-receivable data: 20-45 % of payments settle several documents (p95 4,
p99 14, up to some hundred), 85 % of groups clear everything due by then, 53 % of those above ten documents; paid minus
due has the quantiles p5 -24, p25 -2, p50 0, p75 3, p90 15, p95 30, p99 83.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Flags, Texts, Whole, quantiles, running, texts
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.people import People

_NOISE = ((0.0, -12.0), (0.05, -4), (0.2, -1), (0.45, 0), (0.7, 1), (0.84, 5), (0.92, 14), (0.97, 45), (1.0, 150))
_LEAST_DAYS, _MOST_DAYS = 4, 38
_LEAD = 0.5
"""Share of its interval that a run reaches ahead."""
_AFTER = 60
"""Days after the period in which payments still come in."""


def pay(company: Company, people: People, invoices: pd.DataFrame) -> pd.DataFrame:
    """Adds `group` (the payment that settles it; -1 if none does in the feed), `paid` (day) and `shape` of the group.

    `shape`: single, everything_due, all_but_some, run, subset, statement.
    """
    rng = company.rng("runs")
    day, run, shape, single = _runs(company, rng, people, invoices)
    payer = invoices["payer"].to_numpy()
    never = _never(company, rng, people, invoices)
    day = _oldest_first(people, invoices, np.where(never, 10**6, day), single)
    never = day == 10**6
    currency = pd.factorize(invoices["currency"])[0]
    most = int(run.max(initial=0)) + 1
    key = np.where(single, -1 - np.arange(len(invoices)), ((payer * 8 + currency) * most) + run)
    never |= day > company.days + _AFTER
    key = np.where(never, np.iinfo(np.int64).max, key)
    distinct, group = np.unique(key, return_inverse=True)
    if never.any():
        group[never] = -1
    invoices["group"], invoices["shape"] = group, shape
    invoices["paid"] = _day_of_group(group, day, len(distinct))
    return invoices


def _oldest_first(people: People, invoices: pd.DataFrame, day: Whole, single: Flags) -> Whole:
    """The days put so that who tells nothing pays the oldest of equal amounts first: what else could be true?"""
    silent = np.isin(people.payers["quoting"].to_numpy(object), ["nothing", "customer", "advice"])
    at = np.flatnonzero(single & silent[invoices["payer"].to_numpy()])
    who, amount = invoices["customer"].to_numpy()[at], invoices["amount"].to_numpy()[at]
    by_due = np.lexsort((at, invoices["issued"].to_numpy()[at], invoices["due"].to_numpy()[at], amount, who))
    by_day = np.lexsort((day[at], amount, who))
    made = day.copy()
    made[at[by_due]] = day[at[by_day]]
    later: Whole = np.maximum(made, invoices["issued"].to_numpy() + 1)
    return later


def _never(company: Company, rng: np.random.Generator, people: People, invoices: pd.DataFrame) -> Flags:
    bad = people.payers["bad"].to_numpy()[invoices["customer"].to_numpy()]
    orderly = people.payers["orderly"].to_numpy()[invoices["payer"].to_numpy()]
    chance = np.where(bad, 0.6, np.where(orderly, 0.1, 3.0) * company.profile.disputed)
    return (rng.random(len(invoices)) < np.where(invoices["channel"], 0.003, chance)) & (invoices["amount"].to_numpy() > 0)


def _day_of_group(group: Whole, day: Whole, count: int) -> Whole:
    latest = np.full(count + 1, -(10**6), dtype=np.int64)
    np.maximum.at(latest, group, day)
    return np.where(group < 0, 10**6, latest[group])


def _runs(
    company: Company, rng: np.random.Generator, people: People, invoices: pd.DataFrame
) -> tuple[Whole, Whole, Texts, Flags]:
    payers, payer = people.payers, invoices["payer"].to_numpy()
    issued = invoices["issued"].to_numpy()
    rate = np.bincount(payer, minlength=len(payers)) / company.days
    interval = np.clip(np.rint(payers["aims_at"].to_numpy() / np.maximum(rate, 1e-6)), _LEAST_DAYS, _MOST_DAYS).astype(np.int64)
    channel = payers["channel"].to_numpy()
    interval = np.where(channel, np.array([1, 2, 1, 3])[np.arange(len(payers)) // 2 % 4], interval)
    alone = np.where(channel, interval == 1, payers["aims_at"].to_numpy() <= 1.0)
    single = alone[payer]
    aim = _natural_day(company, rng, people, invoices, single)
    step = interval[payer]
    phase = (payers["phase"].to_numpy() * interval).astype(np.int64)[payer]
    run = np.maximum(np.ceil((aim - _LEAD * step - phase) / step), np.ceil((issued + 1 - phase) / step)).astype(np.int64) + 200
    run, shape = _hold_back(company, rng, people, invoices, run, single)
    on = phase + (run - 200) * step
    day = np.where(single, np.maximum(aim, issued + 1), np.maximum(on, issued + 1))
    keeps_day = people.payers["orderly"].to_numpy()[payer] & ~single & (step >= 7) & ~channel[payer]
    return _business_day(company, people, payer, day, keeps_day), run, shape, single


def _natural_day(company: Company, rng: np.random.Generator, people: People, invoices: pd.DataFrame, single: Flags) -> Whole:
    payers, payer = people.payers, invoices["payer"].to_numpy()
    issued, due = invoices["issued"].to_numpy(), invoices["due"].to_numpy()
    median = payers["median"].to_numpy()[payer]
    noise = np.rint(quantiles(rng, _NOISE, len(invoices)))
    strays = np.where(payers["orderly"].to_numpy()[payer], 0.001, 0.05)
    noise = np.where(single | (rng.random(len(invoices)) < strays), noise, 0)
    swift = median == -99
    aim = np.where(swift, issued + 2 + np.abs(noise), due + median + noise)
    taking = (invoices["discount"].to_numpy() > 0) & payers["takes_discount"].to_numpy()[payer]
    ahead = np.where(single, rng.integers(0, 4, len(invoices)), 1)
    aim = np.where(taking, invoices["discount_until"].to_numpy() - ahead, aim)
    late = taking & (rng.random(len(invoices)) < np.where(payers["takes_late"].to_numpy()[payer], 0.35, 0.03))
    aim = np.where(late, invoices["discount_until"].to_numpy() + rng.integers(3, 15, len(invoices)), aim)
    aim = np.where(invoices["channel"].to_numpy(), issued + 1 + (noise > 4), aim)
    later: Whole = np.maximum(aim, issued + 1).astype(np.int64)
    return later


def _hold_back(
    company: Company, rng: np.random.Generator, people: People, invoices: pd.DataFrame, run: Whole, single: Flags
) -> tuple[Whole, Texts]:
    """Lets some payments leave documents out, which a later one takes up."""
    payer, due = invoices["payer"].to_numpy(), invoices["due"].to_numpy()
    key = np.where(single, -1 - np.arange(len(payer)), payer * 4096 + run)
    distinct, group, count = np.unique(key, return_inverse=True, return_counts=True)
    size = count[group]
    order = np.lexsort((due, group))
    nth = np.empty(len(payer), dtype=np.int64)
    nth[order] = running(group[order])
    u, v = rng.random(len(distinct)), rng.random(len(distinct))
    spoiled = u < np.where(count > 10, 0.34, np.where(count > 2, 0.09, 0.05))
    mode = np.where(~spoiled, 0, np.where(v < 0.5, 1, np.where(v < 0.72, 2, 3)))
    mode = np.where(invoices["channel"].to_numpy()[np.unique(group, return_index=True)[1]], 0, mode)[group]
    at = (rng.random(len(distinct))[group] * size).astype(np.int64)
    out = ((mode == 1) & ((nth == at) | ((size > 5) & (nth == (at + 3) % size)))) | (
        (mode == 2) & (nth < np.maximum(1, size // 5))
    )
    out |= (mode == 3) & (rng.random(len(payer)) < 0.3) & (nth != at)
    out &= size > 1
    moved = run + np.where(out, 1 + (rng.random(len(run)) < 0.2), 0)
    by_statement = people.payers["by_statement"].to_numpy()[payer]
    shape = texts(["everything_due", "all_but_some", "run", "subset"])[mode]
    shape[(mode == 0) & by_statement] = "statement"
    shape[single] = "single"
    return moved, shape


def _business_day(company: Company, people: People, payer: Whole, day: Whole, keeps: Flags) -> Whole:
    """The next working day, or the payer's own weekday where it pays by runs."""
    own = people.payers["weekday"].to_numpy()[payer]
    weekday = ((company.start + day).astype("datetime64[D]").astype(np.int64) + 3) % 7
    day = np.where(keeps, day + (own - weekday) % 7, day)
    return company.working(day)
