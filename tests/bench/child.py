"""One run of one contender in this fresh process: `python -m tests.bench.child CONTENDER FILE`; figures as JSON."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from tests.bench.contenders import CONTENDERS
from tests.bench.watch import Watch, peak_mb


def main(name: str, file: str) -> None:
    """Build the contender, let it work once, tell seconds, peaks and facts."""
    work = CONTENDERS[name](Path(file))
    gc.collect()
    before, watch = peak_mb(), Watch()
    facts = work(watch)
    figures = {"wall": watch.wall, "cpu": watch.cpu, "before_mb": before, "peak_mb": peak_mb(), "facts": facts}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
