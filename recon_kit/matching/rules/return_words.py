"""What speaks for a return before its original is looked for: the bank's own word, a bank's phrase, or what a shop says too.

"Retoure" and "Storno" stand on the refund of a credit note as well; "Rücklastschrift" and a reason code only a bank writes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import Lines
from recon_kit.tables import LINE_KINDS

SAID, PHRASED, CALLED = 3, 2, 1
"""By the kind or reason code of the line; by words of a bank; by words that a refund carries as well."""

_PHRASES = (
    r"(?i)\b(?:R(?:Ü|UE)CKLASTSCHRIFT\w*|R-TRANSACTION|RTRN|DIRECT DEBIT RETURN|RETURNED DIRECT DEBIT"
    r"|RIMBORSO INSOLUTO|REJET)\b"
)
_WORDS = (
    r"(?i)\b(?:R(?:Ü|UE)CKBUCHUNG|R(?:Ü|UE)CK(?:Ü|UE)BERWEISUNG\w*|R(?:Ü|UE)CKGABE|RETOURE|RETURNED|RETURN OF|UNPAID"
    r"|STORNIERT|STORNO|REVERSAL|STORNERING)\b"
)
_CODE = r"\b(?:AC0[146]|AC13|AM0[459]|MD0[167]|MS0[23]|SL01|BE05|RC01|RR0[1-4]|AG0[12]|CNOR|DNOR)\b"


def said(lines: Lines) -> NDArray[np.int8]:
    """How surely each line is a return by itself: SAID, PHRASED, CALLED, or 0 where nothing says so."""
    found: NDArray[np.int8] = np.zeros(len(lines), np.int8)
    by_bank = (lines.kind == LINE_KINDS.index("return")) | np.asarray(pc.is_valid(lines.reason))
    out = np.flatnonzero((lines.amount < 0) & ~by_bank)
    texts = pc.fill_null(lines.texts.take(pa.array(out)), "")
    coded = pc.and_(pc.match_substring_regex(texts, _CODE), pc.match_substring(texts, "RETOUR", ignore_case=True))
    found[out[np.asarray(pc.match_substring_regex(texts, _WORDS))]] = CALLED
    found[out[np.asarray(pc.or_(pc.match_substring_regex(texts, _PHRASES), coded))]] = PHRASED
    found[by_bank] = SAID
    return found
