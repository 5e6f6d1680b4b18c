"""What goes wrong with a number or a text between the payer's desk and our statement."""

from __future__ import annotations

import re
from collections.abc import Callable

_APART = re.compile(r"[^0-9A-Za-z]+")
_ALIKE = (("0", "O"), ("1", "I"), ("5", "S"), ("1", "l"), ("8", "B"))
_HEAD = re.compile(r"^[A-Za-z#._/\- ]+")


def compact(number: str) -> str:
    """Without what stands between letters and digits."""
    return _APART.sub("", number)


def headless(number: str) -> str:
    """Without its letters in front."""
    return _HEAD.sub("", number) or number


def transposed(number: str, u: float) -> str:
    """Two neighbouring digits swapped, among the last five; unchanged if all are equal."""
    spots = [at for at in range(max(0, len(number) - 5), len(number) - 1) if _two_digits(number, at)]
    if not spots:
        return number
    at = spots[int(u * len(spots))]
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _two_digits(number: str, at: int) -> bool:
    return number[at] != number[at + 1] and number[at : at + 2].isdigit()


def wrong(number: str, u: float) -> str:
    """One digit another, or one lost, or one doubled."""
    spots = [at for at, letter in enumerate(number) if letter.isdigit()][-6:]
    if not spots:
        return number
    at = spots[int(u * 997) % len(spots)]
    if u < 0.6:
        return number[:at] + str((int(number[at]) + 1 + int(u * 13)) % 10) + number[at + 1 :]
    return number[:at] + number[at + 1 :] if u < 0.8 else number[:at] + number[at] + number[at:]


def lettered(number: str, u: float) -> str:
    """A letter for a digit that looks like it."""
    swaps = [(digit, letter) for digit, letter in _ALIKE if digit in number]
    if not swaps:
        return number
    digit, letter = swaps[int(u * len(swaps))]
    at = number.rindex(digit)
    return number[:at] + letter + number[at + 1 :]


def cut(number: str, u: float) -> str:
    """Only its end, or all but its end."""
    plain = compact(number)
    if u < 0.65:
        return plain[-(3 + int(u * 5)) :]
    return plain[:-1] if u < 0.8 else plain[2:]


SPOILERS: dict[str, Callable[[str, float], str]] = {
    "cut": cut,
    "transposed": transposed,
    "wrong": wrong,
    "letters": lettered,
    "prefix": lambda number, u: headless(number) if u < 0.7 else f"{'RIN'[int(u * 30) % 3]}{number}",
}
"""Kinds of noise that strike a number; glued, wrapped, old and lower strike the text."""


def wrapped(text: str, width: int, joint: str) -> str:
    """Broken into lines of `width` characters and put together again: a blank comes in at the seam, or is lost there."""
    pieces = [text[at : at + width] for at in range(0, len(text), width)]
    return joint.join(piece.strip() for piece in pieces)
