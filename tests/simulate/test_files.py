"""What is written is what the readers read: every line where the truth says it stands, every total proven."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from recon_kit.load import read
from recon_kit.simulate import simulate
from recon_kit.simulate.vat import contained


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    simulate(folder, seed=11, scale=0.05)
    return folder


def _truth(sample: Path, name: str) -> list[dict[str, str]]:
    with (sample / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read(sample: Path, name: str, **hints: object) -> dict[str, pd.DataFrame]:
    loaded = read(sample / "inbox" / name, **hints)
    assert loaded.failed.empty, loaded.failed.to_string()
    return loaded.tables


@pytest.mark.parametrize(
    "pattern",
    [
        "nord/bank/main/main-2026-09-1*.xml",
        "nord/bank/chf/*.xml",
        "nord/bank/stores/*.sta",
        "alpen/bank/gbp/*.sta",
        "alpen/bank/alpen/*.csv",
    ],
)
def test_each_line_stands_where_the_truth_says(sample, pattern):
    names = sorted(path.relative_to(sample / "inbox").as_posix() for path in (sample / "inbox").glob(pattern))
    assert names
    truth = {
        (r["source_file"], int(r["source_line"]), int(r["amount"]), r["booked_on"])
        for r in _truth(sample, "lines.csv")
        if r["source_file"] in names
    }
    found = set()
    for name in names:
        lines = _read(sample, name)["bank_lines"]
        found |= {(name, int(x.source_line), int(x.amount), f"{x.booked_on:%Y-%m-%d}") for x in lines.itertuples()}
    assert found == truth


@pytest.mark.parametrize(
    "name", ["nord/open_items/receivables-2026-10-31.json", "alpen/open_items/SalesInvoices-2026-10-31.csv"]
)
def test_each_open_item_is_known_to_the_truth(sample, name):
    items = _read(sample, name, snapshot_on=date(2026, 10, 31), date_order="dmy")["open_items"]
    entity = "NORD" if name.startswith("nord") else "ALPEN"
    truth = {(r["item_id"], r["kind"], int(r["amount"])) for r in _truth(sample, "items.csv") if r["entity"] == entity}
    assert {(x.item_id, x.kind, int(x.amount)) for x in items.itertuples()} <= truth


def test_alpen_s_list_and_movements_tell_the_same_tax(sample):
    items = _read(sample, "alpen/open_items/SalesInvoices-2026-10-31.csv", snapshot_on=date(2026, 10, 31), date_order="dmy")
    moved = _read(sample, "alpen/ledger/movements-2026-10.csv")["ledger_movements"].dropna(subset="tax")
    posted = dict(zip(moved["document_no"], moved["tax"], strict=True))
    split = items["open_items"].set_index("document_no").loc[:, ["amount", "tax_split"]].dropna()
    known = split[split.index.isin(posted)]
    assert len(known) > 5
    assert {rate for row in split["tax_split"] for rate in json.loads(row)} == {"0", "10", "20"}
    for number, row in known.iterrows():
        gross = {int(rate): minor for rate, minor in json.loads(row["tax_split"]).items()}
        assert sum(gross.values()) == row["amount"]
        assert abs(sum(contained(minor, rate) for rate, minor in gross.items()) - posted[number]) <= 1


def test_a_payout_report_sums_to_its_payout(sample):
    payouts = {r["document_no"]: int(r["amount"]) for r in _truth(sample, "items.csv") if r["kind"] == "payout"}
    for path in sorted((sample / "inbox" / "alpen" / "psp").glob("*.xlsx"))[:4]:
        lines = _read(sample, f"alpen/psp/{path.name}")["settlement_lines"]
        paid = lines[lines["kind"] == "payout"]
        assert int(paid["net"].iloc[0]) == payouts[paid["payout_id"].iloc[0]]


def test_till_closings_become_expected_deposits(sample):
    mapping = str(sample / "mappings" / "tills.toml")
    items = _read(sample, "nord/deposits/tills-2026-09-30.csv", mapping=mapping, snapshot_on=date(2026, 9, 30))["open_items"]
    truth = {
        r["item_id"]: (r["document_no"], int(r["amount"])) for r in _truth(sample, "items.csv") if r["kind"] == "cash_deposit"
    }
    assert {x.item_id: (x.document_no, int(x.amount)) for x in items.itertuples()}.items() <= truth.items()


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("nord/customers/customers-nord.csv", "customers"),
        ("nord/ledger/balances-2026-10-31.csv", "ledger_balances"),
        ("nord/ledger/balances-2025-07_2026-06.csv", "ledger_balances"),
        ("alpen/ledger/movements-2026-10.csv", "ledger_movements"),
        ("nord/ledger/movements-2025-08_2026-07.csv", "ledger_movements"),
    ],
)
def test_master_data_is_recognised_by_its_columns(sample, name, table):
    assert not _read(sample, name)[table].empty
