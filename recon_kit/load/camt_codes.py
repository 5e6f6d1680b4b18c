"""What sort of entry the bank says it is: ISO 20022 transaction codes and the German GVC, as `kind` of a bank line."""

from __future__ import annotations

import re
from functools import lru_cache

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

_GVC = {
    "return": "009 014 059 080 108 109 110 111 112 159 160 180 181 182 183 184 193 197",
    "direct_debit": "004 005 006 071 103 104 105 106 107 171 173 174 176 192 195 196",
    "credit_transfer": """008 020 051 052 053 054 056 067 068 069 115 116 117 118 119 122 152 153 154 155 156 157 161 162
        163 164 165 166 167 168 169 170 177 188 189 191 194 201 202 211 212""",
    "cash_deposit": "082",
    "fee": "801 802 805 807 808 809 810 811 813",
    "interest": "812 814 815",
}
_BY_GVC = {code: kind for kind, codes in _GVC.items() for code in codes.split()}
_GERMAN = re.compile(r"[A-Z]{4}\+(\d{3})(?:\+.*)?")


@lru_cache(maxsize=4096)
def kind_of(domain: str, family: str, subfamily: str, proprietary: str, *, credit: bool) -> str | None:
    """The `kind` that an entry's transaction codes give it, None where they tell nothing.

    Args:
        proprietary: the bank's own code; understood where it is German ("NTRF+166+00931").
        credit: whether money came in: card settlements and cash are told apart by it.
    Source: ISO 20022 external bank transaction codes; GVC list of the German banks (DFÜ agreement, annex 3).
    """
    told = _by_iso(domain, family, subfamily, credit)
    if told in (None, "other"):
        return kind_of_gvc(proprietary) or told
    return told


def kind_of_gvc(code: str) -> str | None:
    """The `kind` of a German business transaction code as camt carries it; None for the codes of other countries.

    >>> kind_of_gvc("NTRF+109+00905"), kind_of_gvc("NTRF+082"), kind_of_gvc("544"), kind_of_gvc("Z24")
    ('return', 'cash_deposit', None, None)
    """
    found = _GERMAN.fullmatch(code)
    return _BY_GVC.get(found[1]) if found else None


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
