"""MT940 as German banks write it: a statement a day, `:86:` in ?nn fields of 27 characters with the SEPA tags cut across."""

from __future__ import annotations

from datetime import date

from recon_kit.simulate.company import CREDITOR_ID, END, Account, business_days, month_end
from recon_kit.simulate.files import Files, decimal
from recon_kit.simulate.model import Line
from recon_kit.simulate.names import ascii_text

_BOOKING_TEXTS = {
    "166": "GUTSCHR. UEBERWEISUNG",
    "116": "UEBERWEISUNG",
    "105": "FOLGELASTSCHRIFT",
    "109": "RUECKLASTSCHRIFT",
    "159": "RUECKUEBERWEISUNG",
    "083": "EINZAHLUNG",
    "808": "ENTGELT",
    "814": "ZINSEN",
}
_TYPES = {"105": "NDDT", "109": "NRTI", "159": "NRTI", "808": "NCHG", "814": "NINT"}
_PIECE = 27
_PURPOSE_FIELDS = (*range(20, 30), *range(60, 64))
_WIDTH = 65


def write_months(files: Files, account: Account, lines: list[Line], first_number: int, *, every_day: bool) -> None:
    """A file a month, in it a statement for each day with entries (each day the bank works, if `every_day`)."""
    balance, number, first = account.opening, first_number, account.since
    while first <= END:
        last = month_end(first)
        days = business_days(first, last)
        name = f"{account.entity.lower()}/bank/{account.key}/{account.key}-{first:%Y-%m}.sta"
        text: list[str] = []
        for day in days:
            entries = [line for line in lines if line.booked_on == day]
            if entries or every_day or day == days[-1]:
                balance = _statement(text, name, account, number, day, entries, balance)
                number += 1
        files.write(name, "\r\n".join(text) + "\r\n")
        first = date(last.year, last.month % 12 + 1, 1)


def _statement(text: list[str], name: str, account: Account, number: int, day: date, lines: list[Line], opening: int) -> int:
    closing = opening + sum(line.amount for line in lines)
    text += [":20:STARTUMS", f":25:{account.iban}", f":28C:{number:05d}/001", f":60F:{_balance(opening, account, day)}"]
    for line in lines:
        line.source_file, line.source_line = name, len(text) + 1
        text += _entry(line)
    text += [f":62F:{_balance(closing, account, day)}", "-"]
    return closing


def _balance(amount: int, account: Account, day: date) -> str:
    return f"{'C' if amount >= 0 else 'D'}{day:%y%m%d}{account.currency}{decimal(abs(amount), ',')}"


def _entry(line: Line) -> list[str]:
    value = line.value_on or line.booked_on
    side = "C" if line.amount >= 0 else "D"
    amount, type_ = decimal(abs(line.amount), ","), _TYPES.get(line.code, "NTRF")
    head = f":61:{value:%y%m%d}{line.booked_on:%m%d}{side}{amount}{type_}NONREF//{line.bank_reference}"
    text = f":86:{_details(line)}"
    return [head, *_supplement(line), *(text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH))]


def _supplement(line: Line) -> list[str]:
    """Original amount and charges, where a foreign payment or a return has them."""
    told = ""
    if line.instructed and (line.rate or line.charges):
        amount, currency = line.instructed
        told += f"/OCMT/{currency}{decimal(abs(amount), ',')}/"
    if line.charges:
        told += f"/CHGS/{line.account.currency}{decimal(abs(line.charges), ',')}/"
    return [told] if told else []


def _details(line: Line) -> str:
    purpose = ""
    if line.end_to_end_id and line.end_to_end_id != "NOTPROVIDED":
        purpose += f"EREF+{line.end_to_end_id}"
    if line.code == "105":
        purpose += f"MREF+M{line.bank_reference[-6:]}CRED+{CREDITOR_ID}"
    stated = ascii_text(line.reference or line.text)
    purpose += f"SVWZ+{stated}" if stated else ""
    pieces = [purpose[at : at + _PIECE] for at in range(0, len(purpose), _PIECE)]
    fields = [f"?{code}{piece}" for code, piece in zip(_PURPOSE_FIELDS, pieces, strict=False)]
    party = f"?30XBNKDEH9XXX?31{line.iban}" if line.iban else ""
    name = ascii_text(line.name)
    party += f"?32{name[:_PIECE]}" + (f"?33{name[_PIECE : 2 * _PIECE]}" if len(name) > _PIECE else "") if name else ""
    return f"{line.code}?00{_BOOKING_TEXTS.get(line.code, 'BUCHUNG')}?10931{''.join(fields)}{party}"
