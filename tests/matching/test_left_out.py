"""A document that a match leaves out and that speaks against it makes it a question: a credit note, a tail, a twin."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from recon_kit.matching import MatchResult, check_laws, match
from recon_kit.matching.coding import columns
from recon_kit.matching.columns import NOTHING
from recon_kit.matching.decision import doubts as d
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.decision.left_out import LeftOut, found_by_chance
from recon_kit.matching.decision.proposals import _against
from recon_kit.matching.evidence.quotes import quotes
from recon_kit.matching.records import Records
from recon_kit.matching.sets.families import BIT, EXACT, LESS
from recon_kit.sentences import Plain, told
from tests.matching.test_match import items, lines
from tests.matching.test_named_others import BY_MEIER, MEIER, row

DOCUMENTS = """item_id  document_no  amount  issued_on  due_on  kind
1  RE-2026-01001  100.00  2026-09-01  2026-09-20  invoice
2  RE-2026-01002  250.00  2026-09-02  2026-09-22  invoice
3  RE-2026-01003  100.00  2026-09-03  2026-09-23  invoice
4  GS-2026-00007  -20.00  2026-09-03  2026-09-03  credit_note
5  GS-2026-00008  -30.00  2026-11-03  2026-11-03  credit_note"""


def asked(left_out: str, amount: str, *documents: int) -> str | None:
    """What `LeftOut` says of one line's set of some documents, as it is told where it speaks against it."""
    both = columns(lines(row(amount, "Danke"), **BY_MEIER), items(DOCUMENTS, **MEIER))
    ids = both.items.ids.to_pylist()
    chosen = np.array([ids.index(str(one)) for one in documents], np.int32)
    apart = both.lines.amount - both.items.open[chosen].sum()
    sets = SimpleNamespace(
        start=np.array([0, len(chosen)]), items=chosen, how=np.where(apart < 0, LESS, EXACT), difference=apart,
        debtor=both.items.debtor[chosen[:1]],
    )  # fmt: skip
    first = np.zeros(1, np.int32)
    looks: Any = (SimpleNamespace(seen=SimpleNamespace(sets=sets)),)
    found = LeftOut(both, looks, Bets(first, first, first), quotes(both.lines, both.items))
    other = found.credit() if left_out == "credit" else found.twin(np.ones(1, bool))
    if other[0] == NOTHING:
        return None
    records, why = Records(both), d.CREDIT_NOTE if left_out == "credit" else d.TWIN
    paid, beside = [records.item(int(one)) for one in chosen], records.item(int(other[0]))
    return str(told(_against(why, records.line(0), paid, beside, abs(int(apart[0]))).columns["facts"], Plain()))


@pytest.mark.parametrize(
    ("amount", "documents", "said"),
    [
        ("80.00", (1,), "RE-2026-01001: 20.00 EUR less, which credit note GS-2026-00007 explains."),
        ("79.00", (1,), None),
        ("70.00", (1,), None),
        ("100.00", (1,), None),
        ("60.00", (1, 4), None),
    ],
)  # fmt: skip
def test_a_gap_that_an_open_credit_note_of_that_day_explains(amount: str, documents: tuple[int, ...], said: str) -> None:
    assert asked("credit", amount, *documents) == said


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ((1, 2), "RE-2026-01001, RE-2026-01002: instead of RE-2026-01001 it may be RE-2026-01003, both 100.00 EUR."),
        ((1, 3), None),
        ((2, 4), None),
    ],
)  # fmt: skip
def test_an_equal_document_that_a_group_leaves_out(documents: tuple[int, ...], said: str) -> None:
    assert asked("twin", "350.00", *documents) == said


def test_a_set_is_found_by_chance_if_only_one_way_led_to_it_and_that_in_no_order_of_days() -> None:
    families = [BIT["near"], BIT["triple"] | BIT["near"], BIT["run"], BIT["all_open"], BIT["pair"]]
    assert found_by_chance(np.array(families)).tolist() == [True, False, False, False, True]


def matched(text: str) -> MatchResult:
    rows, both = lines(row("250.00", text), **BY_MEIER), items(DOCUMENTS, **MEIER | {"customer_id": "K1003"})
    found = match(rows, both)
    assert check_laws(rows, both, found.allocations, found.breaks) == []
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RE-2026-01002", None),
        ("RE-2026-01002 RE-2026-01001", None),
        ("SALDO FT 01001", "a number in the text ends like RE-2026-01001"),
        ("SALDO FT 01002", None),
        ("KD 1003", None),
        ("Abschlag Oktober", None),
        ("Acconto", "is paid on account"),
        ("Przedpłata", "is paid on account"),
        ("zaloha", "is paid on account"),
        ("a cuenta", "is paid on account"),
        ("Na poczet zamówienia", "is paid on account"),
        ("forskudsbetaling", "is paid on account"),
    ],
)
def test_a_text_that_tells_of_something_else_is_asked_about(text: str, said: str | None) -> None:
    found = matched(text)
    assert set(found.allocations["item_id"]) == {"2"}
    assert set(found.allocations["status"]) == {"proposed" if said else "auto"}
    assert [said in detail for detail in found.breaks["detail"]] == ([True] if said else [])


@pytest.mark.parametrize(("text", "documents"), [("Kontoführung", 0), ("Kontoführung RE-2026-01002", 1)])
@pytest.mark.parametrize("kind", ["fee", "interest"])
def test_a_fee_of_the_bank_itself_pays_no_document_that_it_does_not_quote(kind: str, text: str, documents: int) -> None:
    rows = lines(row("250.00", text), kind=kind)
    assert match(rows, items(DOCUMENTS, **MEIER)).allocations["item_id"].nunique() == documents
