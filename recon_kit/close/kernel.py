"""The kernel that report notebooks run in: reached through files of this user only, where the system has them, not over TCP."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

_LONGEST = 80
"""A socket's path may have about 100 characters; its name needs the rest."""


class LocalKernelManager(AsyncKernelManager):
    """A kernel manager whose sockets are files in a folder of their own, gone with it; TCP on Windows, which has none."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        folder = tempfile.mkdtemp(prefix="recon-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        if os.name != "nt" and len(folder) < _LONGEST:
            self.transport = "ipc"
            self.connection_file = str(Path(folder, "kernel.json"))

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # its stub says that it returns nothing
        """Start it with its own log shut: what a cell says comes by message, and its log would print between our steps."""
        options["extra_arguments"] = [*options.get("extra_arguments", []), "--log-level=50"]
        await super().start_kernel(**options)
