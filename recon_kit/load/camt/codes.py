"""What sort of entry the bank says it is: ISO 20022 transaction codes and the German GVC, as `kind` of a bank line."""

from __future__ import annotations

import re
from functools import lru_cache

from recon_kit.load.gvc import kind_of_gvc

_RETURNS = "RRTN RPCR RPMT ARET UPDD UPCT UPCQ UPTX UPCC PRDD RCDD RPBC CQRV NSFC RVSL"
_FEES = "CHRG FEES COMM COME COMI COMT LBCA COMC"
_BY_SUBFAMILY = {
    **dict.fromkeys(_RETURNS.split(), "return"),
    **dict.fromkeys(_FEES.split(), "fee"),
    "INTR": "interest",
}
_BY_FAMILY = {
    **dict.fromkeys("RCDT ICDT RRCT IRCT RCCN ICCN".split(), "credit_transfer"),
    **dict.fromkeys("RDDT IDDT".split(), "direct_debit"),
}
_CASH_DEPOSITS = frozenset("CDPT BCDP FCDP MIXD MSCD".split())

_GERMAN = re.compile(r"[A-Z]{4}\+(\d{3})(?:\+.*)?")


@lru_cache(maxsize=4096)
def kind_of(domain: str, family: str, subfamily: str, proprietary: str, *, credit: bool) -> str | None:
    """The `kind` that an entry's transaction codes give it, None where they tell nothing.

    Args:
        proprietary: the bank's own code; understood where it is German ("NTRF+166+00931").
        credit: whether money came in: card settlements and cash are told apart by it.
    Source: ISO 20022 external bank transaction codes.
    """
    told = _by_iso(domain, family, subfamily, credit)
    if told in (None, "other"):
        return kind_of_proprietary(proprietary) or told
    return told


def kind_of_proprietary(code: str) -> str | None:
    """The `kind` of a German business transaction code as camt carries it; None for the codes of other countries.

    >>> kind_of_proprietary("NTRF+109+00905"), kind_of_proprietary("NTRF+082"), kind_of_proprietary("544")
    ('return', 'cash_deposit', None)
    """
    found = _GERMAN.fullmatch(code)
    return kind_of_gvc(found[1]) if found else None


def _by_iso(domain: str, family: str, subfamily: str, credit: bool) -> str | None:
    if subfamily in _BY_SUBFAMILY:
        return _BY_SUBFAMILY[subfamily]
    if domain != "PMNT":
        return None
    if subfamily in _CASH_DEPOSITS and family in ("CNTR", "CCRD", "MCRD"):
        return "cash_deposit" if credit else "other"
    if family == "MCRD":
        return "payout" if credit else "other"
    if family in _BY_FAMILY:
        return _BY_FAMILY[family]
    return "other" if family in ("CNTR", "CCRD", "RCHQ", "ICHQ", "DRFT", "LBOX") else None
