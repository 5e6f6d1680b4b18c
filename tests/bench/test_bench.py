"""The bench itself: made files are sound, figures are judged as the page says, and some cases can be renewed alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recon_kit.load import read
from tests.bench import made
from tests.bench.contenders import CONTENDERS
from tests.bench.made import Made
from tests.bench.page import page
from tests.bench.results import IN_CPU, NO, YES, Measure, Result, plain
from tests.bench.runner import Run, Runs, command
from tests.bench.watch import Watch


def runs(*walls: float, cpu: float = 1.0) -> Runs:
    return Runs.of([Run(wall, cpu, wall + 2, 100.0, 150.0, {}) for wall in walls])


@pytest.mark.parametrize(
    ("maker", "peer"), [(made.camt, "lxml_tree"), (made.mt940, "mt940_library"), (made.bank_csv, "pandas_csv")]
)
def test_a_made_file_is_proven_and_ours_and_the_peer_find_all_of_it(
    maker: Callable[[Path, int], Made], peer: str, tmp_path: Path
) -> None:
    expected = maker(tmp_path / "made", 450)
    loaded = read(tmp_path / "made")
    assert loaded.failed.empty
    assert "ok" in set(loaded.checks.loc[loaded.checks["check"] == "balance", "outcome"])
    for name in ("ours", peer):
        found = CONTENDERS[name](tmp_path / "made")(Watch())
        assert (found["n"], found.get("sum", expected.sum)) == (450, expected.sum)


@pytest.mark.parametrize(("limit", "cpu", "met"), [(3.5, 1.0, YES), (2.5, 1.0, IN_CPU), (2.5, 2.9, NO)])
def test_the_fastest_run_is_judged_and_cpu_seconds_only_where_it_missed(limit: float, cpu: float, met: str) -> None:
    assert Measure.seconds("read", limit, runs(4.0, 3.0, 9.0, cpu=cpu)).met == met


def test_the_page_shows_each_case_with_its_own_day() -> None:
    first = plain(Result([Measure("a", "< 1 s", "2 s", NO)], {"ours": runs(2.0)}, notes=["a.txt: lost"]), "2026-11-01", 0.07)
    second = plain(Result([Measure("b", "0", "0", YES)]), "2026-11-22", 0.08)
    text = page({"machine": {"python": "3.11"}, "cases": {"a": first, "b": second}})
    assert "| a | < 1 s | 2 s | no |  | 2026-11-01 |" in text
    assert "| b | 0 | 0 | yes |  | 2026-11-22 |" in text
    assert "- a.txt: lost" in text


def test_a_command_that_fails_gives_no_figure() -> None:
    with pytest.raises(RuntimeError, match=r"ended with 7:\nno way"):
        command([sys.executable, "-c", "import sys; print('no way'); sys.exit(7)"])
