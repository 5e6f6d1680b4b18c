"""What a proposed set has to say for itself, one column a feature of `named.OF_THE_SET`, for all sets at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.columns import NEVER, NOTHING, Code, Items, Lines, Whole
from recon_kit.matching.evidence.habits import Habits
from recon_kit.matching.evidence.payers import SILENT, Links
from recon_kit.matching.evidence.quotes import GLUED, Quotes
from recon_kit.matching.scoring import segments
from recon_kit.matching.scoring.pools import Pools
from recon_kit.matching.sets.families import CHARGED, EXACT, LESS, NET, NET_LATE
from recon_kit.matching.sets.search import Hypotheses

Column = NDArray[Any]
WHOLE_NUMBER = GLUED
"""Quotes at least as strong name the document by its whole number."""
_ISSUED_LATER, _FAR = -30, 400


@dataclass(frozen=True)
class Seen:
    """Everything that a set's features are made of.

    Args:
        left: what is still open of each document, minor units.
    """

    lines: Lines
    items: Items
    left: Whole
    pools: Pools
    quotes: Quotes
    links: Links
    habits: Habits
    sets: Hypotheses

    @property
    def line(self) -> Code:
        """The line of each set."""
        return self.sets.line


def of_the_set(seen: Seen) -> dict[str, Column]:
    """All columns of `named.OF_THE_SET` and `OF_BEGINNINGS`, one element a set."""
    return {**_amounts(seen), **_texts(seen), **_payers(seen), **_days(seen), **_habits(seen), **_pool(seen), **_equals(seen)}


def log(counts: Column) -> Column:
    """Counts as the logarithm of one more."""
    return np.log1p(np.maximum(counts, 0)).astype(np.float32)


def noughts(amounts: Whole) -> Column:
    """How many decimal noughts whole amounts end with; 0 has none."""
    found = np.zeros(len(amounts), np.float32)
    for power in range(1, 9):
        found += (amounts % 10**power == 0) & (amounts != 0)
    return found


def _amounts(seen: Seen) -> dict[str, Column]:
    sets, line = seen.sets, seen.line
    amount, apart = seen.lines.amount[line], sets.difference
    whole = np.maximum(np.abs(amount - apart), 1)
    items = sets.items
    other_sign = np.sign(seen.left[items]) != np.sign(amount)[segments.rows(sets.start)]
    return {
        "exact": np.isin(sets.how, [EXACT, CHARGED]),
        "discounted": np.where(sets.how == NET, 1, np.where(sets.how == NET_LATE, 2, 0)),
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
        "found_by": _bits(sets.families),
        "chance": _chance(seen),
    }


def _bits(masks: Whole) -> Column:
    found = np.zeros(len(masks), np.float32)
    for bit in range(40):
        found += (masks >> bit) & 1
    return found


def _chance(seen: Seen) -> Column:
    """log(sets of this size among the debtor's) - log(spread of their sums in minor units)."""
    sets = seen.sets
    size = np.diff(sets.start).astype(np.float64)
    pool = np.maximum(seen.pools.size(seen.pools.of[sets.items[sets.start[:-1]]]), size)
    n = np.minimum(pool, 200.0)
    choices = _log_factorial(n) - _log_factorial(size) - _log_factorial(np.maximum(n - size, 0))
    spread = np.log(np.maximum(np.abs(seen.lines.amount[seen.line]).astype(np.float64), 100.0)) + 0.5 * np.log(size)
    return (choices - spread).astype(np.float32)


def _log_factorial(n: Column) -> Column:
    """Stirling's series with Gosper's mend; exact enough for counts."""
    found: Column = np.where(n < 1, 0.0, n * np.log(np.maximum(n, 1)) - n + 0.5 * np.log((2 * n + 1 / 3) * np.pi))
    return found


def pair_strength(seen: Seen) -> Column:
    """The strength with which each document of each set is quoted by the set's line, 0 for not at all; one a set's element."""
    quotes, n = seen.quotes, len(seen.items)
    known = quotes.line.astype(np.int64) * n + quotes.item
    asked = seen.line[segments.rows(seen.sets.start)].astype(np.int64) * n + seen.sets.items
    if not len(known):
        return np.zeros(len(asked), np.int8)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[at] == asked, quotes.strength[at], 0).astype(np.int8)


def _texts(seen: Seen) -> dict[str, Column]:
    sets, line, quotes = seen.sets, seen.line, seen.quotes
    strength, n = pair_strength(seen), len(seen.lines)
    fully = quotes.strength >= WHOLE_NUMBER
    is_open = seen.left[quotes.item] != 0
    here = segments.total(strength >= WHOLE_NUMBER, sets.start)
    size = np.diff(sets.start)
    return {
        "strongest": segments.most(strength, sets.start),
        "weakest": segments.least(strength, sets.start),
        "quoted_fully": here / size,
        "quoted": segments.total(strength > 0, sets.start) / size,
        "quoted_elsewhere": np.minimum(segments.by(quotes.line[fully & is_open], n)[line] - here, 20),
        "quoted_closed": np.minimum(segments.by(quotes.line[fully & ~is_open], n)[line], 20),
        "quotes": log(segments.by(quotes.line, n)[line]),
        "long_numbers": quotes.n_long[line],
        "unknown_numbers": quotes.n_unknown[line],
        "text_length": log(np.diff(quotes.text.start)[line]),
    }


def _payers(seen: Seen) -> dict[str, Column]:
    links, sets, line = seen.links, seen.sets, seen.line
    debtors = int(seen.items.debtor.max(initial=0)) + 1
    known = links.line.astype(np.int64) * debtors + links.debtor
    order = np.argsort(known, kind="stable")
    known = known[order]
    asked = line.astype(np.int64) * debtors + sets.debtor
    at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    linked = (known[at] == asked) & (sets.debtor != NOTHING) if len(known) else np.zeros(len(asked), bool)

    def of(values: Column, otherwise: float) -> Column:
        return np.where(linked, values[order][at], otherwise) if len(known) else np.full(len(asked), otherwise)

    kind = of(links.kind, 0)
    best = segments.most_by(links.line, len(seen.lines), links.kind.astype(np.int64))
    similarity, begins = of(links.likeness, np.nan), of(links.begins, np.nan)
    kinds = of(links.kinds, 0).astype(np.int64)
    return {
        "link": kind,
        "similarity": np.where(similarity < 0, np.nan, similarity),
        "name_letters": log(of(links.letters, 0)),
        "name_share": np.where(begins < 0, np.nan, begins),
        "account": of(links.account, 0),
        "proof": log(of(links.proof, 0)),
        "shares": log(of(links.shares, 0)),
        "links": _bits(kinds),
        "silent": (kinds >> SILENT) & 1,
        "debtors": segments.by(links.line, len(seen.lines))[line],
        "mixed": sets.debtor == NOTHING,
        "better_link": np.maximum(best[line] - kind, 0),
    }


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
    delay = seen.lines.on[seen.line][rows] - seen.items.due[sets.items]
    likely = habits.likelihood(seen.items.debtor[sets.items], delay)

    def of(values: Column) -> Column:
        return np.where(unknown, np.nan, values[debtor])

    return {
        "off_habit": np.clip(segments.mean(delay, sets.start) - of(habits.median), -_FAR, _FAR),
        "delay": segments.mean(likely, sets.start),
        "habit_quotes": of(habits.quotes),
        "habit_size": np.clip(np.diff(sets.start) - of(habits.several), -50, 50),
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
        "older_left": log(older),
        "older_left_share": older / np.maximum(until, 1),
        "inside_left": log(np.maximum(until - before - size, 0)),
    }


def due_until(seen: Seen, pool: Code, day: Column) -> Whole:
    """How many open documents of each pool are due until a day."""
    due = seen.items.due[seen.pools.order].astype(np.int64)
    width = np.int64(2) ** 32
    key = seen.pools.of[seen.pools.order] * width + due
    found = np.searchsorted(key, np.maximum(pool, 0) * width + day, side="right") - seen.pools.start[np.maximum(pool, 0)]
    return np.where(pool == NOTHING, 0, found).astype(np.int64)


def _equals(seen: Seen) -> dict[str, Column]:
    sets, line = seen.sets, seen.line
    here, rank = _same_here(seen)
    among, rank_of_line, since = _equal_lines(seen.lines)
    lowest = segments.least(rank[sets.items], sets.start)
    return {
        "same_amount_here": log(segments.most(here[sets.items], sets.start) - 1),
        "same_amount_anywhere": log(_same_anywhere(seen)[line]),
        "rank_among_same": np.clip(lowest - rank_of_line[line], -9, 9),
        "equal_lines": log(among[line] - 1),
        "days_since_equal": since[line],
    }


def _same_here(seen: Seen) -> tuple[Whole, Whole]:
    """Of each document: open ones of its debtor and amount, itself among them, and its place among them by day due."""
    return _groups([seen.pools.of.astype(np.int64), np.where(seen.left != 0, seen.left, -1)])


def _groups(keys: list[Whole]) -> tuple[Whole, Whole]:
    """Size of each row's group of equal keys, and its place within it in the order of the rows."""
    n = len(keys[0])
    order = np.lexsort([np.arange(n), *keys])
    new = np.zeros(n, bool)
    for key in keys:
        new[1:] |= key[order][1:] != key[order][:-1]
    new[:1] = True
    first = np.flatnonzero(new)
    size, rank = np.zeros(n, np.int64), np.zeros(n, np.int64)
    sizes = np.diff(np.r_[first, n])
    size[order] = np.repeat(sizes, sizes)
    rank[order] = np.arange(n) - np.repeat(first, sizes)
    return size, rank


def _equal_lines(lines: Lines) -> tuple[Whole, Whole, Column]:
    """Of each line: how many have its payer and amount, its place among them, and days since the one before."""
    who = np.where(lines.payer != NOTHING, lines.payer.astype(np.int64) * 2, lines.name.astype(np.int64) * 2 + 1)
    who = np.where((lines.payer == NOTHING) & (lines.name == NOTHING), -2 - np.arange(len(lines)), who)
    keys = [who, lines.amount, lines.currency.astype(np.int64)]
    size, rank = _groups(keys)
    order = np.lexsort([np.arange(len(lines)), *keys])
    since = np.full(len(lines), np.nan)
    gap = np.diff(lines.on[order].astype(np.float64), prepend=np.nan)
    since[order] = np.where(rank[order] > 0, np.minimum(gap, _FAR), np.nan)
    return size, rank, since


def _same_anywhere(seen: Seen) -> Whole:
    """Of each line: open documents of its entity and currency with exactly its amount."""
    entities, currencies = seen.lines.entity, seen.lines.currency
    width = np.int64(max(int(currencies.max(initial=0)), int(seen.items.currency.max(initial=0))) + 2)
    book = np.sort(_book(seen.items.entity, seen.items.currency, seen.left, width)[seen.left != 0])
    asked = _book(entities, currencies, seen.lines.amount, width)
    return np.searchsorted(book, asked, "right") - np.searchsorted(book, asked, "left")


def _book(entity: Code, currency: Code, amount: Whole, width: np.int64) -> NDArray[Any]:
    found = np.zeros(len(amount), [("where", np.int64), ("amount", np.int64)])
    found["where"], found["amount"] = (entity + 1) * width + currency, amount
    return found
