"""The shipped sample: what the simulation writes, byte for byte, with everything it promises."""

from __future__ import annotations

import csv
import filecmp
from itertools import product
from pathlib import Path

import pytest

from recon_kit.policy import load_policy
from recon_kit.simulate import simulate
from recon_kit.simulate.company import ACCOUNTS, PSP_ACCOUNTS
from recon_kit.simulate.phenomena import PHENOMENA

_SAMPLE = Path(__file__).parents[2] / "data_samples"


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _rows(name: str) -> list[dict[str, str]]:
    with (_SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    simulate(folder)
    return folder


def test_the_sample_is_what_the_simulation_writes(again):
    assert _files(again) == _files(_SAMPLE)
    _, differing, unreadable = filecmp.cmpfiles(again, _SAMPLE, _files(again), shallow=False)
    assert (differing, unreadable) == ([], [])


def test_every_phenomenon_occurs():
    assert [row["phenomenon"] for row in _rows("truth/phenomena.csv") if row["count"] == "0"] == []


def test_every_phenomenon_of_a_line_is_explained():
    told = {name for row in _rows("truth/lines.csv") for name in row["phenomenon"].split("+")}
    assert told <= set(PHENOMENA)


def test_it_is_as_large_as_it_says():
    lines, items = _rows("truth/lines.csv"), _rows("truth/items.csv")
    assert 5_500 < len(lines) < 6_500
    assert 8_000 < len(items) < 10_000
    assert 0.28 < sum(row["class"] == "non_customer" for row in lines) / len(lines) < 0.38
    assert sum(path.stat().st_size for path in _SAMPLE.rglob("*") if path.is_file()) < 20_000_000


def test_both_companies_have_the_same_invoice_numbers():
    numbers = {
        entity: {row["document_no"] for row in _rows("truth/items.csv") if row["entity"] == entity}
        for entity in ("NORD", "ALPEN")
    }
    assert "RE-2026-08123" in numbers["NORD"] & numbers["ALPEN"]
    assert len(numbers["NORD"] & numbers["ALPEN"]) > 1_000


def test_what_is_posted_late_is_first_told_by_the_next_month_s_export():
    late = _rows("truth/late_postings.csv")
    assert sorted(row["kind"] for row in late) == ["credit_note", "credit_note", "credit_note", "invoice", "write_off"]
    told = {}
    for entity, month in product(("NORD", "ALPEN"), ("2026-09", "2026-10")):
        rows = _rows(f"inbox/{entity.lower()}/ledger/movements-{month}.csv")
        told[entity, month] = {row["document_no"]: row["posted_on"] for row in rows}
    for row in late:
        assert row["document_no"] not in told[row["entity"], "2026-09"]
        assert told[row["entity"], "2026-10"][row["document_no"]] == row["posted_on"] < "2026-10-01"


def test_the_policy_names_every_account():
    policy = load_policy(_SAMPLE)
    assert {account.id for account in policy.accounts} == {a.iban for a in ACCOUNTS.values()} | set(PSP_ACCOUNTS.values())
    assert all(policy.entity_of(account.iban) == account.entity for account in ACCOUNTS.values())


def test_another_seed_is_another_company(tmp_path):
    simulate(tmp_path / "a", seed=1, scale=0.05)
    simulate(tmp_path / "b", seed=1, scale=0.05)
    simulate(tmp_path / "c", seed=2, scale=0.05)
    name = "truth/lines.csv"
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a" / name).read_bytes() != (tmp_path / "c" / name).read_bytes()
