"""The pages on formats and layouts: every key stands there, and the examples on the page do what the page says."""

from __future__ import annotations

import io
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from recon_kit.layouts import declare, layouts
from recon_kit.load import Hints, read
from recon_kit.load.mapped.mapping import TABLES, Mapping, Sign, Skip
from recon_kit.policy import Policy

DOCS = Path(__file__).parents[1] / "docs"
FORMATS = (DOCS / "formats.md").read_text("utf-8")
LAYOUTS = (DOCS / "layouts.md").read_text("utf-8")
RULES = [rule for rule in vars(declare).values() if isinstance(rule, type) and is_dataclass(rule)]
CODE = Path(__file__).parents[1] / "recon_kit" / "load"


def blocks(page: str, heading: str, language: str) -> list[str]:
    """The fenced blocks of one language below a heading."""
    below = page[page.index(f"\n{heading}") :]
    return re.findall(rf"^```{language}\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)


def shown(frame: pd.DataFrame, told: str) -> str:
    """The columns that a page shows of a table, as it shows them."""
    columns = io.StringIO(told).readline().strip().split(",")
    return frame[columns].to_csv(index=False, lineterminator="\n")


def missing(page: str, *declared: type) -> list[str]:
    return [f"{cls.__name__}.{field.name}" for cls in declared for field in fields(cls) if f"`{field.name}`" not in page]


def test_every_hint_and_every_key_of_a_mapping_stands_in_the_formats_page() -> None:
    assert not missing(FORMATS, Hints, Mapping, Sign, Skip)
    assert not [name for name in TABLES if f'"{name}"' not in FORMATS]


def test_every_key_of_a_layout_stands_in_the_layouts_page() -> None:
    assert len(RULES) > 10
    assert not missing(LAYOUTS, *RULES)


def test_every_layout_and_every_check_stands_in_the_formats_page() -> None:
    code = "\n".join(path.read_text("utf-8") for path in CODE.rglob("*.py"))
    checks = set(re.findall(r"(?:\.check|\.prove)\(\s*\"([a-z_]+)\"", code))
    assert len(checks) > 20
    assert not sorted(name for name in {*checks, *layouts()} if f"`{name}`" not in FORMATS)


def test_the_open_items_example_is_read_as_shown(tmp_path: Path) -> None:
    given, told = blocks(FORMATS, "### Worked example: open items", "csv")
    (mapping,) = blocks(FORMATS, "### Worked example: open items", "toml")
    (tmp_path / "open_items.csv").write_text(given, "utf-8")
    (tmp_path / "open_items.toml").write_text(mapping, "utf-8")
    loaded = read(tmp_path / "open_items.csv", mapping=str(tmp_path / "open_items.toml"))
    assert shown(loaded.tables["open_items"], told) == told
    assert loaded.checks[["check", "subject", "actual"]].values.tolist() == [["skipped", "subtotal of a customer", 2]]
    assert bool(loaded.tables["snapshots"]["complete"][0])


def test_the_layout_example_is_recognised_and_read_as_shown(tmp_path: Path) -> None:
    given, told = blocks(LAYOUTS, "## Worked example", "csv")
    (layout,) = blocks(LAYOUTS, "## Worked example", "toml")
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "musterbank.toml").write_text(layout, "utf-8")
    (tmp_path / "umsaetze.csv").write_text(given, "utf-8")
    policy = Policy()
    policy = replace(policy, folders=replace(policy.folders, layouts=str(tmp_path / "layouts")))
    loaded = read(tmp_path / "umsaetze.csv", policy=policy)
    assert loaded.source.format == "csv:musterbank"
    assert shown(loaded.tables["bank_lines"], told) == told
    outcomes = dict(zip(loaded.checks["check"], loaded.checks["outcome"], strict=True))
    assert (outcomes["balance"], loaded.source.n_skipped) == ("ok", 1)
    assert loaded.tables["statements"][["opening", "closing"]].values.tolist() == [[100000, 194010]]


@pytest.mark.parametrize("page", ["docs/formats.md", "docs/layouts.md"])
def test_the_readme_leads_to_the_page(page: str) -> None:
    assert f"]({page})" in (DOCS.parent / "README.md").read_text("utf-8")
