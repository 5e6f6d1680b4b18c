"""What a batch takes out and takes back: each match once, each posting undone by its mirror."""

from datetime import date

import pandas as pd
from hypothesis import HealthCheck, given, settings

from recon_kit.book import of_matches, offered, one_batch, postings, reversal, standing
from recon_kit.tables import ALLOCATIONS, BATCH_LINES
from tests.book.test_postings import signed
from tests.book.world import POLICY, booking, frame, item, line, matched, part, worlds

PARTS = [
    part("m", "payment", 100, line_id="l", item_id="i"),
    part("n", "charge", -5, line_id="k"),
]
LINES, ITEMS = [line("l", 100), line("k", -5)], [item("i", 100)]


def allocations(*parts):
    return frame(ALLOCATIONS, list(parts))


def first(parts=PARTS, batch_no=1):
    return postings(matched(parts, LINES, ITEMS), POLICY, booking(), batch_no)


def test_a_match_is_offered_once():
    assert offered(allocations(*PARTS), BATCH_LINES.empty()).allocations["match_id"].tolist() == ["m", "n"]
    again = offered(allocations(*PARTS), first())
    assert again.allocations.empty and again.held.empty and again.undone.empty


def test_an_exported_match_that_stands_no_more_is_taken_back():
    found = offered(allocations(PARTS[1]), first())
    assert found.undone["match_id"].tolist() == ["m"] and found.allocations.empty


def test_what_the_ledger_has_is_not_offered_and_the_rest_of_its_match_is_held():
    there = part("m", "payment", 90, line_id="l", item_id="i", status="in_ledger")
    rest = part("m", "on_account", 10, line_id="l", customer_id="D10001")
    found = offered(allocations(there, rest, PARTS[1]), BATCH_LINES.empty())
    assert found.allocations["match_id"].tolist() == ["n"]
    assert found.held["kind"].tolist() == ["on_account"]


def test_exchanged_money_whose_documents_the_ledger_has_is_asked_of_nobody():
    there = part("m", "payment", 90, item_id="i", currency="CHF", status="in_ledger")
    found = offered(allocations(there, part("m", "exchange", 100, line_id="l")), BATCH_LINES.empty())
    assert found.allocations.empty and found.held.empty


def test_what_is_only_proposed_is_neither_offered_nor_taken_back():
    found = offered(allocations(part("p", "charge", -5, line_id="k", status="proposed")), BATCH_LINES.empty())
    assert found.allocations.empty and found.held.empty


def test_a_reversal_is_the_mirror_and_names_what_it_takes_back():
    out = first()
    back = reversal(out, 2, date(2026, 11, 1))
    assert back["reverses"].tolist() == out["booking_id"].tolist()
    assert back["side"].tolist() == ["credit" if side == "debit" else "debit" for side in out["side"]]
    assert back["posted_on"].unique().tolist() == [pd.Timestamp("2026-11-01")]
    assert back["batch_no"].unique().tolist() == [2] and back["text"].str.startswith("Storno ").all()
    later = reversal(out, 2, date(2026, 1, 1))
    assert later["posted_on"].tolist() == out["posted_on"].tolist()


def test_a_posting_stands_until_it_is_taken_back_and_again_when_posted_anew():
    out = first()
    back = reversal(of_matches(out, ["m"]), 2, date(2026, 11, 1))
    after = pd.concat([out, back])
    assert standing(after)["match_id"].tolist() == ["n"]
    assert offered(allocations(*PARTS), after).allocations["match_id"].tolist() == ["m"]
    anew = pd.concat([after, first(PARTS[:1], 3)])
    assert standing(anew)[["match_id", "batch_no"]].to_numpy().tolist() == [["n", 1], ["m", 3]]
    twice = reversal(of_matches(anew, ["m"]), 4, date(2026, 11, 1))
    assert twice["booking_id"].tolist() != back["booking_id"].tolist()
    assert standing(pd.concat([anew, twice]))["match_id"].tolist() == ["n"]


def test_postings_and_reversals_are_numbered_as_one_batch():
    batch = one_batch(2, [first([PARTS[1]], 2), reversal(of_matches(first(), ["m"]), 2, date(2026, 11, 1))])
    assert batch["line_no"].tolist() == [1, 2] and batch["batch_no"].tolist() == [2, 2]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_a_batch_and_its_reversal_leave_every_account_at_0(world):
    out = postings(world, POLICY, booking(), 1)
    legs = signed(pd.concat([out, reversal(out, 2, date(2026, 11, 1))], ignore_index=True))
    assert not legs.groupby(["on", "currency"])[["does", "worth"]].sum().any().any()
