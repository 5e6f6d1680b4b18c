"""The lines of a file, however they end and however long they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.load.source import SourceFile

_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("a", ["a"]),
        ("a\r\n\r\nb\r", ["a", "", "b"]),
        ("a\x0bb\x85c\u2028d\n", ["a\x0bb\x85c\u2028d"]),
        ("x" * 100_000 + "\ny", ["x" * 100_000, "y"]),
        ("z" * 32_767 + "\r\n" + "z" * 32_766 + "\r\n\n", ["z" * 32_767, "z" * 32_766, ""]),
    ],
)
def test_lines_end_with_cr_and_lf_only_wherever_a_block_of_the_file_ends(text: str, lines: list[str]) -> None:
    file = SourceFile("a.txt", content=text.encode())

    assert list(file.lines("utf-8")) == list(enumerate(lines, 1))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text("ab-: ", max_size=3), _ENDS), max_size=8), st.sampled_from([1, 2, 32_768]))
def test_blocks_hold_the_same_lines(told: list[tuple[str, str]], size: int) -> None:
    file = SourceFile("a.txt", content="".join(text + end for text, end in told).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recon_kit.load.source._BLOCK", size)
        blocks = list(file.blocks("utf-8"))

        assert [line for block in blocks for line in block.split("\n")] == [line for _, line in file.lines("utf-8")]
