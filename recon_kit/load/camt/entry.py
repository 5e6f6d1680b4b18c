"""One camt entry as a bank line: the amount is the entry's own, its details only explain it."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from recon_kit.load.bank_line import Line
from recon_kit.load.camt import details as below
from recon_kit.load.camt.codes import kind_of
from recon_kit.load.camt.details import NOBODY
from recon_kit.load.camt.fields import amount_of, currency_of, day_of, exact, number_of, sign_of
from recon_kit.load.camt.xml import Record
from recon_kit.load.loaded import Collector

_NOT_COUNTED = re.compile(r"[\W_]+")
_TRUE = frozenset(("true", "1"))
_REVERSIBLE = (None, "other", "credit_transfer", "direct_debit", "payout")
STATUSES = ("BOOK", "PDNG", "INFO", "FUTR")


def status_of(entry: Record, collector: Collector) -> str | None:
    """BOOK, or one of the words for what is not booked; any other is a fault.

    A statement and an advice without it hold booked entries; in an account report it must be told.
    """
    told = entry.values.get("Sts")
    if told is None and entry.parent is not None and entry.parent.name != "Rpt":
        return "BOOK"
    if told in STATUSES:
        return told
    collector.fault(entry.line_of("Sts"), "Ntry/Sts", told, f"one of {', '.join(STATUSES)}")
    return None


def line_of(entry: Record, own: str, collector: Collector) -> Line | None:
    """The bank line of a booked entry; None if something in it is wrong, with a fault for each thing.

    Args:
        own: our account, to tell the other party's from it.
    """
    n_faults = len(collector.faults)
    sign = sign_of(entry, collector)
    amount, currency = _money(entry, collector)
    value_on = day_of(entry, "ValDt", collector)
    booked_on = day_of(entry, "BookgDt", collector) if "BookgDt" in entry.values else value_on
    if booked_on is None and not ("BookgDt" in entry.values or "ValDt" in entry.values):
        collector.fault(entry.line, "Ntry/BookgDt", None, "a booking date, or ValDt in its place")
    if sign is None or amount is None or booked_on is None:
        return None
    line = _line(entry, own, sign * amount, currency, (booked_on, value_on), collector)
    return line if len(collector.faults) == n_faults else None


def _money(entry: Record, collector: Collector) -> tuple[int | None, str]:
    if "Amt" not in entry.values:
        collector.fault(entry.line_of("Amt"), "Ntry/Amt", None, "an amount")
        return None, ""
    currency = currency_of(entry, "Amt", collector)
    return (amount_of(entry, "Amt", currency, collector), currency) if currency else (None, "")


def _line(entry: Record, own: str, amount: int, currency: str, days: tuple[date, date | None], collector: Collector) -> Line:
    values, details, batches = entry.values, entry.all("TxDtls"), entry.all("Btch")
    single = below.only_payment(details, batches)
    told = single.values if single else {}
    if batches or len(details) > 1 or (single and not _is_whole(single, entry)):
        _note_batch(entry, details, batches, amount, currency, collector)
    credit = values["CdtDbtInd"] == "CRDT"
    is_return = below.is_return(details)
    reverses = is_return or values.get("RvslInd") in _TRUE
    party = below.party_of(single, own, credit=credit, is_return=reverses) if single else NOBODY
    text = below.payment_text(single, party.ultimate) if single else below.batch_text(details)
    bank_reference = below.known(values.get("AcctSvcrRef") or told.get("AcctSvcrRef"))
    exchange = below.exchange_of(single, entry, currency, collector)
    return Line(
        raw=_identity(entry, bank_reference, amount, days[0]),
        booked_on=days[0],
        value_on=days[1],
        amount=amount,
        currency=currency,
        counterparty_name=party.name,
        counterparty_account=party.account,
        remittance=text or values.get("AddtlNtryInf"),
        reference=single.each["Ref"][0] if single and "Ref" in single.each else None,
        end_to_end_id=below.known(told.get("EndToEndId")),
        bank_reference=bank_reference,
        kind=_kind(entry, single, credit=credit, reverses=reverses),
        return_reason=below.return_reason(details) if is_return else None,
        instructed_amount=exchange.amount if exchange.amount is None or credit else -exchange.amount,
        instructed_currency=exchange.currency,
        rate=exchange.rate,
        charges=below.charges_of(entry, details, currency, collector),
        source_line=entry.line,
    )


def _identity(entry: Record, reference: str | None, amount: int, booked_on: date) -> str:
    if reference:
        return f"{reference}|{abs(amount)}|{entry.values['CdtDbtInd']}|{booked_on.isoformat()}"
    told = _NOT_COUNTED.sub("", entry.text + entry.values.get("Amt@", "")).upper()
    return hashlib.blake2b(told.encode(), digest_size=20).hexdigest()


def _kind(entry: Record, single: Record | None, *, credit: bool, reverses: bool) -> str | None:
    kind = _told_kind(entry, credit)
    if single is not None and kind in (None, "other"):
        kind = _told_kind(single, credit) or kind
    return "return" if reverses and kind in _REVERSIBLE else kind


def _told_kind(record: Record, credit: bool) -> str | None:
    get = record.values.get
    return kind_of(get("Domn", ""), get("Fmly", ""), get("SubFmly", ""), get("Prtry", ""), credit=credit)


def _note_batch(
    entry: Record, details: list[Record], batches: list[Record], amount: int, currency: str, collector: Collector
) -> None:
    """Details that do not add up to the entry are a note: the entry stays what was booked."""
    told = []
    announced = sum(number_of(batch, "NbOfTxs") or 0 for batch in batches)
    if announced and announced != len(details):
        told.append(f"{announced} payments announced, {len(details)} shown")
    totals = [_signed(batch, "TtlAmt", currency, amount) for batch in batches if "TtlAmt" in batch.values]
    if totals and (None in totals or abs(sum(t for t in totals if t is not None)) != abs(amount)):
        told.append("the batch total is not the amount booked")
    stated = [_detail_amount(detail, currency, amount) for detail in details if _names_amount(detail)]
    if stated and len(stated) == len(details) and (None in stated or sum(s for s in stated if s is not None) != amount):
        told.append("the details do not add up to the amount booked")
    if told:
        subject = f"line {entry.line}"
        collector.check("batch_detail", subject, "note", expected=amount, currency=currency, detail="; ".join(told),
                        source_line=entry.line)  # fmt: skip


def _is_whole(detail: Record, entry: Record) -> bool:
    """Whether the only detail states the entry's own amount, in the same words, or none."""
    told, booked = detail.values, entry.values
    if "Amt" not in told:
        return "TxAmt" not in told
    same = told["Amt"] == booked["Amt"] and told.get("Amt@", booked.get("Amt@")) == booked.get("Amt@")
    return same and told.get("CdtDbtInd", booked["CdtDbtInd"]) == booked["CdtDbtInd"]


def _names_amount(detail: Record) -> bool:
    return "Amt" in detail.values or "TxAmt" in detail.values


def _detail_amount(detail: Record, currency: str, amount: int) -> int | None:
    return _signed(detail, "Amt" if "Amt" in detail.values else "TxAmt", currency, amount)


def _signed(record: Record, field: str, currency: str, amount: int) -> int | None:
    """Minor units with the record's own sign, else the entry's; None in another currency or grammar."""
    if record.values.get(f"{field}@", currency) != currency:
        return None
    found = exact(record.values[field], currency)
    word = record.values.get("CdtDbtInd") or ("CRDT" if amount >= 0 else "DBIT")
    return found if found is None or word == "CRDT" else -found
