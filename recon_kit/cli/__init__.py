"""The command `recon`: one command a job. What a job needs is imported when it runs, so that help is instant."""

from recon_kit.cli import commands
from recon_kit.cli.app import app


def main() -> None:
    """Entry point of the command `recon`."""
    app()


__all__ = ["app", "commands", "main"]
