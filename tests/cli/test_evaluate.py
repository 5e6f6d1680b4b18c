"""`recon evaluate`: by decisions, by a truth file, on a simulated company; faults of a truth file all at once."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from recon_kit.cli import app
from recon_kit.tables import ALLOCATIONS, BANK_LINES, OPEN_ITEMS
from recon_kit.workspace import Workspace
from tests.workspace.conftest import AT, TOML, items

LINES = [("2026-08-03", "119.00", "RE-20260001"), ("2026-08-04", "238.00", "RE-20260002"), ("2026-08-05", "50.00", "thanks")]
DOCUMENTS = ("RE-20260001 119.00 119.00", "RE-20260002 238.00 238.00", "RE-20260003 77.00 77.00")


def recon(*arguments):
    return CliRunner().invoke(app, ["evaluate", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def matched(tmp_path_factory):
    """August with two documents paid by number, loaded and matched."""
    tmp_path = tmp_path_factory.mktemp("matched")
    toml = TOML.replace('mapping = "bank.toml"\n', "").replace('"from_name"', '"from_name"\ncomplete = true')
    (tmp_path / "recon.toml").write_text(toml, encoding="utf-8")
    for name in ("bank", "items"):
        (tmp_path / "inbox" / name).mkdir(parents=True)
    rows = "".join(f"DE89370400440532013000,{day},{amount},EUR,{text}\n" for day, amount, text in LINES)
    head = "account,booked_on,amount,currency,remittance\n"
    (tmp_path / "inbox" / "bank" / "a.csv").write_text(head + rows, encoding="utf-8")
    (tmp_path / "inbox" / "items" / "2026-07-31.csv").write_text(items(*DOCUMENTS), encoding="utf-8")
    for words in (("load",), ("start", "--on", "2026-07-31"), ("match", "2026-08")):
        done = CliRunner().invoke(app, [*words, "-w", str(tmp_path)])
        assert done.exit_code in (0, 3), done.output
    return tmp_path


@pytest.fixture
def folder(matched, tmp_path):
    """A copy of it."""
    return shutil.copytree(matched, tmp_path / "copy")


def posted(folder):
    return Workspace.open(folder).store.fetch(ALLOCATIONS)


def test_without_decisions_it_says_so_and_what_else_can_be_asked(folder):
    n = posted(folder)["match_id"].nunique()
    assert n == 2
    done = recon("-w", folder)
    assert done.exit_code == 0, done.output
    assert "no decisions yet on 2 automatic matches" in done.output
    assert "--truth FILE.csv" in done.output


def test_a_newer_list_and_a_person_decide(folder):
    rows = posted(folder).sort_values("allocated")
    name = "2026-08-31.csv"
    (folder / "inbox" / "items" / name).write_text(items("RE-20260002 238.00 238.00", DOCUMENTS[2]), encoding="utf-8")
    assert CliRunner().invoke(app, ["load", "-w", str(folder)]).exit_code == 0
    with Workspace.open(folder).store.writing(by="anna", at=AT) as writing:
        seq = writing.journal("decision", {"reverse": rows["match_id"].iloc[1]})
        writing.append(ALLOCATIONS, rows[1:2].assign(status="reversed"), seq)
    told = json.loads(recon("--json", "-w", folder).stdout)
    fates = {name: sum(rule[name] for rule in told["decisions"]) for name in ("n", "in_ledger", "reversed", "judged", "right")}
    assert fates == {"n": 2, "in_ledger": 1, "reversed": 1, "judged": 2, "right": 1}
    assert told["n_lines"] == 3
    assert told["missed"] is None
    assert "in_ledger" in recon("-w", folder).output


def test_a_truth_file_judges_what_is_posted_and_what_is_proposed(folder):
    store = Workspace.open(folder).store
    lines, known = store.fetch(BANK_LINES).set_index("remittance")["line_id"], store.fetch(OPEN_ITEMS)
    item = known.set_index("document_no")["item_id"]
    file = folder / "truth.csv"
    rows = [
        f"{lines['RE-20260001']},{item['RE-20260001']},11900,payment",
        f"{lines['RE-20260002']},{item['RE-20260003']},23800,payment", f"{lines['thanks']},,5000,on_account",
        "elsewhere,x,1,payment",
    ]  # fmt: skip
    file.write_text("line_id,item_id,allocated,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    before = store.head()
    done = recon("--truth", file, "-w", folder)
    assert done.exit_code == 0, done.output
    assert "50.000%  1 of 2" in done.output
    assert "1 lines of the truth are not known to the run" in done.output
    assert f"line {lines['RE-20260002']} by" in done.output
    assert Workspace.open(folder).store.head() == before
    told = json.loads(recon("--truth", file, "--json", "-w", folder).stdout)
    assert {row["measure"]: row["part"] for row in told["measures"] if row["currency"] is None}["false_automatic"] == 1


def test_every_fault_of_a_truth_file_is_named_with_its_line(folder):
    file = folder / "truth.csv"
    file.write_text("line_id,item_id,allocated\na,1,100\n,2,3.50\nc,3,x\n", encoding="utf-8")
    done = recon("--truth", file, "-w", folder)
    assert done.exit_code == 1
    assert "truth.csv:3: line_id is '', expected a bank line's id" in done.output
    assert "truth.csv:3: allocated is '3.50', expected whole minor units" in done.output
    assert "truth.csv:4: allocated is 'x'" in done.output
    file.write_text("line_id,amount\na,1\n", encoding="utf-8")
    assert "truth.csv:1: expected a column item_id" in recon("--truth", file, "-w", folder).output


def test_a_truth_file_that_is_not_there_is_wrong_use(folder):
    done = recon("--truth", folder / "none.csv", "-w", folder)
    assert done.exit_code == 2
    assert "expected a CSV file" in done.output


def test_a_simulated_company_needs_no_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = recon("--simulate", "easy", "--items", "400", "--seed", "9005")
    assert done.exit_code == 0, done.output
    for part in ("straight through", "by phenomenon", "true sets that the search offers", "in truth it does not offer"):
        assert part in done.output
    told = json.loads(recon("--simulate", "easy", "--items", "400", "--seed", "9005", "--json").stdout)
    assert set(told) == {"measures", "ece", "rules", "calibration", "frontier", "n_unseen", "by", "search", "missed"}
    assert 0.5 < told["search"]["recall"] <= 1


def test_an_unknown_profile_is_wrong_use(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = recon("--simulate", "mixed")
    assert done.exit_code == 2
    assert "a profile of mixed_b2b" in done.output


def test_each_rule_is_measured_on_past_months_as_it_stands_now_and_nothing_is_posted(folder):
    rules = (
        '[[rule]]\nname = "numbers"\nthen = "propose"\nreference = ["number"]\n\n'
        '[[rule]]\nname = "exact"\nthen = "accept"\namount = "exact"\n\n'
        '[[rule]]\nname = "rent"\nthen = "never"\ntext = ["Miete"]\n'
    )
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    name = "2026-08-31.csv"
    (folder / "inbox" / "items" / name).write_text(items("RE-20260002 238.00 238.00", DOCUMENTS[2]), encoding="utf-8")
    assert CliRunner().invoke(app, ["load", "-w", str(folder)]).exit_code == 0
    before = posted(folder)
    told = json.loads(recon("--rules", "--json", "-w", folder).stdout)
    whole = {row["rule"]: row for row in told["months"] if row["month"] == "2026-08"}
    counts = ("n_lines", "n_fits", "n_decided", "n_judged", "n_right")
    assert [whole["numbers"][name] for name in counts] == [3, 2, 2, 1, 1]
    assert [whole["exact"][name] for name in counts] == [3, 2, 0, 1, 1]
    assert told["dead"] == ["rent"]
    assert told["overlaps"] == [{"rule": "numbers", "later": "exact", "n_lines": 2, "n_later": 2, "hidden": True}]
    assert posted(folder).equals(before)
    text = recon("--rules", "--months", 2, "-w", folder).output
    assert "dead, fit nothing in the last 2 months: rent" in text
    assert "overlap: exact stands behind numbers on 2 of its 2 lines; it decided nothing" in text


def test_a_simulated_company_has_no_rules_to_measure(folder):
    done = recon("--rules", "--simulate", "easy", "-w", folder)
    assert done.exit_code == 2
    assert "--rules is '--simulate easy', expected a workspace" in done.output
