"""What makes the identity of a bank line: its letters and digits, in one spelling."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.load.loaded import line_ids

_TEXT = st.text(st.one_of(st.characters(max_codepoint=255), st.sampled_from("äÖßéµÿ½²ª´ \u0301\u0323ﬁＡⅣ€日")), max_size=12)


def _spelt_out(account: str, raw: str) -> str:
    """The identity by its definition, character by character."""
    without_marks = "".join(sign for sign in raw if not sign.isascii() or sign.isalnum())
    upper = unicodedata.normalize("NFKC", without_marks).upper()
    counted = "".join(sign for sign in upper if sign.isalnum())
    return hashlib.blake2b(f"{account}|{counted}|1".encode(), digest_size=10).hexdigest()


@settings(max_examples=200, deadline=None)
@given(_TEXT)
def test_the_identity_is_as_defined_in_any_script(raw: str) -> None:
    assert line_ids("DE1", [raw]) == [_spelt_out("DE1", raw)]


@pytest.mark.parametrize("other", ["müller straße 1", "MÜLLER STRASSE 1", "Mu\u0308ller Straße, 1", "Müller  Straße 1"])
def test_another_spelling_of_a_row_is_the_same_row(other: str) -> None:
    assert line_ids("DE1", [other]) == line_ids("DE1", ["Müller Straße 1"])


def test_equal_rows_of_a_file_stay_several_and_the_same_again() -> None:
    ids = line_ids("DE1", ["a", "b", "A", "a!"])

    assert len(set(ids)) == 4
    assert line_ids("DE1", ["A", "a"]) == [ids[0], ids[2]]
