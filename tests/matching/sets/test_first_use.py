"""The first use of the engine on a machine: told once, compiled beside, marked when it is done."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from recon_kit.matching.sets import first_use


class Process:
    """Stands for a process that was started and can be waited for."""

    started: list[list[str]]
    waited = 0

    def __init__(self, command: list[str], **_: Any) -> None:
        Process.started.append(command)

    def wait(self) -> None:
        Process.waited += 1


@pytest.fixture
def new_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of two cores on which nothing was compiled; where the mark will be."""
    Process.started, Process.waited = [], 0
    monkeypatch.setattr(first_use, "_mark", lambda: tmp_path / "mark")
    monkeypatch.setattr(first_use, "_meanwhile", first_use._Meanwhile())
    monkeypatch.setattr(first_use.subprocess, "Popen", Process)
    monkeypatch.setattr(first_use.os, "cpu_count", lambda: 2)
    return tmp_path / "mark"


def test_it_is_told_once_and_begun_in_another_process(new_machine: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        first_use.compile_meanwhile()
        first_use.compile_meanwhile()
    assert [record.getMessage() for record in caplog.records] == [first_use._TOLD]
    assert len(Process.started) == 1 and "compile_search()" in Process.started[0][-1]
    first_use.compiled_by_now()
    first_use.compiled_by_now()
    assert Process.waited == 1


def test_what_is_compiled_is_neither_told_nor_begun(new_machine: Path, caplog: pytest.LogCaptureFixture) -> None:
    first_use.compile_search()
    assert new_machine.is_file()
    first_use.compile_meanwhile()
    assert not caplog.records and not Process.started


def test_other_sources_are_compiled_anew(new_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first_use.compile_search()
    monkeypatch.setattr(first_use, "built_from", lambda: "others")
    first_use.compile_meanwhile()
    assert len(Process.started) == 1


def test_one_core_compiles_when_it_is_called(new_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_use.os, "cpu_count", lambda: 1)
    first_use.compile_meanwhile()
    first_use.compiled_by_now()
    assert not Process.started
