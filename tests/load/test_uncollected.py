"""Reading leaves the collector of cycles as it found it."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from recon_kit.errors import LoadError
from recon_kit.load import read
from recon_kit.load.uncollected import uncollected


def test_within_the_block_it_is_off_and_after_it_on_again() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_refused_file_leaves_it_on(tmp_path: Path) -> None:
    broken = tmp_path / "x.sta"
    broken.write_text(":20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C261001EUR1\n:61:nothing\n")
    with pytest.raises(LoadError, match=r"x\.sta:5: :61:"):
        read(broken)
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
