"""Commands that set up a workspace and take files in or back."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import typer

from recon_kit.cli.screen import say
from recon_kit.errors import Fault, ParameterError
from recon_kit.money import money_text
from recon_kit.workspace import Found, Impact, Workspace, create, look_into, reload, start, take_in, unload
from recon_kit.workspace.taking import Taken
from recon_kit.workspace.template import Answers
from recon_kit.workspace.twice import Twice, told_twice

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
        others = "".join(f", also spelled {number}" for number in found.spellings.get(account, ()))
        say(f"  account {account}, {own}, from {told}{others}")
    for account, (own, psp) in found.psp_accounts.items():
        others = "".join(f", also spelled {number}" for number in found.spellings.get(account, ()))
        say(f"  merchant account {account} at {psp}, {own}{others}")
    for number, (account, why) in found.doubtful.items():
        say(f"  to decide: {number} may be account {account}, for {why}; recon.toml says how to tell")
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


def take_files(workspace: Path, paths: list[Path] | None, by: str, at: datetime, step: _Step, **how: Any) -> None:
    """`recon load`; `how` as `take_in` has it: dry_run, override, layout."""
    place = Workspace.open(workspace)
    taken = take_in(place, paths, by=by, at=at, step=step, **how)
    new = [one for one in taken if one.outcome == "new"]
    for one in new:
        skipped = f", {one.n_skipped} left out by rule" if one.n_skipped else ""
        say(f"  {one.name}: {one.format}, {one.n_rows:,} rows{skipped}")
    for told in told_twice(place, taken):
        _say_twice(told)
    if how.get("layout"):
        _say_known(place, taken, str(how["layout"]))
    verb = "would be taken in" if how.get("dry_run") else "taken in"
    say(f"{len(new)} files {verb}, {len(taken) - len(new)} known already")


def _say_twice(told: Twice) -> None:
    owners = " and ".join(told.owners)
    say(f"  {told.name}: {told.n_rows:,} rows do not count, for {owners} told their days before")
    for row in told.differing.to_dict("records"):
        sides = " but ".join(
            f"{row[side]} {row[f'n_{side}']:,} rows, {money_text(row[f'amount_{side}'], row['currency'], group=',')}"
            for side in ("owner", "other")
        )
        say(f"    {row['account']} on {row['booked_on']:%Y-%m-%d} differs: {sides} {row['currency']}")


def _say_known(place: Workspace, taken: list[Taken], layout: str) -> None:
    """A layout changes nothing in a file that is known: how it is read another way."""
    sources = place.sources()
    names = dict(zip(sources["seq"], sources["name"], strict=True))
    for one in taken:
        if one.outcome == "known" and one.seq in names:
            again = shlex.join(["recon", "reload", names[one.seq], "--layout", layout])
            say(f"  {one.name}: known already; to read it another way: {again}")


def take_back(workspace: Path, name: str, why: str, yes: bool, by: str, at: datetime) -> None:
    """`recon unload`."""
    _show_impact(unload(Workspace.open(workspace), name, why=why, by=by, at=at, apply=yes))


def read_again(
    workspace: Path, name: str, hints: dict[str, str], why: str, override: str | None, yes: bool, by: str, at: datetime
) -> None:
    """`recon reload`."""
    _show_impact(reload(Workspace.open(workspace), name, by=by, at=at, why=why, apply=yes, override=override, **hints))


def _show_impact(impact: Impact) -> None:
    done = impact.applied
    n_rows = sum(part.n_rows for part in impact.tables)
    say(f"{impact.source}: {n_rows:,} rows {'moved' if done else 'would move'}")
    for part in impact.tables:
        said = [f"{rows:,} {'in' if nth else 'rows change in'} {name}" for nth, (name, rows) in enumerate(part.columns.items())]
        said += [f"{part.n_added:,} rows come"] * bool(part.n_added) + [f"{part.n_removed:,} rows go"] * bool(part.n_removed)
        say(f"  {part.table}: {', '.join(said)}")
    for row in impact.sums().to_dict("records"):
        amount = money_text(int(row["difference"]), row["currency"], group=",")
        say(f"  {row['table']}: {row['rows']:,} rows, {amount} {row['currency']}")
    say(f"  {len(impact.reversed_matches):,} matches {'reversed' if done else 'would be reversed'}")
    if impact.closed:
        say(f"  rows of closed periods {'moved' if done else 'would move, which needs --why'}: {', '.join(impact.closed)}")
    if not done:
        say("nothing was changed; --yes does it")


def _tie(difference: int, currency: str) -> str:
    return "ties" if difference == 0 else f"differs by {money_text(difference, currency, group=',')} {currency}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError("start", [Fault("a date as 2026-07-31", field="--on", found=text)]) from error
