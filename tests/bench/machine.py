"""The machine and the versions that figures belong to; no host names."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("recon-kit", "pandas", "numpy", "pandera", "SQLAlchemy", "lxml", "pyarrow", "papermill", "mt-940")


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "processor": f"{_model()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def pace() -> float:
    """CPU seconds of a fixed piece of Python: the larger, the more of the machine others were using meanwhile."""
    found = []
    for _ in range(5):
        started = time.process_time()
        texts = {str(number): number for number in range(200_000)}
        sum(len(text) * number for text, number in texts.items())
        found.append(time.process_time() - started)
    return min(found)


def _model() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
