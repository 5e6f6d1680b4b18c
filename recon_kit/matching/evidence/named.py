"""Digits that a word right before them names as an account, a telephone, a customer, a mandate, an amount or a tax id.

A number that a document carries in full is none of these, whatever stands before it.
"""

from __future__ import annotations

import numpy as np

from recon_kit.matching.evidence.alphabet import (
    BLANK,
    CANONICAL,
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
    WRAP,
    Bytes,
    among,
    inner,
    word,
    words,
)
from recon_kit.matching.evidence.keys import BASE, Keys, digits_value, found, sieve
from recon_kit.matching.evidence.spans import Room

PHONES = words("TEL TELEFON FON PHONE FAX MOBIL MOBILE HANDY TELEFONO")
OTHERS = words(
    """KTO KONTO KONTONR BLZ BIC SWIFT IBAN MREF CRED MANDAT MANDATE MANDATSREF MANDATSREFERENZ GLAEUBIGER KUNDENNR
    KUNDENNUMMER KUNDEN KDNR KD KNR CUSTOMER CUST CLIENT CLIENTE KLANT KLANTNR KUNDE KUNDENR KUNDNR ASIAKAS ASIAKASNRO
    KLIENT ACCOUNT ACCT COMPTE CUENTA CONTO TERMINAL TERM STEUERNR PLZ CARD KARTE BETRAG AMOUNT MONTANT IMPORTO IMPORTE
    BEDRAG BELOPP BELOB KWOTA TOTAL SUMME"""
)
TAXES = words(
    """VAT VATID VATNO VATNR UST USTID USTIDNR USTNR MWST IVA PIVA TVA BTW NIP MOMS MVA NIF NIPC CIF DPH DIC ALV KDV VKN AFA
    PVN PVM DDV DDS FPA"""
)
"""Value added tax, and what its ids are called: of documents these words tell only how they are taxed (Faktura VAT)."""
COUNTRIES = words(
    """AD AE AL AT AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE EG ES FI FO FR GB GE GI GL GR GT HR HU IE IL IQ IS IT JO
    KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS RU SA SC SD SE SI SK SM SO ST
    SV TL TN TR UA VA VG XK"""
)
_VAT_COUNTRIES = words("ATU EL EU XI CHE")
_IDS = words("ID IDNR IDENT NO NR NRO N NUM NUMBER NUMMER NUMERO REG CODE COD")
_LEAST_TAX_ID, _MOST_TAX_ID = 8, 12
_GROUP = 4
_LONGEST = 24


@inner
def mark(room: Room, start: int, end: int) -> None:
    """Mark as part of no document's number."""
    for at in range(start, end):
        room.marks[at, OTHER] = 1


@inner
def mark_labelled(room: Room, piece: int, n_pieces: int, size: int, keys: Keys, is_phone: bool) -> None:
    """The number that a word such as account or telephone names; a second short word may stand between."""
    behind = at = room.spots[piece, PIECE_END]
    if piece + 1 < n_pieces and room.marks[at, GAP] != EDGE and CLASS[room.chars[at]] != DIGIT:
        end = room.spots[piece + 1, PIECE_END]
        at = end if end - at <= 3 else at
    if at >= size or room.marks[at, GAP] == EDGE or CLASS[room.chars[at]] != DIGIT:
        at = behind
        if at >= size or room.marks[at, GAP] != LIST:
            return
    if not is_document(room, at, size, keys):
        mark(room, at, _named_end(room, at, size, keys, is_phone))


@inner
def _named_end(room: Room, start: int, size: int, keys: Keys, is_phone: bool) -> int:
    """The end of what a word names: one token, or short groups, up to where a document's own number begins."""
    end = wide_end(room, start, size)
    for at in range(start + 1, end):
        if room.marks[at, GAP] != NONE and is_document(room, at, size, keys):
            return at
        if room.marks[at, GAP] == BLANK and not is_phone and _is_long(room, at, size):
            return at
    return end


@inner
def _is_long(room: Room, start: int, size: int) -> bool:
    """Whether digits are more than a group of an account or card has."""
    at = start + 1
    while at < size and at - start <= _GROUP and room.marks[at, GAP] == NONE and CLASS[room.chars[at]] == DIGIT:
        at += 1
    return at - start > _GROUP


@inner
def is_document(room: Room, start: int, size: int, keys: Keys) -> bool:
    """Whether a number that documents carry begins here and ends with its token, long enough to be no chance."""
    value, at = np.uint64(0), start
    while at < min(size, start + _LONGEST):
        value = value * BASE + np.uint64(CANONICAL[room.chars[at]])
        at += 1
        gap = room.marks[at, GAP]
        if gap != NONE and at - start >= keys.need and sieve(keys.bits, 2, value) and found(keys.hashed, value) >= 0:
            return True
        if gap in (LIST, EDGE):
            break
    return False


@inner
def mark_tax_id(buffer: Bytes, first: int, room: Room, piece: int, n_pieces: int, size: int, keys: Keys) -> None:
    """What looks like a tax id: digits behind a country's code, or bare ones that are no document's."""
    here, of_country = piece + 1, False
    while here < n_pieces and here <= piece + 3 and CLASS[room.chars[room.spots[here, PIECE]]] != DIGIT:
        start, end = room.spots[here, PIECE], room.spots[here, PIECE_END]
        letters = word(room.chars, start, end)
        if room.marks[start, GAP] == EDGE or is_document(room, start, size, keys):
            return
        if not among(letters, _IDS):
            of_country = among(letters, COUNTRIES) or among(letters, _VAT_COUNTRIES)
            if not of_country:
                return
        here += 1
    start = room.spots[min(here, n_pieces - 1), PIECE]
    if here >= n_pieces or room.marks[start, GAP] == EDGE or CLASS[room.chars[start]] != DIGIT:
        return
    end = wide_end(room, start, size)
    if end - start < _LEAST_TAX_ID or (end - start > _MOST_TAX_ID and not of_country):
        return
    if of_country or not (_is_slashed(buffer, first, room, start, end) or _is_known(room, start, end, size, keys)):
        mark(room, start, end)


@inner
def _is_slashed(buffer: Bytes, first: int, room: Room, start: int, end: int) -> bool:
    for place in range(room.spots[start, PLACE], room.spots[end - 1, PLACE]):  # noqa: SIM110 - compiled code knows no any()
        if buffer[first + place] == 47:
            return True
    return False


@inner
def _is_known(room: Room, start: int, end: int, size: int, keys: Keys) -> bool:
    """Whether digits are a document's number, with or without its letters."""
    value, n = digits_value(room.chars, start, end)
    by_value = n >= keys.need and sieve(keys.bits, 1, value) and found(keys.values, value) >= 0
    return by_value or is_document(room, start, size, keys)


@inner
def wide_end(room: Room, start: int, size: int) -> int:
    """The end of digits that are written in groups: blanks as long as groups are short."""
    at, since = start + 1, 1
    while at < size and at - start < 22 and CLASS[room.chars[at]] == DIGIT:
        gap = room.marks[at, GAP]
        if gap in (EDGE, WRAP) or (gap == LIST and since > 4) or (gap == BLANK and (since > 4 or at - start > 11)):
            break
        since = 1 if gap != NONE else since + 1
        at += 1
    return at
