"""The bank CSV of the Volks- und Raiffeisenbanken: newest entry first, the balance after each."""

from __future__ import annotations

from datetime import date

from recon_kit.simulate.company import END, NAMES, Account, month_end
from recon_kit.simulate.files import Files, csv_field, decimal, german
from recon_kit.simulate.model import Line

_HEADER = (
    "Bezeichnung Auftragskonto;IBAN Auftragskonto;BIC Auftragskonto;Bankname Auftragskonto;Buchungstag;Valutadatum;"
    "Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;BIC (SWIFT-Code) Zahlungsbeteiligter;Buchungstext;Verwendungszweck;"
    "Betrag;Waehrung;Saldo nach Buchung;Bemerkung;Gekennzeichneter Umsatz;Glaeubiger ID;Mandatsreferenz"
)
_BOOKING_TEXTS = {
    "166": "Gutschrift",
    "116": "Überweisungsauftrag",
    "153": "Lohn/Gehalt",
    "105": "Basislastschrift",
    "109": "Rücklastschrift",
    "159": "Rücküberweisung",
    "808": "Entgelt",
    "814": "Zinsabschluss",
}


def write_months(files: Files, account: Account, lines: list[Line]) -> None:
    """A file a month."""
    balance, first = account.opening, account.since
    while first <= END:
        last = month_end(first)
        name = f"{account.entity.lower()}/bank/{account.key}/umsaetze-{account.key}-{first:%Y-%m}.csv"
        rows = []
        for line in (line for line in lines if first <= line.booked_on <= last):
            balance += line.amount
            rows.append((line, _row(line, balance)))
        for number, (line, _) in enumerate(reversed(rows), 2):
            line.source_file, line.source_line = name, number
        text = "".join(f"{row}\r\n" for row in [_HEADER, *(row for _, row in reversed(rows))])
        files.write(name, "\ufeff" + text)
        first = date(last.year, last.month % 12 + 1, 1)


def _row(line: Line, balance: int) -> str:
    value = line.value_on or line.booked_on
    end_to_end = f" EREF: {line.end_to_end_id}" if line.end_to_end_id and line.end_to_end_id != "NOTPROVIDED" else ""
    foreign = ""
    if line.instructed and line.rate:
        foreign = (
            f" Originalbetrag {line.instructed[1]} {decimal(abs(line.instructed[0]), ',')} Kurs {line.rate.replace('.', ',')}"
        )
        foreign += f" Entgelt {decimal(abs(line.charges), ',')}" if line.charges else ""
    cells = [
        "Geschäftskonto", line.account.iban, line.account.bic, "Bergtal Volksbank eG", german(line.booked_on), german(value),
        line.name or NAMES[line.account.entity], line.iban, "", _BOOKING_TEXTS.get(line.code, "Buchung"),
        f"{line.reference or line.text}{foreign}{end_to_end}", decimal(line.amount, ","), line.account.currency,
        decimal(balance, ","), "", "", "", line.mandate,
    ]  # fmt: skip
    return ";".join(csv_field(cell, ";") for cell in cells)
