"""The German banks' business transaction codes (GVC): in field :86: of MT940 and in camt's proprietary code, one list."""

from __future__ import annotations

_CODES = {
    "credit_transfer": """008 020 021 051 052 053 054 056 067 068 069 087 088 116 117 118 119 152 153 154 155 156 157
        161 162 163 164 165 166 167 168 169 177 188 189 191 194 201 202 211 212""",
    "direct_debit": "004 005 071 104 105 107 171 174 192 195 196 197",
    "return": "009 059 108 109 110 111 159 160 181 182 183 184 193 199",
    "cash_deposit": "082",
    "fee": "801 802 804 805 806 807 808 809 810 811 813",
    "interest": "812 814 815",
    "other": "006 083 101 102 103 106 112 122 170 185 190 198",  # cards, withdrawals, cheques
}
_KINDS = {code: kind for kind, codes in _CODES.items() for code in codes.split()}


def kind_of_gvc(code: str) -> str | None:
    """The `kind` of a bank line by its three digits; None for a code that is not on the list.

    Source: DFÜ agreement, annex 3, list of business transaction codes, with those before SEPA that still occur.

    >>> kind_of_gvc("166"), kind_of_gvc("109"), kind_of_gvc("544")
    ('credit_transfer', 'return', None)
    """
    return _KINDS.get(code)
