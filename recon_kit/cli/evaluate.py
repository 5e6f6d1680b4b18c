"""`recon evaluate`: how good matching is, by decisions, by a truth file, or on a simulated company."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from recon_kit.cli.screen import say
from recon_kit.close.evaluating import OwnEvaluation, by_decisions, by_rules, by_truth
from recon_kit.errors import Fault, ParameterError, TableError
from recon_kit.evaluation import Blocking, Evaluation, Missed, RulesMeasured, blocking, candidates, evaluate, missed
from recon_kit.evaluation.judging import LABELS
from recon_kit.matching import match
from recon_kit.simulate.feeds import feed
from recon_kit.workspace import Workspace

_Step = Callable[[str], None]
_COLUMNS = ("line_id", "item_id", "allocated")
_OTHERS = ("kind", "gl_account", "entity", *LABELS)
_SHOWN = 20


def measure_workspace(workspace: Path, truth: Path | None, as_json: bool, step: _Step) -> None:
    """`recon evaluate` and `recon evaluate --truth FILE`."""
    opened = Workspace.open(workspace)
    if truth is not None:
        so = read_truth(truth)
        step("matching what is open")
        found = by_truth(opened, so)
        if as_json:
            _json(_plain(found))
        else:
            _told(found)
        return
    step("looking up what became of automatic matches")
    own = by_decisions(opened)
    if as_json:
        _json({"decisions": _records(own.decisions.rules), "n_lines": own.decisions.n_lines, "missed": _missed(own.missed)})
    else:
        _told_own(own)


def measure_rules(workspace: Path, truth: Path | None, simulate: str, months: int, as_json: bool, step: _Step) -> None:
    """`recon evaluate --rules`, by decisions or with `--truth FILE`."""
    if simulate:
        told = "a workspace, whose rules.toml is measured; a simulated company has none"
        raise ParameterError("evaluate", [Fault(told, field="--rules", found=f"--simulate {simulate}")])
    opened = Workspace.open(workspace)
    so = None if truth is None else read_truth(truth)
    step("matching all months anew with the rules as they stand")
    found = by_rules(opened, so, months)
    if as_json:
        told_rules = {"dead": list(found.dead), "overlaps": _records(found.overlaps), "months": _records(found.months)}
        _json({**told_rules, "last": found.last})
    else:
        _told_rules(found)


def measure_simulated(profile: str, items: int, seed: int, as_json: bool, step: _Step) -> None:
    """`recon evaluate --simulate PROFILE`: the shipped model on a company that no training has seen."""
    step(f"making a company of {items:,} documents")
    made = feed(profile, items, seed, "test")
    step("matching")
    result = match(made.bank_lines, made.open_items)
    step("evaluating")
    found = evaluate(result, made.truth)
    offered = candidates(made.bank_lines, made.open_items)
    proposed = blocking(offered, made.truth)
    sure = result.allocations[result.allocations["status"].eq("auto") & result.allocations["kind"].eq("payment")]
    unseen = missed(blocking(offered, sure))
    if as_json:
        searched = {"recall": proposed.recall, "by_size": _records(proposed.by("size")), "n_capped": proposed.n_capped}
        _json({**_plain(found), "search": searched, "missed": _missed(unseen)})
        return
    _told(found)
    _told_search(proposed, unseen)


def read_truth(path: Path) -> pd.DataFrame:
    """A truth file as a frame for `evaluate`: CSV with line_id, item_id, allocated (whole minor units), and perhaps others.

    Raises:
        TableError: a column is missing, a line_id is empty or an amount is not whole; each bad line is named.
    """
    if not path.is_file():
        raise ParameterError("evaluate", [Fault("a CSV file", field="--truth", found=str(path))])
    rows = pd.read_csv(path, dtype="str", keep_default_na=False, skip_blank_lines=False)
    if absent := [name for name in _COLUMNS if name not in rows]:
        raise TableError(str(path), [Fault(f"a column {name}", line=1) for name in absent])
    bad = {"line_id": rows["line_id"].eq(""), "allocated": ~rows["allocated"].str.fullmatch(r"[-+]?[0-9]{1,18}")}
    told = {"line_id": "a bank line's id", "allocated": "whole minor units, as -1250"}
    faults = [
        Fault(told[name], line=int(at) + 2, field=name, found=str(rows[name].iloc[at]))
        for name, flags in bad.items()
        for at in flags.to_numpy().nonzero()[0]
    ]
    if faults:
        raise TableError(str(path), faults)
    kept = rows[[name for name in (*_COLUMNS, *_OTHERS) if name in rows]]
    return kept.replace("", None).assign(allocated=rows["allocated"].astype("int64"))


def _told(found: Evaluation) -> None:
    say(str(found))
    _table("by rule or model", found.rules, ("basis", "status", "n", "exact", "right", "precision", "lower95", "upper95"))
    for label in ("phenomenon", "quoting"):
        if label in found.lines:
            told = found.by(label)
            _table(f"by {label}", told, (label, "n", "through", "false", "proposed", "exact", "left", "recall"))
    _told_wrong(found.wrong[found.wrong["status"].ne("proposed")])


def _told_wrong(automatic: pd.DataFrame) -> None:
    false = automatic[~automatic["exact"]]
    say(f"\nautomatic matches of other documents than the true ones: {len(false):,}")
    for row in false.head(_SHOWN).to_dict("records"):
        say(f"  line {row['line_id']} by {row['basis']}: said {row['said']}; truth {row['truth']}")
    if len(false) > _SHOWN:
        say(f"  and {len(false) - _SHOWN:,} more (--json and `recon_kit.evaluate` have them all)")
    if others := len(automatic) - len(false):
        say(f"{others:,} more have the right documents and another split: discounts, charges and deductions not granted")


def _told_search(proposed: Blocking, unseen: Missed) -> None:
    _table(f"true sets that the search offers before anything is taken: {proposed.recall:.1%}", proposed.by("size"),
           ("size", "n", "proposed", "recall"))  # fmt: skip
    _told_missed(unseen)
    say(f"  in truth it does not offer {int((~proposed.sets['proposed']).sum()):,}")


def _told_own(own: OwnEvaluation) -> None:
    found = own.decisions
    if found.matches.empty:
        say("no matches yet: recon match posts what is certain, and evaluate tells later what became of it")
        return
    if not found.n_judged:
        say(
            f"no decisions yet on {len(found.matches):,} automatic matches: nobody confirmed or took back any, and no newer "
            "open-item list tells; --truth FILE.csv measures against a truth, --simulate mixed_b2b the engine itself"
        )
    bounds = ["lower95", "upper95"]
    rules = found.rules.assign(**found.rules[bounds].where(found.rules["judged"] > 0))
    _table(f"{len(found.matches):,} automatic matches on {found.n_lines:,} lines", rules,
           ("basis", "n", "confirmed", "in_ledger", "reversed", "ledger_differs", "undecided", "precision", "lower95",
            "upper95", "coverage"))  # fmt: skip
    if own.missed is not None:
        _told_missed(own.missed)


def _told_rules(found: RulesMeasured) -> None:
    if found.months.empty:
        say("no rules: rules.toml has none; docs/policy.md shows what they can say")
        return
    rows, bounds = found.months, ["precision", "lower95", "upper95"]
    rows = rows.assign(**rows[bounds].where(rows["n_judged"] > 0))
    columns = ("rule", "month", "then", "n_fits", "coverage", "n_decided", "n_judged", *bounds)
    whole = rows["month"].eq("all")
    _table(f"rules in the last {found.last} months together", rows[whole], tuple(c for c in columns if c != "month"))
    months = sorted(rows.loc[~whole, "month"].unique())[-found.last :]
    _table("month by month, where they fit", rows[rows["month"].isin(months) & rows["n_fits"].gt(0)], columns)
    if not rows["n_judged"].any():
        say("\nno truth and no decisions tell yet whether they were right; --truth FILE.csv measures against a truth")
    if found.dead:
        say(f"\ndead, fit nothing in the last {found.last} months: {', '.join(found.dead)}")
    for row in found.overlaps.to_dict("records"):
        end = "; it decided nothing" if row["hidden"] else ""
        say(f"overlap: {row['later']} stands behind {row['rule']} on {row['n_lines']:,} of its {row['n_later']:,} lines{end}")


def _told_missed(unseen: Missed) -> None:
    low, high = unseen.estimates["missed"].min(), unseen.estimates["missed"].max()
    say(
        f"\nright sets that no way of looking finds, estimated from {unseen.found:,} sure ones: {low:,.0f} to {high:,.0f} by "
        "method, rather more than fewer: what is hard for one way is hard for the others"
    )


def _table(title: str, rows: pd.DataFrame, columns: tuple[str, ...]) -> None:
    say(f"\n{title}")
    shares = {name for name in columns if name in ("precision", "lower95", "upper95", "coverage", "recall")}
    text = pd.DataFrame({
        name: [_cell(value, name in shares) for value in rows[name].tolist()] for name in columns
    })  # fmt: skip
    wide = {name: max([len(name), *text[name].str.len()]) for name in columns}
    for cells in [columns, *text.itertuples(index=False, name=None)]:
        first, *others = (f"{cell:<{wide[name]}}" for cell, name in zip(cells, columns, strict=True))
        say("  " + "  ".join([first, *(f"{cell.strip():>{len(cell)}}" for cell in others)]))


def _cell(value: Any, is_share: bool) -> str:
    if isinstance(value, float) and not isfinite(value):
        return "-"
    return f"{value:.2%}" if is_share else f"{value:,}" if isinstance(value, int) else str(value)


def _plain(found: Evaluation) -> dict[str, Any]:
    labels = [label for label in LABELS if label in found.lines]
    return {
        "measures": _records(found.measures()), "ece": found.ece, "rules": _records(found.rules),
        "calibration": _records(found.calibration()), "frontier": _records(found.frontier()), "n_unseen": found.n_unseen,
        "by": {label: _records(found.by(label)) for label in labels},
    }  # fmt: skip


def _missed(unseen: Missed | None) -> Any:
    return None if unseen is None else {"found": unseen.found, "estimates": _records(unseen.estimates)}


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.astype(object).to_dict("records")]


def _json(told: dict[str, Any]) -> None:
    say(json.dumps(_finite(told), ensure_ascii=False, indent=1))


def _finite(value: Any) -> Any:
    """Values that JSON has: nulls for what is not a number or not there."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if value is None or value is pd.NA or (isinstance(value, float) and not isfinite(value)) else value
