"""Whether two spellings name one account: an IBAN, a bank code and a number, a number alone.

camt writes IBANs, MT940 often a bank code and a number, some banks the number with its currency. Two spellings that are
taken for two accounts add the same money up twice; two accounts that are taken for one hide money. So there are steps of
certainty, and only what is certain is acted upon.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from recon_kit.errors import nearest
from recon_kit.money import is_currency
from recon_kit.policy import Account, Policy, plain_account

Likeness = Literal["same", "number", "alike", "other"]

_IBAN = re.compile(r"[A-Z]{2}\d\d[0-9A-Z]{10,30}")
_PART = re.compile(r"[0-9A-Z]+")
_SURE_DIGITS = 7
_TAIL = 4


@dataclass(frozen=True)
class _Domestic:
    """What the country calls an IBAN: its bank's names, its number's forms without leading zeros, the whole of it."""

    banks: frozenset[str]
    numbers: frozenset[str]
    wholes: frozenset[str]


def likeness(number: str, other: str) -> Likeness:
    """How much alike two spellings of an account are.

    "same": the IBAN's own bank code and number are those of the other spelling, so that it is certain. "number": the
    account number is the same to its last digit, and one of the two names no bank. "alike": the last digits are, and at
    least one of the two names no bank. "other": nothing says that they are one.

    >>> likeness("37040044/0532013000EUR", "DE89370400440532013000"), likeness("532013000", "DE89370400440532013000")
    ('same', 'number')
    >>> likeness("60-16-13 31926819", "GB29NWBK60161331926819"), likeness("0417164300", "NL91ABNA0417164300")
    ('same', 'number')
    >>> likeness("XXXX3000", "DE89370400440532013000"), likeness("10000000/532013000", "DE89370400440532013000")
    ('alike', 'other')
    """
    one, two = _without_currency(number), _without_currency(other)
    if plain_account(one) == plain_account(two) or _parts(one) == _parts(two):
        return "same"
    domestic, foreign = _domestic(plain_account(one)), _domestic(plain_account(two))
    if domestic and foreign:
        return "other"
    if domestic:
        return _beside(two, domestic)
    if foreign:
        return _beside(one, foreign)
    return _two_numbers(_parts(one), _parts(two))


def fullness(number: str) -> int:
    """How much a spelling says: 2 an IBAN, 1 a bank and a number, 0 a number alone."""
    return 2 if _domestic(plain_account(number)) else int(len(_PART.findall(_without_currency(number))) > 1)


def resolve(number: str, currencies: Collection[str], policy: Policy) -> Account | None:
    """The one account of recon.toml that a spelling in a file names with certainty; None if there is none, or several.

    Args:
        currencies: those of the rows; a number without its bank counts only for an account of their one currency.
    """
    if known := policy.account(number):
        return known
    banks = [account for account in policy.accounts if account.psp is None]
    for wanted in ("same", "number"):
        found = [account for account in banks if wanted in _degrees(number, account)]
        if wanted == "number":
            found = [account for account in found if set(currencies) == {account.currency}]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def closest(number: str, policy: Policy) -> str:
    """The known account that an unknown spelling most likely means, and what to do if it does; "" if none is near."""
    for wanted in ("same", "number", "alike"):
        for account in policy.accounts:
            if wanted in _degrees(number, account):
                told = "the number is" if wanted == "number" else "the last digits are"
                return f" (did you mean {account.id!r}? {told} the same: if it is, put {number!r} into its also_known_as)"
    return nearest(number, [account.id for account in policy.accounts])


def _degrees(number: str, account: Account) -> set[Likeness]:
    return {likeness(number, spelling) for spelling in (account.id, *account.also_known_as)}


def _without_currency(text: str) -> str:
    """Upper case, the currency taken off its end."""
    found = re.fullmatch(r"(.*\d)[\s/-]*([A-Z]{3})", text.strip().upper())
    return found[1] if found and is_currency(found[2]) else text.strip().upper()


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.lstrip("0") for part in _PART.findall(text))


def _beside(text: str, iban: _Domestic) -> Likeness:
    plain = plain_account(text)
    if plain in iban.wholes or any(bank in iban.banks and rest in iban.numbers for bank, rest in _cuts(text, iban)):
        return "same"
    if len(_PART.findall(text)) > 1:
        return "other"
    if plain.lstrip("0") in iban.numbers and len(plain.lstrip("0")) >= _SURE_DIGITS:
        return "number"
    return "alike" if any(_same_tail(plain, number) for number in iban.numbers) else "other"


def _cuts(text: str, iban: _Domestic) -> Iterator[tuple[str, str]]:
    """Every way to cut a spelling into its bank (first, or last as Czechs write it) and its number without leading zeros."""
    pieces = _PART.findall(text)
    for at in range(1, len(pieces)):
        head, tail = "".join(pieces[:at]), "".join(pieces[at:])
        yield head, tail.lstrip("0")
        yield head.lstrip("0"), tail.lstrip("0")
        yield tail, head.lstrip("0")
    plain = "".join(pieces)
    for bank in iban.banks:
        if len(bank) > _TAIL and plain.startswith(bank):
            yield bank, plain[len(bank) :].lstrip("0")


def _two_numbers(one: tuple[str, ...], two: tuple[str, ...]) -> Likeness:
    if not one or not two or (len(one) > 1 and len(two) > 1):
        return "same" if "".join(one) == "".join(two) != "" else "other"
    if one[-1] == two[-1]:
        return "number" if len(one[-1]) >= _SURE_DIGITS else "alike"
    return "alike" if _same_tail(one[-1], two[-1]) else "other"


def _same_tail(one: str, two: str) -> bool:
    return len(one) >= _TAIL and one[-_TAIL:] == two[-_TAIL:] and one[-_TAIL:].isdigit()


@lru_cache(maxsize=4096)
def _domestic(plain: str) -> _Domestic | None:
    """The domestic parts of an IBAN by its country's structure; None if it has the shape of none.

    Source: SWIFT's IBAN registry (ISO 13616), as schwifty has it.
    """
    if not _IBAN.fullmatch(plain):
        return None
    from schwifty import IBAN  # half a second with its list of banks: only where there is an unknown spelling
    from schwifty.exceptions import SchwiftyException

    try:
        iban = IBAN(plain, allow_invalid=True)
        if len(plain) != iban.spec.iban_length or not iban.account_code:
            return None
        bic = str(iban.bic or "")
    except (SchwiftyException, KeyError):
        return None
    bank, branch, number, check = iban.bank_code, iban.branch_code, iban.account_code, iban.national_checksum_digits
    banks = {bank, branch, bank + branch, bic, bic[:8]}
    numbers = {number, branch + number, check + number, number + check}
    return _Domestic(
        banks=frozenset(banks | {name.lstrip("0") for name in banks}) - {""},
        numbers=frozenset(form.lstrip("0") for form in numbers) - {""},
        wholes=frozenset({plain, plain[4:], plain[2:], plain[4:].lstrip("0")}),
    )
