"""The environment of the peers: made once by the bench itself, outside of the repository, with exact versions."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.bench.runner import ROOT

PINS = (
    "splink==5.0.0", "duckdb==2.0.0", "sqlglot==30.30.0", "recordlinkage==0.16", "pandas==2.3.3", "numpy==2.4.6",
    "scipy==1.17.1", "scikit-learn==1.9.1", "pyarrow==26.0.1", "jellyfish==1.3.0", "joblib==1.6.0",
)  # fmt: skip
NAMES = {
    "recon_kit": "recon-kit", "splink": "Splink 5.0.0", "recordlinkage": "recordlinkage 0.16",
    "equal_amount": "rule: equal amount", "quoted_then_oldest": "rule: quoted, then oldest first",
}  # fmt: skip


def python() -> Path:
    """The interpreter of that environment; made on the first call.

    Raises:
        RuntimeError: it cannot be made (no registry within reach).
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recon-kit-bench"
    name = hashlib.sha256("\n".join((*PINS, sys.version)).encode()).hexdigest()[:12]
    place = cache / name
    if not (place / "ready").exists():
        uv = Path(sys.executable).with_name("uv")
        for words in (
            ["venv", "--quiet", "--clear", "--python", sys.executable, str(place)],
            ["pip", "install", "--quiet", "--python", str(place / "bin" / "python"), *PINS],
        ):
            done = subprocess.run([str(uv), *words], cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"the peers' environment cannot be made:\n{done.stderr}")
        (place / "ready").touch()
    return place / "bin" / "python"
