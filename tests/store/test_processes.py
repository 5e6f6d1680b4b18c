"""Several processes at once, and processes that are killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recon_kit.errors import StoreError
from recon_kit.store import Store, engine
from recon_kit.tables import BANK_LINES
from tests.store.helpers import AT, lines, take

ROOT = Path(__file__).parents[2]


def start(*arguments: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "tests.store.writer_process", *arguments]
    return subprocess.Popen(program, cwd=ROOT, text=True, stderr=subprocess.PIPE)


def test_two_writers_never_fork_the_chain(store: Store, url: str) -> None:
    writers = [start("write", url, name, "100") for name in ("anna", "ben")]
    for writer in writers:
        assert writer.wait(120) == 0, writer.stderr and writer.stderr.read()
    assert store.head().seq == 200
    assert store.entries()["by"].value_counts().to_dict() == {"anna": 100, "ben": 100}
    assert len(store.fetch(BANK_LINES)) == 200
    assert store.verify() == []


@pytest.mark.parametrize(("when", "kept"), [("before", 1), ("after", 2)])
def test_a_killed_writer_leaves_all_or_nothing(store: Store, url: str, when: str, kept: int) -> None:
    take(store, "camt.053", lines("old 10-01 1.00"))
    assert start("die", url, when).wait(60) == 9
    assert store.head().seq == kept
    assert len(store.fetch(BANK_LINES)) == kept
    assert store.verify() == []
    take(store, "camt.053", lines("next 10-03 1.00"))
    assert store.head().seq == kept + 1


def test_readers_are_not_kept_waiting_and_see_nothing_unfinished(store: Store, url: str) -> None:
    with Store.open(url) as other, store.writing(by="anna", at=AT) as writer:
        seq = writer.journal("source", {"format": "camt.053", "role": "booked"})
        writer.append(BANK_LINES, lines("a 10-01 1.00"), seq)
        assert other.head().seq == 0
        assert len(other.fetch(BANK_LINES)) == 0
    assert store.head().seq == 1


def test_a_second_writer_is_told_who_waits(
    store: Store, fresh: Callable[[], str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT_SECONDS", 1)
    with Store.open(url) as other, store.writing(by="anna", at=AT) as writer:
        writer.journal("policy", {})
        with pytest.raises(StoreError, match="another process is writing"), other.writing(by="ben", at=AT):
            pass
    assert store.head().seq == 1
