"""docs/benchmarks.md, written from the kept results."""

from __future__ import annotations

from typing import Any

_HEAD = """# Benchmarks

Written by `make bench` (`python -m tests.bench --only camt,mt940` renews some rows); never a timed test. Each run is a
process of its own, several after a warm-up. The files are made (`tests/bench/made.py`), the same for ours and the peer, and
every run's count and sum are held against what was made. Seconds are those of the fastest run: other work on the machine only
ever adds to them. CPU seconds stand beside them, because wall seconds double when the cores are shared; a target that is met
only in CPU seconds is marked so. Readers are timed in a process that has imported the package; *whole process* below is the
cold start, interpreter and imports included. Peers do less: none checks a balance, names a wrong line or proves a total.
"""


def page(kept: dict[str, Any]) -> str:
    """The whole page."""
    cases = kept["cases"]
    parts = [_HEAD, "## Machine", "", *_machine(kept), "", "## Measures", "", *_measures(cases), ""]
    if notes := [note for case in cases.values() for note in case["notes"]]:
        parts += ["What was wrong:", "", *(f"- {note}" for note in notes), ""]
    for sheet in (sheet for case in cases.values() for sheet in case.get("sheets", ())):
        parts += [f"## {sheet['title']}", "", sheet["note"], "", *_table(sheet["head"], sheet["rows"]), ""]
    parts += ["## Runs", "", *_runs(cases), ""]
    if rules := [rule for case in cases.values() for rule in case["rules"]]:
        parts += ["## Rules", "", *_rules(rules), ""]
    return "\n".join(parts)


def _machine(kept: dict[str, Any]) -> list[str]:
    return [f"- {name}: {told}" for name, told in kept["machine"].items()]


def _measures(cases: dict[str, Any]) -> list[str]:
    rows = [
        f"| {m['measure']} | {m['target']} | {m['figure']} | {m['met'] or '-'} | {m['peer']} | {case['day']} |"
        for case in cases.values()
        for m in case["measures"]
    ]
    return ["| measure | target | figure | met | peer | measured |", "|---|---|---|---|---|---|", *rows]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _runs(cases: dict[str, Any]) -> list[str]:
    head = [
        "Seconds: wall smallest / middle / largest, smallest CPU. MB: largest resident size of the process, and what the work",
        "added after the imports. *Pace*: CPU seconds of a fixed piece of Python just before; the larger, the busier.",
        "",
        "| case | what | runs | wall | CPU | whole process | peak MB | added MB | pace |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return head + [
        f"| {name} | {what} | {r['n']} | {r['wall_min']:.2f} / {r['wall_median']:.2f} / {r['wall_max']:.2f} | {r['cpu']:.2f} |"
        f" {r['process']:.2f} | {r['peak_mb']:.0f} | {_added(r)} | {case['pace']:.3f} |"
        for name, case in cases.items()
        for what, r in case["runs"].items()
    ]


def _added(runs: dict[str, Any]) -> str:
    return f"{runs['peak_mb'] - runs['before_mb']:.0f}" if runs["before_mb"] else ""


def _rules(rules: list[dict[str, Any]]) -> list[str]:
    head = [
        "Automatic matches of the sample's three closed months against its truth. *Held out*: lines of the `test` split alone,",
        "with the 95 % interval of the precision (Wilson). *Other seeds*: right ones among matches of companies that nobody",
        "looked at (`tests/bench/measure_rules.py`); those decide how far a rule is trusted.",
        "",
        "| rule | matches | wrong | held out: right of | precision, 95 % | other seeds: right of |",
        "|---|---|---|---|---|---|",
    ]
    return head + [
        f"| `{r['rule']}` | {r['n']:,} | {r['wrong']} | {r['right_test']} of {r['n_test']} | {_interval(r)} | {r['others']} |"
        for r in rules
    ]


def _interval(rule: dict[str, Any]) -> str:
    return f"{rule['low']:.1%} to {rule['high']:.1%}" if rule["n_test"] else "none in the split"
