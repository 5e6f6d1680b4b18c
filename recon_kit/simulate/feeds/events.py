"""What payers and banks do to an amount: discount taken, deducted, charged, rounded, paid twice, in parts, returned.

Works on two frames: `lines` (one row a booking) and `parts` (one row a part of a booking: what of it goes to which item
or to none). A line's amount is the sum of `of_line` over its parts; `allocated` counts in the item's currency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Flags, Texts, Whole, named, texts
from recon_kit.simulate.feeds.company import RATES, Company
from recon_kit.simulate.feeds.people import People

_RETURNS = {"AC04": 12.0, "AM04": 22, "MD01": 10, "MD06": 30, "MS03": 26}


@dataclass
class Bookings:
    """The feed while it grows. `copy_of` in lines names the line whose text is sent again (-1: none)."""

    lines: pd.DataFrame
    parts: pd.DataFrame

    def add(self, lines: pd.DataFrame, parts: pd.DataFrame) -> None:
        """Append lines, whose parts count them from 0."""
        shifted = parts.assign(line=parts["line"].to_numpy() + len(self.lines))
        self.lines = pd.concat([self.lines, lines], ignore_index=True)
        self.parts = pd.concat([self.parts, shifted], ignore_index=True)


def first_bookings(items: pd.DataFrame) -> Bookings:
    """One line a group of items, each item paid in full."""
    paid = items[items["group"] >= 0]
    rows = paid.index.to_numpy()
    order = np.lexsort((items["due"].to_numpy()[rows], paid["group"].to_numpy()))
    rows = rows[order]
    group = items["group"].to_numpy()[rows]
    distinct, first, line, count = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
    heads = items.iloc[rows[first]]
    lines = pd.DataFrame(
        {
            "payer": heads["payer"].to_numpy(),
            "customer": heads["customer"].to_numpy(),
            "day": heads["paid"].to_numpy(),
            "currency": heads["currency"].to_numpy(object),
            "shape": np.where(count == 1, "single", heads["shape"].to_numpy(object)),
            "event": texts(["exact"] * len(distinct)),
            "kind": texts(["credit_transfer"] * len(distinct)),
            "copy_of": -1,
            "n": count,
            "nth": 1,
            "rate": 1.0,
            "channel": heads["channel"].to_numpy(),
        }
    )
    amount = items["amount"].to_numpy()[rows]
    return Bookings(lines, part_rows(line, rows, amount, amount, "payment"))


def part_rows(line: Whole, item: Whole, allocated: Whole, of_line: Whole, kind: str | Texts) -> pd.DataFrame:
    """Parts, of one kind or each of its own; `item` -1 for none."""
    kinds = texts([kind] * len(line)) if isinstance(kind, str) else kind
    return pd.DataFrame({"line": line, "item": item, "allocated": allocated, "of_line": of_line, "kind": kinds})


def happen(company: Company, people: People, items: pd.DataFrame, books: Bookings) -> None:
    """Let everything happen that does not end exactly; changes `books`."""
    rng = company.rng("events")
    _debits(people, books, items)
    _discounts(rng, people, items, books)
    drawn = _drawn(company, rng, books)
    books.lines["before"], books.lines["event"] = books.lines["event"], drawn
    for name, step in _STEPS.items():
        step(company, rng, books, np.flatnonzero(drawn == name))


def _drawn(company: Company, rng: np.random.Generator, books: Bookings) -> Texts:
    """What happens to each line; what does not suit it does not happen."""
    lines = books.lines
    before = lines["event"].to_numpy(object)
    drawn = named(rng, {"exact": 1 - sum(company.profile.events.values()), **company.profile.events}, len(lines))
    n, large = lines["n"].to_numpy(), _totals(books) > 15_000
    whole = (before == "exact") & ~_nets(books)
    for events, suits in (
        (["instalments"], whole & large & (n == 1)),
        (["partial"], whole & large & (n <= 5)),
        (["short", "fx"], whole & large),
        (["charges"], large),
        (list(company.profile.events), ~lines["channel"].to_numpy()),
    ):
        drawn[np.isin(drawn, events) & ~suits] = "exact"
    debited = (lines["kind"] == "direct_debit").to_numpy()
    drawn = np.where(debited, np.where(rng.random(len(drawn)) < 0.04, "returned", "exact"), drawn)
    return np.where(drawn == "exact", before, drawn)


def _totals(books: Bookings) -> Whole:
    return np.bincount(books.parts["line"], weights=books.parts["of_line"], minlength=len(books.lines)).astype(np.int64)


def _nets(books: Bookings) -> Flags:
    """Lines that net a credit note."""
    negative = books.parts["line"].to_numpy()[books.parts["of_line"].to_numpy() < 0]
    return np.isin(np.arange(len(books.lines)), negative)


def _debits(people: People, books: Bookings, items: pd.DataFrame) -> None:
    debited = people.payers["debited"].to_numpy()[books.lines["payer"].to_numpy()] & (books.lines["n"].to_numpy() == 1)
    debited &= ~books.lines["channel"].to_numpy()
    books.lines.loc[debited, "kind"] = "direct_debit"
    first = books.parts.drop_duplicates("line").set_index("line")["item"].reindex(range(len(books.lines))).to_numpy()
    books.lines.loc[debited, "day"] = np.maximum(items["due"].to_numpy()[first], items["issued"].to_numpy()[first] + 2)[debited]


def _discounts(rng: np.random.Generator, people: People, items: pd.DataFrame, books: Bookings) -> None:
    parts, lines = books.parts, books.lines
    item, line = parts["item"].to_numpy(), parts["line"].to_numpy()
    offered = items["discount"].to_numpy()[item]
    takes = people.payers["takes_discount"].to_numpy()[lines["payer"].to_numpy()][line]
    behind = lines["day"].to_numpy()[line] - items["discount_until"].to_numpy()[item]
    boldly = people.payers["takes_late"].to_numpy()[lines["payer"].to_numpy()][line] | (rng.random(len(line)) < 0.1)
    taken = (offered > 0) & takes & ((behind <= 0) | ((behind <= 16) & boldly))
    taken &= ~(rng.random(len(line)) < 0.03)
    if not taken.any():
        return
    parts.loc[taken, ["allocated", "of_line"]] -= offered[taken][:, None]
    extra = part_rows(line[taken], item[taken], offered[taken], np.zeros(int(taken.sum()), dtype=np.int64), "discount")
    books.parts = pd.concat([parts, extra], ignore_index=True)
    n_taken = np.bincount(line[taken], minlength=len(lines))
    late = np.bincount(line[taken & (behind > 0)], minlength=len(lines)) > 0
    label = np.where(late, "discount_late", np.where(n_taken < lines["n"].to_numpy(), "discount_part", "discount"))
    lines["event"] = np.where(n_taken > 0, label, lines["event"].to_numpy())


def _largest(books: Bookings, rows: Whole) -> Whole:
    """Position of the largest payment part of each of these lines."""
    parts = books.parts[books.parts["line"].isin(rows) & (books.parts["kind"] == "payment")]
    return parts.sort_values(["line", "of_line"], kind="stable").drop_duplicates("line", keep="last").index.to_numpy()


def _short(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    at = _largest(books, rows)
    amount = books.parts["of_line"].to_numpy()[at]
    per_cent = np.rint(amount * rng.choice([0.02, 0.03, 0.05, 0.1], len(at)))
    rounded = np.rint(amount * rng.uniform(0.01, 0.2, len(at)) / 500) * 500
    odd = np.rint(amount * rng.uniform(0.005, 0.25, len(at)))
    how = rng.random(len(at))
    off = np.clip(np.where(how < 0.3, per_cent, np.where(how < 0.65, rounded, odd)), 100, amount // 2).astype(np.int64)
    books.parts.loc[at, ["allocated", "of_line"]] -= off[:, None]
    line = books.parts["line"].to_numpy()[at]
    books.lines.loc[line, "off"] = off


def _partial(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    at = _largest(books, rows)
    amount = books.parts["of_line"].to_numpy()[at]
    step = np.where(amount > 200_000, 50_000, np.where(amount > 30_000, 10_000, 1_000))
    rounded = np.maximum(np.rint(amount * rng.uniform(0.2, 0.8, len(at)) / step), 1) * step
    paid = np.where(rng.random(len(at)) < 0.75, rounded, amount // 2)
    paid = np.minimum(paid, amount - 100).astype(np.int64)
    line, item = books.parts["line"].to_numpy()[at], books.parts["item"].to_numpy()[at]
    books.parts.loc[at, "allocated"] = paid
    books.parts.loc[at, "of_line"] = paid
    rest = np.flatnonzero(rng.random(len(at)) < 0.6)
    made = books.lines.iloc[line[rest]].reset_index(drop=True)
    made["day"] += rng.choice([5, 7, 14, 21, 30, 30, 60], len(rest))
    made["n"], made["nth"], made["shape"] = 1, 2, "single"
    left = (amount - paid)[rest]
    books.add(made, part_rows(np.arange(len(rest)), item[rest], left, left, "payment"))


def _instalments(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    at = _largest(books, rows)
    amount, item = books.parts["of_line"].to_numpy()[at], books.parts["item"].to_numpy()[at]
    line = books.parts["line"].to_numpy()[at]
    count = rng.integers(2, 6, len(at))
    rate = np.where(rng.random(len(at)) < 0.5, -(-amount // (count * 1000)) * 1000, amount // count)
    rate = np.where(rate * (count - 1) < amount, rate, amount // count)
    books.parts.loc[at, "allocated"] = rate
    books.parts.loc[at, "of_line"] = rate
    source = np.repeat(np.arange(len(at)), count - 1)
    nth = np.concatenate([np.arange(2, c + 1) for c in count]) if len(at) else np.zeros(0, dtype=np.int64)
    gap = rng.choice([7, 14, 30, 30, 31], len(at))[source]
    made = books.lines.iloc[line[source]].reset_index(drop=True)
    made["nth"], made["day"] = nth, made["day"] + gap * (nth - 1)
    paid = np.where(nth == count[source], amount[source] - rate[source] * (count[source] - 1), rate[source])
    keep = (made["day"].to_numpy() <= company.days + 45) & (rng.random(len(made)) < 0.97)
    parts = part_rows(np.arange(int(keep.sum())), item[source][keep], paid[keep], paid[keep], "payment")
    books.add(made[keep].reset_index(drop=True), parts)


def _overpaid(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    total = _totals(books)[rows]
    up = np.where(total > 20_000, 1_000, 100) * rng.choice([1, 1, 5, 10], len(rows))
    rounded = -(-(total + 1) // up) * up - total
    typed = np.where(total % 1000 != 0, np.maximum(9 * 10 ** rng.integers(1, 4, len(rows)), 90), 100)
    skonto_forgot = np.rint(total * 0.02)
    how = rng.random(len(rows))
    extra = np.where(how < 0.55, rounded, np.where(how < 0.72, total, np.where(how < 0.88, typed, skonto_forgot)))
    extra = np.maximum(extra, 1).astype(np.int64)
    _append(books, part_rows(rows, np.full(len(rows), -1), extra, extra, "on_account"))


def _charges(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    usual = rng.choice([500, 750, 800, 1000, 1200, 1250, 1500, 1800, 2000, 2500], len(rows))
    cost = -np.where(rng.random(len(rows)) < 0.8, usual, rng.integers(500, 2500, len(rows))).astype(np.int64)
    _append(books, part_rows(rows, np.full(len(rows), -1), cost, cost, "charge"))
    books.lines.loc[rows, "charged"] = np.where(rng.random(len(rows)) < 0.2, cost, 0)


def _append(books: Bookings, parts: pd.DataFrame) -> None:
    books.parts = pd.concat([books.parts, parts], ignore_index=True)


def _duplicate(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    total = _totals(books)[rows]
    made = books.lines.iloc[rows].reset_index(drop=True)
    made["day"] = made["day"] + rng.choice([0, 1, 1, 3, 7, 14, 28, 30], len(rows))
    made["copy_of"] = np.where(rng.random(len(rows)) < 0.85, rows, -1)
    books.lines.loc[rows, "event"] = books.lines["before"].to_numpy(object)[rows]
    books.add(made, part_rows(np.arange(len(rows)), np.full(len(rows), -1), total, total, "on_account"))


def _returned(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    """The bank takes the payment back, and with it what it closed by discount, with its charges; most are paid again later."""
    books.lines.loc[rows, "event"] = books.lines["before"].to_numpy(object)[rows]
    closing = books.parts["kind"].isin(["payment", "discount"]).to_numpy()
    at = np.flatnonzero(np.isin(books.parts["line"].to_numpy(), rows) & closing)
    paid = books.parts.iloc[at]
    place = np.searchsorted(rows, paid["line"].to_numpy())
    made = books.lines.iloc[rows].reset_index(drop=True)
    day = made["day"] + rng.choice([1, 2, 3, 4, 5, 8, 20, 45], len(rows))
    made = made.assign(day=day, kind="return", event="returned", copy_of=rows, reason=named(rng, _RETURNS, len(rows)))
    cost = -np.where(rng.random(len(rows)) < 0.6, rng.choice([300, 381, 400, 550, 795, 1000], len(rows)), 0).astype(np.int64)
    made["charged"] = cost * (rng.random(len(rows)) < 0.6)
    item, allocated, of_line = (paid[name].to_numpy() for name in ("item", "allocated", "of_line"))
    kind = paid["kind"].to_numpy(object)
    back = part_rows(place, item, -allocated, -of_line, kind)
    costs = part_rows(np.flatnonzero(cost), np.full(int((cost != 0).sum()), -1), cost[cost != 0], cost[cost != 0], "charge")
    again = np.flatnonzero(rng.random(len(rows)) < 0.6)
    repaid = made.iloc[again].assign(day=day.to_numpy()[again] + rng.integers(2, 25, len(again)), kind="credit_transfer")
    repaid = repaid.assign(event="repaid", copy_of=-1, reason=None, charged=0).reset_index(drop=True)
    new_place = np.full(len(rows), -1)
    new_place[again] = np.arange(len(again))
    kept = new_place[place] >= 0
    anew = part_rows(new_place[place][kept], item[kept], allocated[kept], of_line[kept], kind[kept])
    books.add(made, pd.concat([back, costs], ignore_index=True))
    books.add(repaid, anew)


def _fx(company: Company, rng: np.random.Generator, books: Bookings, rows: Whole) -> None:
    """The money comes in another currency than the item's, at the bank's rate."""
    own = books.lines["currency"].to_numpy(object)[rows]
    abroad = rng.choice(["USD", "GBP", "CHF"], len(rows))
    other = np.where(own != company.currency, company.currency, np.where(own == "EUR", abroad, "EUR"))
    day_rate = np.array([RATES[to] / RATES[of] for to, of in zip(other.tolist(), own.tolist(), strict=True)])
    rate = np.round(day_rate * rng.uniform(0.985, 1.015, len(rows)), 5)
    books.lines.loc[rows, "rate"] = rate
    books.lines.loc[rows, "currency"] = other
    at = np.flatnonzero(np.isin(books.parts["line"].to_numpy(), rows))
    factor = books.lines["rate"].to_numpy()[books.parts["line"].to_numpy()[at]]
    books.parts.loc[at, "of_line"] = np.rint(books.parts["of_line"].to_numpy()[at] * factor).astype(np.int64)


_STEPS = {
    "short": _short, "partial": _partial, "overpaid": _overpaid, "charges": _charges, "fx": _fx,
    "instalments": _instalments, "duplicate": _duplicate, "returned": _returned,
}  # fmt: skip
