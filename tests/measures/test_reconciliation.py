"""The verdict with its reasons, and the figures that go into the manifest."""

from __future__ import annotations

import pytest

from recon_kit.measures import Reconciliation, metrics, share
from recon_kit.report.example import example_cut
from recon_kit.tables import CHECKLIST, CHECKS, SOURCES
from tests.frames import frame
from tests.measures.cuts import breaks, cut, lines, statements


def verdict(**frames):
    return Reconciliation(cut(**frames)).verdict


def codes(found):
    return [finding.code for finding in found.findings]


def files(override: str = "-"):
    text = f"seq  name  override\n1  a.xml  {override}"
    return frame(SOURCES, text, sha256="0" * 64, n_bytes=1, format="camt.053", role="booked", n_read=1, n_rows=1, n_skipped=0)


def proven():
    head = "statement_id  opening  closing  from_on  to_on\n"
    return statements(f"{head}S1  0.00  0.00  10-01  10-31")


def listed(state: str, reason: str = "-"):
    text = f"source  state  reason\nmain  {state}  {reason}"
    return frame(CHECKLIST, text, entity="A", kind="bank", through="2026-10-31", n_files=0)


def test_a_month_in_which_everything_ties_and_nothing_is_open_is_ready():
    found = verdict(sources=files(), statements=proven(), checklist=listed("there"))
    assert (found.status, codes(found)) == ("ready", [])


@pytest.mark.parametrize("state", ["missing", "stale"])
def test_a_source_that_is_missing_or_stale_blocks(state):
    found = verdict(sources=files(), statements=proven(), checklist=listed(state))
    assert (found.status, codes(found)) == ("not_ready", [f"source_{state}"])


def test_a_waived_source_asks_for_review_and_shows_its_reason():
    found = verdict(sources=files(), statements=proven(), checklist=listed("overridden", "closed"))
    assert found.status == "needs_review"
    assert found.findings[0].reason == "closed"


@pytest.mark.parametrize(("override", "status"), [("-", "not_ready"), ("known", "needs_review")])
def test_a_file_whose_totals_do_not_tie_blocks_unless_it_was_taken_in_knowingly(override, status):
    checks = frame(CHECKS, "check  subject  outcome  source_file\nbalance  S1  failed  a.xml")
    assert verdict(sources=files(override), statements=proven(), checks=checks).status == status


def test_an_account_that_does_not_add_up_blocks():
    found = verdict(
        sources=files(), statements=statements("statement_id  opening  closing  from_on  to_on\nS1  0.00  1.00  10-01  10-31")
    )
    assert ("account_differs", True) in [(finding.code, finding.blocks) for finding in found.findings]


def test_money_that_is_lost_track_of_blocks():
    assert "bridge_differs" in codes(verdict(sources=files(), bank_lines=lines("line_id  booked_on  amount\nL1  10-05  1.00")))


def test_an_open_question_asks_for_review():
    found = verdict(
        sources=files(),
        statements=statements("statement_id  opening  closing  from_on  to_on\nS1  0.00  1.00  10-01  10-31"),
        bank_lines=lines("line_id  booked_on  amount\nL1  10-05  1.00"),
        breaks=breaks("id  reason  amount\nL1  no_item  1.00"),
    )
    assert (found.status, codes(found)) == ("needs_review", ["questions"])


def test_a_period_without_any_file_is_not_called_ready():
    assert verdict().status == "needs_review"


def test_figures_of_the_example():
    found = metrics(Reconciliation(example_cut()))
    assert found["status"] == "needs_review"
    assert (found["credits.EUR"], found["credits_explained.EUR"]) == ("237596.56", "160794.34")
    assert (found["credits_proposed.EUR"], found["credits_unexplained.EUR"]) == ("52838.20", "23964.02")
    assert found["credits_explained_share.EUR"] == "67.7"
    assert (found["own_credits.EUR"], found["own_debits.EUR"]) == ("25000.00", "-25000.00")
    assert (found["n_lines"], found["n_explained"], found["n_automatic"]) == ("55", "37", "36")
    assert (found["missing.EUR"], found["n_missing"]) == ("29075.78", "3")
    assert all(
        found[f"{name}.{code}"] == "0.00"
        for name in ("bridge_difference", "proof_difference")
        for code in ("EUR", "CHF", "GBP")
    )


def test_what_is_not_defined_is_n_a_and_never_zero():
    found = metrics(Reconciliation(cut()))
    assert found["explained_share_of_lines"] == "n/a"
    assert found["credits_explained_share.EUR"] == "n/a"
    assert found["proof_difference.EUR"] == "n/a"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (999_999, 1_000_000, "99.9"),
        (1, 1_000_000, "0.1"),
        (-967, -1000, "96.7"),
        (0, 5, "0.0"),
        (1, 0, "n/a"),
    ],
)
def test_a_share_never_rounds_to_all_or_to_nothing(part, whole, text):
    assert share(part, whole) == text
