"""The command `recon`: one command a job. What a job needs is imported when it runs, so that help is instant."""

from recon_kit.cli.app import main

__all__ = ["main"]
