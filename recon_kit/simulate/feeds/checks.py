"""Check digits by the array: IBAN and RF (ISO 7064 mod 97-10), Swiss QRR, Belgian OGM, Finnish, Luhn (OCR, KID)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recon_kit.simulate.feeds.chance import Whole

_CARRY = np.array([0, 9, 4, 6, 8, 2, 7, 1, 3, 5])
"""Swiss modulo 10, recursive: the next carry. Source: SIX, Swiss Implementation Guidelines QR-bill, annex B."""


def _matrix(numbers: Sequence[str]) -> Whole:
    """One row a number, one column a character: digits as they are, letters as 10 to 35, no character as -1."""
    raw = np.array(numbers, dtype="S")
    points = raw.view(np.uint8).reshape(len(raw), -1).astype(np.int64) if len(raw) else np.zeros((0, 1), dtype=np.int64)
    values = np.where(points >= 65, points - 55, points - 48)
    return np.where(points == 0, -1, values)


def mod97(numbers: Sequence[str]) -> Whole:
    """Remainder by 97 of each number, letters counting as two digits."""
    rest = np.zeros(len(numbers), dtype=np.int64)
    for column in _matrix(numbers).T:
        scaled = np.where(column > 9, rest * 100, rest * 10) + column
        rest = np.where(column < 0, rest, scaled % 97)
    return rest


def iban(country: str, bbans: Sequence[str]) -> list[str]:
    """Accounts of a country with their check digits."""
    rest = mod97([f"{bban}{country}00" for bban in bbans])
    return [f"{country}{98 - r:02d}{bban}" for r, bban in zip(rest.tolist(), bbans, strict=True)]


def rf(numbers: Sequence[str]) -> list[str]:
    """Creditor references. Source: ISO 11649."""
    return iban("RF", numbers)


def qrr(numbers: Sequence[str]) -> list[str]:
    """Swiss references of 27 digits."""
    padded = [number.zfill(26)[-26:] for number in numbers]
    carry = np.zeros(len(padded), dtype=np.int64)
    for column in _matrix(padded).T:
        carry = _CARRY[(carry + column) % 10]
    return [f"{number}{check}" for number, check in zip(padded, ((10 - carry) % 10).tolist(), strict=True)]


def ogm(numbers: Sequence[str]) -> list[str]:
    """Belgian structured communications, twelve digits."""
    padded = [number.zfill(10)[-10:] for number in numbers]
    rest = mod97(padded)
    return [f"{number}{check or 97:02d}" for number, check in zip(padded, rest.tolist(), strict=True)]


def finnish(numbers: Sequence[str]) -> list[str]:
    """Finnish references: weights 7, 3, 1 from the right."""
    sums = np.zeros(len(numbers), dtype=np.int64)
    padded = [number.zfill(18) for number in numbers]
    for at, column in enumerate(_matrix(padded).T[::-1]):
        sums += column * (7, 3, 1)[at % 3]
    return [f"{number}{check}" for number, check in zip(numbers, (-sums % 10).tolist(), strict=True)]


def luhn(numbers: Sequence[str]) -> list[str]:
    """Scandinavian OCR and KID numbers: modulo 10."""
    padded = [number.zfill(18) for number in numbers]
    sums = np.zeros(len(numbers), dtype=np.int64)
    for at, column in enumerate(_matrix(padded).T[::-1]):
        doubled = column * (2 - at % 2)
        sums += doubled // 10 + doubled % 10
    return [f"{number}{check}" for number, check in zip(numbers, (-sums % 10).tolist(), strict=True)]


STRUCTURED = {"rf": rf, "qrr": qrr, "ogm": ogm, "finnish": finnish, "luhn": luhn}
