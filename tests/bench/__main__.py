"""`make bench`: runs the cases and writes docs/benchmarks.md. `--only camt,mt940` runs some and keeps the other figures.

`--only matching --items 3000 --seeds 9000 --try` looks at the matching case in small, and keeps and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.cases import CASES, Bench
from tests.bench.machine import machine, pace
from tests.bench.matching import ITEMS, SEEDS
from tests.bench.page import page
from tests.bench.results import NO, plain, read_results
from tests.bench.runner import ROOT

KEPT = ROOT / "tests" / "bench" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Run, tell each figure as it comes, write the page; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", default=",".join(CASES), help=f"cases, joined by commas, of {', '.join(CASES)}")
    parser.add_argument("--runs", type=int, default=7, help="runs of each contender after the warm-up (long ones: half)")
    parser.add_argument("--items", type=_numbers, default=ITEMS, help="matching: sizes at which engines are compared")
    parser.add_argument("--seeds", type=_numbers, default=SEEDS, help="matching: seeds of each profile")
    parser.add_argument("--try", dest="trying", action="store_true", help="only tell the figures")
    given = parser.parse_args()
    names = given.only.split(",")
    if unknown := [name for name in names if name not in CASES]:
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    kept, here = read_results(KEPT), machine()
    if _other(kept["machine"], here):
        say("the kept figures are another machine's: left out")
        kept["cases"] = {}
    kept["machine"] = here
    day, missed = datetime.now(UTC).date().isoformat(), 0
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place), given.runs, given.items, given.seeds)
        for name in names:
            beforehand = pace()
            say(f"{name} (load {os.getloadavg()[0]:.1f}, pace {beforehand:.3f})")
            result = CASES[name](bench)
            for m in result.measures:
                say(f"  {m.measure}: {m.figure}; target {m.target}" + (f"; {m.peer}" if m.peer else ""))
                missed += m.met == NO
            if given.trying:
                say(page({"machine": here, "cases": {name: plain(result, day, beforehand)}}))
                continue
            kept["cases"][name] = plain(result, day, beforehand)
            kept["cases"] = {case: kept["cases"][case] for case in CASES if case in kept["cases"]}
            KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
            PAGE.write_text(page(kept), "utf-8")
    return 1 if missed else 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def _other(before: dict[str, str], here: dict[str, str]) -> bool:
    return any(before.get(name) != here[name] for name in ("processor", "memory", "system")) if before else False


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
