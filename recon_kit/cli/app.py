"""The commands and their options; each hands over to the package at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon_kit.cli.screen import DONE, FAILED, NEEDS_REVIEW, now, say, steps, told_errors, who

app = typer.Typer(
    name="recon",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_HERE = Path()


def _named(context: typer.Context, folder: Path) -> Path:
    """The workspace that -w names, before the command, after it, or both to the same effect."""
    before = context.parent.params.get("workspace") if context.parent else None
    if before is None:
        return folder
    given = context.get_parameter_source("workspace")
    if given is not None and given.name == "COMMANDLINE" and folder.resolve() != before.resolve():
        raise typer.BadParameter(f"-w names {before} before the command and {folder} after it; name one")
    return Path(before)


_WHERE = "Folder with recon.toml; this one or one above by default."
_Folder = Annotated[Path, typer.Option("-w", "--workspace", callback=_named, help=_WHERE)]


def main() -> None:
    """Entry point of the command `recon`."""
    app()


@app.callback()
def options(
    context: typer.Context, workspace: Annotated[Path | None, typer.Option("-w", "--workspace", help=_WHERE)] = None
) -> None:
    """Which money paid what, exact to the cent. Run it in a workspace, or name one with -w, before or after the command."""
    if workspace is not None and context.invoked_subcommand in ("init", "demo"):
        told = f"{context.invoked_subcommand} makes a workspace and is told its folder after the command"
        raise typer.BadParameter(told, param_hint="-w")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new workspace; files may lie in its inbox already.")],
    entity: Annotated[str, typer.Option(help="Short name of the legal entity, such as DE01.")] = "",
    name: Annotated[str, typer.Option(help="Full name of the company.")] = "",
    currency: Annotated[str, typer.Option(help="Its base currency.")] = "",
    locale: Annotated[str, typer.Option(help="Language of reports: en or de.")] = "en",
) -> None:
    """Make a workspace: asks for entity and currency, finds the accounts in files dropped into its inbox."""
    from recon_kit.cli.intake import make_workspace

    with told_errors():
        make_workspace(folder, entity, name, currency, locale)


@app.command()
def start(
    on: Annotated[str, typer.Option("--on", help="Opening day: the last day before the first period to close.")],
    workspace: _Folder = _HERE,
) -> None:
    """Fix the opening position of a day, beside what the ledger says."""
    from recon_kit.cli.intake import show_opening

    with told_errors():
        raise typer.Exit(NEEDS_REVIEW if not show_opening(workspace, on, who(), now()) else DONE)


@app.command()
def load(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; the inbox by default.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and prove everything, write nothing.")] = False,
    override: Annotated[str, typer.Option(help="Reason for taking in files whose own totals do not tie.")] = "",
    layout: Annotated[str, typer.Option(help="Layout to read them by, whatever they look like.")] = "",
    workspace: _Folder = _HERE,
) -> None:
    """Take in files that are new: each wholly or not at all, its totals proven."""
    from recon_kit.cli.intake import take_files

    with told_errors(), steps() as step:
        how = {"dry_run": dry_run, "override": override or None, "layout": layout or None}
        take_files(workspace, paths, who(), now(), step, **how)


@app.command()
def unload(
    name: Annotated[str, typer.Argument(help="The file's name as taken in, or the beginning of its hash.")],
    why: Annotated[str, typer.Option(help="Reason, for the journal; needed to do it.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what it would move.")] = False,
    workspace: _Folder = _HERE,
) -> None:
    """Take a file back: nothing is deleted, its rows no longer count. Shows first what it moves."""
    from recon_kit.cli.intake import take_back

    with told_errors():
        take_back(workspace, name, why, yes, who(), now())


@app.command()
def reload(
    name: Annotated[str, typer.Argument(help="The file's name as taken in, or the beginning of its hash.")],
    layout: Annotated[str, typer.Option(help="Layout to read it by.")] = "",
    mapping: Annotated[str, typer.Option(help="Column-mapping file to read it by.")] = "",
    date_order: Annotated[str, typer.Option(help="dmy, mdy or ymd.")] = "",
    decimal_mark: Annotated[str, typer.Option(help="Decimal mark, ',' or '.'.")] = "",
    why: Annotated[str, typer.Option(help="Reason, for the journal; needed where rows of a closed period move.")] = "",
    override: Annotated[str, typer.Option(help="Reason for taking it in although its totals do not tie.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what it would move.")] = False,
    workspace: _Folder = _HERE,
) -> None:
    """Read a file again another way; matches on rows that did not change stay. Shows first what it moves."""
    from recon_kit.cli.intake import read_again

    hints = {"layout": layout, "mapping": mapping, "date_order": date_order, "decimal_mark": decimal_mark}
    with told_errors():
        given = {key: value for key, value in hints.items() if value}
        read_again(workspace, name, given, why, override or None, yes, who(), now())


@app.command()
def match(
    period: Annotated[str, typer.Argument(help="Period up to whose end lines are matched.")] = "previous-period",
    workspace: _Folder = _HERE,
) -> None:
    """Match what is unexplained; post what is certain, and list the rest by reason."""
    from recon_kit.cli.monthly import match_lines

    with told_errors(), steps() as step:
        match_lines(workspace, period, who(), now(), step)


@app.command()
def close(
    period: Annotated[str, typer.Argument(help="Period to close: 2026-10, previous-period ...")],
    override: Annotated[list[str] | None, typer.Option(help='"SOURCE=REASON": close without an expected source.')] = None,
    override_totals: Annotated[str, typer.Option(help="Reason for taking in files whose own totals do not tie.")] = "",
    workspace: _Folder = _HERE,
) -> None:
    """Close a period: inbox, matching, report, proof. Exit code 3: done, but something needs review."""
    from recon_kit.cli.monthly import close_one

    with told_errors():
        with steps() as step:
            closed = close_one(workspace, period, override or [], override_totals or None, who(), now(), step)
        say(f"{closed.period}: {closed.status.replace('_', ' ')}. {closed.sentence}")
        say(f"report: {closed.report}" + ("" if closed.new else "   (nothing has changed since)"))
        raise typer.Exit(DONE if closed.status == "ready" else NEEDS_REVIEW)


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="A notebook's path, or the name of one that ships.")],
    parameter: Annotated[list[str] | None, typer.Option("-p", help="name=value")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the executed notebook and its page go.")] = None,
    workspace: _Folder = _HERE,
) -> None:
    """Run a notebook with checked parameters; leaves the executed notebook and one offline page."""
    from recon_kit.cli.monthly import run_one

    with told_errors():
        say(f"page: {run_one(workspace, notebook, parameter or [], out)}")


@app.command()
def train(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Learn and compare, replace nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything that was found, as JSON.")] = False,
    workspace: _Folder = _HERE,
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
    workspace: _Folder = _HERE,
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


@app.command()
def status(workspace: _Folder = _HERE) -> None:
    """Where the work stands; the last line is the one next step."""
    from recon_kit.cli.monthly import show_status

    with told_errors():
        show_status(workspace, now())


@app.command()
def verify(workspace: _Folder = _HERE) -> None:
    """Prove that journal, rows, kept files and reports are as they were written."""
    from recon_kit.cli.monthly import prove

    with told_errors():
        raise typer.Exit(DONE if prove(workspace) else FAILED)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
    workspace: _Folder = _HERE,
) -> None:
    """Copy a SQLite store while it is in use."""
    from recon_kit.cli.keeping import back_up

    with told_errors():
        say(f"store copied to {target}; its journal ends with entry {back_up(workspace, target).seq}")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A copy that `recon backup` wrote.")],
    workspace: _Folder = _HERE,
) -> None:
    """Put a copied store in the place of one that is gone."""
    from recon_kit.cli.keeping import put_back

    with told_errors():
        say(f"store restored from {source}; its journal ends with entry {put_back(workspace, source).seq}")


@app.command()
def migrate(workspace: _Folder = _HERE) -> None:
    """Bring a store of an older version to today's schema; back it up first."""
    from recon_kit.cli.keeping import bring_up_to_date

    with told_errors():
        say(bring_up_to_date(workspace))


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Option(help="Where to work; the checkout's sample, else ./recon-demo.")] = None,
) -> None:
    """Close August, September and October 2026 of the sample company, and show where October's report lies."""
    from recon_kit.cli.showcase import close_sample

    with told_errors(), steps() as step:
        close_sample(folder, who(), now(), step)
