"""Compile the engine before tests that run beside each other would each do it.

numba keeps compiled code by the file that holds a function, not by the files of what that calls: whatever is kept is thrown
away when any file of the engine has changed.
"""

from hashlib import sha256
from pathlib import Path

import recon_kit
from recon_kit.matching import match
from recon_kit.simulate.feeds import feed

ENGINE = Path(recon_kit.__file__).parent / "matching"
MARK = ENGINE / "__pycache__" / "compiled-from"


def throw_old_away() -> None:
    """Delete what was compiled from other sources than these."""
    sources = sha256(b"\0".join(path.read_bytes() for path in sorted(ENGINE.rglob("*.py")))).hexdigest()
    if MARK.exists() and MARK.read_text(encoding="ascii") == sources:
        return
    for kept in ENGINE.rglob("*.nb[ic]"):
        kept.unlink()
    MARK.parent.mkdir(exist_ok=True)
    MARK.write_text(sources, encoding="ascii")


if __name__ == "__main__":
    throw_old_away()
    made = feed("mixed_b2b", 400, 1, "test")
    match(made.bank_lines, made.open_items)
