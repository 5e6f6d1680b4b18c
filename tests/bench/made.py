"""Synthetic files for the measures: seeded, of any size, written as a stream so that the maker stays small.

Accounts and names are invented. Each maker returns what a reader must find again: the number of entries and their sum.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ACCOUNT = "DE30990500001234567801"
_OPENING = 1_000_000
_A_DAY = 200
_FIRST = date(2025, 1, 1)
_NAMES = ("Müller & Söhne GmbH", "Weinhandlung Höfer e.K.", "Café Größenwahn", "Bäckerei Jüttner", "Nordbau AG", "A. Petersen")
_TEXTS = ("Rechnung {0} vom {1:%d.%m.%Y} Kundennr {2}", "RE-{0} abzgl. 2 % Skonto, Danke", "Re. {0} und RE-{2}", "{0}/{2}")


@dataclass(frozen=True)
class Entry:
    """One entry of a made statement; cents, positive toward us."""

    day: date
    amount: int
    name: str
    iban: str
    reference: str
    text: str


@dataclass(frozen=True)
class Made:
    """What a file holds: entries, and the sum of their amounts in cents."""

    n: int
    sum: int


def entries(n: int, seed: int = 1) -> Iterator[Entry]:
    """Credits and debits as a busy account has them, the same for the same seed."""
    chance = random.Random(seed)
    for number in range(n):
        day = _FIRST + timedelta(days=number // _A_DAY)
        cents = chance.randint(100, 900_000) * chance.choice((1, 1, 1, -1))
        iban = f"DE{chance.randint(10, 98)}{chance.randint(10**17, 10**18 - 1)}"
        text = chance.choice(_TEXTS).format(chance.randint(10**5, 10**7), day, chance.randint(10**4, 10**6))
        yield Entry(day, cents, chance.choice(_NAMES), iban, f"E2E-{number:06d}-{chance.randint(10**5, 10**6)}", text)


def _days(n: int) -> Iterator[tuple[int, date, list[Entry], int, int]]:
    """Statement number, day, its entries, opening and closing balance."""
    balance, of_day = _OPENING, list[Entry]()
    number = 0
    for entry in entries(n):
        if of_day and entry.day != of_day[0].day:
            number, after = number + 1, balance + sum(e.amount for e in of_day)
            yield number, of_day[0].day, of_day, balance, after
            balance, of_day = after, []
        of_day.append(entry)
    yield number + 1, of_day[0].day, of_day, balance, balance + sum(e.amount for e in of_day)


def _figure(cents: int, mark: str) -> str:
    return f"{abs(cents) // 100}{mark}{abs(cents) % 100:02d}"


def camt(path: Path, n: int) -> Made:
    """camt.053.001.08, one statement, each entry with its transaction details."""
    total = sum(entry.amount for entry in entries(n))
    last = _FIRST + timedelta(days=(n - 1) // _A_DAY)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
            "<BkToCstmrStmt><GrpHdr><MsgId>MADE</MsgId><CreDtTm>2026-11-01T06:00:00+01:00</CreDtTm></GrpHdr>\n<Stmt><Id>MADE-1"
            "</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-11-01T06:00:00+01:00</CreDtTm>"
            f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
            f"{_camt_balance('OPBD', _OPENING, _FIRST)}{_camt_balance('CLBD', _OPENING + total, last)}"
        )
        file.writelines(_camt_entry(number, entry) for number, entry in enumerate(entries(n)))
        file.write("</Stmt></BkToCstmrStmt></Document>\n")
    return Made(n, total)


def _camt_balance(code: str, cents: int, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{_figure(cents, ".")}</Amt>'
        f"<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _camt_entry(number: int, entry: Entry) -> str:
    side, party, family = ("CRDT", "Dbtr", "RCDT") if entry.amount > 0 else ("DBIT", "Cdtr", "ICDT")
    amount, name = f'<Amt Ccy="EUR">{_figure(entry.amount, ".")}</Amt>', entry.name.replace("&", "&amp;")
    return (
        f"<Ntry><NtryRef>{number}</NtryRef>{amount}<CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{entry.day}</Dt></BookgDt><ValDt><Dt>{entry.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{entry.day:%Y%m%d}{number:08d}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{entry.reference}</EndToEndId></Refs>{amount}<CdtDbtInd>{side}</CdtDbtInd>"
        f"<RltdPties><{party}><Pty><Nm>{name}</Nm></Pty></{party}>"
        f"<{party}Acct><Id><IBAN>{entry.iban}</IBAN></Id></{party}Acct></RltdPties>"
        f"<RmtInf><Ustrd>{entry.text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def mt940(path: Path, n: int) -> Made:
    """MT940 with German :86:, a statement a day."""
    total = 0
    with path.open("w", encoding="utf-8", newline="\r\n") as file:
        for number, day, of_day, opening, closing in _days(n):
            file.write(f":20:STARTUMS\n:25:{ACCOUNT}\n:28C:{number}/1\n:60F:{_mt_balance(opening, day)}\n")
            file.writelines(_mt_entry(entry) for entry in of_day)
            file.write(f":62F:{_mt_balance(closing, day)}\n-\n")
            total += closing - opening
    return Made(n, total)


def _mt_balance(cents: int, day: date) -> str:
    return f"{'C' if cents >= 0 else 'D'}{day:%y%m%d}EUR{_figure(cents, ',')}"


def _mt_entry(entry: Entry) -> str:
    mark, code, title = ("C", "166", "GUTSCHR. UEBERWEISUNG") if entry.amount > 0 else ("D", "177", "ONLINE-UEBERWEISUNG")
    said = f"EREF+{entry.reference}SVWZ+{entry.text}"
    purpose = "".join(f"?2{at}{said[27 * at : 27 * at + 27]}" for at in range(-(-len(said) // 27)))
    text = f":86:{code}?00{title}?109310{purpose}?30MADEDEFFXXX?31{entry.iban}?32{entry.name[:27]}"
    lines = "\n".join(text[at : at + 65] for at in range(0, len(text), 65))
    return f":61:{entry.day:%y%m%d%m%d}{mark}{_figure(entry.amount, ',')}NTRFNONREF//{entry.reference[4:]}\n{lines}\n"


def bank_csv(path: Path, n: int) -> Made:
    """A CSV of the Volks- und Raiffeisenbanken, newest first, with a balance after each entry."""
    balance, rows = _OPENING, []
    for entry in entries(n):
        balance += entry.amount
        kind = "Überweisungsgutschr." if entry.amount > 0 else "Überweisung"
        rows.append(
            f"Kontokorrent;{ACCOUNT};MADEDEFF;Volksbank;{entry.day:%d.%m.%Y};{entry.day:%d.%m.%Y};{entry.name};{entry.iban};"
            f"MADEDEFFXXX;{kind};{entry.text} EREF: {entry.reference};{_german(entry.amount)};EUR;{_german(balance)};\n"
        )
    with path.open("w", encoding="utf-8-sig", newline="\r\n") as file:
        file.write(
            "Bezeichnung Auftragskonto;IBAN Auftragskonto;BIC Auftragskonto;Bankname Auftragskonto;Buchungstag;Valutadatum;"
            "Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;BIC (SWIFT-Code) Zahlungsbeteiligter;Buchungstext;"
            "Verwendungszweck;Betrag;Waehrung;Saldo nach Buchung;Bemerkung\n"
        )
        file.writelines(reversed(rows))
    return Made(n, balance - _OPENING)


def _german(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{f'{abs(cents) // 100:,}'.replace(',', '.')},{abs(cents) % 100:02d}"
