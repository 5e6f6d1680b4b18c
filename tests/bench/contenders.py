"""What is timed inside a process of its own: our readers and our store, and for each a peer that does the same job.

A contender is built first (imports, opening), which is not timed, and gives a function that does the work within the
watch it is handed and returns facts to hold against what the file was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.watch import Watch, peak_mb

N_LINES, A_FILE = 1_000_000, 50_000

Facts = dict[str, Any]
Work = Callable[[Watch], Facts]


def ours(path: Path) -> Work:
    """`recon_kit.load.read`, as a script would call it."""
    from recon_kit.load.reading import read, readers

    readers()

    def work(watch: Watch) -> Facts:
        with watch:
            lines = read(path).tables["bank_lines"]
        return {"n": len(lines), "sum": int(lines["amount"].sum())}

    return work


def lxml_tree(path: Path) -> Work:
    """The same fields by lxml, the whole file as one tree; no checks, no proof, amounts as Decimal."""
    from decimal import Decimal

    import pandas as pd
    from lxml import etree

    paths = {
        "amount": "c:Amt", "side": "c:CdtDbtInd", "booked_on": "c:BookgDt/c:Dt", "value_on": "c:ValDt/c:Dt",
        "bank_reference": "c:AcctSvcrRef", "kind": "c:BkTxCd/c:Domn/c:Fmly/c:SubFmlyCd",
        "end_to_end_id": "c:NtryDtls/c:TxDtls/c:Refs/c:EndToEndId", "remittance": "c:NtryDtls/c:TxDtls/c:RmtInf/c:Ustrd",
        "debtor": "c:NtryDtls/c:TxDtls/c:RltdPties/c:Dbtr/c:Pty/c:Nm",
        "creditor": "c:NtryDtls/c:TxDtls/c:RltdPties/c:Cdtr/c:Pty/c:Nm",
        "debtor_account": "c:NtryDtls/c:TxDtls/c:RltdPties/c:DbtrAcct/c:Id/c:IBAN",
        "creditor_account": "c:NtryDtls/c:TxDtls/c:RltdPties/c:CdtrAcct/c:Id/c:IBAN",
    }  # fmt: skip

    def work(watch: Watch) -> Facts:
        with watch:
            tree = etree.parse(path)
            names = {"c": etree.QName(tree.getroot()).namespace}
            found = [{k: e.findtext(p, None, names) for k, p in paths.items()} for e in tree.iterfind(".//c:Ntry", names)]
            lines = pd.DataFrame(found)
            signed = [Decimal(a) if s == "CRDT" else -Decimal(a) for a, s in zip(lines["amount"], lines["side"], strict=True)]
            lines["amount"] = signed
        return {"n": len(lines), "sum": int(sum(signed) * 100)}

    return work


def mt940_library(path: Path) -> Work:
    """The library mt-940 with all its corrections switched on."""
    import mt940
    from mt940.options import Options

    def work(watch: Watch) -> Facts:
        with watch:
            entries = list(mt940.parse(str(path), encoding="utf-8", options=Options.all()))
        return {"n": len(entries), "sum": int(sum(entry.data["amount"].amount for entry in entries) * 100)}

    return work


def pandas_csv(path: Path) -> Work:
    """`pandas.read_csv`, everything as text: no amount, no date, no sign, no proof."""
    import pandas as pd

    def work(watch: Watch) -> Facts:
        with watch:
            lines = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
        return {"n": len(lines)}

    return work


def made_lines(number: int) -> Any:
    """`BANK_LINES` of one file of `A_FILE` entries, and with them their sum's part of the proof."""
    import pandas as pd

    from recon_kit.tables import BANK_LINES
    from tests.bench.made import ACCOUNT, entries

    made = list(entries(A_FILE, seed=number))
    columns = {
        "line_id": [f"{number:04x}{at:016x}" for at in range(A_FILE)],
        "account": [ACCOUNT] * A_FILE,
        "booked_on": pd.to_datetime([entry.day for entry in made]).astype("datetime64[us]"),
        "value_on": pd.to_datetime([entry.day for entry in made]).astype("datetime64[us]"),
        "amount": [entry.amount for entry in made],
        "currency": ["EUR"] * A_FILE,
        "counterparty_name": [entry.name for entry in made],
        "counterparty_account": [entry.iban for entry in made],
        "remittance": [entry.text for entry in made],
        "end_to_end_id": [entry.reference for entry in made],
        "kind": ["credit_transfer"] * A_FILE,
        "source_file": [f"file-{number:04d}.xml"] * A_FILE,
        "source_line": range(1, A_FILE + 1),
    }
    return BANK_LINES.frame(columns)


def _each_file(watch: Watch, take: Callable[[int, Any], None]) -> Facts:
    """Hand the made files over one by one; only the taking is timed. Early and late peaks tell whether memory is bounded."""
    total, early = 0, 0.0
    for number in range(N_LINES // A_FILE):
        frame = made_lines(number)
        total += int(frame["amount"].sum())
        with watch:
            take(number, frame)
        if number == 1:
            early = peak_mb()
    return {"n": N_LINES, "sum": total, "early_mb": early}


def store_append(path: Path) -> Work:
    """A file an entry, a transaction a file, as a workspace takes files in."""
    from recon_kit.store import Store
    from recon_kit.tables import BANK_LINES

    store = Store.open(f"sqlite:///{path}", create=True)

    def take(number: int, frame: Any) -> None:
        with store.writing(by="bench", at=datetime(2026, 11, 1, tzinfo=UTC)) as writing:
            facts = {"name": f"file-{number:04d}.xml", "sha256": f"{number:064x}", "format": "camt.053", "role": "booked"}
            writing.append(BANK_LINES, frame, writing.journal("source", facts))

    return lambda watch: _each_file(watch, take)


def store_fetch(path: Path) -> Work:
    """Everything that counts, back into one declared frame."""
    from recon_kit.store import Store
    from recon_kit.tables import BANK_LINES

    store = Store.open(f"sqlite:///{path}")

    def work(watch: Watch) -> Facts:
        with watch:
            lines = store.fetch(BANK_LINES)
        return {"n": len(lines), "sum": int(lines["amount"].sum())}

    return work


def pandas_to_sql(path: Path) -> Work:
    """`DataFrame.to_sql` of the same rows: no check, no journal, no hash, no key."""
    import sqlite3

    connection = sqlite3.connect(path)

    def take(_: int, frame: Any) -> None:
        frame.to_sql("bank_lines", connection, if_exists="append", index=False)

    return lambda watch: _each_file(watch, take)


def pandas_read_sql(path: Path) -> Work:
    """`pandas.read_sql` of the same rows, dates parsed."""
    import sqlite3

    import pandas as pd

    connection = sqlite3.connect(path)

    def work(watch: Watch) -> Facts:
        with watch:
            lines = pd.read_sql("SELECT * FROM bank_lines", connection, parse_dates=["booked_on", "value_on"])
        return {"n": len(lines), "sum": int(lines["amount"].sum())}

    return work


CONTENDERS: Mapping[str, Callable[[Path], Work]] = {
    work.__name__: work
    for work in (
        ours, lxml_tree, mt940_library, pandas_csv, store_append, store_fetch, pandas_to_sql, pandas_read_sql,
    )
}  # fmt: skip
