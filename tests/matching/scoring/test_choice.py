"""Which sets stand together: the surest first, one of a line, one of a document, ties said."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.matching.scoring.choice import Chosen, choose

Sets = list[tuple[int, tuple[int, ...], float]]


def chosen(sets: Sets, least: float = -4.0) -> Chosen:
    """Choose among (line, documents, log-odds)."""
    sizes = [len(items) for _, items, _ in sets]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    items = np.array([item for _, of, _ in sets for item in of], np.int32)
    line = np.array([line for line, _, _ in sets], np.int32)
    return choose(line, start, items, np.array([odds for *_, odds in sets]), 3, 5, least)


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ([(0, (0,), 3.0), (0, (1,), 1.0)], [0, -1, -1]),
        ([(0, (0,), 3.0), (1, (0,), 2.0), (1, (1,), 1.0)], [0, 2, -1]),
        ([(0, (0, 1), 2.0), (1, (1, 2), 5.0)], [-1, 1, -1]),
        ([(0, (0,), -5.0)], [-1, -1, -1]),
        ([], [-1, -1, -1]),
    ],
    ids=["better of two", "document taken", "overlap", "left open", "nothing"],
)
def test_the_surest_set_stands_and_its_documents_are_taken(sets: Sets, expected: list[int]) -> None:
    assert chosen(sets).set.tolist() == expected


def test_the_runner_up_is_the_lines_best_other_set() -> None:
    found = chosen([(0, (0,), 3.0), (0, (1,), 1.0), (0, (2,), 2.0)])
    assert found.runner_up.tolist() == [2, -1, -1]


def test_sets_that_nothing_tells_apart_are_a_tie() -> None:
    assert chosen([(0, (0,), 3.0), (0, (1,), 3.0 + 1e-9), (1, (2,), 3.0), (1, (3,), 2.0)]).tied.tolist() == [True, False, False]


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True).map(lambda found: tuple(sorted(found))),
            st.floats(-6, 6),
        ),
        max_size=12,
    )
)
def test_nothing_is_taken_twice_and_nothing_free_is_left(sets: Sets) -> None:
    found = chosen(sets).set
    taken = [sets[at] for at in found if at >= 0]
    documents = [item for _, items, _ in taken for item in items]
    assert len(documents) == len(set(documents))
    assert all(sets[at][0] == line for line, at in enumerate(found) if at >= 0)
    for (line, items, odds), one in product(sets, [set(documents)]):
        assert found[line] >= 0 or odds < -4.0 + 1e-6 or one & set(items)
