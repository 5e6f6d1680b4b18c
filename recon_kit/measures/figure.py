"""What a measure gives back: an exact number that carries its definition, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from recon_kit.measures.definitions import DEFINITIONS, WHY
from recon_kit.measures.exact import half_up
from recon_kit.money import money_text

NOT_AVAILABLE = "n/a"
"""How a figure that is not defined is written, never as 0 and never as infinity."""


@dataclass(frozen=True)
class Measure:
    """One figure. Exact inside, rounded only when shown.

    Args:
        id: of its definition.
        value: in the definition's unit (percent: 86 means 86 %; money: minor units); None where it is not defined.
        currency: of a figure of money, and of the money that a figure was made of.
        why: where there is no value, a code of `recon_kit.measures.definitions.WHY`.
        at_least: the figure is larger than `value` by an unknown amount, because the history ran out.
    Raises:
        ValueError: the id or the code is not declared, or there are both a value and a reason, or neither.
    """

    id: str
    value: Fraction | int | None
    currency: str | None = None
    why: str = ""
    at_least: bool = False

    def __post_init__(self) -> None:
        if self.id not in DEFINITIONS:
            raise ValueError(f"{self.id!r} is no definition")
        if self.why and self.why not in WHY:
            raise ValueError(f"{self.why!r} is no reason")
        if (self.value is None) != bool(self.why):
            raise ValueError(f"{self.id} has either a value or a reason why there is none")

    @property
    def unit(self) -> str:
        """money, days, percent, times or count."""
        return DEFINITIONS[self.id].unit

    @property
    def version(self) -> int:
        """Of the definition; figures of different versions are not to be compared."""
        return DEFINITIONS[self.id].version

    def text(self, decimals: int = 1) -> str:
        """The figure rounded half up (away from zero), with a decimal point and without its unit; "n/a" if undefined.

        Money has its currency's own decimals; "> 59.0" is at least 59.

        >>> Measure("cei", Fraction(28000, 325)).text(2), Measure("cei", None, why="no_movements").text()
        ('86.15', 'n/a')
        """
        if self.value is None:
            return NOT_AVAILABLE
        if self.unit == "money" and self.currency:
            shown = money_text(half_up(self.value), self.currency)
        else:
            shown = decimal_text(self.value, decimals)
        return f"> {shown}" if self.at_least else shown


def decimal_text(value: Fraction | int, decimals: int) -> str:
    """An exact number with so many decimals, rounded half away from zero.

    >>> decimal_text(Fraction(-1, 8), 2), decimal_text(3, 0)
    ('-0.13', '3')
    """
    scaled = half_up(Fraction(value) * 10**decimals)
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    shown = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{shown}" if scaled < 0 else shown


def undefined(definition: str, why: str, currency: str | None = None) -> Measure:
    """A figure that is not defined, with its reason."""
    return Measure(definition, None, currency, why)


def quotient(
    definition: str, part: Fraction | int | None, of: Fraction | int | None, currency: str | None = None, *, why: str
) -> Measure:
    """part / of in the definition's unit (percent: times 100).

    Undefined as `no_movements` where one of the two is not known, and as `why` where `of` is not above zero.
    """
    if part is None or of is None:
        return undefined(definition, "no_movements", currency)
    if of <= 0:
        return undefined(definition, why, currency)
    scale = 100 if DEFINITIONS[definition].unit == "percent" else 1
    return Measure(definition, Fraction(part) * scale / Fraction(of), currency)
