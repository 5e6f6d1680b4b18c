"""Payers learned from equal amounts alone."""

import numpy as np

from recon_kit.matching.evidence.payers import known_payers
from recon_kit.matching.evidence.silent_links import SilentLinks, silent_links
from tests.matching.evidence.frames import both


def _learned(amounts: list[int], items: list[tuple[str, int]]) -> tuple[SilentLinks, list[str]]:
    lines = [{"counterparty_account": "DE5", "amount": amount} for amount in amounts]
    made = both(lines, [{"customer_id": who, "amount": amount, "open_amount": amount} for who, amount in items])
    todo = np.ones(len(made.lines), np.bool_)
    found = silent_links(made.lines, made.items, made.items.open, todo, known_payers(made).name_key)
    pairs = zip(made.items.debtor.tolist(), made.items.customer.tolist(), strict=True)
    who = {debtor: made.names.customers[code].as_py() for debtor, code in pairs}
    return found, [who[int(debtor)] for debtor in found.debtor]


def test_two_different_amounts_teach_the_payer_for_all_its_lines() -> None:
    found, who = _learned([11_17, 23_41, 50_00], [("C1", 11_17), ("C1", 23_41), ("C2", 99_00)])
    assert who == ["C1", "C1", "C1"]
    assert found.amounts.tolist() == [2, 2, 2]
    assert found.others.tolist() == [1, 1, 2]
    assert len(found.proof_line) == 2


def test_one_amount_twice_teaches_nothing() -> None:
    assert len(_learned([11_17, 11_17], [("C1", 11_17), ("C1", 11_17)])[0].line) == 0


def test_amounts_shared_evenly_teach_nothing() -> None:
    items = [(who, amount) for who in ("C1", "C2") for amount in (11_17, 23_41)]
    assert len(_learned([11_17, 23_41], items)[0].line) == 0


def test_amounts_of_others_count_against_it() -> None:
    items = [("C1", 11_17), ("C1", 23_41), ("C2", 31_00), ("C3", 32_00), ("C4", 33_00)]
    assert len(_learned([11_17, 23_41, 31_00, 32_00, 33_00], items)[0].line) == 0
