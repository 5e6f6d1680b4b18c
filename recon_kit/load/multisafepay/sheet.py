"""MultiSafepay's two sheet exports: the payout report and the accountant export, as CSV or XLSX, old and new captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from recon_kit.load.days import AMSTERDAM
from recon_kit.load.loaded import Collector, Loaded, line_ids
from recon_kit.load.multisafepay.rows import PSP, kind_of, method_of, money, note_unknown, signed_amount, unique_ids
from recon_kit.load.record import Records, note_encoding, note_skipped
from recon_kit.load.sheets import Columns, Native, Row, Sheet, Spot, caption, find, head_block, read_sheet
from recon_kit.load.source import Hints, SourceFile
from recon_kit.money import is_currency, minor_units
from recon_kit.tables import SETTLEMENT_LINES

PAYOUT, ACCOUNTANT = "multisafepay:payout", "multisafepay:accountant"

_CAPTIONS = {
    "created": ("Created date", "Created"),
    "completed": ("Completed date/time", "COMPLETEDDATETIME"),
    "status": ("Mt status", "TR_STATUS", "Tr status"),
    "id": ("PSP ID",),
    "amount": ("Amount",),
    "cents": ("Amount cents",),
    "side": ("Creditdebit", "Credit/debit"),
    "code": ("N code", "TYPETRANSACTION", "Type transaction"),
    "method": ("Payment type", "PAYMENTTYPE"),
    "text": ("Mt description", "DESCRIPTION"),
    "text2": ("Sub description", "DESCRIPTION2", "Description 2"),
    "text3": ("Ms description", "MS_DESCRIPTION"),
    "sub": ("Sub ID",),
    "order": ("Order ID", "MT_MERCHANTTRANSACTIONID", "Mt merchanttransactionid"),
}
_TOTALS = ("openingbalance", "totalcredit", "totaldebit", "closingbalance")


def claims(file: SourceFile) -> tuple[str, Spot] | None:
    """Which of the two exports it is, and where its header stands."""
    for name, fits in ((PAYOUT, _is_payout), (ACCOUNTANT, _is_accountant)):
        if spot := find(file, fits):
            return name, spot
    return None


def _is_payout(cells: Sequence[str]) -> bool:
    return {"pspid", "creditdebit", "mtstatus"} <= {caption(cell) for cell in cells}


def _is_accountant(cells: Sequence[str]) -> bool:
    return {"completeddatetime", "creditdebit", "typetransaction", "amount"} <= {caption(cell) for cell in cells}


@dataclass
class _Read:
    """One row on its way into the table, once every row's id is known."""

    row: Row
    kind: str
    signed: int
    id: str
    sub: str | None
    values: dict[str, object] = field(default_factory=dict)


def read(file: SourceFile, hints: Hints, name: str, spot: Spot) -> Loaded:
    """The export as settlement lines, its totals proven.

    Times are Amsterdam's. In a payout report the lines other than the payout itself must sum to it; in an accountant
    export opening + credit - debit must be closing, and the rows must sum to both totals. Grouped costs are one row and
    stay one: they cannot be split by order.

    Raises:
        LoadError: every row that cannot be read, and every value missing above the header.
    """
    into = Collector(file, hints)
    into.table(SETTLEMENT_LINES)
    sheet = read_sheet(file, spot, hints.encoding)
    head = head_block(sheet.rows[: spot.index])
    account, currency, payout_id = _head(into, head, name)
    columns = Columns(sheet.rows[spot.index].cells, _CAPTIONS)
    rows = _rows(into, sheet, spot)
    amounts = () if "cents" in columns else ("amount",)
    announced = [head[key][2] for key in _TOTALS if key in head]
    records = Records.of(columns, into, rows, ("created", "completed"), amounts, announced)
    if not currency or not account:
        return into.loaded(name, "settlement")
    read_rows = [found for row in rows if (found := _row(records, row, currency, payout_id))]
    if not into.faults:
        _append(into, read_rows, columns, account, currency)
        if name == PAYOUT:
            _prove_payout(into, read_rows, payout_id, currency)
        else:
            _prove_totals(records, head, read_rows, currency)
    return into.loaded(name, "settlement")


def _head(into: Collector, head: dict[str, tuple[int, str, str]], name: str) -> tuple[str | None, str | None, str | None]:
    """Merchant account, currency and payout id: from the lines above the header, else from the hints."""

    def value(key: str) -> str | None:
        return head[key][2] if key in head else None

    account = value("merchantid") or into.hints.psp_account
    if not account:
        into.fault(None, "Merchant ID", None, "the merchant's number above the header, or the hint psp_account")
    elif into.hints.psp_account and into.hints.psp_account != account:
        told = f"the file is of merchant {account}, but was expected to be of {into.hints.psp_account}"
        into.check("account", account, "failed", detail=told)
    currency = value("payoutcurrency") or value("currency") or into.hints.currency
    if not currency:
        into.fault(None, "Currency", None, "the currency above the header, or the hint currency")
    elif not is_currency(currency):
        line = next((head[key][0] for key in ("payoutcurrency", "currency") if key in head), None)
        into.fault(line, "Currency", currency, "an ISO 4217 currency code")
        currency = None
    payout_id = value("payoutid")
    if name == PAYOUT and not payout_id:
        into.fault(None, "Payout ID", None, "the payout's number above the header")
    return account, currency, payout_id


def _rows(into: Collector, sheet: Sheet, spot: Spot) -> list[Row]:
    note_encoding(into, sheet)
    rows, faults = sheet.records(spot.index)
    into.faults += faults
    kept = [row for row in rows if not (caption(row.cells[0]).startswith("total") and sum(map(bool, row.cells)) <= 4)]
    note_skipped(into, "totals line below the rows", len(rows) - len(kept))
    into.n_read += len(rows)
    return kept


def _row(records: Records, row: Row, currency: str, payout_id: str | None) -> _Read | None:
    signed = signed_amount(records, row, currency)
    created = records.instant(row, "created", AMSTERDAM) or records.instant(row, "completed", AMSTERDAM)
    if created is None and not records.text(row, "created"):
        records.fault(row, "created" if "created" in records.columns else "completed", "a date and time")
    completed = records.day(row, "completed")
    if signed is None or created is None:
        return None
    code, method = records.text(row, "code"), records.text(row, "method")
    told = " ".join(filter(None, (records.text(row, name) for name in ("text", "text2", "text3"))))
    kind, known = kind_of(code, (method,), told, credit=signed >= 0)
    own = records.text(row, "id") or records.text(row, "sub")
    values: dict[str, object] = {
        "payout_id": payout_id,
        "order_no": records.text(row, "order"),
        "method": method_of(code, method),
        "created_at": created,
        "settled_on": completed or _local_day(created),
        "currency": currency,
        "unknown": None if known else " ".join(filter(None, (code, method))) or told or "(blank)",
    }
    return _Read(row, kind, signed, own or "", records.text(row, "sub"), values)


def _local_day(at: datetime) -> date:
    return at.astimezone(AMSTERDAM).date()


def _append(into: Collector, rows: list[_Read], columns: Columns, account: str, currency: str) -> None:
    raw_ids = line_ids(f"{PSP}/{account}", ("|".join(found.row.cells) for found in rows))
    ids = unique_ids([(found.id or raw, found.kind, found.sub) for found, raw in zip(rows, raw_ids, strict=True)])
    payments = {found.id: txn_id for found, txn_id in zip(rows, ids, strict=True) if found.kind == "payment" and found.id}
    note_unknown(into, ((found.values.pop("unknown"), found.signed, currency) for found in rows))
    for found, txn_id in zip(rows, ids, strict=True):
        into.row(
            SETTLEMENT_LINES, psp=PSP, psp_account=account, txn_id=txn_id, parent_id=_parent(found, payments), kind=found.kind,
            source_line=found.row.line, **money(found.kind, found.signed), **found.values,
        )  # fmt: skip


def _parent(found: _Read, payments: dict[str, str]) -> str | None:
    """The payment that the row belongs to: the one of this file whose id it carries, else the id that a fee carries."""
    if found.kind in ("payment", "payout"):
        return None
    for own in (found.sub, found.id):
        if own and own in payments:
            return payments[own]
    return found.id or None if found.kind == "fee" else None


def _prove_payout(into: Collector, rows: list[_Read], payout_id: str | None, currency: str) -> None:
    paid = [found for found in rows if found.kind == "payout"]
    told = "the lines sum to the payout" if paid else "the report has no payout row to prove its lines by"
    into.prove(
        "totals", f"payout {payout_id}", -sum(found.signed for found in paid) if paid else None,
        sum(found.signed for found in rows if found.kind != "payout"), currency=currency, detail=told,
    )  # fmt: skip


def _prove_totals(records: Records, head: dict[str, tuple[int, str, str]], rows: list[_Read], currency: str) -> None:
    into = records.into
    announced = {key: _announced(into, head, key, currency, records.mark) for key in _TOTALS}
    credit = sum(found.signed for found in rows if found.signed > 0)
    debit = -sum(found.signed for found in rows if found.signed < 0)
    for key, actual in (("totalcredit", credit), ("totaldebit", debit)):
        line, shown, _ = head.get(key, (None, key, ""))
        expected = announced[key]
        into.prove("totals", shown, None if expected is None else abs(expected), actual, currency=currency, source_line=line)
    opening, closing = announced["openingbalance"], announced["closingbalance"]
    into.prove(
        "balance", "closing balance", closing, (opening or 0) + credit - debit, currency=currency,
        source_line=head["closingbalance"][0] if "closingbalance" in head else None,
        detail="opening + credit - debit = closing" if opening is not None else "no opening balance is given; taken as 0",
    )  # fmt: skip


def _announced(into: Collector, head: dict[str, tuple[int, str, str]], key: str, currency: str, mark: str) -> int | None:
    if key not in head:
        return None
    line, shown, text = head[key]
    mark = "." if isinstance(text, Native) else mark
    try:
        return minor_units(text, currency, mark, symbols=True)
    except ValueError:
        into.fault(line, shown, text, f"an amount with {mark!r} as decimal mark")
        return None
