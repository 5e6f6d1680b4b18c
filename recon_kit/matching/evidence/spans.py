"""The text of one line taken apart into its letters and digits, and the words that name a document's number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.evidence.alphabet import (
    CLASS,
    DIGIT,
    EDGE,
    GAP,
    NONE,
    OTHER,
    PIECE,
    PIECE_END,
    PLACE,
    SIGNED,
    TAKEN,
    Bytes,
    among,
    glue,
    inner,
    word,
    words,
)

LABELS = words(
    """RECHNUNGSNUMMER RECHNUNGSNR RECHNUNG RECHN RECH RECHNR RENR RGNR RG RE RNR RN NR NO NUM NRO NUMERO NUMMER INVOICE
    INVOICENO INV INVNO FACTURA FACTURE FACT FAC FATTURA FATT FTT FT FV FAKTURA FAKTURY FAKTURE FAKTUR FAKT FAK FA
    FAKTURANR FAKTNR BELEG BELEGNR BEL BELNR REF REFERENCE REFERENZ REFERENTIE SZAMLA SZLA SZ LASKU LASKUN LASKUNRO
    VIITE FACTUUR FACTUURNR FACTNR FCT DOC DOCUMENT DOK DOKUMENT BILL VS OCR KID NF NOTA ARVE REKENING RACHUNEK RACUN
    RAEKNING RAKNING N F FRA FATURA FAT RF ORDER BESTELLUNG AUFTRAG PO ID СЧЕТ ΤΙΜ ΤΙΜΟΛΟΓΙΟ ФАКТУРА ZU RGS RES
    SAMMELZAHLUNG ZAHLUNG PAYMENT BETALING BETALNING PAIEMENT"""
)
"""Words that may stand glued before a document's number."""


class Room(NamedTuple):
    """The text of one line taken apart; room for the longest, used again for each line.

    chars: its letters and digits. marks: of each the gap before it, OTHER, TAKEN, SIGNED.
    spots: of each its PLACE in the text; of each
    piece of only letters or only digits its begin (PIECE) and end. hits: begin, end, key, strength.
    """

    chars: NDArray[np.uint8]
    marks: NDArray[np.uint8]
    spots: NDArray[np.int64]
    hits: NDArray[np.int64]


def room(longest: int, most_hits: int) -> Room:
    """Room for texts of so many bytes."""
    size = longest + 2
    return Room(
        np.zeros(size, np.uint8),
        np.zeros((size, 4), np.uint8),
        np.zeros((size, 3), np.int64),
        np.zeros((most_hits, 4), np.int64),
    )


@inner
def take_apart(buffer: Bytes, first: int, last: int, room: Room) -> tuple[int, int]:
    """Fill the room with a text: the number of its letters and digits and of its pieces."""
    size = glue(buffer, first, last, room.chars, room.marks, room.spots)
    n_pieces = 0
    for at in range(size):
        room.marks[at, OTHER] = room.marks[at, TAKEN] = 0
        place = first + room.spots[at, PLACE]
        room.marks[at, SIGNED] = place > first and buffer[place - 1] == 35
        if at and room.marks[at, GAP] == NONE and CLASS[room.chars[at]] == CLASS[room.chars[at - 1]]:
            room.spots[n_pieces - 1, PIECE_END] = at + 1
            continue
        room.spots[n_pieces, PIECE], room.spots[n_pieces, PIECE_END] = at, at + 1
        n_pieces += 1
    return size, n_pieces


@inner
def is_label(room: Room, start: int) -> bool:
    """Whether the letters right before this place are, or end with, a word that names a document's number."""
    if room.marks[start, SIGNED] or room.marks[start, GAP] == EDGE:
        return bool(room.marks[start, SIGNED])
    first = start
    while first > 0 and CLASS[room.chars[first - 1]] != DIGIT and start - first < 20:
        if first < start and room.marks[first, GAP] != NONE:
            break
        first -= 1
    for at in range(first, start):  # noqa: SIM110 - compiled code knows no any()
        if (start - at >= 2 or at == first) and among(word(room.chars, at, start), LABELS):
            return True
    return False
