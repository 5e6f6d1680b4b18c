"""Trees: scored like the definition, told feature by feature, the same after a trip through JSON."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import ModelError
from recon_kit.matching.model.trees import UNIT, Trees

N_FEATURES = 4
NUMBERS = st.floats(-3, 3, width=32) | st.sampled_from([np.float32(np.inf), np.float32(-np.inf), np.float32(0)])


@st.composite
def nodes(draw, most_leaves=70):
    """Nodes of one tree in preorder, grown by splitting a leaf again and again."""
    n_leaves = draw(st.integers(1, most_leaves))
    told = {"feature": [], "threshold": [], "missing_left": [], "value": []}

    def grow(leaves):
        told["value"].append(draw(st.integers(-(2**41), 2**41)))
        if leaves == 1:
            told["feature"].append(-1)
            return
        told["feature"].append(draw(st.integers(0, N_FEATURES - 1)))
        told["threshold"].append(draw(NUMBERS))
        told["missing_left"].append(draw(st.booleans()))
        left = draw(st.integers(1, leaves - 1))
        grow(left)
        grow(leaves - left)

    grow(n_leaves)
    return told


@st.composite
def ensembles(draw, most_leaves=40):
    trees = draw(st.lists(nodes(most_leaves), min_size=1, max_size=3))
    joined = {name: [value for tree in trees for value in tree[name]] for name in trees[0]}
    return Trees.of(N_FEATURES, draw(st.integers(-(2**40), 2**40)), joined)


def rows_of(seed, n=60):
    chance = np.random.default_rng(seed)
    rows = chance.uniform(-3, 3, (n, N_FEATURES)).astype(np.float32)
    rows[chance.random(rows.shape) < 0.2] = np.nan
    rows[chance.random(rows.shape) < 0.05] = np.inf
    rows[chance.random(rows.shape) < 0.05] = 0
    return rows


def walked(trees, row):
    """The score by its definition, one node after the other."""
    total = trees.base
    for node in trees.root.tolist():
        while trees.feature[node] >= 0:
            found = row[trees.feature[node]]
            left = trees.missing_left[node] if np.isnan(found) else found <= trees.threshold[node]
            node = node + 1 if left else trees.right[node]
        total += int(trees.value[node])
    return total * UNIT


@settings(max_examples=30, deadline=None)
@given(ensembles(64), st.integers(0, 99))
def test_every_row_gets_the_leaves_that_a_walk_finds(trees, seed):
    rows = rows_of(seed)
    assert trees.score(rows).tolist() == [walked(trees, row) for row in rows]


@settings(max_examples=25, deadline=None)
@given(ensembles(), st.integers(0, 99))
def test_contributions_add_up_to_the_score_to_the_last_bit(trees, seed):
    rows = rows_of(seed)
    parts, base = trees.contributions(rows)
    assert (base + parts.sum(axis=1) == trees.score(rows)).all()
    assert not parts[:, trees.used() == 0].any()


@settings(max_examples=25, deadline=None)
@given(ensembles())
def test_a_trip_through_json_changes_nothing_and_gives_the_same_bytes(trees):
    text = json.dumps(trees.to_dict(), allow_nan=False)
    again = Trees.from_dict(json.loads(text))
    assert json.dumps(again.to_dict(), allow_nan=False) == text
    assert again.threshold.tobytes() == trees.threshold.tobytes()
    assert (again.score(rows_of(1)) == trees.score(rows_of(1))).all()


@settings(max_examples=20, deadline=None)
@given(ensembles(), st.integers(0, 99))
def test_a_score_depends_on_its_row_alone(trees, seed):
    rows = rows_of(seed, 700)
    order = np.random.default_rng(seed).permutation(len(rows))
    score = trees.score(rows)
    assert (trees.score(rows[order]) == score[order]).all()
    assert (trees.score(np.asfortranarray(rows)) == score).all()
    assert (trees.score(rows[::3]) == score[::3]).all()


def test_no_rows_and_no_trees_are_no_trouble():
    none = Trees.of(2, 2**40, {"feature": [], "threshold": [], "missing_left": [], "value": []})
    assert none.score(np.zeros((3, 2), np.float32)).tolist() == [1.0, 1.0, 1.0]
    assert none.contributions(np.zeros((1, 2), np.float32))[1] == 1.0
    assert len(none.score(np.zeros((0, 2), np.float32))) == 0


def test_trees_of_more_than_64_leaves_are_refused():
    chain = {"feature": [0, -1] * 64 + [-1], "threshold": [0.5] * 64, "missing_left": [True] * 64, "value": [0] * 129}
    with pytest.raises(ModelError, match="at most 64 leaves"):
        Trees.of(1, 0, chain)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"feature": [0, -1]}, "whole trees"),
        ({"feature": [7, -1, -1]}, "one of 4 features"),
        ({"value": [0, 2**60, 2**60]}, "below 4096 log-odds"),
        ({"threshold": [float("nan")]}, "thresholds that are numbers"),
        ({"threshold": []}, "1 values for as many splits, not 0"),
    ],
)
def test_nodes_that_are_no_trees_are_refused(changed, message):
    told = {"feature": [0, -1, -1], "threshold": [0.5], "missing_left": [True], "value": [0, -1, 1]}
    with pytest.raises(ModelError, match=message):
        Trees.of(N_FEATURES, 0, {**told, **changed})


@pytest.mark.parametrize("rows", [np.zeros((2, 4)), np.zeros((2, 3), np.float32), np.zeros(4, np.float32)])
def test_rows_of_another_type_or_width_are_refused(rows):
    trees = Trees.of(4, 0, {"feature": [-1], "threshold": [], "missing_left": [], "value": [1]})
    with pytest.raises(ModelError, match=r"float32\[n, 4\]"):
        trees.score(rows)
