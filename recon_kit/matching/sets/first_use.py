"""The first search after an installation is compiled for this machine: by a process of its own, while the rest goes on.

Compiling takes about a minute; half of what the engine compiles is the search, so that two processes halve the wait.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from llvmlite.binding import get_host_cpu_name
from numba import __version__ as numba_version

from recon_kit.matching.coding import columns
from recon_kit.matching.columns import Columns
from recon_kit.matching.sets.search import built_from, search, search_block
from recon_kit.tables import BANK_LINES, OPEN_ITEMS

_TOLD = "compiling the engine for this machine, once: about a minute"
_MARK = "search.compiled"
_log = logging.getLogger(__name__)


@dataclass
class _Meanwhile:
    """The process that compiles, once it was started."""

    begun: bool = False
    process: subprocess.Popen[bytes] | None = None


_meanwhile = _Meanwhile()


def compile_meanwhile() -> None:
    """If the search was not compiled on this machine yet, say so and begin; in another process if there is a second core."""
    if _meanwhile.begun:
        return
    _meanwhile.begun = True
    if _compiled() or os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return
    _log.warning(_TOLD)
    if (os.cpu_count() or 1) > 1 and sys.executable:
        with contextlib.suppress(OSError):
            command = [sys.executable, "-c", f"from {__name__} import compile_search; compile_search()"]
            none = subprocess.DEVNULL
            _meanwhile.process = subprocess.Popen(command, stdin=none, stdout=none, stderr=none)  # noqa: S603 (ourselves)


def compiled_by_now() -> None:
    """Wait for the other process, if there is one; whatever it could not do is done here when it is called."""
    if _meanwhile.process is not None:
        _meanwhile.process.wait()
        _meanwhile.process = None


def compile_search() -> None:
    """Compile the search, and leave a mark that it is."""
    both = _smallest()
    n = len(both.lines)
    runs = SimpleNamespace(
        run_start=np.zeros(n + 1, np.int64), run_value=np.zeros(0, np.int64), run_digits=np.zeros(0, np.int8)
    )
    none = np.zeros(0, np.int32)
    pairs = SimpleNamespace(line=none, item=none, debtor=none, strength=none.astype(np.int8), kind=none.astype(np.int8))
    counting, digits = np.zeros(len(both.items), np.int64), np.zeros(len(both.items), np.int8)
    search(both.lines, both.items, both.items.open.copy(), np.ones(n, bool), pairs, pairs, runs, counting, digits)
    with contextlib.suppress(OSError):
        _mark().write_text(_wanted(), encoding="ascii")


def _smallest() -> Columns:
    day = [date(2026, 10, 1)]
    line: dict[str, list[Any]] = {"line_id": ["1"], "account": ["1"], "booked_on": day, "amount": [1], "currency": ["EUR"]}
    item: dict[str, list[Any]] = {
        "item_id": ["1"], "kind": ["invoice"], "document_no": ["1"], "issued_on": day, "amount": [1], "open_amount": [1],
        "currency": ["EUR"],
    }  # fmt: skip
    return columns(BANK_LINES.frame(line), OPEN_ITEMS.frame(item))


def _compiled() -> bool:
    try:
        return _mark().read_text(encoding="ascii") == _wanted()
    except OSError:
        return False


def _mark() -> Path:
    return Path(search_block.stats.cache_path, _MARK)


def _wanted() -> str:
    told = [built_from(), numba_version, sys.version, get_host_cpu_name(), str(Path(__file__).stat().st_mtime_ns)]
    return sha256("\n".join(told).encode()).hexdigest()
