"""Documents of one debtor in one currency, and in what ways a line may pay them: whole, or less what discount was agreed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from recon_kit.matching.columns import Whole
from recon_kit.matching.records import Item, Line
from recon_kit.policy import Discount


@dataclass(frozen=True, slots=True)
class Owed:
    """Documents, and what of each would be paid and granted, minor units signed like the document.

    Args:
        late: a discount is taken off that is not granted by itself.
    """

    items: tuple[Item, ...]
    paid: tuple[int, ...]
    granted: tuple[int, ...]
    late: bool = False

    @property
    def total(self) -> int:
        """What the line would pay of them together."""
        return sum(self.paid)

    @property
    def currency(self) -> str:
        """Of the documents."""
        return self.items[0].currency


def part_of(item: Item, paid: int) -> Owed:
    """So much of one document."""
    return Owed((item,), (paid,), (0,))


def ways(line: Line, items: Sequence[Item], left: Whole, policy: Discount) -> list[Owed]:
    """Whole; less the discounts that may be granted; less all that were agreed.

    Args:
        left: what is open of each document, by its position.
    """
    whole = tuple(int(left[item.at]) for item in items)
    agreed = tuple(_agreed(item, one) for item, one in zip(items, whole, strict=True))
    granted = tuple(off if _may_grant(line, item, policy) else 0 for item, off in zip(items, agreed, strict=True))
    none = (0,) * len(items)
    found = [Owed(tuple(items), whole, none)]
    if any(granted):
        found.append(Owed(tuple(items), _less(whole, granted), granted))
    if agreed != granted:
        found.append(Owed(tuple(items), _less(whole, agreed), granted, late=True))
    return found


def ways_of_some(line: Line, items: list[Item], left: Whole, policy: Discount) -> list[Owed]:
    """The ways to pay all of them; then those to pay each alone."""
    sets = [items, *([item] for item in items)] if len(items) > 1 else [items]
    return [owed for some in sets for owed in ways(line, some, left, policy)]


def paid_short(owed: Owed, worth: int) -> Owed:
    """The same with less paid, taken off the largest document; of that nothing where it cannot bear it."""
    paid = list(owed.paid)
    largest = max(range(len(paid)), key=lambda at: (abs(paid[at]), -at))
    less = paid[largest] - (owed.total - worth)
    paid[largest] = less if less * paid[largest] > 0 else 0
    return replace(owed, paid=tuple(paid))


def _agreed(item: Item, left: int) -> int:
    return item.discount if item.discount * left > 0 and left == item.amount else 0


def _may_grant(line: Line, item: Item, policy: Discount) -> bool:
    in_time = item.discount_on is not None and (line.paid_on - item.discount_on).days <= policy.grace_days
    return in_time and abs(item.discount) * 100 <= abs(item.amount) * policy.max_percent


def _less(whole: Iterable[int], off: Iterable[int]) -> tuple[int, ...]:
    return tuple(one - less for one, less in zip(whole, off, strict=True))
