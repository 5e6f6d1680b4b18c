"""The page over all periods: where each stands, every run, links that hold wherever the folder lies."""

import re
import shutil

import pytest

from recon_kit.close import sign, undo_close
from recon_kit.workspace import Workspace
from tests.close.conftest import AT, LATER, close


@pytest.fixture
def copy(closed, tmp_path):
    workspace = closed[0]
    shutil.copytree(workspace.folder.parent, tmp_path / "copy")
    return Workspace.open(tmp_path / "copy" / workspace.folder.name)


def page(workspace):
    return (workspace.path("reports") / "index.html").read_text("utf-8")


def seen(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split("</style>")[-1]))


def test_every_period_stands_there_newest_first_with_its_bottom_line(closed):
    workspace, august, september = closed
    told = seen(page(workspace))
    assert told.index("September 2026") < told.index("August 2026")
    assert august.sentence in told and september.sentence in told
    assert august.run_id in told and september.run_id in told


def test_every_link_leads_to_a_file_and_nothing_is_asked_of_a_network(closed):
    workspace = closed[0]
    text = page(workspace)
    links = re.findall(r'href="([^"]+)"', text)
    assert len(links) >= 4
    assert [link for link in links if not (workspace.path("reports") / link).is_file()] == []
    assert "default-src 'none'" in text and "<script" not in text and "http://" not in text.split("</style>")[-1]


def test_signatures_locks_and_what_was_taken_back_are_told(copy):
    period = copy.policy.calendar.period
    assert "Open; nobody has signed it." in seen(page(copy))
    sign(copy, period("2026-08"), by="anna", at=AT)
    assert "Signed by anna on" in seen(page(copy))
    sign(copy, period("2026-08"), by="<b>ben</b>", at=LATER)
    assert "Locked: prepared by anna, reviewed by &lt;b&gt;ben&lt;/b&gt; on" in page(copy)
    undo_close(copy, period("2026-09"), "wrong list", by="anna", at=AT)
    assert "taken back" in seen(page(copy))


def test_the_same_state_is_the_same_page(copy):
    before = page(copy)
    close(copy, "2026-09", at=LATER)
    assert page(copy) == before
