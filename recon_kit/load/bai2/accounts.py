"""Account records of a BAI2 file as they become rows: each kept once, each proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from recon_kit.load.bank_statement import BankStatement, add_statement, note_twice, prove_continuity
from recon_kit.load.loaded import Collector, line_ids
from recon_kit.tables import BANK_LINES

_OPENING, _CLOSING, _CREDITS, _DEBITS = "010", "015", "100", "400"


@dataclass
class Account:
    """One account record (03) as it is read; amounts in minor units, summaries by type code with their item count."""

    line: int
    name: str
    currency: str
    on: date | None
    summaries: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    total: int = 0
    n_records: int = 1
    amounts: list[int] = field(default_factory=list)
    entries: list[dict[str, object]] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)

    def summary(self, code: str) -> int | None:
        """The amount of one status or summary code."""
        return self.summaries[code][0] if code in self.summaries else None


def take_in(collector: Collector, accounts: Sequence[Account]) -> None:
    """Rows and checks of all account records of a file; a report that stands in it twice is read once."""
    kept: dict[object, Account] = {}
    names: Counter[tuple[str, date | None]] = Counter()
    rows = []
    for account in accounts:
        key = (account.name, account.on, tuple(account.summaries.items()), tuple(account.raws))
        first = kept.setdefault(key, account)
        if first is not account:
            note_twice(collector, "report", f"{account.name} {account.on}", account.line, first.line, len(account.entries))
            continue
        names[account.name, account.on] += 1
        nth = names[account.name, account.on]
        rows.append(_statement(collector, account, f"{account.on}#{nth}" if nth > 1 else str(account.on)))
    prove_continuity(collector, rows)
    _lines(collector, list(kept.values()))


def _lines(collector: Collector, accounts: list[Account]) -> None:
    raws: dict[str, list[str]] = {}
    for account in accounts:
        raws.setdefault(account.name, []).extend(account.raws)
    ids = {name: iter(line_ids(name, texts)) for name, texts in raws.items()}
    for account in accounts:
        for entry in account.entries:
            collector.row(BANK_LINES, line_id=next(ids[account.name]), **entry)


def _statement(collector: Collector, account: Account, name: str) -> BankStatement:
    assert account.on is not None
    opening, closing = account.summary(_OPENING), account.summary(_CLOSING)
    row = BankStatement(
        account=account.name,
        currency=account.currency,
        statement_id=name,
        sequence=None,
        opening=opening,
        closing=closing,
        from_on=account.on,
        to_on=account.on,
        line=account.line,
    )
    add_statement(collector, row)
    subject, values = row.subject, {"currency": account.currency, "source_line": account.line}
    expected = None if opening is None else closing
    collector.prove("balance", subject, expected, (opening or 0) + sum(account.amounts), **values)
    if account.entries or not (account.summary(_CREDITS) or account.summary(_DEBITS)):
        _prove_summaries(collector, account, subject)
    else:
        told = "only totals, no entries"
        collector.check("totals", subject, "absent", detail=told, **values)
    return row


def _prove_summaries(collector: Collector, account: Account, subject: str) -> None:
    for code, sign, side in ((_CREDITS, 1, "credits"), (_DEBITS, -1, "debits")):
        if code not in account.summaries:
            continue
        total, count = account.summaries[code]
        amounts = [sign * amount for amount in account.amounts if sign * amount > 0]
        values = {"source_line": account.line}
        collector.prove("totals", f"{subject} {side}", total, sum(amounts), currency=account.currency, **values)
        if count is not None:
            collector.prove("rows", f"{subject} {side}", count, len(amounts), **values)
