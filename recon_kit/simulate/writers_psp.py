"""MultiSafepay payout reports: a head block, a blank row, then a row a movement, as one workbook a payout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from recon_kit.simulate.company import PSP_ACCOUNTS
from recon_kit.simulate.files import Files, decimal
from recon_kit.simulate.shop import Movement, Payout
from recon_kit.simulate.xlsx import workbook

_COLUMNS = (
    "Created date", "Completed date/time", "Mt status", "Mt order status", "PSP ID", "Amount", "Amount cents", "Creditdebit",
    "N code", "Payment type", "Mt description", "Sub description", "Sub status", "Sub ID", "Ms description", "Order ID",
    "Var1", "Var2", "Var3",
)  # fmt: skip


def write_payouts(files: Files, payouts: list[Payout]) -> None:
    """One report a payout, below the entity's `psp` folder."""
    for payout in payouts:
        name = f"{payout.entity.lower()}/psp/payout-{payout.created_on}-{payout.payout_id}.xlsx"
        files.write(name, workbook("Payout report", list(_rows(payout))))


def _rows(payout: Payout) -> Iterator[list[str | int]]:
    yield ["Report created", f"{payout.created_on} 06:15:00"]
    yield ["Merchant ID", PSP_ACCOUNTS[payout.entity]]
    yield ["Payout ID", payout.payout_id]
    yield ["Logic", "Completed transactions"]
    yield ["Date from", f"{payout.first_on} 00:00:00"]
    yield ["Date till", f"{payout.created_on} 00:00:00"]
    yield ["Payout currency", "EUR"]
    yield []
    yield list(_COLUMNS)
    for movement in payout.movements:
        yield _row(movement)
    at, text = datetime.combine(payout.created_on, time(6, 0)), f"Payout {payout.payout_id}"
    yield _row(Movement(at, payout.payout_id, -payout.amount, "N096", "WITHDRAWAL", text))


def _row(row: Movement) -> list[str | int]:
    at = f"{row.at:%Y-%m-%d %H:%M:%S}"
    amount = abs(row.amount)
    side = "C" if row.amount >= 0 else "D"
    return [
        at, at, "completed", "completed", row.psp_id, decimal(amount), amount, side, row.code, row.method, row.text,
        "", "", row.sub_id, "", row.order_no, row.note, "", "",
    ]  # fmt: skip
