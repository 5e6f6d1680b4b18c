"""What was right: every shared sample file against its expectation, and the closed sample company against its truth.

`python -m tests.bench.quality samples` and `python -m tests.bench.quality rules FOLDER` tell it as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from recon_kit.close.posting import books
from recon_kit.close.runs import current_run
from recon_kit.evaluation import evaluate
from recon_kit.matching import LIVE, MatchResult, measured
from recon_kit.matching.precision import wilson
from recon_kit.policy import Policy
from recon_kit.report.cut import read_cut
from recon_kit.tables import ALTERNATIVES, EVIDENCE
from recon_kit.workspace import Reading, Workspace
from tests.bench.closing import Books, by_bag, read_truth

LAST = date(2026, 10, 31)


def samples() -> dict[str, Any]:
    """How many files were read exactly or refused where they must or may be, and which were not, with why."""
    from tests.load.test_shared_samples import EXPECTED, judged

    found: dict[str, Any] = {"exact": 0, "refused": 0, "wrong": []}
    for expected in EXPECTED:
        try:
            found[judged(expected)] += 1
        except Exception as error:  # noqa: BLE001 (whatever it is, the file was not read as it must be)
            found["wrong"].append(f"{expected['file']}: {str(error).strip().splitlines()[:1]}")
    return found


def rules(folder: Path) -> dict[str, Any]:
    """Of the three closed months: non-customer lines that are breaks, and each rule's automatic matches, checked."""
    workspace = Workspace.open(folder / "data_samples")
    known = books(Reading.now(workspace), LAST)
    mine = Books(workspace.policy, known.lines, known.items, known.snapshots)
    run = current_run(folder / "reports", "2026-10")
    assert run is not None  # the bench closed it
    cut = read_cut(run.folder)
    truth = read_truth(folder / "data_samples", mine)
    result = MatchResult(by_bag(known.allocations, mine), ALTERNATIVES.empty(), cut.breaks, EVIDENCE.empty())
    judged, held_out = evaluate(result, truth), evaluate(result, truth[truth["split"] == "test"])
    apart = held_out.rules[["basis", "n", "right"]].rename(columns={"n": "n_test", "right": "right_test"})
    told = judged.rules[["basis", "n", "wrong"]].merge(apart, on="basis", how="left").set_index("basis")
    told = told.astype("Int64").fillna(0)
    return {
        **_non_customer(folder, known.lines, cut.breaks, workspace.start_on()),
        "n_ungranted": int((judged.lines["ungranted"] & judged.lines["status"].isin(LIVE)).sum()),
        "n_automatic": int(known.allocations["match_id"].nunique()),
        "rules": [_rule(str(basis), row, mine.policy) for basis, row in told.fillna(0).astype(int).iterrows()],
        "wrong": [f"{row['basis']}: said {row['said']}; truth {row['truth']}" for row in judged.wrong.to_dict("records")],
        "straight_through": held_out.straight_through,
    }


def _rule(basis: str, row: pd.Series, policy: Policy) -> dict[str, Any]:
    low, high = wilson(int(row["right_test"]), int(row["n_test"]))
    counts = {name: int(row[name]) for name in ("n", "wrong", "n_test", "right_test")}
    name = basis.removeprefix("rule:")
    theirs = {rule.name: rule.fingerprint for rule in policy.rules.rule}
    elsewhere = measured().get(theirs.get(name, name))
    return {
        "rule": basis, **counts, "low": low, "high": high,
        "others": f"{elsewhere.n - elsewhere.wrong:,} of {elsewhere.n:,}" if elsewhere else "the model: see matching",
    }  # fmt: skip


def _non_customer(folder: Path, lines: pd.DataFrame, breaks: pd.DataFrame, start: date | None) -> dict[str, int]:
    truth = pd.read_csv(folder / "data_samples" / "truth" / "lines.csv", parse_dates=["booked_on"])
    truth = truth[(truth["class"] != "customer") & (truth["booked_on"] > pd.Timestamp(start))]
    named = truth.merge(lines[["source_file", "source_line", "line_id"]], on=["source_file", "source_line"], how="left")
    if named["line_id"].isna().any():
        raise LookupError(f"{named['line_id'].isna().sum()} lines of the truth are not in the store")
    broken = set(breaks.loc[breaks["side"] == "bank_line", "id"])
    return {"n_non_customer": len(named), "n_breaks": int(named["line_id"].isin(broken).sum())}


if __name__ == "__main__":
    told = samples() if sys.argv[1] == "samples" else rules(Path(sys.argv[2]))
    sys.stdout.write(json.dumps(told) + "\n")
