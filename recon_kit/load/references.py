"""References and accounts that prove themselves by their check digits."""

from __future__ import annotations

import re
from functools import lru_cache

from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.ch import esr

_RF = re.compile(r"(?<![A-Z0-9])RF\d\d[A-Z0-9]{0,21}(?: [A-Z0-9]{1,4}(?![A-Z0-9]))*")
_OGM = re.compile(r"([+*])\1\1(\d{3}/\d{4}/\d{5})\1\1\1")
_QRR = re.compile(r"\d\d(?:\d{25}|(?: \d{5}){5})(?!\d)")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def structured_reference(text: str, *, swiss: bool = False) -> str | None:
    """The first creditor reference in a payment text whose check digits hold, without blanks; None if there is none.

    Knows ISO 11649 (RF) and the Belgian structured communication; with `swiss` the Swiss QR reference too, which any 27
    digits could be mistaken for once in ten.

    >>> structured_reference("Rechnung RF18 5390 0754 7034 danke"), structured_reference("RF19 5390 0754 7034")
    ('RF18539007547034', None)
    """
    if "RF" in text:
        for found in _RF.finditer(text):
            if reference := _rf(found[0]):
                return reference
    if ("+++" in text or "***" in text) and (ogm := _OGM.search(text)) and ogm_vcs.is_valid(ogm[2]):
        return str(ogm_vcs.compact(ogm[2]))
    if swiss and (qrr := _QRR.search(text)) and esr.is_valid(qrr[0]):
        return qrr[0].replace(" ", "")
    return None


def _rf(text: str) -> str | None:
    groups = text.split(" ")
    whole = next((n for n, group in enumerate(groups) if len(group) != 4), len(groups) - 1) + 1
    for size in range(whole if len(groups[0]) == 4 else 1, 0, -1):
        candidate = "".join(groups[:size])
        if iso11649.is_valid(candidate):
            return candidate
    return None


@lru_cache(maxsize=4096)
def iban(text: str) -> str | None:
    """`text` as an IBAN without blanks, if its shape and check digits are one's; else None.

    >>> iban("DE89 3704 0044 0532 0130 00"), iban("DE88370400440532013000")
    ('DE89370400440532013000', None)
    """
    compact = text.replace(" ", "").upper()
    if not _IBAN.fullmatch(compact):
        return None
    digits = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return compact if int(digits) % 97 == 1 else None


def iban_shaped(text: str) -> bool:
    """Whether a text without blanks has an IBAN's shape, its check digits aside."""
    return _IBAN.fullmatch(text) is not None
