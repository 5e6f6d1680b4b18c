"""Small camt messages for the tests: entries as text, put into a statement of any version and namespace."""

from __future__ import annotations

from pathlib import Path

from recon_kit.load import camt
from recon_kit.load.loaded import Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

IBAN = "DE02120300000000202051"
MESSAGES = {"052": ("BkToCstmrAcctRpt", "Rpt"), "053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}


def balance(code: str, amount: str, sign: str = "CRDT", on: str = "2026-10-31", currency: str = "EUR") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>\n"
    )


def entry(amount: str = "10.00", sign: str = "CRDT", *, inside: str = "", head: str = "", on: str = "2026-10-02") -> str:
    return (
        f'<Ntry>\n<Amt Ccy="EUR">{amount}</Amt>\n<CdtDbtInd>{sign}</CdtDbtInd>\n{head}<Sts><Cd>BOOK</Cd></Sts>\n'
        f"<BookgDt><Dt>{on}</Dt></BookgDt>\n{inside}</Ntry>\n"
    )


def statement(*parts: str, id_: str = "S1", tag: str = "Stmt", head: str = "", account: str = IBAN) -> str:
    return (
        f"<{tag}>\n<Id>{id_}</Id>\n{head}<CreDtTm>2026-10-31T20:00:00+01:00</CreDtTm>\n"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{''.join(parts)}</{tag}>\n"
    )


def message(*statements: str, kind: str = "053", version: str = "08", declaration: str = "") -> str:
    outer, _ = MESSAGES[kind]
    return (
        f'{declaration}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}">\n<{outer}>\n'
        f"<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-10-31T20:00:00+01:00</CreDtTm></GrpHdr>\n{''.join(statements)}</{outer}>\n</Document>\n"
    )


def load(text: str | bytes, **hints: object) -> Loaded:
    content = text if isinstance(text, bytes) else text.encode()
    return camt.read(SourceFile("bank.xml", content=content), Policy(), Hints.of(hints))


def load_entries(*entries: str, **hints: object) -> Loaded:
    return load(message(statement(*entries)), **hints)


def only_line(loaded: Loaded) -> dict[str, object]:
    (row,) = loaded.tables["bank_lines"].to_dict("records")
    return {name: value for name, value in row.items() if value is not None and value == value}


def outcomes(loaded: Loaded, check: str) -> list[str]:
    return loaded.checks.loc[loaded.checks["check"] == check, "outcome"].tolist()


def write(folder: Path, text: str) -> Path:
    path = folder / "bank.xml"
    path.write_text(text, encoding="utf-8")
    return path
