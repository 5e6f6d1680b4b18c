"""What each command does with the package, and the few lines that it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import typer

from recon_kit.cli.screen import say
from recon_kit.close import Closed, close_period, find_notebook, match_and_post, run_notebook
from recon_kit.close import status as work_status
from recon_kit.close import verify as verify_workspace
from recon_kit.errors import Fault, ParameterError
from recon_kit.money import money_text
from recon_kit.tables import REASONS
from recon_kit.workspace import Found, Impact, Workspace, create, look_into, reload, start, take_in, unload
from recon_kit.workspace.template import Answers

_Step = Callable[[str], None]


def make_workspace(folder: Path, entity: str, name: str, currency: str, locale: str) -> None:
    """`recon init`."""
    inbox = folder / "inbox"
    found = look_into(inbox) if inbox.is_dir() else Found()
    seen = [currency for currency, _ in (*found.accounts.values(), *found.psp_accounts.values())]
    if locale not in ("en", "de"):
        raise ParameterError("init", [Fault("en or de", field="locale", found=locale)])
    answers = Answers(
        entity=entity or typer.prompt("Short name of the legal entity", default="MAIN"),
        name=name or typer.prompt("Full name", default=folder.resolve().name),
        currency=currency or typer.prompt("Base currency", default=max(seen, key=seen.count) if seen else "EUR"),
        locale=locale,
    )
    written = create(folder, answers, found)
    say(f"wrote {written}")
    for account, (own, told) in found.accounts.items():
        say(f"  account {account}, {own}, from {told}")
    for account, (own, psp) in found.psp_accounts.items():
        say(f"  merchant account {account} at {psp}, {own}")
    for file, fault in found.unread.items():
        say(f"  not read yet: {file}: {fault}")
    say("next: look through recon.toml, then: recon load")


def show_opening(workspace: Path, on: str, by: str, at: datetime) -> bool:
    """`recon start`; whether everything ties."""
    opening = start(Workspace.open(workspace), _day(on), by=by, at=at)
    say(f"opening position of {opening.on}")
    for row in opening.lines.to_dict("records"):
        entity = "" if pd.isna(row["entity"]) else f"{row['entity']} "
        ours = money_text(row["ours"], row["currency"], group=",")
        ledger = "" if pd.isna(row["ledger"]) else f", ledger {money_text(row['ledger'], row['currency'], group=',')}"
        tie = "not in the ledger balances" if pd.isna(row["difference"]) else _tie(row["difference"], row["currency"])
        say(f"  {entity}{row['what']}: {ours} {row['currency']}{ledger}: {tie}")
    return opening.ties


def take_files(
    workspace: Path, paths: list[Path] | None, by: str, at: datetime, dry_run: bool, override: str | None, step: _Step
) -> None:
    """`recon load`."""
    opened = Workspace.open(workspace)
    opened.record_policy(by, at)
    taken = take_in(opened, paths, by=by, at=at, dry_run=dry_run, override=override, step=step)
    new = [one for one in taken if one.outcome == "new"]
    for one in new:
        skipped = f", {one.n_skipped} left out by rule" if one.n_skipped else ""
        say(f"  {one.name}: {one.format}, {one.n_rows:,} rows{skipped}")
    verb = "would be taken in" if dry_run else "taken in"
    say(f"{len(new)} files {verb}, {len(taken) - len(new)} known already")


def take_back(workspace: Path, name: str, why: str, yes: bool, by: str, at: datetime) -> None:
    """`recon unload`."""
    _show_impact(unload(Workspace.open(workspace), name, why=why, by=by, at=at, apply=yes))


def read_again(
    workspace: Path, name: str, hints: dict[str, str], override: str | None, yes: bool, by: str, at: datetime
) -> None:
    """`recon reload`."""
    _show_impact(reload(Workspace.open(workspace), name, by=by, at=at, apply=yes, override=override, **hints))


def match_lines(workspace: Path, period: str, by: str, at: datetime, step: _Step) -> None:
    """`recon match`."""
    opened = Workspace.open(workspace)
    opened.record_policy(by, at)
    step("matching")
    posted = match_and_post(opened, opened.policy.calendar.period(period, at.date()), by=by, at=at)
    say(f"{posted.n_lines:,} lines explained by {posted.n_matches:,} matches")
    breaks = posted.result.breaks
    for (reason, currency), rows in breaks.groupby(["reason", "currency"]):
        amount = money_text(int(rows["amount"].abs().sum()), str(currency), group=",")
        say(f"  {len(rows):>6,}  {amount:>16} {currency}  {REASONS[str(reason)]}")


def close_one(
    workspace: Path, period: str, overrides: Sequence[str], totals: str | None, by: str, at: datetime, step: _Step
) -> Closed:
    """`recon close`."""
    opened = Workspace.open(workspace)
    wanted = opened.policy.calendar.period(period, at.date())
    if wanted.last >= at.date():
        raise ParameterError("close", [Fault(f"a period that is over; {wanted} ends on {wanted.last}")])
    given = _pairs(overrides, "override")
    return close_period(opened, wanted, by=by, at=at, overrides=given, override_totals=totals, step=step)


def run_one(workspace: Path, notebook: str, parameters: Sequence[str], out: Path | None) -> Path:
    """`recon run`; where the page lies."""
    from recon_kit.report import to_html

    path = find_notebook(notebook)
    folder = out or Workspace.open(workspace).path("reports") / "adhoc"
    executed = run_notebook(path, folder / f"{path.stem}.ipynb", _pairs(parameters, "parameter"))
    page = folder / f"{path.stem}.html"
    page.write_text(to_html(executed, path.stem), encoding="utf-8")
    return page


def show_status(workspace: Path, at: datetime) -> None:
    """`recon status`."""
    told = work_status(Workspace.open(workspace), at.date())
    for line in told.lines:
        say(line)
    say(f"next: {told.next_step}")


def prove(workspace: Path) -> bool:
    """`recon verify`; whether nothing was found."""
    faults = verify_workspace(Workspace.open(workspace))
    for fault in faults:
        say(str(fault))
    say(f"{len(faults)} things are not as they were written" if faults else "everything is as it was written")
    return not faults


def back_up(workspace: Path, target: Path) -> Path:
    """`recon backup`."""
    from recon_kit.store import backup

    return backup(Workspace.open(workspace).store, target)


def put_back(workspace: Path, source: Path) -> Path:
    """`recon restore`."""
    from recon_kit.store import restore

    return restore(source, Workspace.open(workspace).url)


def _show_impact(impact: Impact) -> None:
    say(f"{impact.source}: {len(impact.changes):,} rows {'moved' if impact.applied else 'would move'}")
    for row in impact.sums().to_dict("records"):
        amount = money_text(int(row["difference"]), row["currency"], group=",")
        say(f"  {row['table']}: {row['rows']:,} rows, {amount} {row['currency']}")
    say(f"  {len(impact.reversed_matches):,} matches {'reversed' if impact.applied else 'would be reversed'}")
    if not impact.applied:
        say("nothing was changed; --yes does it")


def _tie(difference: int, currency: str) -> str:
    return "ties" if difference == 0 else f"differs by {money_text(difference, currency, group=',')} {currency}"


def _pairs(given: Sequence[str], what: str) -> dict[str, str]:
    faults = [Fault("name=value", field=what, found=pair) for pair in given if "=" not in pair]
    if faults:
        raise ParameterError(what, faults)
    return dict(pair.split("=", 1) for pair in given)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError("start", [Fault("a date as 2026-07-31", field="--on", found=text)]) from error
