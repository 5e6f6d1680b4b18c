"""Texts as one buffer of folded bytes that compiled code walks through: capitals, no accents, one form of each sign.

After folding a byte is a digit, a letter (A-Z, or any byte of a character beyond ASCII) or a separator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

FIELD = 0x1F
"""The byte between the fields of one line: no number reaches across it."""

_MARKS, _DASHES, _SIGNS = r"\p{Mn}+", r"\p{Pd}", r"[^\x00-\x7F\p{L}\p{Nd}]"


@dataclass(frozen=True)
class Texts:
    """Folded texts behind each other: text i is buffer[start[i]:start[i + 1]]; `start` has one element more."""

    buffer: NDArray[np.uint8]
    start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1

    def part(self, at: int, first: int, length: int) -> str:
        """A piece of text `at` as written there, blanks and breaks as one blank."""
        left = int(self.start[at]) + first
        found = bytes(self.buffer[left : left + length]).decode("utf-8", "replace")
        return " ".join(found.replace(chr(FIELD), " ").split())


def texts(*fields: pa.LargeStringArray) -> Texts:
    """The fields of each row folded and put behind each other; an absent one is empty.

    >>> texts(pa.array(["Réf. № 12–7"], pa.large_string())).part(0, 0, 99)
    'REF. NO 12-7'
    """
    return _buffers(folded(_joined(fields)))


def folded(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """The texts in capitals, accents dropped, dashes and signs beyond ASCII as '-' and blank."""
    ascii_only = pc.string_is_ascii(column)
    if pc.all(ascii_only).as_py() in (True, None):
        return pc.ascii_upper(column)
    other = column.filter(pc.invert(ascii_only))
    other = pc.replace_substring_regex(pc.utf8_normalize(other, form="NFKD"), _MARKS, "")
    other = pc.replace_substring_regex(pc.replace_substring_regex(other, _DASHES, "-"), _SIGNS, " ")
    return pc.ascii_upper(pc.replace_with_mask(column, pc.invert(ascii_only), pc.utf8_upper(other)))


def _joined(fields: Sequence[pa.LargeStringArray]) -> pa.LargeStringArray:
    filled = [pc.fill_null(field, "") for field in fields]
    if len(filled) == 1:
        return filled[0]
    separator = pa.scalar(chr(FIELD), pa.large_string())
    return pc.binary_join_element_wise(*filled, separator)


def _buffers(column: pa.LargeStringArray) -> Texts:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    _, offsets, data = column.buffers()
    size = len(column)
    start = np.frombuffer(offsets, np.int64)[column.offset : column.offset + size + 1] if size else np.zeros(1, np.int64)
    buffer = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return Texts(buffer, start)
