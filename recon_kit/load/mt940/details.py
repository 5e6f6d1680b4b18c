""":86: in the grammars that banks fill it with: German ?nn subfields with SEPA tags, Dutch /CODE/ fields, plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from recon_kit.load.gvc import kind_of_gvc
from recon_kit.load.references import iban, structured_reference

_GERMAN = re.compile(r"\s*(\d{3})([?~^<>@§|!&])(?=00|1\d|2\d|3\d|6[0-5])", re.ASCII)
_SLOTS = {
    **dict.fromkeys([*(f"2{n}" for n in range(10)), *(f"6{n}" for n in range(6))], "purpose"),
    "00": "booking_text",
    "31": "account",
    "32": "name",
    "33": "name_on",
    "34": "extension",
    "38": "account_38",
    **dict.fromkeys("10 30 35 36 37 70 71".split(), "rest"),
}
_EMPTY = dict.fromkeys(_SLOTS.values(), "")
_SEPA = "EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RREF|ANAM|BREF"
_TAGS = frozenset(_SEPA.split("|")) - {"BIC"} | {"MTLG"}
_COLON = re.compile(rf"(?:^|(?<=\s))({_SEPA}): ?")
_SLASHED = re.compile(r"\s*/[A-Z]{2,4}/")
_CODES = re.compile(
    r"/(EREF|PREF|KREF|MARF|MREF|CSID|CNTP|ORDP|BENM|REMI|RTRN|RREF|ULTD|ULTC|ULTB|PURP|ISDT|TRTP|TRCD|IBAN|BIC|NAME|ADDR|ID"
    r"|OCMT|CHGS|EXCH|CREF|INIT|SVCL|BTCH)(?=/)"
)
_PARTY = frozenset(("IBAN", "BIC", "NAME", "ADDR", "ID"))
_ULTIMATE = frozenset(("ULTD", "ULTC", "ULTB"))
_REASON = re.compile(r"(?<![A-Z0-9])(AC0[146]|AC13|AG0[12]|AM0[45]|BE0[45]|[CD]NOR|DUPL|FF0[15]|FRAD|MD0[1267]|MS0[23]|RC01|RR0[1-4]|SL01)(?![A-Z0-9])")  # fmt: skip  # noqa: E501
_REASON_TEXTS = {
    "WIDERSPRUCH": "MD06",
    "MANGELS DECKUNG": "AM04",
    "SONSTIGE GRUENDE": "MS03",
    "SONSTIGE GRÜNDE": "MS03",
    "GRUND NICHT SPEZIFIZIERT": "MS03",
    "KONTO AUFGELOEST": "AC04",
    "KONTO AUFGELÖST": "AC04",
    "KONTO ERLOSCHEN": "AC04",
    "KONTO GESPERRT": "AC06",
    "IBAN FEHLERHAFT": "AC01",
}
_KEY_EXTENSIONS = {"912": "MD06", "914": "MS03"}
_NAME_WIDTH = 25  # of 27, less the blanks that a line of the file may end with
_LABELS = r"IBAN|BIC|NAAM|NAME|OMSCHRIJVING|KENMERK|BETALINGSKENM\.?|MACHTIGING|INCASSANT|VOLGNR|VALUTADATUM|TNR|TYT\.?"
_LABELLED_IBAN = re.compile(r"\bIBAN: ?([A-Z]{2}\d\d(?: ?[A-Z0-9]){11,30}?)(?= [A-Z]+:|[ ;,]|$)", re.IGNORECASE)
_LABELLED_NAME = re.compile(rf"\b(?:NAAM|NAME): ?(.+?)(?=[ ;]+(?:{_LABELS}) ?:|;|$)", re.IGNORECASE)
_NONE = frozenset(("", "NOTPROVIDED", "NONREF", "NOTAVAILABLE"))
_AMOUNT = re.compile(r"/?(OCMT|CHGS|EXCH)/([^/]+)")

_BY_CODE = {
    **dict.fromkeys(("TRF", "STO"), "credit_transfer"),
    "DDT": "direct_debit",
    **dict.fromkeys(("RTI", "RTN"), "return"),
    **dict.fromkeys(("CHG", "COM", "BRF"), "fee"),
    "INT": "interest",
}


@dataclass(slots=True)
class Details:
    """What a :86: (and the supplementary details of its :61:) says; amounts as raw text, None where it is silent."""

    name: str | None = None
    account: str | None = None
    remittance: str | None = None
    reference: str | None = None
    end_to_end_id: str | None = None
    transaction: str | None = None
    return_reason: str | None = None
    original: str | None = None
    charges: str | None = None
    rate: str | None = None


def details(fields: list[list[str]], supplementary: list[str], *, swiss: bool = False) -> Details:
    """What the :86: fields of one entry say, in whichever grammar they are written.

    Args:
        fields: the lines of each :86: in order; several are appended to each other.
        supplementary: the lines below the :61:.
        swiss: whether a Swiss QR reference can stand in the text.
    Source: DFÜ-Abkommen Anlage 3 chapter 8.2.3; ING and Rabobank MT940 descriptions; SWIFT MT940 field 86.
    """
    head = "".join(fields[0]) if fields else ""
    if german := _GERMAN.match(head):
        mark = german[2]
        for field in fields[1:]:
            text = "".join(field)
            head += text if text.startswith(mark) else " " + text
        found = _german(head[german.end() - 1 :], mark)
        found.transaction = german[1]
        if found.return_reason is None and kind_of_gvc(german[1]) == "return":
            found.return_reason = _reason(found.remittance or "")
    elif _SLASHED.match(head):
        found = _slashed("".join("".join(field) for field in fields))
    else:
        found = _plain(fields, supplementary)
    for line in supplementary:
        if "/" in line:
            _add_amounts(found, line)
        elif found.account is None:
            found.account = iban(line.strip())
    if found.reference is None and found.remittance is not None:
        found.reference = structured_reference(found.remittance, swiss=swiss)
    return found


def kind(code: str, mark: str, found: Details) -> str | None:
    """What sort of entry it is: from the German transaction code, a stated return, a reversal mark, the :61: type."""
    by_code = _BY_CODE.get(code[1:])
    by_transaction = kind_of_gvc(found.transaction or "")
    if by_code == "return" or (found.return_reason and by_transaction is None):
        return "return"
    if mark[0] == "R" and (by_transaction or by_code) in (None, "credit_transfer", "direct_debit"):
        return "return"
    return by_transaction or by_code


def _german(text: str, mark: str) -> Details:
    found = Details()
    values = _EMPTY.copy()
    slot = "rest"
    for piece in text.split(mark):
        code = piece[:2]
        if code in _SLOTS:
            slot = _SLOTS[code]
            values[slot] += piece[2:]
        else:
            values[slot] += mark + piece
    _sepa(values["purpose"], found)
    name = values["name"]
    if values["name_on"]:
        cut = len(name) >= _NAME_WIDTH  # full to the brim: the name goes on in the middle of a word
        name = f"{name}{'' if cut else ' '}{values['name_on']}"
    found.name = " ".join(name.split()) or found.name
    found.account = (values["account_38"] or values["account"]).replace(" ", "") or found.account
    found.remittance = found.remittance or values["booking_text"].strip() or None
    if values["extension"]:
        found.return_reason = _KEY_EXTENSIONS.get(values["extension"].strip())
    return found


def _sepa(purpose: str, found: Details) -> None:
    leading, values = _tagged(purpose)
    if not values:
        found.remittance = purpose.strip() or None
        return
    stated = values.pop("SVWZ", "").strip()
    if leading or "MTLG" in values:
        stated = " ".join([leading, stated, values.get("MTLG", "")]).strip()
    found.remittance = stated or purpose.strip()
    reference = values.pop("EREF", "")
    found.end_to_end_id = _known(_COLON.split(reference, maxsplit=1)[0] if ": " in reference else reference)
    if values:  # most name nothing else
        found.account = values.get("IBAN", "").replace(" ", "") or None
        found.name = (values.get("ABWA") or values.get("ANAM") or "").strip() or None
        found.original, found.charges = values.get("OAMT"), values.get("COAM")


def _tagged(purpose: str) -> tuple[str, dict[str, str]]:
    """What stands before the first SEPA tag, and the text of each; of a tag that stands twice the first, but all of SVWZ."""
    if "+" not in purpose:
        parts = _COLON.split(purpose) if ": " in purpose else [purpose]
        return parts[0], dict(reversed([*zip(parts[1::2], parts[2::2], strict=True)]))
    pieces = purpose.replace("MTLG:", "MTLG+").split("+")
    pieces[-1] += "SVWZ"  # closes the last text as a tag would
    values: dict[str, str] = {}
    tag = text = ""
    for piece in pieces:
        after = piece[-4:]
        if after not in _TAGS:
            after = piece[-3:]
            if after != "BIC":
                text += piece + "+"
                continue
        text += piece[: -len(after)]
        if tag not in values:
            values[tag] = text
        elif tag == "SVWZ":
            values[tag] += " " + text
        tag, text = after, ""
    return values.pop(""), values


def _known(reference: str) -> str | None:
    text = reference.strip()
    return None if text.upper() in _NONE else text


def _slashed(text: str) -> Details:
    found = Details()
    holder = ""
    texts: dict[str, str] = {}
    marks = list(_CODES.finditer(text))
    kept = [m for n, m in enumerate(marks) if m[1] not in _PARTY or not any(e[1] == "REMI" for e in marks[:n])]
    for mark, after in pairwise([*kept, None]):
        assert mark is not None
        value = text[mark.end() + 1 : after.start() if after else len(text)].strip("/ ")
        if mark[1] in _PARTY and holder in _ULTIMATE:
            continue
        holder = holder if mark[1] in _PARTY else mark[1]
        texts.setdefault(mark[1], value)
    party = texts.get("CNTP", "").split("/")
    found.account = (texts.get("IBAN") or party[0]).replace(" ", "") or None
    found.name = " ".join((texts.get("NAME") or (party[2] if len(party) > 2 else "")).split()) or None
    found.end_to_end_id = _known(texts.get("EREF", ""))
    found.return_reason = texts.get("RTRN", "")[:4] or None
    found.original, found.charges, found.rate = texts.get("OCMT"), texts.get("CHGS"), texts.get("EXCH")
    found.remittance, found.reference = _remittance(texts.get("REMI", ""))
    if found.remittance is None and not (found.name or found.account or found.end_to_end_id):
        found.remittance = text.strip() or None
    return found


def _remittance(text: str) -> tuple[str | None, str | None]:
    form, _, rest = text.partition("/")
    if form == "STRD":
        reference = rest.rpartition("/")[2].strip()
        return reference or None, reference or None
    return (rest if form == "USTD" else text).strip("/ ") or None, None


def _plain(fields: list[list[str]], supplementary: list[str]) -> Details:
    found = Details()
    text = " ".join(" ".join(_glued(field) for field in fields).split())
    if text and (account := iban(text.split(" ", 1)[0])):
        found.account = account
        found.name = " ".join(fields[0][0].split()[1:]) or None
    elif stated := _LABELLED_IBAN.search(text):
        found.account = iban(stated[1])
        named = _LABELLED_NAME.search(text)
        found.name = named[1].strip() if named and found.account else None
    if "/" in text:
        _add_amounts(found, text)
    above = [line for line in (" ".join(line.split()) for line in supplementary) if not _SLASHED.match(line)]
    found.remittance = " ".join([*(line for line in above if line and line not in text), text]).strip() or None
    if "RET" in text.upper():
        found.return_reason = _reason(text)
    return found


def _glued(lines: list[str]) -> str:
    """Lines cut at the field's width run on; shorter ones end where the bank meant them to."""
    text = ""
    for at, line in enumerate(lines):
        cut = len(line) >= 65 or (at == 0 and len(line) == 61)
        text += line if cut else line + " "
    return text


def _reason(text: str) -> str | None:
    upper = text.upper()
    if stated := _REASON.search(upper):
        return stated[1]
    return next((code for words, code in _REASON_TEXTS.items() if words in upper), None)


def _add_amounts(found: Details, text: str) -> None:
    for code, value in _AMOUNT.findall(text):
        if code == "OCMT":
            found.original = found.original or value
        elif code == "CHGS":
            found.charges = found.charges or value
        else:
            found.rate = found.rate or value
