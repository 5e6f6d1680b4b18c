"""`recon train`: what the decisions taught, in a few lines or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from recon_kit.cli.screen import say
from recon_kit.close.learning import Side, Training, train_from_decisions
from recon_kit.workspace import Workspace


def learn(workspace: Path, dry_run: bool, as_json: bool, by: str, at: datetime, step: Callable[[str], None]) -> None:
    """Train, compare, replace if better; say what came of it."""
    found = train_from_decisions(Workspace.open(workspace), by=by, at=at, dry_run=dry_run, step=step)
    if as_json:
        say(json.dumps(found.to_dict(), ensure_ascii=False, indent=1, sort_keys=True))
        return
    _told(found)


def _told(found: Training) -> None:
    if found.n_decisions:
        say("decided lines: " + ", ".join(f"{name} {n:,}" for name, n in found.n_decisions.items()))
    for name, side in (("champion", found.champion), ("challenger", found.challenger)):
        if side is not None:
            say(f"  {name:<10} on {found.later}: {_figures(side)}")
    say(found.sentence)
    if found.file is not None:
        say(f"model: {found.file}")


def _figures(side: Side) -> str:
    wrong = f"{side.n_false:,} of {side.n_automatic:,} wrong (up to {side.upper95:.2%} at 95 %)"
    return f"{side.exact:.1%} exact, {side.through:.1%} automatic and exact, {wrong}"
