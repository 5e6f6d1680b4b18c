"""Digits in a text that are something else than a document's number: dates, amounts, accounts, telephones, other numbers' names."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recon_kit.matching.evidence.alphabet import BLANK, CLASS, DIGIT, EDGE, JOINT, LIST, NONE, SEPARATOR, WRAP, among, glue, word, words
from recon_kit.matching.evidence.structured import mod97

LABELS = words(
    """RECHNUNGSNUMMER RECHNUNGSNR RECHNUNG RECHN RECH RECHNR RENR RGNR RG RE RNR RN NR NO NUM NRO NUMERO NUMMER INVOICE INVOICENO
    INV INVNO FACTURA FACTURE FACT FAC FATTURA FATT FTT FT FV FAKTURA FAKTURY FAKTURE FAKTUR FAKT FAK FA FAKTURANR FAKTNR BELEG
    BELEGNR BEL BELNR REF REFERENCE REFERENZ REFERENTIE SZAMLA SZLA SZ LASKU LASKUN LASKUNRO VIITE FACTUUR FACTUURNR FACTNR FCT
    DOC DOCUMENT DOK DOKUMENT BILL VS OCR KID NF NOTA ARVE REKENING RACHUNEK RACUN RAEKNING RAKNING N FRA FATURA FAT RF ORDER
    BESTELLUNG AUFTRAG PO ID СЧЕТ ΤΙΜ ΤΙΜΟΛΟΓΙΟ ФАКТУРА ZU RGS RES SAMMELZAHLUNG ZAHLUNG PAYMENT BETALING BETALNING PAIEMENT"""
)
"""Words that may stand glued before a document's number."""
_CURRENCIES = words(
    """EUR CHF GBP USD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH JPY CNY CAD AUD NZD ZAR INR BRL MXN ISK HRK RSD ILS AED SAR
    KC ZL LEI FT KR EURO EUROS"""
)
_OTHERS = words(
    """KTO KONTO KONTONR BLZ BIC SWIFT IBAN MREF CRED MANDAT MANDATE MANDATSREF MANDATSREFERENZ GLAEUBIGER KUNDENNR KUNDENNUMMER
    KUNDEN KDNR KD KNR CUSTOMER CUST CLIENT CLIENTE KLANT KLANTNR KUNDE KUNDENR KUNDNR ASIAKAS ASIAKASNRO KLIENT ACCOUNT ACCT
    COMPTE CUENTA CONTO TEL TELEFON FON PHONE FAX MOBIL MOBILE HANDY TELEFONO TERMINAL TERM VAT UST USTID STEUERNR PLZ CARD KARTE
    BETRAG AMOUNT MONTANT IMPORTO IMPORTE BEDRAG BELOPP BELOB KWOTA TOTAL SUMME"""
)
_COUNTRIES = words(
    """AD AE AL AT AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE EG ES FI FO FR GB GE GI GL GR GT HR HU IE IL IQ IS IT JO KW KZ LB
    LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS RU SA SC SD SE SI SK SM SO ST SV TL TN TR UA VA
    VG XK"""
)


class Room(NamedTuple):
    """The text of one line taken apart; room for the longest, used again for each line.

    chars, gaps, places: letters and digits, what stands before each, where (see `glue`). pieces: begin of each longest run of
    only letters or only digits, `piece_end` its end. other: is part of something that is no document's number.
    taken: is part of a quoted number. hits: begin, end, key, strength.
    """

    chars: NDArray[np.uint8]
    gaps: NDArray[np.uint8]
    places: NDArray[np.int32]
    pieces: NDArray[np.int32]
    piece_end: NDArray[np.int32]
    other: NDArray[np.bool_]
    taken: NDArray[np.bool_]
    hits: NDArray[np.int32]


def room(longest: int, most_hits: int) -> Room:
    """Room for texts of so many bytes."""
    size = longest + 2
    return Room(
        np.zeros(size, np.uint8), np.zeros(size, np.uint8), np.zeros(size, np.int32), np.zeros(size, np.int32),
        np.zeros(size, np.int32), np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros((most_hits, 4), np.int32),
    )  # fmt: skip


@njit(cache=True)
def take_apart(buffer, first, last, room):
    """Fill the room with a text: the number of its letters and digits and of its pieces."""
    size = glue(buffer, first, last, room.chars, room.gaps, room.places)
    n_pieces = 0
    for at in range(size):
        room.other[at] = room.taken[at] = False
        if at and room.gaps[at] == NONE and CLASS[room.chars[at]] == CLASS[room.chars[at - 1]]:
            room.piece_end[n_pieces - 1] = at + 1
            continue
        room.pieces[n_pieces], room.piece_end[n_pieces] = at, at + 1
        n_pieces += 1
    return size, n_pieces


@njit(cache=True)
def mark_others(buffer, first, room, size, n_pieces):
    """Mark what is no document's number."""
    for piece in range(n_pieces):
        start, end = room.pieces[piece], room.piece_end[piece]
        if CLASS[room.chars[start]] == DIGIT:
            if room.other[start]:
                continue
            last = max(_date(buffer, first, room, piece, n_pieces), _amount(buffer, first, room, piece, n_pieces))
            _mark(room, start, room.piece_end[last] if last >= piece else start)
            if _telephone(buffer, first, room, start):
                _mark(room, start, _wide_end(room, start, size))
            continue
        letters = word(room.chars, start, end)
        if among(letters, _CURRENCIES):
            _around(room, piece, n_pieces)
        elif among(letters, _OTHERS) and end < size:
            _labelled(room, piece, n_pieces, size)
        elif end - start == 2 and room.gaps[start] != NONE and among(letters, _COUNTRIES):
            _mark(room, start, _iban_end(room, start, size))


@njit(cache=True)
def _telephone(buffer, first, room, start):
    """Whether digits begin with a plus that stands by itself."""
    place = room.places[start]
    if place == 0 or buffer[first + place - 1] != 43:
        return False
    return place == 1 or CLASS[buffer[first + place - 2]] == SEPARATOR and buffer[first + place - 2] != 43


@njit(cache=True)
def _mark(room, start, end):
    for at in range(start, end):
        room.other[at] = True


@njit(cache=True)
def _between(buffer, first, room, piece, n_pieces):
    """The one byte between a piece of digits and the next one, 0 if there is more or less."""
    if piece + 1 >= n_pieces or CLASS[room.chars[room.pieces[piece + 1]]] != DIGIT:
        return 0
    left, right = room.places[room.piece_end[piece] - 1], room.places[room.pieces[piece + 1]]
    return buffer[first + left + 1] if right - left == 2 else 0


@njit(cache=True)
def _number(room, piece):
    value = 0
    for at in range(room.pieces[piece], min(room.piece_end[piece], room.pieces[piece] + 9)):
        value = value * 10 + room.chars[at] - 48
    return value


@njit(cache=True)
def _width(room, piece):
    return room.piece_end[piece] - room.pieces[piece]


@njit(cache=True)
def _date(buffer, first, room, piece, n_pieces):
    """The last piece of a date that begins with this one, -1 if none does."""
    mark = _between(buffer, first, room, piece, n_pieces)
    if piece + 2 >= n_pieces or (mark != 46 and mark != 47 and mark != 45):
        return -1
    if _between(buffer, first, room, piece + 1, n_pieces) != mark or _between(buffer, first, room, piece + 2, n_pieces) == mark:
        return -1
    a, b, c = _number(room, piece), _number(room, piece + 1), _number(room, piece + 2)
    wa, wb, wc = _width(room, piece), _width(room, piece + 1), _width(room, piece + 2)
    if piece and room.gaps[room.pieces[piece]] == NONE:
        return -1
    if wa <= 2 and wb <= 2 and (wc == 4 or wc == 2):
        fits = 1 <= a <= 31 and 1 <= b <= 31 and min(a, b) <= 12 and (wc == 2 or 1990 <= c <= 2100)
        return piece + 2 if fits else -1
    return piece + 2 if wa == 4 and wb == 2 and wc == 2 and 1990 <= a <= 2100 and 1 <= b <= 12 and 1 <= c <= 31 else -1


@njit(cache=True)
def _amount(buffer, first, room, piece, n_pieces):
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
    start, end = room.pieces[piece], room.piece_end[here + 1]
    if room.gaps[start] == NONE and not among(word(room.chars, room.pieces[piece - 1], start), _CURRENCIES):
        return -1
    glued = room.gaps[end] == NONE and piece + 2 < n_pieces
    return -1 if glued and not among(word(room.chars, end, room.piece_end[here + 2]), _CURRENCIES) else here + 1


@njit(cache=True)
def _around(room, piece, n_pieces):
    """The number right before or behind a currency."""
    start, end = room.pieces[piece], room.piece_end[piece]
    near = room.gaps[start] <= BLANK and room.gaps[start] != EDGE
    if piece and near and CLASS[room.chars[start - 1]] == DIGIT and not _glued_left(room, piece - 1):
        _mark(room, room.pieces[piece - 1], start)
    elif piece + 1 < n_pieces and room.gaps[end] <= BLANK and CLASS[room.chars[end]] == DIGIT:
        _mark(room, end, room.piece_end[piece + 1])


@njit(cache=True)
def _glued_left(room, piece):
    return piece > 0 and room.gaps[room.pieces[piece]] == NONE


@njit(cache=True)
def _labelled(room, piece, n_pieces, size):
    """The number that a word such as account or telephone names; a second short word may stand between."""
    at = room.piece_end[piece]
    if piece + 1 < n_pieces and room.gaps[at] != EDGE and CLASS[room.chars[at]] != DIGIT and _width(room, piece + 1) <= 3:
        at = room.piece_end[piece + 1]
    if at < size and room.gaps[at] != EDGE and CLASS[room.chars[at]] == DIGIT:
        _mark(room, at, _wide_end(room, at, size))
    elif room.piece_end[piece] < size and room.gaps[room.piece_end[piece]] == LIST:
        _mark(room, room.piece_end[piece], _wide_end(room, room.piece_end[piece], size))


@njit(cache=True)
def _wide_end(room, start, size):
    """The end of digits that are written in groups: blanks as long as groups are short."""
    at, since = start + 1, 1
    while at < size and at - start < 22 and CLASS[room.chars[at]] == DIGIT:
        gap = room.gaps[at]
        if gap == EDGE or gap == WRAP or (gap == LIST and since > 4) or (gap == BLANK and (since > 4 or at - start > 11)):
            break
        since = 1 if gap != NONE else since + 1
        at += 1
    return at


@njit(cache=True)
def _iban_end(room, start, size):
    """The end of an IBAN with right check digits that begins here, else its beginning."""
    end = start + 1
    while end < size and end - start < 34 and (room.gaps[end] == NONE or room.gaps[end] == BLANK):
        end += 1
    if end - start < 15 or CLASS[room.chars[start + 2]] != DIGIT or CLASS[room.chars[start + 3]] != DIGIT:
        return start
    for stop in range(end, start + 14, -1):
        whole = stop == size or room.gaps[stop] != NONE
        if whole and mod97(room.chars, start, stop) == 1:
            return stop
    return start


@njit(cache=True)
def is_label(room, start):
    """Whether the letters right before this place are, or end with, a word that names a document's number."""
    first = start
    while first > 0 and CLASS[room.chars[first - 1]] != DIGIT and start - first < 20:
        if first < start and room.gaps[first] != NONE:
            break
        first -= 1
    for at in range(first, start):
        if (start - at >= 2 or at == first) and among(word(room.chars, at, start), LABELS):
            return True
    return False
