"""The truth behind the files: where every cent of every bank line belongs, and why it looks the way it does."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date

from recon_kit.simulate.company import SNAPSHOTS, START, month_end
from recon_kit.simulate.files import Files, csv_text
from recon_kit.simulate.model import Clearing, Item, Line, Part
from recon_kit.simulate.movements import Posting
from recon_kit.simulate.phenomena import PHENOMENA
from recon_kit.simulate.world import World

_ALLOCATIONS = (
    "source_file,source_line,entity,account,item_id,document_no,item_kind,kind,allocated,currency,of_line,customer_id,gl_account,"
    "phenomenon,split"
).split(",")
_LINES = "source_file,source_line,entity,account,booked_on,amount,currency,class,phenomenon,split".split(",")
_ITEMS = "entity,item_id,document_no,kind,customer_id,issued_on,due_on,amount,currency,first_listed,last_listed".split(",")
_LATE = "entity,gl_account,customer_id,document_no,kind,posted_on,entered_on,amount,currency".split(",")
_TEST_SHARE = 30


def write_truth(files: Files, world: World, postings: Sequence[Posting]) -> None:
    """allocations, lines, items, phenomena and what was posted late, below `truth`."""
    lines = [line for line in world.book.lines if line.source_file]
    files.write("truth/lines.csv", csv_text(_LINES, [_line(line) for line in lines]))
    files.write("truth/allocations.csv", csv_text(_ALLOCATIONS, [*_allocations(lines), *_clearings(world)]))
    files.write("truth/items.csv", csv_text(_ITEMS, _items(world)))
    counts = _counts(world, lines)
    rows = [[name, told, str(counts[name])] for name, told in PHENOMENA.items()]
    late = [p for p in postings if p.entered_on > month_end(p.posted_on)]
    files.write("truth/late_postings.csv", csv_text(_LATE, [_late(posting) for posting in late]))
    files.write("truth/phenomena.csv", csv_text(["phenomenon", "description", "count"], rows))


def split_of(line: Line) -> str:
    """train or test, by a hash of where the line stands: the held-out part never moves."""
    digest = hashlib.sha256(f"{line.source_file}:{line.source_line}".encode()).digest()
    return "test" if digest[0] * 100 < _TEST_SHARE * 256 else "train"


def _line(line: Line) -> list[str]:
    return [
        line.source_file, str(line.source_line), line.account.entity, line.account.iban, str(line.booked_on), str(line.amount),
        line.account.currency, line.group, line.phenomenon, split_of(line),
    ]  # fmt: skip


def _allocations(lines: list[Line]) -> list[list[str]]:
    return [
        [
            line.source_file,
            str(line.source_line),
            line.account.entity,
            line.account.iban,
            *_part(part),
            line.phenomenon,
            split_of(line),
        ]
        for line in lines
        for part in line.parts
    ]


def _clearings(world: World) -> list[list[str]]:
    """Documents settled against each other without a bank line: no file, no line."""
    return [
        ["", "", part.item.entity if part.item else "", "", *_part(part), _settled(clearing), "train"]
        for clearing in world.book.clearings
        if clearing.on > SNAPSHOTS[0]
        for part in clearing.parts
    ]


def _settled(clearing: Clearing) -> str:
    """How the ledger settled it by itself."""
    return "written_off" if clearing.parts[0].kind == "write_off" else "net_zero_group"


def _part(part: Part) -> list[str]:
    item = part.item
    customer = item.customer.ledger_id if item and item.customer else part.customer_id or ""
    named = [item.item_id, item.document_no, item.kind] if item else ["", "", ""]
    return [*named, part.kind, str(part.allocated), part.currency, str(part.of_line), customer, part.gl_account or ""]


def _items(world: World) -> list[list[str]]:
    listed: dict[Item, list[str]] = {}
    for on in SNAPSHOTS:
        for item, _ in world.ledger.open_on(on):
            listed.setdefault(item, []).append(str(on))
    others = [*(payout.item for payout in world.payouts), *(closing.item for closing in world.closings)]
    return [
        [
            item.entity, item.item_id, item.document_no, item.kind, item.customer.ledger_id if item.customer else "",
            str(item.issued_on), str(item.due_on), str(item.amount), item.currency,
            *((listed[item][0], listed[item][-1]) if item in listed else ("", "")),
        ]
        for item in [*world.items, *others]
    ]  # fmt: skip


def _late(p: Posting) -> list[str]:
    return [
        p.entity, p.gl_account, p.customer_id, p.document_no, p.kind, str(p.posted_on), str(p.entered_on), str(p.amount),
        p.currency,
    ]  # fmt: skip


def _counts(world: World, lines: list[Line]) -> Counter[str]:
    counts = Counter(name for line in lines for name in line.phenomenon.split("+"))
    counts.update(movement.phenomenon for payout in world.payouts for movement in payout.movements if movement.phenomenon)
    counts["payout_in_transit"] = sum(p.arrived_on is None or p.arrived_on.month != p.created_on.month for p in world.payouts)
    paid = {part.item for line in lines for part in line.parts}
    counts["deposit_missing"] = len(
        {c.bag for c in world.closings if c.day < date(2026, 10, 20) and c.item not in paid and c.day > START}
    )
    counts["gift_card"] += sum(closing.voucher > 0 for closing in world.closings)
    counts["till_difference"] = sum(closing.counted != closing.expected for closing in world.closings)
    counts["tip"] += sum(closing.tips > 0 for closing in world.closings)
    counts.update(_settled(clearing) for clearing in world.book.clearings if clearing.on > SNAPSHOTS[0])
    counts["payout_missing"] = sum(p.arrived_on is None and p.created_on < date(2026, 10, 20) for p in world.payouts)
    return counts
