"""recon.toml and rules.toml as frozen dataclasses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """Being written."""
