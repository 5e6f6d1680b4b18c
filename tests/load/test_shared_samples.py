"""Every bank file of the shelf against what two independent readings of it found: exactly that, or refused where told."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from recon_kit.errors import LoadError
from recon_kit.load.loaded import Loaded
from recon_kit.load.reading import read
from recon_kit.money import as_decimal, total

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples"
NOT_YET = ("sumup", "einvoice")


def _expectations() -> list[dict[str, str]]:
    if not (SAMPLES / "expected.csv").exists():
        return []
    with (SAMPLES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["format"] not in NOT_YET]


EXPECTED = _expectations()


def test_the_samples_are_there() -> None:
    if not EXPECTED:
        pytest.skip("the shelf of sample files (../shared/samples) is not beside this repository")
    assert len(EXPECTED) > 80


@pytest.mark.parametrize("expected", EXPECTED, ids=[row["file"] for row in EXPECTED])
def test_a_sample_is_read_exactly_or_refused(expected: dict[str, str]) -> None:
    assert judged(expected) in ("exact", "refused")


def judged(expected: dict[str, str]) -> str:
    """What became of a file, "exact" or "refused", if that is right; an AssertionError if it is not."""
    hints = {"date_order": expected["date_order"]} if expected["date_order"] else {}
    currency = expected["currency"].split(";")[0] or None
    try:
        loaded = _read(SAMPLES / expected["file"], hints, currency)
    except LoadError as error:
        assert expected["verdict"] in ("refuse", "either"), f"must load, but was refused: {error}"
        assert error.faults
        return "refused"
    assert expected["verdict"] != "refuse", "must be refused"
    found = _entries_and_sums(loaded)
    right = [_told(expected["entries"], expected["signed_sum"], expected["currency"])]
    if expected["also_right"]:
        right.append(_told(*expected["also_right"].split(":", 1), expected["currency"]))
    assert found in right
    _compare_balances(loaded, expected)
    return "exact"


def _read(path: Path, hints: dict[str, str], currency: str | None) -> Loaded:
    """A format without a currency in it (QIF) is told one, as its user would."""
    try:
        return read(path, **hints)
    except LoadError as error:
        asks = any("currency" in str(fault) for fault in error.faults)
        if not asks:
            raise
        return read(path, currency=currency or "EUR", account="told", **hints)


def _entries_and_sums(loaded: Loaded) -> tuple[int, dict[str, Decimal]]:
    lines = loaded.tables["bank_lines"]
    sums = {code: as_decimal(total(rows["amount"]), code) for code, rows in lines.groupby("currency")}
    return len(lines), {code: amount for code, amount in sums.items() if amount}


def _told(entries: str, sums: str, currency: str) -> tuple[int, dict[str, Decimal]]:
    pairs = [part.split(":") for part in sums.split(";")] if ":" in sums else [[currency or "EUR", sums]]
    return int(entries), {code: Decimal(amount) for code, amount in pairs if Decimal(amount)}


def _compare_balances(loaded: Loaded, expected: dict[str, str]) -> None:
    for name, row in (("opening", 0), ("closing", -1)):
        if not expected[name]:
            continue
        statements = loaded.tables["statements"]
        told = [Decimal(part) for part in expected[name].split(";")]
        rows = statements if len(told) > 1 else statements.iloc[[row]]
        assert len(rows) > 0, f"no statement that could hold the {name} balance"
        found = [None if pd.isna(r[name]) else as_decimal(r[name], r["currency"]) for _, r in rows.iterrows()]
        assert found == told
