"""What a command shows: progress on a terminal, plain lines elsewhere; errors as they are, without a traceback."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import typer

DONE, FAILED, WRONG_USE, NEEDS_REVIEW = 0, 1, 2, 3
"""Exit codes that scripts may rely on."""


def say(text: str = "") -> None:
    """One line of result."""
    typer.echo(text)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A function to tell what is being done: a spinner on a terminal, a plain line a phase elsewhere."""
    if not sys.stderr.isatty():
        yield _plain()
        return
    from rich.console import Console

    with Console(stderr=True).status("") as spinner:
        yield lambda text: spinner.update(text)


def _plain() -> Callable[[str], None]:
    seen: set[str] = set()

    def tell(text: str) -> None:
        phase = text.split(" ", 1)[0]
        if phase not in ("reading", "taking", "looking"):
            typer.echo(f"  {text}", err=True)
        elif phase not in seen:
            typer.echo(f"  {phase} files", err=True)
        seen.add(phase)

    return tell


@contextmanager
def told_errors() -> Iterator[None]:
    """Errors of ours end the command with their own words: code 2 for wrong use, 1 for anything that failed."""
    from recon_kit.errors import ParameterError, PolicyError, ReconError

    try:
        yield
    except (ParameterError, PolicyError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from error
    except ReconError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from error


def now() -> datetime:
    """The clock, at the edge."""
    return datetime.now(UTC)


def who() -> str:
    """Who runs this, as the system knows them."""
    try:
        return os.environ.get("RECON_USER") or getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        return "unknown"
