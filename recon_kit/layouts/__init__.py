"""CSV layouts as data: one TOML file per bank's export. A new bank is a new file here or in the workspace, never Python."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from recon_kit.layouts.declare import Layout
from recon_kit.layouts.parse import parse_layout, read_layout

__all__ = ["Layout", "layouts", "parse_layout", "read_layout"]

_HERE = Path(__file__).parent


def layouts(extra: Path | None = None) -> Mapping[str, Layout]:
    """Every layout by name: those shipped, and those of a folder of one's own, which win over a shipped one of their name.

    Raises:
        PolicyError: a layout file with a fault; names the file and the nearest right key.
    """
    own = {path.stem: read_layout(path) for path in sorted(extra.glob("*.toml"))} if extra else {}
    return {**_shipped(), **own}


@cache
def _shipped() -> Mapping[str, Layout]:
    return {path.stem: read_layout(path) for path in sorted(_HERE.glob("*.toml"))}
