"""camt.053.001.08 statements as a German bank writes them: an entry begins on a line of its own."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from xml.sax.saxutils import escape

from recon_kit.simulate.company import END, NAMES, Account, business_days, month_end
from recon_kit.simulate.files import Files, decimal
from recon_kit.simulate.model import Detail, Line

_DOMAIN = {
    "166": ("RCDT", "ESCT"),
    "116": ("ICDT", "ESCT"),
    "153": ("ICDT", "ESCT"),
    "105": ("RDDT", "ESDD"),
    "192": ("IDDT", "ESDD"),
    "109": ("IDDT", "UPDD"),
    "159": ("ICDT", "RRTN"),
    "083": ("CNTR", "CDPT"),
}
_CHARGE = "<Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>{}</SubFmlyCd></Fmly></Domn>"
_CUT = 35


def write_daily(files: Files, account: Account, lines: list[Line], first_number: int) -> None:
    """A file each day on which the bank works, empty ones included."""
    by_day: defaultdict[date, list[Line]] = defaultdict(list)
    for line in lines:
        by_day[line.booked_on].append(line)
    balance = account.opening
    for number, day in enumerate(business_days(account.since, END), first_number):
        name = f"{account.entity.lower()}/bank/{account.key}/{account.key}-{day}.xml"
        balance = _statement(files, name, account, number, (day, day), by_day[day], balance)


def write_monthly(files: Files, account: Account, lines: list[Line], first_number: int) -> None:
    """A file a month."""
    balance, first, number = account.opening, account.since, first_number
    while first <= END:
        last = month_end(first)
        name = f"{account.entity.lower()}/bank/{account.key}/{account.key}-{first:%Y-%m}.xml"
        month = [line for line in lines if first <= line.booked_on <= last]
        balance = _statement(files, name, account, number, (first, last), month, balance)
        first, number = date(last.year, last.month % 12 + 1, 1), number + 1


def _statement(
    files: Files, name: str, account: Account, number: int, span: tuple[date, date], lines: list[Line], opening: int
) -> int:
    closing = opening + sum(line.amount for line in lines)
    first, last = span
    made = f"{last}T21:30:00+02:00"
    text = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">',
        f"<BkToCstmrStmt><GrpHdr><MsgId>053{account.key.upper()}{last:%Y%m%d}{number:05d}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr>",
        f"<Stmt><Id>{account.iban[-10:]}{last:%Y%m%d}{number:05d}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{made}</CreDtTm>",
        f"<FrToDt><FrDtTm>{first}T00:00:00+02:00</FrDtTm><ToDtTm>{last}T23:59:59+02:00</ToDtTm></FrToDt>",
        f"<Acct><Id><IBAN>{account.iban}</IBAN></Id><Ccy>{account.currency}</Ccy><Ownr><Nm>{NAMES[account.entity]}</Nm></Ownr>"
        f"<Svcr><FinInstnId><BICFI>{account.bic}</BICFI></FinInstnId></Svcr></Acct>",
        _balance("OPBD", opening, account.currency, first),
        _balance("CLBD", closing, account.currency, last),
    ]
    head = sum(part.count("\n") + 1 for part in text)
    for line in lines:
        line.source_file, line.source_line = name, head + 1
        entry = _entry(line)
        text.append(entry)
        head += entry.count("\n") + 1
    text.append("</Stmt></BkToCstmrStmt>")
    text.append("</Document>\n")
    files.write(name, "\n".join(text))
    return closing


def _balance(code: str, amount: int, currency: str, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}<CdtDbtInd>{_side(amount)}</CdtDbtInd>"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _amount(amount: int, currency: str, tag: str = "Amt") -> str:
    return f'<{tag} Ccy="{currency}">{decimal(abs(amount))}</{tag}>'


def _side(amount: int) -> str:
    return "CRDT" if amount >= 0 else "DBIT"


def _entry(line: Line) -> str:
    currency = line.account.currency
    value = line.value_on or line.booked_on
    details = [_detail(line, detail) for detail in line.details] or [_transaction(line)]
    batch = _batch(line) if line.details else ""
    return "\n".join(
        [
            f"<Ntry>{_amount(line.amount, currency)}<CdtDbtInd>{_side(line.amount)}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            f"<BookgDt><Dt>{line.booked_on}</Dt></BookgDt><ValDt><Dt>{value}</Dt></ValDt><AcctSvcrRef>{line.bank_reference}</AcctSvcrRef>",
            _code(line),
            f"<NtryDtls>{batch}{''.join(details)}</NtryDtls></Ntry>",
        ]
    )


def _code(line: Line) -> str:
    if line.code in ("808", "814"):
        domain = _CHARGE.format("CHRG" if line.code == "808" else "INTR")
    else:
        family, sub = _DOMAIN[line.code]
        domain = f"<Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn>"
    return f"<BkTxCd>{domain}<Prtry><Cd>NTRF+{line.code}+931</Cd><Issr>DK</Issr></Prtry></BkTxCd>"


def _batch(line: Line) -> str:
    total = _amount(line.amount, line.account.currency, "TtlAmt")
    count = f"<NbOfTxs>{len(line.details)}</NbOfTxs>"
    return f"<Btch><PmtInfId>{line.end_to_end_id}</PmtInfId>{count}{total}<CdtDbtInd>CRDT</CdtDbtInd></Btch>"


def _transaction(line: Line) -> str:
    incoming = (line.amount >= 0) != (line.code in ("109", "159"))
    parts = ["<TxDtls>", _references(line), _amounts(line)]
    if line.charges:
        parts.append(_charges(line))
    if line.name:
        parts.append(_party(line.name, line.iban, "Dbtr" if incoming else "Cdtr"))
    parts.append(_remittance(line))
    if line.reason:
        parts.append(f"<RtrInf><Rsn><Cd>{line.reason}</Cd></Rsn></RtrInf>")
    return "".join([*parts, "</TxDtls>"])


def _references(line: Line) -> str:
    mandate = f"<MndtId>{line.mandate}</MndtId>" if line.mandate else ""
    if not line.end_to_end_id and not mandate:
        return ""
    return f"<Refs><EndToEndId>{line.end_to_end_id or 'NOTPROVIDED'}</EndToEndId>{mandate}</Refs>"


def _amounts(line: Line) -> str:
    if not line.instructed:
        return ""
    amount, currency = line.instructed
    exchange = ""
    if line.rate:
        exchange = (
            f"<CcyXchg><SrcCcy>{currency}</SrcCcy><TrgtCcy>{line.account.currency}</TrgtCcy>"
            f"<UnitCcy>{currency}</UnitCcy><XchgRate>{line.rate}</XchgRate></CcyXchg>"
        )
    return f"<AmtDtls><InstdAmt>{_amount(amount, currency)}{exchange}</InstdAmt></AmtDtls>"


def _charges(line: Line) -> str:
    amount = _amount(line.charges, line.account.currency, "TtlChrgsAndTaxAmt")
    record = _amount(line.charges, line.account.currency)
    return f"<Chrgs>{amount}<Rcrd>{record}<CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"


def _party(name: str, iban: str, role: str) -> str:
    account = f"<{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct>" if iban else ""
    return f"<RltdPties><{role}><Pty><Nm>{escape(name)}</Nm></Pty></{role}>{account}</RltdPties>"


def _remittance(line: Line) -> str:
    if line.reference:
        return (
            "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
            f"<Ref>{line.reference}</Ref></CdtrRefInf></Strd></RmtInf>"
        )
    text = line.text
    cut = len(text) > _CUT and int(line.bank_reference) % 13 == 0
    texts = [text[at : at + _CUT] for at in range(0, len(text), _CUT)] if cut else [text]
    return "<RmtInf>" + "".join(f"<Ustrd>{escape(part)}</Ustrd>" for part in texts) + "</RmtInf>" if text else ""


def _detail(line: Line, detail: Detail) -> str:
    currency = line.account.currency
    return (
        f"<TxDtls><Refs><EndToEndId>{detail.end_to_end_id}</EndToEndId><MndtId>{detail.mandate}</MndtId></Refs>"
        f"{_amount(detail.amount, currency)}<CdtDbtInd>CRDT</CdtDbtInd>{_party(detail.name, detail.iban, 'Dbtr')}"
        f"<RmtInf><Ustrd>{escape(detail.text)}</Ustrd></RmtInf></TxDtls>"
    )
