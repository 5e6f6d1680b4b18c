"""What a proposed set has to say for itself, one column a feature of `named.OF_THE_SET`, for all sets at once."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.columns import NEVER, NOTHING, Code, Whole
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.equals import of_equals
from recon_kit.matching.scoring.seen import Column, Seen, bits, log, noughts
from recon_kit.matching.scoring.telling import of_payer, of_text
from recon_kit.matching.sets.families import BIT, CHARGED, EXACT, LESS, NET, NET_LATE, NET_PART

_ISSUED_LATER, _FAR = -30, 400


def of_the_set(seen: Seen) -> dict[str, Column]:
    """All columns of `named.OF_THE_SET`, one element a set."""
    return {
        **_amounts(seen),
        **of_text(seen),
        **of_payer(seen),
        **_days(seen),
        **_habits(seen),
        **_pool(seen),
        **of_equals(seen),
    }


def _amounts(seen: Seen) -> dict[str, Column]:
    sets, line = seen.sets, seen.line
    amount, apart = seen.lines.amount[line], sets.difference
    whole = np.maximum(np.abs(amount - apart), 1)
    items = sets.items
    other_sign = np.sign(seen.left[items]) != np.sign(amount)[segments.rows(sets.start)]
    return {
        "exact": np.isin(sets.how, [EXACT, CHARGED]),
        "discounted": np.select([sets.how == NET, sets.how == NET_LATE, sets.how == NET_PART], [1, 2, 3], 0),
        "discounts": _discounts(seen),
        "short": sets.how == LESS,
        "difference": log(np.abs(apart)),
        "difference_share": np.abs(apart) / whole,
        "difference_signed": np.clip(apart / whole, -1, 1),
        "difference_round": np.where(apart == 0, np.nan, noughts(apart)),
        "amount": log(np.abs(amount)),
        "round": noughts(amount),
        "charges": np.where(seen.lines.charges[line] == 0, np.nan, sets.how == CHARGED),
        "size": np.diff(sets.start).astype(np.float32),
        "negative": segments.total(other_sign, sets.start),
        "hub": segments.most(seen.items.hub[items], sets.start),
        "outgoing": amount < 0,
        "found_by": bits(sets.families),
        **{name: bits(sets.families & mask) for name, mask in _WAYS.items()},
        "chance": _chance(seen),
    }


def _mask(*families: str) -> np.int64:
    return np.int64(sum(int(BIT[family]) for family in families))


_WAYS = {
    "by_text": _mask("quoted", "quoted_one", "quoted_part", "quoted_plus", "quoted_run", "tails", "tails_plus"),
    "by_order": _mask("prefix", "prefix_credits", "all_open", "due_day", "issue_day", "month"),
    "by_all": _mask("prefix", "prefix_credits", "all_open"),
    "by_run": _mask("run", "run_issued", "run_invoices"),
    "by_search": _mask("pair", "triple", "near", "run_less_one", "prefix_less_one", "prefix_less_two"),
    "by_rest": _mask("rest_few", "rest_larger", "rest_close", "rest_fraction", "rest_round", "part_discount"),
}


def _chance(seen: Seen) -> Column:
    """log(sets like this one among the debtor's) - log(spread of their sums in minor units).

    Like it: all of this size; stretches, days and beginnings are fewer, which counts where a set is one; each discount that
    may or may not have been taken doubles their number.
    """
    sets = seen.sets
    size = np.diff(sets.start).astype(np.float64)
    pool = np.maximum(seen.pools.size(seen.pools.of[sets.items[sets.start[:-1]]]), size)
    n = np.minimum(pool, 200.0)
    choices = _log_factorial(n) - _log_factorial(size) - _log_factorial(np.maximum(n - size, 0))
    choices = np.where(sets.families & _WAYS["by_run"], np.minimum(choices, 2 * np.log(n)), choices)
    choices = np.where(sets.families & _WAYS["by_order"], np.minimum(choices, np.log(n)), choices)
    choices += np.where(sets.how == NET_PART, np.log(2) * _discounts(seen), 0)
    spread = np.log(np.maximum(np.abs(seen.lines.amount[seen.line]).astype(np.float64), 100.0)) + 0.5 * np.log(size)
    return (choices - spread).astype(np.float32)


def _discounts(seen: Seen) -> Column:
    return segments.total(seen.items.discount_on[seen.sets.items] != NEVER, seen.sets.start)


def _log_factorial(n: Column) -> Column:
    """Stirling's series with Gosper's mend; exact enough for counts."""
    found: Column = np.where(n < 1, 0.0, n * np.log(np.maximum(n, 1)) - n + 0.5 * np.log((2 * n + 1 / 3) * np.pi))
    return found


def _days(seen: Seen) -> dict[str, Column]:
    sets, items = seen.sets, seen.items
    on = seen.lines.on[seen.line].astype(np.int64)
    paid = seen.lines.paid_on[seen.line][segments.rows(sets.start)]
    has = items.discount_on[sets.items] != NEVER
    in_time = has & (paid <= items.discount_on[sets.items])
    n = segments.total(has, sets.start)
    latest = segments.most(items.due[sets.items], sets.start)
    return {
        "after_last_due": np.clip(on - latest, _ISSUED_LATER * 4, _FAR),
        "after_first_due": np.clip(on - segments.least(items.due[sets.items], sets.start), _ISSUED_LATER * 4, _FAR),
        "after_issue": np.clip(on - segments.most(items.issued[sets.items], sets.start), _ISSUED_LATER, _FAR),
        "in_discount": np.where(n > 0, segments.total(in_time, sets.start) / np.maximum(n, 1), np.nan),
    }


def _habits(seen: Seen) -> dict[str, Column]:
    sets, habits = seen.sets, seen.habits
    debtor, rows = np.maximum(sets.debtor, 0), segments.rows(sets.start)
    unknown = sets.debtor == NOTHING
    delay = seen.lines.paid_on[seen.line][rows] - seen.items.due[sets.items]
    likely = habits.likelihood(seen.items.debtor[sets.items], delay)

    def of(values: Column) -> Column:
        return np.where(unknown, np.nan, values[debtor])

    return {
        "off_habit": np.clip(segments.mean(delay, sets.start) - of(habits.median), -_FAR, _FAR),
        "delay": segments.mean(likely, sets.start),
        "habit_quotes": of(habits.quotes),
        "habit_size": np.clip(np.diff(sets.start) - of(habits.several), -50, 50),
        "habit_known": of(log(habits.payments)),
        "habit_discounts": of(habits.discounts),
        "habit_orderly": of(habits.orderly),
    }


def _pool(seen: Seen) -> dict[str, Column]:
    sets, pools = seen.sets, seen.pools
    first = sets.items[sets.start[:-1]]
    pool = np.where(sets.debtor == NOTHING, NOTHING, pools.of[first])
    latest = segments.most(seen.items.due[sets.items], sets.start)
    earliest = segments.least(seen.items.due[sets.items], sets.start)
    until, before = due_until(seen, pool, latest), due_until(seen, pool, earliest - 1)
    size = np.diff(sets.start)
    older = np.maximum(until - size, 0)
    return {
        "pool": log(pools.size(pool)),
        "offered": log(_offered(seen))[seen.line],
        "older_left": log(older),
        "older_left_share": older / np.maximum(until, 1),
        "inside_left": log(np.maximum(until - before - size, 0)),
    }


def _offered(seen: Seen) -> Whole:
    """Of each line: open documents of its currency of all debtors that it is linked with."""
    links, pools = seen.links, seen.pools
    wide = int(max(seen.items.currency.max(initial=0), seen.lines.currency.max(initial=0))) + 1
    first = pools.order[pools.start[:-1]]
    known = seen.items.debtor[first].astype(np.int64) * wide + seen.items.currency[first]
    asked = links.debtor.astype(np.int64) * wide + seen.lines.currency[links.line]
    if not len(known):
        return np.zeros(len(seen.lines), np.int64)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    size = np.where(known[at] == asked, np.diff(pools.start)[at], 0)
    return segments.by(links.line, len(seen.lines), size).astype(np.int64)


def due_until(seen: Seen, pool: Code, day: Column) -> Whole:
    """How many open documents of each pool are due until a day."""
    due = seen.items.due[seen.pools.order].astype(np.int64)
    width = np.int64(2) ** 32
    key = seen.pools.of[seen.pools.order] * width + due
    found = np.searchsorted(key, np.maximum(pool, 0) * width + day, side="right") - seen.pools.start[np.maximum(pool, 0)]
    return np.where(pool == NOTHING, 0, found).astype(np.int64)
