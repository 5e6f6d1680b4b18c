"""Money is a signed integer of minor units beside a currency: text becomes money here, and leaves here, and nowhere else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

_CODES = frozenset(
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP
    CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
    ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
    MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
    SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER
    ZAR ZMW ZWG ANG BGN HRK SLL ZWL DEM ATS FRF NLG BEF LUF ITL ESP PTE FIM IEP GRD EEK LVL LTL SKK SIT CYP MTL""".split()
)
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_PLACES = {code: _EXPONENTS.get(code, 2) for code in _CODES}
_BLANKS = "\u0020\u00a0\u202f\u2009"
_SYMBOLS = "€$£¥¤"
_PLAIN = {mark: re.compile(rf"([+-]?)(\d+)(?:{re.escape(mark)}(\d+))?", re.ASCII) for mark in ",."}
_WHOLE = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_GROUPED = {
    mark: re.compile(rf"([+-]?)(\d{{1,3}}(?:([{group}'’{_BLANKS}])\d{{3}})(?:\3\d{{3}})*)(?:{re.escape(mark)}(\d+))?", re.ASCII)
    for mark, group in ((",", "."), (".", ","))
}
_INT64 = 2**63


def exponent(currency: str) -> int:
    """How many decimals a currency's minor unit stands for (EUR 2, JPY 0, KWD 3).

    Raises:
        ValueError: `currency` is no ISO 4217 code, today's or one that the euro replaced.
    Source: ISO 4217 list one, and the codes withdrawn for the euro.
    """
    places = _PLACES.get(currency)
    if places is None:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
    return places


def is_currency(code: str) -> bool:
    """Whether a text is an ISO 4217 code, today's or one that the euro replaced."""
    return code in _CODES


def minor_units(text: str, currency: str, decimal_mark: str, *, symbols: bool = False) -> int:
    """Read an amount exactly, as signed minor units of `currency`.

    A sign may stand before or behind, or be given by parentheses; thousands may be grouped by the other mark, an
    apostrophe or a blank. Nothing is guessed and nothing is rounded.

    Args:
        decimal_mark: "," or ".", as the source declares it.
        symbols: whether a currency sign or the currency's own code may stand beside the number.
    Raises:
        ValueError: the text is no amount in that grammar, or has more decimals than the currency.

    >>> minor_units("-1.234,50", "EUR", ","), minor_units("12,00-", "EUR", ","), minor_units("(1'200.5)", "CHF", ".")
    (-123450, -1200, -120050)
    >>> minor_units("10.5", "JPY", ".")
    Traceback (most recent call last):
    ValueError: '10.5' has more decimals than JPY allows
    """
    places = exponent(currency)
    before, mark, after = text.partition(decimal_mark)
    digits = before + after
    if len(after) == places and bool(mark) == bool(places) and before and len(digits) < 19 and _is_digits(digits):
        return int(digits)  # the plainest form, and by far the most frequent
    found = _PLAIN[decimal_mark].fullmatch(text)
    if found:
        sign, whole, decimals = found.groups()
    else:
        sign, whole, decimals = _grouped(text, decimal_mark) or _adorned(text, currency, decimal_mark, symbols)
    decimals = decimals or ""
    if len(decimals) > places:
        if decimals[places:].strip("0"):
            raise ValueError(f"{text!r} has more decimals than {currency} allows")
        decimals = decimals[:places]
    units = int(whole + decimals.ljust(places, "0"))
    if units >= _INT64:
        raise ValueError(f"{text!r} is larger than any amount that can be kept exactly")
    return -units if sign == "-" else units


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def printed_minor_units(text: str) -> int:
    """Read an amount that its format prints in minor units already: a sign and digits, nothing else.

    Raises:
        ValueError: there is anything but an optional sign and digits.

    >>> printed_minor_units("+000000012345"), printed_minor_units("-1")
    (12345, -1)
    """
    if not _WHOLE.fullmatch(text) or abs(int(text)) >= _INT64:
        raise ValueError(f"{text!r} is not an amount in whole minor units")
    return int(text)


def _grouped(text: str, mark: str) -> tuple[str, str, str | None] | None:
    found = _GROUPED[mark].fullmatch(text)
    return (found[1], found[2].replace(found[3], ""), found[4]) if found else None


def _adorned(text: str, currency: str, mark: str, symbols: bool) -> tuple[str, str, str | None]:
    core = text.strip(_BLANKS).replace("\u2212", "-")
    if symbols:
        core = core.replace(currency, "").strip(_BLANKS)
        core = re.sub(f"[{_SYMBOLS}]", "", core, count=1).strip(_BLANKS)
    if core.startswith("(") and core.endswith(")"):
        core = "-" + core[1:-1]
    elif core[-1:] in ("-", "+") and core[:1] not in ("-", "+", ""):
        core = core[-1] + core[:-1].rstrip(_BLANKS)
    if core[:1] in ("-", "+"):
        core = core[0] + core[1:].lstrip(_BLANKS)
    if found := _PLAIN[mark].fullmatch(core):
        return found[1], found[2], found[3]
    if parts := _grouped(core, mark):
        return parts
    raise ValueError(f"{text!r} is not an amount with {mark!r} as decimal mark")


def decimal_mark_of(texts: list[str]) -> str:
    """The decimal mark that a column of amounts can only mean; a column that fits both is refused.

    >>> decimal_mark_of(["1.234", "2.500,10"]), decimal_mark_of(["200", "5"])
    (',', '.')
    >>> decimal_mark_of(["1.234", "2.500"])
    Traceback (most recent call last):
    ValueError: '1.234' can be read with '.' as decimal or as thousands mark; say which it is
    """
    votes = {_mark(text) for text in texts} - {""}
    sure = votes & {",", "."}
    if len(sure) == 2:
        raise ValueError("the amounts use both ',' and '.' as decimal mark")
    if sure:
        return sure.pop()
    if votes:
        doubtful = next(text for text in texts if _mark(text) == "?")
        mark = next(c for c in doubtful if c in ",.")
        raise ValueError(f"{doubtful!r} can be read with {mark!r} as decimal or as thousands mark; say which it is")
    return "."


def _mark(text: str) -> str:
    marks = [c for c in text if c in ",."]
    if not marks:
        return ""
    last = marks[-1]
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return "," if last == "." else "."
    before, after = re.split(r"[,.]", text)
    digits = re.sub(r"\D", "", after)
    whole = re.sub(r"\D", "", before)
    return "?" if len(digits) == 3 and 1 <= len(whole) <= 3 and whole != "0" else last


def money_text(minor: int, currency: str, *, decimal_mark: str = ".", group: str = "", minus: str = "-") -> str:
    """Minor units as text with the currency's own number of decimals, without the code.

    >>> money_text(-123450, "EUR"), money_text(123456789, "JPY", group=","), money_text(5, "KWD", decimal_mark=",")
    ('-1234.50', '123,456,789', '0,005')
    """
    places = exponent(currency)
    digits = str(abs(int(minor))).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], decimal_mark + digits[-places:]) if places else (digits, "")
    whole = f"{int(whole):,}".replace(",", group)
    return f"{minus if minor < 0 else ''}{whole}{decimals}"


def as_decimal(minor: int, currency: str) -> Decimal:
    """Minor units as an exact `Decimal` in major units, for workbooks and other programs.

    >>> as_decimal(-123450, "EUR")
    Decimal('-1234.50')
    """
    return Decimal(int(minor)).scaleb(-exponent(currency))


def total(amounts: Any) -> int:
    """The exact sum of a column of minor units as a Python int; no wrap past 2**63, no float.

    Raises:
        TypeError: the column is not of whole numbers (a merge or pivot made floats of it).
    """
    values = np.asarray(amounts)
    if values.size == 0:
        return 0
    if values.dtype.kind not in "iu":
        raise TypeError(f"money is {values.dtype}, expected whole minor units (int64)")
    if float(np.abs(values.astype(np.float64)).sum()) < _INT64 / 2:
        return int(values.sum())
    return sum(values.tolist())


def whole_units(values: Any) -> npt.NDArray[np.int64]:
    """Minor units that pandas or a database turned into floats or Decimals, cast back with a check.

    Raises:
        OverflowError: a value is missing, not whole, or too large to have survived as a float.
    """
    array = np.asarray(values)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    floats = array.astype(np.float64)
    if not np.isfinite(floats).all() or (floats != np.floor(floats)).any() or (np.abs(floats) > 2**53).any():
        raise OverflowError("an amount was lost on the way through a float column")
    return floats.astype(np.int64)


def split(amount: int, weights: list[int]) -> list[int]:
    """Share `amount` in proportion to `weights`; the parts sum to the whole (largest remainder, ties to the first).

    >>> split(100, [1, 1, 1]), split(-5, [1, 1])
    ([34, 33, 33], [-2, -3])
    """
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    for index in sorted(range(len(parts)), key=lambda i: -remainders[i])[: amount - sum(parts)]:
        parts[index] += 1
    return parts
