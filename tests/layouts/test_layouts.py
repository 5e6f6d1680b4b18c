from __future__ import annotations

from pathlib import Path

import pytest

from recon_kit.errors import PolicyError
from recon_kit.layouts import layouts, parse_layout

GOOD = """
title = "t"
[file]
delimiters = ";"
encodings = "utf-8"
decimal_mark = ","
dates = "DD.MM.YYYY"
[header]
columns = ["Tag", "Betrag"]
[columns]
booked_on = "Tag"
[amount]
column = "Betrag"
"""


def test_shipped_layouts_are_sound_and_named_by_their_file() -> None:
    assert {"dkb", "ing_de", "ing_nl", "rabobank", "vr", "n26", "wise", "revolut"} <= set(layouts())
    assert all(layout.name == name for name, layout in layouts().items())


def test_a_layout_of_ones_own_wins_over_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "dkb.toml").write_text(GOOD, encoding="utf-8")
    assert layouts(tmp_path)["dkb"].title == "t"
    assert layouts()["dkb"].title != "t"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "t"', 'titel = "t"', r"no key 'titel' \(did you mean 'title'\?\)"),
        ("delimiters", "delimiter", r"no key 'file.delimiter' \(did you mean 'delimiters'\?\)"),
        ('encodings = "utf-8"\n', "", r"a value for 'file.encodings'"),
        ('decimal_mark = ","', 'decimal_mark = ";"', r"file.decimal_mark is ';', expected ',', '.' or 'detect'"),
        ('"DD.MM.YYYY"', '"TT.MM.JJJJ"', r"dates is 'TT.MM.JJJJ', expected a date format"),
        ("delimiters", "symbols = 1\ndelimiters", r"file.symbols is '1', expected true or false"),
        (
            'booked_on = "Tag"',
            'booked_on = "Tage"',
            r"columns.booked_on is 'Tage', expected one of the header's columns \(did you",
        ),
        ('column = "Betrag"', 'debit = "Betrag"', r"both debit and credit, or neither"),
        ("[amount]", "[preamble]\npatterns='('\n[amount]", r"preamble.patterns is '\(', expected a regular expression"),
        ("[amount]", "[preamble]\npatterns='(?P<kontonr>.)'\n[amount]", r"no group 'kontonr'"),
        ("[amount]", "[kind]\ncolumns='Tag'\n[kind.words]\nretour=['R']\n[amount]", r"kind is 'retour', expected one of"),
        ("[amount]", "[[skip]]\nname='x'\n[amount]", r"skip 'x' is missing, expected zero = true, or a column and a pattern"),
        ("[amount]", "[amount", r"own.toml: expected valid TOML: "),
    ],
)
def test_a_wrong_key_or_value_is_named_with_the_file_and_the_nearest_right_one(old: str, new: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        parse_layout(GOOD.replace(old, new), "own", "own.toml")
