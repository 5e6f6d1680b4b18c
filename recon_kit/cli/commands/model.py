"""Commands that learn and measure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon_kit.cli.app import HERE, Folder, app
from recon_kit.cli.screen import now, steps, told_errors, who


@app.command()
def train(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Learn and compare, replace nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything that was found, as JSON.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Learn from this workspace's decisions; the new model replaces the old one only if it is better on a later month."""
    from recon_kit.cli.train import learn

    with told_errors(), steps() as step:
        learn(workspace, dry_run, as_json, who(), now(), step)


@app.command()
def evaluate(
    truth: Annotated[
        Path | None, typer.Option(help="CSV of what is true: line_id,item_id,allocated[,kind,gl_account,entity].")
    ] = None,
    simulate: Annotated[
        str, typer.Option(help="Measure on a simulated company of this profile instead: mixed_b2b, b2c ...")
    ] = "",
    items: Annotated[int, typer.Option(help="Documents of the simulated company.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of the simulated company.")] = 9001,
    rules: Annotated[
        bool, typer.Option("--rules", help="Measure each rule of rules.toml instead, as it stands now, on the past months.")
    ] = False,
    months: Annotated[int, typer.Option(min=1, help="With --rules: the last months in which rules must be of use.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Everything that was measured, as JSON.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Measure matching: by what became of automatic matches, by a truth file, on a simulated company, or rule by rule."""
    from recon_kit.cli.evaluate import measure_rules, measure_simulated, measure_workspace

    with told_errors(), steps() as step:
        if rules:
            measure_rules(workspace, truth, simulate, months, as_json, step)
        elif simulate:
            measure_simulated(simulate, items, seed, as_json, step)
        else:
            measure_workspace(workspace, truth, as_json, step)
