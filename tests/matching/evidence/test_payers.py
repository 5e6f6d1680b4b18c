"""Whose debtor a line could come from: by which evidence, how sure, and never across companies."""

import numpy as np
import pandas as pd

from recon_kit.matching.columns import Columns
from recon_kit.matching.evidence import payers
from recon_kit.matching.evidence.payers import Links, Pairs, known_payers, links
from tests.matching.evidence.frames import both

_ACME = {"customer_id": "C-10001", "customer_name": "Acme Handel GmbH", "customer_account": "DE111"}
_BOLT = {"customer_id": "C-20002", "customer_name": "Bolt Werkzeuge AG"}


def _links(made: Columns, quotes: list[tuple[int, int, int]] = [], sure: list[tuple[int, int]] = []) -> Links:  # noqa: B006
    quoted = np.array(quotes, np.int32).reshape(-1, 3)
    pairs = np.array(sure, np.int32).reshape(-1, 2)
    strength = quoted[:, 2].astype(np.int8)
    return links(known_payers(made), (quoted[:, 0], quoted[:, 1], strength), Pairs(pairs[:, 0], pairs[:, 1]))


def _rows(found: Links) -> list[tuple[int, int, int]]:
    return list(zip(found.line.tolist(), found.debtor.tolist(), found.kind.tolist(), strict=True))


def test_each_evidence_links_the_debtor_with_its_kind() -> None:
    lines = [
        {"counterparty_account": "DE111"},
        {"remittance": "danke C-10001"},
        {"counterparty_name": "ACME HANDEL"},
        {"counterparty_name": "Akme Handel"},
        {"remittance": "nothing"},
    ]
    made = both(lines, [_ACME, _BOLT])
    acme = int(made.items.debtor[0])
    expected = [(0, payers.LEDGER), (1, payers.NUMBER), (2, payers.SAME_NAME), (3, payers.SIMILAR_NAME)]
    assert _rows(_links(made)) == [(line, acme, kind) for line, kind in expected]


def test_quotes_link_owners_and_all_kinds_of_evidence_are_kept() -> None:
    made = both([{"counterparty_name": "Bolt Werkzeuge AG"}], [_ACME, _BOLT])
    found = _links(made, quotes=[(0, 1, 6)])
    assert found.kind.tolist() == [payers.QUOTED]
    assert found.kinds.tolist() == [1 << payers.QUOTED | 1 << payers.SAME_NAME]
    assert (found.quoted.tolist(), found.likeness.tolist()) == ([6], [1.0])


def test_a_settled_line_proves_its_account_for_others_and_not_for_itself() -> None:
    made = both([{"counterparty_account": "DE777"}, {"counterparty_account": "DE777"}], [_ACME, _BOLT])
    found = _links(made, sure=[(0, 1)])
    assert _rows(found) == [(1, int(made.items.debtor[1]), payers.PROVEN)]
    assert (found.proof.tolist(), found.account.tolist()) == ([1], [1])


def test_another_name_that_has_paid_links_its_debtor() -> None:
    made = both([{"counterparty_name": "Holding West"}, {"counterparty_name": "HOLDING WEST Ltd"}], [_ACME, _BOLT])
    found = _links(made, sure=[(0, 0)])
    assert _rows(found) == [(1, int(made.items.debtor[0]), payers.SAME_NAME)]
    assert found.proof.tolist() == [1]
    assert found.likeness[0] < 0.8


def test_the_account_agrees_differs_or_is_unknown() -> None:
    name = {"counterparty_name": "Acme Handel GmbH"}
    lines = [{**name, "counterparty_account": "DE111"}, {**name, "counterparty_account": "DE999"}, name]
    assert _links(both(lines, [_ACME, _BOLT])).account.tolist() == [1, -1, 0]


def test_nothing_links_across_companies() -> None:
    line = {"entity": "B", "counterparty_account": "DE111", "counterparty_name": "Acme Handel GmbH", "remittance": "C-10001"}
    made = both([line], [_ACME])
    assert len(_links(made, quotes=[(0, 0, 6)])) == 0


def test_the_account_tells_which_namesake_it_is() -> None:
    twins = [{"customer_id": f"C-1000{at}", "customer_name": "Acme Handel GmbH"} for at in range(3)]
    made = both([{"counterparty_name": "Acme Handel"}, {"counterparty_account": "DE111", "counterparty_name": "Acme Handel"}],
                [*twins, {**_ACME, "customer_id": "C-9"}])  # fmt: skip
    found = _links(made)
    assert np.bincount(found.line).tolist() == [4, 1]
    assert found.shares[found.line == 0].tolist() == [4] * 4


def test_of_many_namesakes_those_who_owe_the_amount_stay() -> None:
    items = [
        {"customer_id": f"C{at:04d}", "customer_name": "Hans Müller", "amount": 900 + at, "open_amount": 900 + at}
        for at in range(80)
    ]
    made = both([{"counterparty_name": "Müller Hans", "amount": 950}], items)
    found = _links(made)
    assert found.debtor.tolist() == [int(made.items.debtor[made.items.open == 950][0])]


def test_at_most_eight_links_a_line_and_it_says_so() -> None:
    twins = [{"customer_id": f"C-1000{at}", "customer_name": "Acme GmbH", "open_amount": 100 + at} for at in range(10)]
    found = _links(both([{"counterparty_name": "Acme", "amount": 107}, {"remittance": "x"}], twins))
    assert len(found) == 8
    assert found.dropped.tolist() == [True, False]
    assert found.debtor[0] == 7


def test_the_order_of_rows_reaches_nothing() -> None:
    who = [("Acme", None), ("Bolt Werkzeug", "DE5"), ("Akme Handel", "DE111"), (None, "DE5")]
    lines = [
        {
            "line_id": f"l{at}",
            "counterparty_name": name,
            "counterparty_account": account,
            "booked_on": pd.Timestamp(2026, 3, 1 + at),
        }
        for at, (name, account) in enumerate(who)
    ]
    debtors = [_ACME, _BOLT, _ACME, _BOLT]
    items = [{"item_id": f"i{at}", "due_on": pd.Timestamp(2026, 4, 1 + at), **debtor} for at, debtor in enumerate(debtors)]
    once, again = _links(both(lines, items), sure=[(1, 1)]), _links(both(lines[::-1], items[::-1]), sure=[(1, 1)])
    for name in Links.__dataclass_fields__:
        assert getattr(once, name).tolist() == getattr(again, name).tolist()


def test_a_line_that_nothing_links_could_be_a_payout() -> None:
    made = both([{"remittance": "x"}, {"counterparty_name": "Acme Handel"}, {"entity": "B"}], [_ACME, {"kind": "payout"}])
    found = _links(made)
    assert [(line, kind) for line, _, kind in _rows(found)] == [(0, payers.GATHERING), (1, payers.SAME_NAME)]


def test_empty_sides() -> None:
    made = both([{"counterparty_name": "Acme"}], [_ACME])
    nobody = Columns(made.known, made.items, made.known, made.posted, made.names)
    assert len(_links(nobody)) == 0
