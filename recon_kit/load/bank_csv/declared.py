"""What a CSV says about itself above and below its rows: account, currency, period, balances."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from recon_kit.errors import Fault
from recon_kit.layouts.declare import Layout
from recon_kit.load.bank_csv.records import Records
from recon_kit.load.bank_csv.values import Values
from recon_kit.money import minor_units


@dataclass(frozen=True)
class Declared:
    """The declared facts; None where the file is silent. Balances stay text until their currency is known."""

    account: str | None = None
    currency: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    closing_on: date | None = None
    opening: str | None = None
    closing: str | None = None
    lines: dict[str, int] = field(default_factory=dict)

    def balance(self, which: str, currency: str, mark: str, faults: list[Fault]) -> int | None:
        """The declared opening or closing balance in minor units."""
        text: str | None = getattr(self, which)
        if text is None:
            return None
        try:
            return minor_units(text, currency, mark, symbols=True)
        except ValueError as error:
            faults.append(Fault(f"an amount ({error})", self.lines[which], f"{which} balance", text))
            return None


def declared(records: Records, layout: Layout, values: Values) -> Declared:
    """What the layout's patterns find around the rows; the first line that says a thing counts."""
    texts, lines = {}, {}
    for rule, around in ((layout.preamble, records.preamble), (layout.footer, records.footer)):
        for pattern in rule.patterns:
            for line, text in around:
                match = re.search(pattern, text)
                for name, found in match.groupdict().items() if match else ():
                    if found and found.strip() and name not in texts:
                        texts[name], lines[name] = found.strip(), line
    days = {}
    for name in ("from_on", "to_on", "closing_on"):
        if name in texts:
            spot = Values([lines[name]], values.date_order)
            days[name] = spot.days({name: [texts[name]]}, layout.file.dates)[name][0]
            values.faults += spot.faults
    account = texts.get("account")
    return Declared(
        account="".join(account.split()) if account else None,
        currency=texts.get("currency"),
        opening=texts.get("opening"),
        closing=texts.get("closing"),
        lines=lines,
        **days,
    )
