"""`recon train`: which decisions teach, and when a model takes another one's place."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from recon_kit.cli import app
from recon_kit.close import learning, posting, verify
from recon_kit.close.learning import Side, decided_months, train_from_decisions
from recon_kit.close.models import champion, keep, registered
from recon_kit.errors import ModelError
from recon_kit.learning.championing import Comparison
from recon_kit.learning.fitting import Learner, assembled
from recon_kit.learning.simulated import simulated
from recon_kit.learning.training import Learners, train
from recon_kit.matching.model import load_default
from recon_kit.policy import Policy
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS
from recon_kit.workspace import Reading, Workspace

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
WHO = {"by": "anna", "at": AT}
TOML = """
[company]
name = "Acme"
base_currency = "EUR"
[entities.A]
name = "Acme"
base_currency = "EUR"
country = "DE"
[[accounts]]
name = "main"
id = "DE89370400440532013000"
entity = "A"
currency = "EUR"
"""


def payments(month: int, n: int = 130):
    """Persons called by initials who pay a little more or less, as no company of the simulator does."""
    chance = np.random.default_rng(month)
    who = [" ".join(map(chr, row)) for row in chance.integers(65, 91, (n, 3))]
    day, amount = pd.to_timedelta(chance.integers(0, 20, n), "D"), chance.integers(2_000, 900_000, n)
    issued = pd.Timestamp(2026, month, 1) + day
    items = pd.DataFrame({
        "entity": "A", "item_id": [f"o{month}-{at}" for at in range(n)], "kind": "invoice", "customer_name": who,
        "document_no": [f"o{month}-{at}" for at in range(n)], "issued_on": issued, "amount": amount, "open_amount": amount,
        "currency": "EUR", "snapshot_on": pd.Timestamp(2026, month, 28), "source_file": f"items{month}.csv",
    })  # fmt: skip
    lines = pd.DataFrame({
        "entity": "A", "line_id": [f"d{month}-{at}" for at in range(n)], "account": "DE89370400440532013000",
        "booked_on": issued + pd.to_timedelta(chance.integers(1, 6, n), "D"), "currency": "EUR",
        "amount": (amount * (1 + chance.normal(0, 0.02, n))).astype(int), "remittance": who,
        "counterparty_name": [f"{name} CHQ" for name in who], "source_file": f"bank{month}.csv", "source_line": range(n),
    })  # fmt: skip
    return BANK_LINES.conform(lines), OPEN_ITEMS.conform(items)


def decisions(lines, items, status="confirmed"):
    rows = pd.DataFrame({
        "entity": "A", "match_id": "m" + lines["line_id"], "line_id": lines["line_id"], "item_id": items["item_id"],
        "allocated": items["open_amount"], "currency": "EUR", "kind": "payment", "probability": 1.0, "status": status,
        "basis": "anna", "effective_on": lines["booked_on"],
    })  # fmt: skip
    return ALLOCATIONS.conform(rows)


def source(name, role):
    return {
        "name": name,
        "sha256": "0" * 64,
        "n_bytes": 1,
        "format": "csv",
        "role": role,
        "n_read": 1,
        "n_rows": 1,
        "n_skipped": 0,
    }


def filled(folder: Path, months=(3, 4, 5, 6), status="confirmed") -> Workspace:
    (folder / "recon.toml").write_text(TOML, encoding="utf-8")
    workspace = Workspace.open(folder)
    for month in months:
        lines, items = payments(month)
        with workspace.store.writing(**WHO) as writing:
            writing.append(BANK_LINES, lines, writing.journal("source", source(f"bank{month}.csv", "booked")))
            writing.append(OPEN_ITEMS, items, writing.journal("source", source(f"items{month}.csv", "ledger")))
            writing.append(ALLOCATIONS, decisions(lines, items, status), writing.journal("decision", {"why": "seen"}))
    return workspace


@pytest.fixture(scope="module")
def tiny():
    """A champion that has seen one small simulated company."""
    learner = Learner(n_trees=12, leaves=8, rate=0.3)
    found = train([simulated("easy", 1500, 1)], Learners(learner, learner, method="logistic"), (0.985,), 2, few=True)
    return assembled(found.passes, found.cuts(), {})


@pytest.fixture(scope="module")
def grown(tmp_path_factory, tiny):
    """What that champion becomes by three months of decisions."""
    cases = [case for _, case in decided_months(filled(tmp_path_factory.mktemp("grown")))]
    return learning.trained(cases[:3], tiny, {"window": {"first": "2026-03-01", "last": "2026-05-31", "later": "2026-06"}})


@pytest.fixture
def by_tiny(monkeypatch, tiny, grown):
    """Begins with the tiny champion, and spares the second training of the same months."""
    learned = {"2026-03 2026-04 2026-05": grown}
    monkeypatch.setattr(learning, "champion", lambda _: tiny)
    monkeypatch.setattr(learning, "trained", lambda cases, _, about: learned[" ".join(case.name for case in cases)])


def test_a_better_model_takes_the_place_and_is_told_of(tmp_path, by_tiny, tiny):
    workspace = filled(tmp_path)
    found = train_from_decisions(workspace, **WHO)
    assert (found.outcome, found.learned, found.later) == ("replaced", "grown", "2026-06")
    assert found.n_decisions == {"2026-03": 130, "2026-04": 130, "2026-05": 130, "2026-06": 130}
    assert found.comparison.lower95 > 0
    assert found.challenger.exact > 0.95
    assert champion(Reading.now(workspace)).sha256 == found.sha256 == found.file.stem
    entry = registered(Reading.now(workspace)).entries[-1]
    assert entry.about["window"] == {"first": "2026-03-01", "last": "2026-05-31", "later": "2026-06"}
    assert entry.about["metrics"]["compared"]["lower95"] == found.comparison.lower95
    assert "name_share" in entry.about["features"]
    assert json.loads((tmp_path / "models" / "registry.json").read_text("utf-8"))["models"][-1]["sha256"] == found.sha256


def test_a_dry_run_replaces_nothing(tmp_path, by_tiny):
    workspace = filled(tmp_path)
    found = train_from_decisions(workspace, dry_run=True, **WHO)
    assert (found.outcome, found.file) == ("replaced", None)
    assert "would be the new champion" in found.sentence
    assert not (tmp_path / "models").exists()
    assert registered(Reading.now(workspace)).entries == ()


def test_what_nobody_decided_teaches_nothing(tmp_path):
    workspace = filled(tmp_path, (3, 4), status="auto")
    assert decided_months(workspace) == []
    found = train_from_decisions(workspace, **WHO)
    assert found.outcome == "too_few"
    assert "too few decisions to learn from (none); it takes 20 decided lines and 30 more of a later period" in found.sentence


def test_a_match_taken_back_teaches_only_if_the_line_was_decided_anew(tmp_path):
    workspace = filled(tmp_path, (3,), status="reversed")
    assert [int(case.known().sum()) for _, case in decided_months(workspace)] == [0]


def test_one_month_is_too_few_as_there_is_none_to_compare_on(tmp_path):
    assert train_from_decisions(filled(tmp_path, (3,)), **WHO).outcome == "too_few"


def test_without_a_model_of_its_own_the_one_that_ships_matches(tmp_path):
    assert champion(Reading.now(filled(tmp_path, ()))).sha256 == load_default().sha256


def test_a_workspace_matches_by_its_own_model_and_refuses_an_altered_one(tmp_path, tiny, monkeypatch):
    workspace, used, match = filled(tmp_path, (3,), status="auto"), [], posting.match

    def watched(*given, model=None, **more):
        used.append(model)
        return match(*given, model=model, **more)

    monkeypatch.setattr(posting, "match", watched)
    period = workspace.policy.calendar.period("2026-03")
    posting.matched(Reading.now(workspace), period)
    path = keep(workspace, tiny, {}, **WHO)
    posting.matched(Reading.now(workspace), period)
    assert used == [None, tiny]
    path.write_bytes(b"{}")
    told = CliRunner().invoke(app, ["match", "2026-03", "-w", str(tmp_path)])
    assert (told.exit_code, "it was altered" in told.stderr) == (1, True), told.output


def test_an_altered_or_missing_champion_is_refused(tmp_path, tiny):
    workspace = filled(tmp_path, ())
    path = keep(workspace, tiny, {}, **WHO)
    assert champion(Reading.now(workspace)) == tiny
    path.write_bytes(path.read_bytes().replace(b'"bounds"', b'"bounds" ', 1))
    with pytest.raises(ModelError, match=r"the file that was registered .*it was altered"):
        champion(Reading.now(workspace))
    assert [str(fault) for fault in verify(workspace) if "as it was trained, but it was changed" in str(fault)]
    path.unlink()
    assert [str(fault) for fault in verify(workspace) if "that was trained here, but it is gone" in str(fault)]
    with pytest.raises(ModelError, match="expected a model file"):
        champion(Reading.now(workspace))


def test_another_registered_model_in_the_champion_s_place_is_refused(tmp_path, tiny):
    workspace = filled(tmp_path, ())
    first, second = keep(workspace, load_default(), {}, **WHO), keep(workspace, tiny, {}, **WHO)
    second.write_bytes(first.read_bytes())
    with pytest.raises(ModelError, match=r"the champion, model [0-9a-f]{12}\.\.\.; another one lies there"):
        champion(Reading.now(workspace))


def test_a_listed_model_that_the_journal_does_not_know_is_not_used(tmp_path, tiny):
    workspace = filled(tmp_path, ())
    keep(workspace, tiny, {}, **WHO)
    listed = tmp_path / "models" / "registry.json"
    told = json.loads(listed.read_text("utf-8"))
    told["models"].append({"sha256": "f" * 64, "file": "foreign.json", "about": {}})
    listed.write_text(json.dumps(told), encoding="utf-8")
    assert champion(Reading.now(workspace)) == tiny


def test_the_command_says_it_in_a_line_or_as_json(tmp_path):
    filled(tmp_path, (3,))
    told = CliRunner().invoke(app, ["train", "-w", str(tmp_path)])
    assert (told.exit_code, "too few decisions to learn from (2026-03: 130)" in told.output) == (0, True), told.output
    told = CliRunner().invoke(app, ["train", "--json", "--dry-run", "-w", str(tmp_path)])
    assert json.loads(told.stdout)["outcome"] == "too_few", told.output


def shifted(model, by: float):
    """The same model with other cuts of what may be automatic."""
    cuts = {name: replace(cut, at=cut.at + by) if name.startswith("automatic") else cut for name, cut in model.cuts.items()}
    return replace(model, cuts=cuts)


def outcome(new, lower95: float = -0.1, n_false: int = 0, through: float = 0.9, upper95: float = 0.001) -> str:
    old = load_default()
    compared = Comparison("log_score", -0.3, -0.2, lower95, 0.3, 400, 50)
    before, after = Side(0.95, 0.85, 340, 0, 0.0011), Side(0.95, through, 360, n_false, upper95)
    return learning._outcome(old, new, compared, (before, after), Policy())


def test_a_challenger_that_is_not_surely_better_does_not_replace_the_champion(tiny):
    assert outcome(tiny) == "stays"
    assert outcome(tiny, lower95=0.01) == "replaced"
    assert outcome(tiny, lower95=0.01, n_false=3) == "stays"


def test_stricter_cuts_hold_at_once_and_looser_ones_need_a_later_month_that_bears_them_out():
    champion_, looser = load_default(), shifted(load_default(), -0.01)
    assert outcome(shifted(champion_, 0.001)) == "stricter"
    assert outcome(looser) == "replaced"
    assert outcome(looser, through=0.85) == "stays"
    assert outcome(looser, n_false=1, upper95=0.015) == "stays"
