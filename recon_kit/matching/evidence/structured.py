"""References with check digits, told by arithmetic alone: strong schemes by themselves, weak ones only as a company's habit.

Source: ISO 11649 (RF, mod 97-10), Swiss QR reference (27 digits, mod 10 recursive), Belgian OGM (12 digits, mod 97), Finnish
viitenumero (weights 7-3-1; also Estonian), Norwegian KID and Swedish OCR (mod 10, Luhn), Norwegian KID (mod 11).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from recon_kit.matching.evidence.alphabet import CLASS, DIGIT, Bytes, inner

RF, QRR, OGM, WEIGHTED, LUHN, ELEVEN = 1, 2, 4, 8, 16, 32
WEAK = WEIGHTED | LUHN | ELEVEN
"""Schemes that one number in ten fits by chance."""

_RECURSIVE = np.array([0, 9, 4, 6, 8, 2, 7, 1, 3, 5], np.int64)


@inner
def mod97(chars: Bytes, first: int, last: int) -> int:
    """ISO 7064 mod 97-10 of a piece whose first four characters move to its end, as IBAN and RF have it."""
    rest: Any = 0
    for step in range(last - first):
        byte = np.int64(chars[first + (step + 4) % (last - first)])
        is_digit = CLASS[byte] == DIGIT
        rest = (rest * (10 if is_digit else 100) + byte - (48 if is_digit else 55)) % 97
    return int(rest)


@inner
def schemes(chars: Bytes, first: int, last: int) -> int:
    """Bits of the schemes whose check digits the piece bears out."""
    size = last - first
    if 5 <= size <= 25 and chars[first] == 82 and chars[first + 1] == 70 and CLASS[chars[first + 2]] == DIGIT:
        return RF if CLASS[chars[first + 3]] == DIGIT and mod97(chars, first, last) == 1 else 0
    if size < 4 or size > 27:
        return 0
    for at in range(first, last):
        if CLASS[chars[at]] != DIGIT:
            return 0
    found = 0
    if size == 27 and _recursive(chars, first, last):
        found |= QRR
    if size == 12 and _belgian(chars, first):
        found |= OGM
    return found | _weak(chars, first, last)


@inner
def _recursive(chars: Bytes, first: int, last: int) -> bool:
    carry = 0
    for at in range(first, last - 1):
        carry = _RECURSIVE[(carry + chars[at] - 48) % 10]
    return bool((10 - carry) % 10 == chars[last - 1] - 48)


@inner
def _belgian(chars: Bytes, first: int) -> bool:
    value = 0
    for at in range(first, first + 10):
        value = value * 10 + chars[at] - 48
    rest = value % 97
    return bool((97 if rest == 0 else rest) == (chars[first + 10] - 48) * 10 + chars[first + 11] - 48)


@inner
def _weak(chars: Bytes, first: int, last: int) -> int:
    weighted: Any = 0
    luhn: Any = 0
    eleven: Any = 0
    for back in range(last - first - 1):
        digit = np.int64(chars[last - 2 - back]) - 48
        weighted += digit * (7 if back % 3 == 0 else 3 if back % 3 == 1 else 1)
        double = digit * 2 if back % 2 == 0 else digit
        luhn += double - 9 if double > 9 else double
        eleven += digit * (back % 6 + 2)
    check = np.int64(chars[last - 1]) - 48
    found = WEIGHTED if (10 - weighted % 10) % 10 == check else 0
    found |= LUHN if (10 - luhn % 10) % 10 == check else 0
    return found | (ELEVEN if (11 - eleven % 11) % 11 == check else 0)
