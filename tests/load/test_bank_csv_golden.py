"""Every layout against a file in its exact shape: invented content, true header, encoding and line ends."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from recon_kit.layouts import layouts
from recon_kit.load import bank_csv
from recon_kit.load.loaded import Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy

GOLDEN = Path(__file__).parent / "golden" / "csv"
FILES = sorted(path for path in GOLDEN.glob("*.csv") if not path.name.endswith(".expected.csv"))


def _source(path: Path) -> SourceFile:
    return SourceFile(path.name, path=path)


def _as_text(loaded: Loaded) -> str:
    """All that was read, section by section; columns that are null throughout are left out."""
    source = loaded.source
    parts = [f"{source.format},{source.role},read {source.n_read},left out {source.n_skipped}\n"]
    for name, frame in {**loaded.tables, "checks": loaded.checks}.items():
        shown: pd.DataFrame = frame.drop(columns="source_file").dropna(axis=1, how="all")
        text = shown.to_csv(index=False, lineterminator="\n")
        parts.append(f"# {name}\n{text}")
    return "\n".join(parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_every_layout_gives_what_is_expected(path: Path, regenerate: bool) -> None:
    found = _as_text(bank_csv.read(_source(path), Policy(), Hints()))
    golden = path.with_suffix(".expected.csv")
    if regenerate:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_claimed_by_its_own_layout_alone(path: Path) -> None:
    assert bank_csv.claims(_source(path)) == f"csv:{path.stem.partition('-')[0]}"


def test_every_shipped_layout_has_a_golden_file() -> None:
    assert {path.stem.partition("-")[0] for path in FILES} == set(layouts())


def test_the_same_rows_have_the_same_ids_with_and_without_the_category_column() -> None:
    frames = [
        bank_csv.read(_source(GOLDEN / name), Policy(), Hints()).tables["bank_lines"]
        for name in ("sparkasse_camt.csv", "sparkasse_camt-kategorie.csv")
    ]
    assert list(frames[0]["line_id"]) == list(frames[1]["line_id"])
