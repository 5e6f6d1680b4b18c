"""The cut on disk: equal contents are equal bytes, and what is read is what was written."""

from __future__ import annotations

import pandas as pd
import pytest

from recon_kit.errors import StoreError
from recon_kit.measures import Cut
from recon_kit.report import read_cut, write_cut
from recon_kit.report.example import example_cut
from tests.measures.cuts import cut


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "data").iterdir()}


def test_what_is_read_is_what_was_written(tmp_path):
    made = example_cut()
    write_cut(tmp_path, made)
    read = read_cut(tmp_path)
    assert read.meta == made.meta
    for name, frame in made.frames.items():
        pd.testing.assert_frame_equal(read.frames[name], frame)


def test_row_order_and_a_second_writing_change_no_byte(tmp_path):
    made = example_cut()
    mixed = Cut(meta=dict(reversed(made.meta.items())), **{name: frame.iloc[::-1] for name, frame in made.frames.items()})
    write_cut(tmp_path / "a", made)
    write_cut(tmp_path / "b", mixed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_empty_tables_keep_their_types(tmp_path):
    write_cut(tmp_path, cut())
    for name, frame in read_cut(tmp_path).frames.items():
        pd.testing.assert_frame_equal(frame, cut().frames[name])


def test_a_folder_that_is_no_run_is_told_in_one_sentence(tmp_path):
    with pytest.raises(StoreError, match="the folder of a run") as raised:
        read_cut(tmp_path / "nope")
    assert len(raised.value.faults) == 1


def test_a_run_whose_tables_are_gone_names_every_missing_file(tmp_path):
    (tmp_path / "cut.json").write_text("{}")
    with pytest.raises(StoreError, match=r"bank_lines\.parquet") as raised:
        read_cut(tmp_path)
    assert len(raised.value.faults) == 12
