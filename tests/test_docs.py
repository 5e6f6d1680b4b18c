"""Docs cannot drift: each command, public name, table and setting occurs in them."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from typer.main import get_command

import recon_kit
from recon_kit.cli import app
from recon_kit.policy import MailServer, MailTarget, Policy, Rule, SftpTarget, load_delivery
from recon_kit.tables import ALL, REASONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = README + "\n".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_each_command_stands_in_the_readme_and_explains_itself(command):
    assert f"`recon {command}" in README
    assert get_command(app).commands[command].help


@pytest.mark.parametrize("name", recon_kit.__all__)
def test_each_public_name_is_documented(name):
    assert re.search(rf"\b{name}\b", DOCS)
    assert getattr(recon_kit, name).__doc__


def tables_page():
    told = "Written from the declarations by `pytest tests/test_docs.py --regenerate`. Amounts are minor units of the row's"
    head = ["# Tables", "", f"{told} currency; positive is toward us. A star marks what may be null.", ""]
    reasons = ["## Reasons of a break", "", *[f"- `{code}`: {told}" for code, told in REASONS.items()]]
    return "\n".join([*head, *[table.markdown() + "\n" for table in ALL], *reasons, ""])


def test_the_tables_page_is_what_is_declared(request):
    page = ROOT / "docs" / "tables.md"
    if request.config.getoption("--regenerate"):
        page.write_text(tables_page(), encoding="utf-8")
    assert page.read_text("utf-8") == tables_page()


def test_each_setting_stands_in_the_policy_page():
    page = (ROOT / "docs" / "policy.md").read_text("utf-8")
    hints = get_type_hints(Policy)
    parts = [part for hint in hints.values() for part in (hint, *get_args(hint)) if is_dataclass(part)]
    names = set(hints) | {field.name for part in (*parts, Rule) for field in fields(part)}
    missing = sorted(name for name in names if f"`{name}`" not in page)
    assert not missing


@pytest.mark.parametrize(
    ("part", "heading"), [(MailServer, "## [mail]"), (MailTarget, "## Targets by mail"), (SftpTarget, "## Targets by SFTP")]
)
def test_each_setting_of_a_delivery_stands_in_its_table(part, heading):
    page = (ROOT / "docs" / "delivery.md").read_text("utf-8")
    table = page.partition(f"{heading}\n")[2].partition("\n## ")[0]
    missing = [field.name for field in fields(part) if f"`{field.name.rstrip('_')}`" not in table]
    assert table
    assert not missing


def test_the_delivery_that_the_page_shows_can_be_followed(tmp_path):
    page = (ROOT / "docs" / "delivery.md").read_text("utf-8")
    shown = re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1]
    (tmp_path / "delivery.toml").write_text(shown, encoding="utf-8")
    assert set(load_delivery(tmp_path).targets) == {"management", "auditor"}


@pytest.mark.parametrize("page", ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_each_link_leads_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), target
