"""The fields of a DATEV Buchungsstapel: their captions, which are text, and what each may hold.

Source: DATEV-Format, header and Buchungsstapel (format version 13), developer.datev.de/datev/platform/de/dtvf/formate.
"""

from __future__ import annotations

import re
import unicodedata

ENCODING = "cp1252"
N_FIELDS = 125
MOST_ROWS = 99_999
EXTRA_FIRST, N_EXTRAS, EXTRA_LENGTH = 47, 20, 210
"""Zusatzinformation: pairs of a kind and a content from field 48 on."""
LARGEST = 10**12
"""Amounts have at most ten digits before the comma, here in hundredths."""

_CAPTIONS = """Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;Konto;
Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;Buchungstext;Postensperre;
Diverse Adressnummer;Geschäftspartnerbank;Sachverhalt;Zinssperre;Beleglink;@Beleginfo;KOST1 - Kostenstelle;
KOST2 - Kostenstelle;Kost-Menge;EU-Land u. UStID (Bestimmung);EU-Steuersatz (Bestimmung);Abw. Versteuerungsart;Sachverhalt L+L;
Funktionsergänzung L+L;BU 49 Hauptfunktionstyp;BU 49 Hauptfunktionsnummer;BU 49 Funktionsergänzung;@Zusatzinformation;Stück;
Gewicht;Zahlweise;Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;Skontotyp;Auftragsnummer;Buchungstyp;
USt-Schlüssel (Anzahlungen);EU-Land (Anzahlungen);Sachverhalt L+L (Anzahlungen);EU-Steuersatz (Anzahlungen);
Erlöskonto (Anzahlungen);Herkunft-Kz;Buchungs GUID;KOST-Datum;SEPA-Mandatsreferenz;Skontosperre;Gesellschaftername;
Beteiligtennummer;Identifikationsnummer;Zeichnernummer;Postensperre bis;Bezeichnung SoBil-Sachverhalt;Kennzeichen SoBil-Buchung;
Festschreibung;Leistungsdatum;Datum Zuord. Steuerperiode;Fälligkeit;Generalumkehr (GU);Steuersatz;Land;Abrechnungsreferenz;
BVV-Position;EU-Land u. UStID (Ursprung);EU-Steuersatz (Ursprung);Abw. Skontokonto"""
_PAIRS = {
    "@Beleginfo": [f"Beleginfo - {what} {n}" for n in range(1, 9) for what in ("Art", "Inhalt")],
    "@Zusatzinformation": [f"Zusatzinformation {what} {n}" for n in range(1, 21) for what in ("- Art", "- Inhalt")],
}
CAPTIONS = [name for part in _CAPTIONS.replace("\n", "").split(";") for name in _PAIRS.get(part, [part])]

_TEXTS = (2, 3, 6, 9, 11, 12, 14, 16, *range(20, 39), 40, 42, *range(48, 88), 91, 95, 96, 98, 102, 103, 105, 107, 109, 110)
TEXT_FIELDS = frozenset(number - 1 for number in (*_TEXTS, 112, 118, 120, 121, 123))
"""Places (from 0) of the fields that stand in quotation marks, empty or not."""

ACCOUNT = re.compile(r"(?!0+$)\d{1,9}", re.ASCII)
TAX_CODE = re.compile(r"\d{1,4}", re.ASCII)
RATE = re.compile(r"\d{1,4}\.\d{2,6}", re.ASCII)
COST_CENTRE = re.compile(r"[A-Za-z0-9_ ]{0,36}")
DOCUMENT = re.compile(r"[A-Za-z0-9_$&%*+\-/]{1,36}")
"""Belegfeld 1: no blanks, umlauts, points, commas, semicolons or colons."""

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def cleaned_document(number: str) -> str:
    """A document number as Belegfeld 1 can hold it: umlauts written out, what else is not allowed left out, 36 at most.

    >>> cleaned_document("RÜ 2026.17/a")
    'RUe202617/a'
    """
    plain = unicodedata.normalize("NFKD", number.translate(_GERMAN))
    return "".join(char for char in plain if DOCUMENT.fullmatch(char))[:36]


def shown_text(text: str, length: int) -> str:
    """A text as Windows-1252 can show it: other letters without their marks, what has no likeness as "?", on one line.

    >>> shown_text("Łódź 山 & Söhne", 60)
    '?ódz ? & Söhne'
    """
    kept = "".join(_shown(char) for char in text)
    return " ".join(kept.split())[:length].rstrip()


def _shown(char: str) -> str:
    if char.isspace():
        return " "
    if not char.isprintable():
        return ""
    if _is_held(char):
        return char
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return bare if bare and _is_held(bare) else "?"


def is_plain(text: str) -> bool:
    """Whether a text can stand in a field as it is."""
    return bool(text) and text == text.strip() and text.isprintable() and _is_held(text)


def _is_held(text: str) -> bool:
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
