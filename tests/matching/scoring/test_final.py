"""The last word: what others took, left and still want, with a line's own set put back."""

from __future__ import annotations

import numpy as np

from recon_kit.matching.coding import columns
from recon_kit.matching.columns import NOTHING
from recon_kit.matching.scoring.final import final_rows
from recon_kit.matching.scoring.looks import Look, looked, only
from recon_kit.matching.scoring.named import IN_THE_END
from recon_kit.matching.scoring.settling import Settling
from recon_kit.tables import BANK_LINES, OPEN_ITEMS
from tests.frames import frame

ITEMS = """
    item_id  document_no  issued_on   due_on      amount
    old      RE-2026-100  2026-08-01  2026-09-01  70.00
    one      RE-2026-101  2026-09-01  2026-10-01  100.00
    two      RE-2026-102  2026-09-02  2026-10-02  100.00
"""
NAMES = tuple(feature.name for feature in IN_THE_END)


def begun(lines: str) -> tuple[Settling, Look]:
    """A run on lines of one payer, and a look that is sure of whatever is quoted."""
    items = frame(
        OPEN_ITEMS, ITEMS, kind="invoice", currency="EUR", customer_id="K1", customer_name="Adler GmbH", open_amount=0
    )
    items = items.assign(open_amount=items["amount"])
    told = frame(
        BANK_LINES, lines, currency="EUR", counterparty_name="Adler GmbH", counterparty_account="DE02", booked_on="10-01"
    )
    both = columns(told, items)
    settling = Settling(both, np.ones(len(both.lines), bool))
    seen = settling.proposed()
    size = np.diff(seen.sets.start)
    odds = np.where((seen.sets.families & 1 > 0) & (size == 1) & (seen.sets.difference == 0), 5.0, -5.0)
    return settling, looked("1", seen, (np.zeros((len(size), 0), np.float32), ()), odds, 1 / (1 + np.exp(-odds)))


def ended(settling: Settling, look: Look) -> dict[str, dict[str, float]]:
    """By line: its features in the end."""
    last = np.where(look.set == NOTHING, NOTHING, 0).astype(np.int32)
    line, rows, _ = final_rows(settling, [look], last, NAMES)
    ids = settling.columns.lines.ids.to_pylist()
    return {ids[at]: dict(zip(NAMES, row.tolist(), strict=True)) for at, row in zip(line, rows, strict=True)}


def test_what_nobody_took_is_left_behind_but_never_the_lines_own() -> None:
    found = ended(*begun("line_id  amount  remittance\na  100.00  RE-2026-101"))["a"]
    assert np.expm1([found["older_in_the_end"], found["inside_in_the_end"]]).round().tolist() == [1, 0]
    assert np.expm1(found["same_in_the_end"]).round() == 1


def test_what_another_line_took_is_not_left_behind() -> None:
    found = ended(*begun("line_id  amount  remittance\na  100.00  RE-2026-101\nb  70.00  RE-2026-100\nc  100.00  RE-2026-102"))
    assert [found["a"]["older_in_the_end"], found["a"]["same_in_the_end"]] == [0, 0]


def test_the_same_holds_for_sets_that_were_taken_before() -> None:
    settling, look = begun("line_id  amount  remittance\na  100.00  RE-2026-101\nb  70.00  RE-2026-100")
    open_end = ended(settling, look)
    settling.take(look.seen, look.set[look.set != NOTHING])
    assert repr(ended(settling, look)) == repr(open_end)


def test_a_payment_is_no_proof_of_itself() -> None:
    alone = ended(*begun("line_id  amount  remittance\na  100.00  RE-2026-101"))["a"]
    both = ended(*begun("line_id  amount  remittance\na  100.00  RE-2026-101\nb  70.00  RE-2026-100"))["a"]
    assert np.expm1([alone["proof_in_the_end"], both["proof_in_the_end"]]).round().tolist() == [0, 1]


def test_a_line_that_ends_without_a_set_wanted_the_document_in_vain() -> None:
    found = ended(*begun("line_id  amount  remittance\na  100.00  RE-2026-101\nb  100.00  -"))["a"]
    assert np.expm1(found["wanted_in_vain"]).round() == 1
    assert ended(*begun("line_id  amount  remittance\na  100.00  RE-2026-101"))["a"]["wanted_in_vain"] == 0


def test_some_of_the_sets_keep_all_that_is_theirs() -> None:
    _, look = begun("line_id  amount  remittance\na  100.00  RE-2026-101\nb  170.00  RE-2026-100 RE-2026-101")
    sets = look.seen.sets
    kept = np.arange(1, len(sets), 2)
    some = only(look.seen, kept).sets
    assert some.key.tolist() == sets.key[kept].tolist()
    expected = [sets.items[sets.start[at] : sets.start[at + 1]].tolist() for at in kept]
    assert [some.items[some.start[at] : some.start[at + 1]].tolist() for at in range(len(some))] == expected
