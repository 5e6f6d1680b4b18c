"""Digits in a text that are something else than a document's number: dates, amounts, accounts, telephones, customers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recon_kit.matching.evidence.alphabet import (
    BLANK,
    CLASS,
    DIGIT,
    EDGE,
    GAP,
    LIST,
    NONE,
    OTHER,
    PIECE,
    PIECE_END,
    PLACE,
    SEPARATOR,
    SIGNED,
    TAKEN,
    WRAP,
    Bytes,
    among,
    glue,
    inner,
    word,
    words,
)
from recon_kit.matching.evidence.structured import mod97

LABELS = words(
    """RECHNUNGSNUMMER RECHNUNGSNR RECHNUNG RECHN RECH RECHNR RENR RGNR RG RE RNR RN NR NO NUM NRO NUMERO NUMMER INVOICE
    INVOICENO INV INVNO FACTURA FACTURE FACT FAC FATTURA FATT FTT FT FV FAKTURA FAKTURY FAKTURE FAKTUR FAKT FAK FA
    FAKTURANR FAKTNR BELEG BELEGNR BEL BELNR REF REFERENCE REFERENZ REFERENTIE SZAMLA SZLA SZ LASKU LASKUN LASKUNRO
    VIITE FACTUUR FACTUURNR FACTNR FCT DOC DOCUMENT DOK DOKUMENT BILL VS OCR KID NF NOTA ARVE REKENING RACHUNEK RACUN
    RAEKNING RAKNING N F FRA FATURA FAT RF ORDER BESTELLUNG AUFTRAG PO ID СЧЕТ ΤΙΜ ΤΙΜΟΛΟΓΙΟ ФАКТУРА ZU RGS RES
    SAMMELZAHLUNG ZAHLUNG PAYMENT BETALING BETALNING PAIEMENT"""
)
"""Words that may stand glued before a document's number."""
_CURRENCIES = words(
    """EUR CHF GBP USD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH JPY CNY CAD AUD NZD ZAR INR BRL MXN ISK HRK RSD ILS
    AED SAR KC ZL LEI KR EURO EUROS"""
)
_OTHERS = words(
    """KTO KONTO KONTONR BLZ BIC SWIFT IBAN MREF CRED MANDAT MANDATE MANDATSREF MANDATSREFERENZ GLAEUBIGER KUNDENNR
    KUNDENNUMMER KUNDEN KDNR KD KNR CUSTOMER CUST CLIENT CLIENTE KLANT KLANTNR KUNDE KUNDENR KUNDNR ASIAKAS ASIAKASNRO
    KLIENT ACCOUNT ACCT COMPTE CUENTA CONTO TEL TELEFON FON PHONE FAX MOBIL MOBILE HANDY TELEFONO TERMINAL TERM VAT
    UST USTID STEUERNR PLZ CARD KARTE BETRAG AMOUNT MONTANT IMPORTO IMPORTE BEDRAG BELOPP BELOB KWOTA TOTAL SUMME"""
)
_COUNTRIES = words(
    """AD AE AL AT AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE EG ES FI FO FR GB GE GI GL GR GT HR HU IE IL IQ IS IT JO
    KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS RU SA SC SD SE SI SK SM SO ST
    SV TL TN TR UA VA VG XK"""
)


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
def mark_others(buffer: Bytes, first: int, room: Room, size: int, n_pieces: int) -> None:
    """Mark what is no document's number."""
    for piece in range(n_pieces):
        start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
        if CLASS[room.chars[start]] == DIGIT:
            if room.marks[start, OTHER]:
                continue
            last = max(_date(buffer, first, room, piece, n_pieces), _amount(buffer, first, room, piece, n_pieces))
            _mark(room, start, room.spots[last, PIECE_END] if last >= piece else start)
            if _telephone(buffer, first, room, start):
                _mark(room, start, _wide_end(room, start, size))
            continue
        letters = word(room.chars, start, end)
        if among(letters, _CURRENCIES):
            _around(room, piece, n_pieces)
        elif among(letters, _OTHERS) and end < size:
            _labelled(room, piece, n_pieces, size)
        elif end - start == 2 and room.marks[start, GAP] != NONE and among(letters, _COUNTRIES):
            _mark(room, start, _iban_end(room, start, size))


@inner
def _telephone(buffer: Bytes, first: int, room: Room, start: int) -> bool:
    """Whether digits begin with a plus that stands by itself."""
    place = room.spots[start, PLACE]
    if place == 0 or buffer[first + place - 1] != 43:
        return False
    return bool(place == 1 or (CLASS[buffer[first + place - 2]] == SEPARATOR and buffer[first + place - 2] != 43))


@inner
def _mark(room: Room, start: int, end: int) -> None:
    for at in range(start, end):
        room.marks[at, OTHER] = 1


@inner
def _between(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int) -> int:
    """The one byte between a piece of digits and the next one, 0 if there is more or less."""
    if piece + 1 >= n_pieces or CLASS[room.chars[room.spots[piece + 1, PIECE]]] != DIGIT:
        return 0
    left, right = room.spots[room.spots[piece, PIECE_END] - 1, PLACE], room.spots[room.spots[piece + 1, PIECE], PLACE]
    return int(np.int64(buffer[first + left + 1])) if right - left == 2 else 0


@inner
def _number(room: Room, piece: int) -> int:
    value: Any = 0
    for at in range(room.spots[piece, PIECE], min(room.spots[piece, PIECE_END], room.spots[piece, PIECE] + 9)):
        value = value * 10 + room.chars[at] - 48
    return int(value)


@inner
def _width(room: Room, piece: int) -> int:
    return int(room.spots[piece, PIECE_END] - room.spots[piece, PIECE])


@inner
def _date(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int) -> int:
    """The last piece of a date that begins with this one, -1 if none does."""
    mark = _between(buffer, first, room, piece, n_pieces)
    if piece + 2 >= n_pieces or (mark != 46 and mark != 47 and mark != 45):
        return -1
    if _between(buffer, first, room, piece + 1, n_pieces) != mark or _between(buffer, first, room, piece + 2, n_pieces) == mark:
        return -1
    a, b, c = _number(room, piece), _number(room, piece + 1), _number(room, piece + 2)
    wa, wb, wc = _width(room, piece), _width(room, piece + 1), _width(room, piece + 2)
    if piece and room.marks[room.spots[piece, PIECE], GAP] == NONE:
        return -1
    if wa <= 2 and wb <= 2 and (wc == 4 or wc == 2):
        fits = 1 <= a <= 31 and 1 <= b <= 31 and min(a, b) <= 12 and (wc == 2 or 1990 <= c <= 2100)
        return piece + 2 if fits else -1
    return piece + 2 if wa == 4 and wb == 2 and wc == 2 and 1990 <= a <= 2100 and 1 <= b <= 12 and 1 <= c <= 31 else -1


@inner
def _amount(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int) -> int:
    """The last piece of an amount with two decimals that begins with this one, -1 if none does."""
    here, mark = piece, _between(buffer, first, room, piece, n_pieces)
    if _width(room, piece) <= 3:
        while (mark == 46 or mark == 44 or mark == 39 or mark == 32) and _width(room, here + 1) == 3:
            here, mark = here + 1, _between(buffer, first, room, here + 1, n_pieces)
    if (mark != 46 and mark != 44) or _width(room, here + 1) != 2:
        return -1
    follows = _between(buffer, first, room, here + 1, n_pieces)
    if follows == 46 or follows == 44:
        return -1
    start, end = room.spots[piece, PIECE], room.spots[here + 1, PIECE_END]
    if room.marks[start, GAP] == NONE and not among(word(room.chars, room.spots[piece - 1, PIECE], start), _CURRENCIES):
        return -1
    glued = room.marks[end, GAP] == NONE and piece + 2 < n_pieces
    return -1 if glued and not among(word(room.chars, end, room.spots[here + 2, PIECE_END]), _CURRENCIES) else here + 1


@inner
def _around(room: Room, piece: int, n_pieces: int) -> None:
    """The number right before or behind a currency."""
    start, end = room.spots[piece, PIECE], room.spots[piece, PIECE_END]
    near = room.marks[start, GAP] <= BLANK and room.marks[start, GAP] != EDGE
    if piece and near and CLASS[room.chars[start - 1]] == DIGIT and not _glued_left(room, piece - 1):
        _mark(room, room.spots[piece - 1, PIECE], start)
    elif end - start > 2 and piece + 1 < n_pieces and room.marks[end, GAP] <= BLANK and CLASS[room.chars[end]] == DIGIT:
        _mark(room, end, room.spots[piece + 1, PIECE_END])


@inner
def _glued_left(room: Room, piece: int) -> bool:
    return piece > 0 and room.marks[room.spots[piece, PIECE], GAP] == NONE


@inner
def _labelled(room: Room, piece: int, n_pieces: int, size: int) -> None:
    """The number that a word such as account or telephone names; a second short word may stand between."""
    at = room.spots[piece, PIECE_END]
    if piece + 1 < n_pieces and room.marks[at, GAP] != EDGE and CLASS[room.chars[at]] != DIGIT and _width(room, piece + 1) <= 3:
        at = room.spots[piece + 1, PIECE_END]
    if at < size and room.marks[at, GAP] != EDGE and CLASS[room.chars[at]] == DIGIT:
        _mark(room, at, _wide_end(room, at, size))
    elif room.spots[piece, PIECE_END] < size and room.marks[room.spots[piece, PIECE_END], GAP] == LIST:
        _mark(room, room.spots[piece, PIECE_END], _wide_end(room, room.spots[piece, PIECE_END], size))


@inner
def _wide_end(room: Room, start: int, size: int) -> int:
    """The end of digits that are written in groups: blanks as long as groups are short."""
    at, since = start + 1, 1
    while at < size and at - start < 22 and CLASS[room.chars[at]] == DIGIT:
        gap = room.marks[at, GAP]
        if gap in (EDGE, WRAP) or (gap == LIST and since > 4) or (gap == BLANK and (since > 4 or at - start > 11)):
            break
        since = 1 if gap != NONE else since + 1
        at += 1
    return at


@inner
def _iban_end(room: Room, start: int, size: int) -> int:
    """The end of an IBAN with right check digits that begins here, else its beginning."""
    end = start + 1
    while end < size and end - start < 34 and (room.marks[end, GAP] == NONE or room.marks[end, GAP] == BLANK):
        end += 1
    if end - start < 15 or CLASS[room.chars[start + 2]] != DIGIT or CLASS[room.chars[start + 3]] != DIGIT:
        return start
    for stop in range(end, start + 14, -1):
        whole = stop == size or room.marks[stop, GAP] != NONE
        if whole and mod97(room.chars, start, stop) == 1:
            return stop
    return start


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
