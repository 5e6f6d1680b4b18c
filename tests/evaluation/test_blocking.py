"""What the search offers: counted against truth, and what it misses estimated without."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recon_kit.evaluation import Blocking, blocking, candidates, missed
from recon_kit.simulate.feeds import feed


@pytest.fixture(scope="module")
def company():
    made = feed("few_references", 600, 5, "test")
    return candidates(made.bank_lines, made.open_items), made


def test_a_set_counts_only_if_all_its_documents_were_proposed_together(company) -> None:
    seen, made = company
    found = blocking(seen, made.truth)
    proposed = set()
    ids, items = seen.lines.ids.to_pylist(), seen.items.ids.to_pylist()
    for at, line in enumerate(seen.line.tolist()):
        some = seen.sets.items[seen.sets.start[at] : seen.sets.start[at + 1]].tolist()
        proposed.add((ids[line], frozenset(items[item] for item in some)))
    paid = made.truth[made.truth["kind"].eq("payment") & made.truth["item_id"].notna()]
    true = paid.groupby("line_id")["item_id"].agg(frozenset)
    assert len(found.sets) == len(true)
    expected = {line: (line, some) in proposed for line, some in true.items()}
    assert found.sets.set_index("line_id")["proposed"].to_dict() == expected
    assert 0.5 < found.recall < 1


def test_recall_by_size_and_label_and_what_each_family_finds(company) -> None:
    seen, made = company
    found = blocking(seen, made.truth)
    by_size = found.by("size")
    assert by_size["n"].sum() == len(found.sets)
    assert set(found.by("quoting")["quoting"]) <= set(made.truth["quoting"])
    assert found.by("size", "quoting")["proposed"].sum() == found.sets["proposed"].sum()
    families = found.families()
    assert (families["alone"] <= families["found"]).all()
    assert families["found"].max() > 10


def test_several_looks_together_find_what_any_of_them_does(company) -> None:
    seen, made = company
    once, twice = blocking(seen, made.truth), blocking([seen, seen], made.truth)
    pd.testing.assert_frame_equal(once.sets, twice.sets)
    assert twice.n_proposed == 2 * once.n_proposed


def test_documents_and_lines_that_the_search_did_not_know_are_no_finds(company) -> None:
    seen, made = company
    line = made.bank_lines["line_id"].iloc[0]
    truth = pd.DataFrame({"line_id": [line, line, "elsewhere"], "item_id": ["nowhere", "no one", "nowhere"]})
    found = blocking(seen, truth)
    assert found.sets[["n_items", "proposed"]].values.tolist() == [[2, False]]


def caught(rows: list[tuple[int, bool, bool, bool, int]]) -> Blocking:
    """Sets of a size found by text, payer and amount, so many times each."""
    sets = pd.DataFrame(
        [(n_items, text, payer, amount) for n_items, text, payer, amount, n in rows for _ in range(n)],
        columns=["n_items", "text", "payer", "amount"],
    )
    return Blocking(sets.assign(proposed=True, size=sets["n_items"].astype(str), families=1), len(sets), 0)


def test_independent_ways_tell_how_many_were_missed() -> None:
    chance = np.random.default_rng(0)
    n, odds = 20_000, np.array([0.7, 0.6, 0.3])
    found = chance.random((n, 3)) < odds
    some = found.any(axis=1)
    sets = pd.DataFrame(found[some], columns=["text", "payer", "amount"]).assign(n_items=1, size="1", proposed=True, families=1)
    said = missed(Blocking(sets, n, 0)).estimates.set_index("method")
    true = int((~some).sum())
    assert said.loc["chapman", "lower95"] < true < said.loc["chapman", "upper95"]
    assert said.loc["chapman by size", "missed"] == pytest.approx(said.loc["chapman", "missed"])


def test_what_is_hard_for_all_ways_alike_is_underestimated() -> None:
    rows = [(1, True, True, False, 900), (1, True, False, False, 50), (1, False, True, False, 50)]
    found = missed(caught(rows))
    assert found.found == 1000
    assert found.overlap["n"].sum() == 1000
    assert found.estimates.set_index("method").loc["chapman", "missed"] == pytest.approx(50 * 50 / 900, abs=0.3)


def test_strata_are_summed_up() -> None:
    rows = [(1, True, True, False, 90), (1, True, False, False, 10), (1, False, True, False, 10)]
    more = [(n + 1, text, payer, amount, times) for n, text, payer, amount, times in rows]
    one, two = (missed(caught(some)).estimates.set_index("method") for some in (rows, rows + more))
    assert two.loc["chapman by size", "missed"] == pytest.approx(2 * one.loc["chapman by size", "missed"])
    assert two.loc["chapman by size", "upper95"] > two.loc["chapman by size", "missed"]


def test_nothing_sure_says_nothing() -> None:
    empty = missed(caught([]))
    assert empty.found == 0
    assert (empty.estimates["missed"] == 0).all()
