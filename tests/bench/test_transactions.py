"""The foreign yardstick counts what it says, and ours reaches what is asked of it."""

import pandas as pd
import pytest

from tests.bench.transactions import LEAST, SAMPLE, halves, judged, work

there = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the transactions sample is not beside the repository")


def test_links_are_counted_by_pair():
    truth = pd.DataFrame({"line_id": ["a", "b", "c", "d"], "item_id": ["1", "2", "3", "4"]})
    links = pd.DataFrame({"line_id": ["a", "b", "c"], "item_id": ["1", "2", "4"], "automatic": [True, False, True]})
    assert judged(links, truth) == {"precision": 2 / 3, "recall": 0.5, "automatic": 0.5, "false": 0.5}
    assert judged(links.iloc[:0], truth) == {"precision": 0, "recall": 0, "automatic": 0, "false": 0}


@there
def test_no_row_is_on_both_sides_of_the_split(tmp_path):
    truth = halves(tmp_path, 5)
    learned = pd.read_parquet(tmp_path / "learn_lines.parquet")
    assert len(truth) == len(learned) == 2500
    assert not set(truth["line_id"]) & set(learned["line_id"])
    assert set(pd.read_parquet(tmp_path / "items.parquet")["item_id"]) == set(truth["item_id"])


@there
@pytest.mark.parametrize(("name", "least"), [("recon_kit", LEAST), ("no_labels", (0.99, 0.95))])
def test_what_is_asked_is_reached_with_labels_and_nearly_without(tmp_path, name, least):
    truth = halves(tmp_path, 11)
    work(name, tmp_path)
    found = judged(pd.read_parquet(tmp_path / "links.parquet"), truth)
    assert found["precision"] >= least[0]
    assert found["recall"] >= least[1]
    assert found["false"] <= 0.002
