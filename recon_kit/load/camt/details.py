"""What stands below a camt entry: the other party, the payment text, charges and currencies, of one payment or a batch."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from recon_kit.load.camt.fields import amount_of, currency_of, number_of, sign_of
from recon_kit.load.camt.xml import Record
from recon_kit.load.loaded import Collector

_WIDTHS = (35, 140)
_EXCHANGED = ("InstdAmt", "TxAmt", "CntrValAmt")
_BREAKS = re.compile(r"\s*[\r\n\t]+\s*")
_NO_REFERENCE = frozenset(("", "NOTPROVIDED", "NONREF", "NOTAVAILABLE"))
_MARKS = str.maketrans("", "", " -_./*")


class Party(NamedTuple):
    """The other side of a payment; None where the bank does not tell."""

    name: str | None = None
    account: str | None = None
    ultimate: str | None = None


NOBODY = Party()


def only_payment(details: list[Record], batches: list[Record]) -> Record | None:
    """The details of an entry that is one payment; None for a batch, even one of which the bank shows one part."""
    if len(details) != 1 or (batches and sum(number_of(batch, "NbOfTxs") or 0 for batch in batches) > 1):
        return None
    return details[0]


def is_return(details: list[Record]) -> bool:
    """Whether the entry takes a payment back: one of its details says why."""
    return any("RtrInf" in detail.parts for detail in details)


def party_of(detail: Record, own: str, *, credit: bool, is_return: bool) -> Party:
    """Who paid us or was paid by us.

    The side that holds another account than ours; else the debtor of a credit and the creditor of a debit. A return keeps
    the parties of the payment that it takes back, so there it is the other way round.
    """
    values = detail.values
    side = "Dbtr" if credit != is_return else "Cdtr"
    across = "Cdtr" if side == "Dbtr" else "Dbtr"
    account, opposite = account_number(values.get(side + "Acct", "")), account_number(values.get(across + "Acct", ""))
    if own and account == own and opposite != own:
        side, account = across, opposite
    if account == own:
        account = ""
    name, ultimate = values.get(side), values.get("Ultmt" + side)
    return Party(name or ultimate, account or None, ultimate if name and ultimate != name else None)


def account_number(text: str) -> str:
    """An account without blanks, in capitals."""
    return "".join(text.split()).upper() if text else ""


def known(reference: str | None) -> str | None:
    """A reference, None where it says that there is none (NOTPROVIDED)."""
    if reference is None or (len(reference) < 20 and reference.translate(_MARKS).upper() in _NO_REFERENCE):
        return None
    return reference


def payment_text(detail: Record, extra: str | None) -> str | None:
    """The payment text of one detail: unstructured parts, then document numbers and further references, then `extra`."""
    each = detail.each
    parts = [joined(each["Ustrd"])] if "Ustrd" in each else []
    if len(each) > len(parts):
        parts += [*each.get("Nb", ()), *each.get("Ref", ())[1:], *each.get("AddtlRmtInf", ())]
    for returned in detail.all("RtrInf"):
        parts += returned.each.get("AddtlInf", ())
    if extra:
        parts.append(extra)
    return _distinct(parts) or detail.values.get("AddtlTxInf")


def batch_text(details: Iterable[Record]) -> str | None:
    """The payment texts of a batch, one detail a line, each with its references."""
    lines = []
    for detail in details:
        returned = detail.all("RtrInf")
        parts = [
            payment_text(detail, None) or "",
            *detail.each.get("Ref", ())[:1],
            known(detail.values.get("EndToEndId")) or "",
        ]
        parts += [part.values.get("Rsn", "") for part in returned]
        lines.append(_distinct(parts))
    return "\n".join(line for line in lines if line) or None


def joined(pieces: Iterable[str]) -> str:
    """Pieces of one text: without a blank where the bank has cut at a full line of 35 or 140 characters, else with one.

    >>> joined(["RE-1", "danke"])
    'RE-1 danke'
    """
    told = list(pieces)
    if len(told) == 1:
        return told[0]
    cut = any(all(len(piece) == width for piece in told[:-1]) for width in _WIDTHS)
    return ("" if cut else " ").join(piece if cut else piece.strip() for piece in told)


def _distinct(parts: Iterable[str]) -> str:
    told = [part.strip() if part.isprintable() else _BREAKS.sub(" ", part).strip() for part in parts if part]
    return " ".join(dict.fromkeys(part for part in told if part)) if len(told) != 1 else told[0]


def return_reason(details: Iterable[Record]) -> str | None:
    """The reason code that all returned details share."""
    found = {part.values.get("Rsn") for detail in details for part in detail.all("RtrInf")}
    return found.pop() if len(found) == 1 else None


class Exchange(NamedTuple):
    """What was instructed in which currency, unsigned, and the rate as printed."""

    amount: int | None = None
    currency: str | None = None
    rate: str | None = None


NO_EXCHANGE = Exchange()


def exchange_of(detail: Record | None, entry: Record, currency: str, collector: Collector) -> Exchange:
    """The instructed amount if the bank names it, else the amount of the transaction in another currency.

    The details of a single payment come before its entry.
    """
    found = _exchange(detail, currency, collector) if detail is not None else NO_EXCHANGE
    return found if found.currency else _exchange(entry, currency, collector, found.rate)


def _exchange(source: Record, currency: str, collector: Collector, rate: str | None = None) -> Exchange:
    values = source.values
    rate = rate or values.get("XchgRate")
    for field in _EXCHANGED:
        if field in values and (field == "InstdAmt" or values.get(f"{field}@", currency) != currency):
            given = currency_of(source, field, collector)
            if given is not None:
                return Exchange(amount_of(source, field, given, collector), given, rate)
    return Exchange(rate=rate) if rate else NO_EXCHANGE


def charges_of(entry: Record, details: list[Record], currency: str, collector: Collector) -> int | None:
    """Charges in the entry's currency, negative = at our cost: those of the entry, else those of its details.

    None if there are none; charges in another currency cannot be added and are noted as a check.
    """
    stated = entry.all("Chrgs") or [charge for detail in details for charge in detail.all("Chrgs")]
    if not stated:
        return None
    amounts = [amount for charge in stated for amount in _charges(charge, entry, currency, collector)]
    return sum(amounts) if amounts else None


def _charges(charge: Record, entry: Record, currency: str, collector: Collector) -> list[int]:
    records = charge.all("Rcrd") or [charge]
    field = "Amt" if "Amt" in records[0].values else "TtlChrgsAndTaxAmt"
    amounts = []
    for record in records:
        given = currency_of(record, field, collector) if field in record.values else None
        if given is None:
            continue
        if given != currency:
            detail = f"charges of {record.values[field]} {given} on an entry in {currency} are not added to it"
            subject = f"line {entry.line}: charges at line {record.line}"
            collector.check("charges", subject, "note", detail=detail, source_line=record.line)
            continue
        amount = amount_of(record, field, currency, collector)
        sign = sign_of(record, collector) if "CdtDbtInd" in record.values else -1
        if amount is not None and sign is not None:
            amounts.append(sign * amount)
    return amounts
