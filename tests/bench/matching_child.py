"""Steps of the matching bench, each in a process of its own: make a feed, run one of ours on it, judge what came out.

python -m tests.bench.matching_child feed FOLDER PROFILE ITEMS SEED
python -m tests.bench.matching_child run FOLDER recon_kit|equal_amount|quoted_then_oldest
python -m tests.bench.matching_child judge FOLDER NAME [laws]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.bench.watch import Watch, peak_mb

FLOOR = 0.999
"""From this probability on a peer's link counts as automatic: what our engine promises of its own."""
_TABLES = ("bank_lines", "open_items", "truth")
_RESULT = ("allocations", "alternatives", "breaks", "evidence")


def feed(folder: Path, profile: str, items: str, seed: str) -> dict[str, Any]:
    """A simulated company of the test dialect, which no training ever saw, as Parquet."""
    from recon_kit.simulate.feeds import feed as simulated

    made = simulated(profile, int(items), int(seed), "test")
    folder.mkdir(parents=True, exist_ok=True)
    for name in _TABLES:
        getattr(made, name).to_parquet(folder / f"{name}.parquet")
    return {"n_lines": len(made.bank_lines), "n_items": len(made.open_items)}


def run(folder: Path, name: str) -> dict[str, Any]:
    """One of ours, timed from frames to result; compiled code is loaded before."""
    lines, items = (_read(folder, table) for table in _TABLES[:2])
    work, keep = _engine(folder) if name == "recon_kit" else _rule(folder, name)
    from recon_kit.simulate.feeds import feed as simulated

    small = simulated("mixed_b2b", 300, 1)
    work(small.bank_lines, small.open_items)
    before, watch = peak_mb(), Watch()
    with watch:
        result = work(lines, items)
    figures = {"wall": watch.wall, "cpu": watch.cpu, "before_mb": before, "peak_mb": peak_mb()}
    keep(result)
    return {**figures, "facts": {}}


def _engine(folder: Path) -> tuple[Callable[..., Any], Callable[[Any], None]]:
    from recon_kit.matching import match

    def keep(result: Any) -> None:
        for name in _RESULT:
            getattr(result, name).to_parquet(folder / f"{name}.parquet")

    return match, keep


def _rule(folder: Path, name: str) -> tuple[Callable[..., Any], Callable[[Any], None]]:
    from tests.bench.matching_rules import RULES

    return RULES[name], lambda links: links.to_parquet(folder / "links.parquet")


def judge(folder: Path, name: str, *more: str) -> dict[str, Any]:
    """What the last run of that contender was worth, by the feed's truth."""
    from recon_kit.evaluation import evaluate

    truth = _read(folder, "truth")
    result = _ours(folder) if name == "recon_kit" else _theirs(folder)
    found = evaluate(result, truth)
    shares = {_named(row): row["share"] for row in found.measures().to_dict("records")}
    false = found.measures().set_index("measure").loc["false_automatic"]
    false = false[false["currency"].isna()].iloc[0] if isinstance(false, pd.DataFrame) else false
    main = str(found.lines["currency"].value_counts().index[0])
    told = {
        "shares": shares, "main": main, "ece": found.ece, "n_false": int(false["part"]), "n_automatic": int(false["of"]),
        "false_upper95": float(false["upper95"]), "n_unseen": found.n_unseen, "n_lines": len(found.lines),
    }  # fmt: skip
    return {**told, **(_laws(folder, result) if "laws" in more else {})}


def _named(row: dict[Any, Any]) -> str:
    return row["measure"] + (f"/{row['currency']}" if isinstance(row["currency"], str) else "")


def _ours(folder: Path) -> Any:
    from recon_kit.matching import MatchResult

    return MatchResult(*(_read(folder, name) for name in _RESULT))


def _theirs(folder: Path) -> Any:
    """Links as a result; every line has a break of its amount, so that it is known to have been seen."""
    from recon_kit.matching import MatchResult
    from recon_kit.tables import ALLOCATIONS, ALTERNATIVES, BREAKS, EVIDENCE

    links, lines = pd.read_parquet(folder / "links.parquet"), _read(folder, "bank_lines")
    both = links.merge(lines[["line_id", "currency", "booked_on", "amount"]], on="line_id")
    automatic = both["probability"] >= FLOOR
    rows = ALLOCATIONS.empty().reindex(both.index).assign(
        match_id=both["line_id"], line_id=both["line_id"], item_id=both["item_id"], allocated=1, currency=both["currency"],
        kind="payment", probability=both["probability"], status=automatic.map({True: "auto", False: "proposed"}),
        basis="peer", effective_on=both["booked_on"],
    )  # fmt: skip
    paid = both.loc[automatic, "line_id"].value_counts()
    left = lines["amount"] - lines["line_id"].map(paid).fillna(0).astype("int64")
    breaks = BREAKS.empty().reindex(lines.index).assign(
        side="bank_line", id=lines["line_id"], reason="no_item", amount=left, currency=lines["currency"], detail=""
    )  # fmt: skip
    return MatchResult(rows, ALTERNATIVES.empty(), breaks, EVIDENCE.empty())


def _laws(folder: Path, result: Any) -> dict[str, Any]:
    """Breaches of conservation, lines lost, and whether rows in another order give another result."""
    from recon_kit.matching import check_laws, match

    lines, items = (_read(folder, table) for table in _TABLES[:2])
    faults = check_laws(lines, items, result.allocations, result.breaks)
    told = set(result.breaks.loc[result.breaks["side"] == "bank_line", "id"]) | set(result.allocations["line_id"].dropna())
    again = match(lines.sample(frac=1, random_state=7), items.sample(frac=1, random_state=8))
    same = all(_content(getattr(again, name)) == _content(getattr(result, name)) for name in _RESULT)
    lost = int((~lines.loc[lines["amount"] != 0, "line_id"].isin(told)).sum())
    return {"n_faults": len(faults), "n_lost": lost, "order": same}


def _content(frame: pd.DataFrame) -> str:
    return str(frame.to_csv(index=False))


def _read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet")


STEPS: dict[str, Callable[..., dict[str, Any]]] = {"feed": feed, "run": run, "judge": judge}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])) + "\n")
