"""Two sets that are nearly equally likely: a reader sees what sets them apart."""

from __future__ import annotations

import pytest

from recon_kit.matching.decision.proposals import _no_better

MANY = [f"R{at}" for at in range(1, 9)]


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (["R1"], ["R2"], "R1 is hardly more likely than R2."),
        (["R1", "R2"], ["R1"], "R1, R2 is hardly more likely than R1."),
        ([*MANY, "A"], [*MANY, "B"], "9 documents (R1, ...) are hardly more likely with A than with B."),
        ([*MANY, "A"], MANY, "9 documents (R1, ...) are hardly more likely with A than without."),
        (MANY, [*MANY, "B"], "8 documents (R1, ...) are hardly more likely without B than with."),
    ],
)
def test_long_lists_are_told_by_their_difference(ours: list[str], theirs: list[str], said: str) -> None:
    assert str(_no_better(ours, theirs)) == said
