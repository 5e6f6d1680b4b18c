"""Pages on paper: what a reader of the PDF sees, and what happens where no browser can print it."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import os
import shutil
import stat
import time
from pathlib import Path

import pytest

from recon_kit.close.delivering import Order, deliver
from recon_kit.errors import ParameterError
from recon_kit.report import ReconciliationPage, browser, to_html
from recon_kit.report.browser import PdfError, find_browser
from recon_kit.report.example import example_cut
from recon_kit.report.pdf import Margins, to_pdf
from tests.close.closed_example import AT, close_example
from tests.report.pages import executed
from tests.send.loop import serving
from tests.send.mail_servers import Inbox, mail_server

pypdf = pytest.importorskip("pypdf")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
drawn_here = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: nothing was printed")
MARGINS = Margins("Nordlicht & <b>Söhne</b>", "Oktober 2026", "1a2b3c4d", "de")


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """The German example on paper, and the processes and profiles that printing left."""
    folder = tmp_path_factory.mktemp("paper")
    page = ReconciliationPage(example_cut("de"))
    (folder / "page.html").write_text(to_html(executed(page), page.title), encoding="utf-8")
    return pypdf.PdfReader(io.BytesIO(to_pdf(folder / "page.html", MARGINS)))


@drawn_here
def test_it_is_a4_and_says_the_bottom_line_first(paper):
    first = paper.pages[0]
    millimetres = [float(side) / 72 * 25.4 for side in (first.mediabox.width, first.mediabox.height)]
    assert millimetres == pytest.approx([210, 297], abs=0.3)
    assert 3 <= len(paper.pages) <= 12
    text = " ".join(first.extract_text().split())
    assert "237.596,56 EUR sind eingegangen." in text


@drawn_here
def test_each_page_says_whose_it_is_and_which_of_how_many(paper):
    total = len(paper.pages)
    for number, page in enumerate(paper.pages, 1):
        text = page.extract_text()
        assert "Nordlicht & <b>Söhne</b>" in text
        assert "Oktober 2026" in text
        assert f"Seite {number} von {total}" in text


@drawn_here
def test_it_can_be_heard(paper):
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert paper.metadata.title == "Abstimmung Oktober 2026 · Nordlicht (example)"


@drawn_here
def test_a_figure_that_is_not_drawn_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("recon_kit.report.pdf._WAITED_MS", 200)
    (tmp_path / "page.html").write_text('<div class="plotly-graph-div"></div><div class="plotly-graph-div"></div>')
    with pytest.raises(PdfError, match="every figure drawn; 2 were not"):
        to_pdf(tmp_path / "page.html", MARGINS)


@drawn_here
def test_nothing_is_fetched_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(browser.tempfile, "tempdir", str(tmp_path))
    called = []

    async def heard():
        return await asyncio.start_server(lambda reader, writer: called.append(1) or writer.close(), "127.0.0.1", 0)

    with serving(heard) as port:
        images = "".join(f'<img src="http://{host}:{port}/x">' for host in ("127.0.0.1", "localhost"))
        (tmp_path / "page.html").write_text(f'{images}<script>fetch("http://127.0.0.1:{port}/y").catch(() => 0)</script>')
        printed = to_pdf(tmp_path / "page.html", MARGINS)
    assert printed.startswith(b"%PDF-")
    assert called == []
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


@drawn_here
def test_a_page_that_never_loads_ends_in_time(tmp_path):
    (tmp_path / "page.html").write_text("<script>while (true) {}</script>")
    with pytest.raises(PdfError, match=r"a page that is printed sooner; the browser was still busy with"):
        to_pdf(tmp_path / "page.html", MARGINS, timeout=4)


def fake(tmp_path, monkeypatch, script):
    """A browser that is a shell script."""
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CHROMIUM", str(program))
    (tmp_path / "page.html").write_text("<p>x</p>")
    return tmp_path / "page.html"


def test_a_browser_that_breaks_off_is_quoted(tmp_path, monkeypatch):
    page = fake(tmp_path, monkeypatch, "echo 'No usable sandbox!' >&2; exit 1")
    with pytest.raises(PdfError, match="No usable sandbox!"):
        to_pdf(page, MARGINS)


def test_a_browser_that_says_nothing_is_ended_with_all_it_started(tmp_path, monkeypatch):
    page = fake(tmp_path, monkeypatch, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(PdfError, match="printed sooner"):
        to_pdf(page, MARGINS, timeout=0.5)
    child = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
    for _ in range(100):
        if not child.exists() or child.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("what the browser started still runs")


def test_without_a_browser_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr(browser, "_PLACES", ())
    with pytest.raises(ParameterError, match=r"there is none on this machine: `apt install chromium`"):
        find_browser()


def test_a_variable_that_names_no_browser_is_told(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(ParameterError, match="the variable CHROMIUM is '/nowhere/chromium', expected the path of"):
        find_browser()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="not root: the sandbox stays")
def test_only_root_goes_without_the_sandbox(tmp_path, monkeypatch):
    page = fake(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/told')
    for user in (0, 1000):
        monkeypatch.setattr(browser.os, "geteuid", lambda user=user: user)
        with pytest.raises(PdfError):
            to_pdf(page, MARGINS)
        assert ("--no-sandbox" in (tmp_path / "told").read_text()) == (user == 0)


@drawn_here
def test_a_pdf_arrives_by_mail_in_the_company_s_language(tmp_path):
    workspace, inbox = close_example(tmp_path / "acme", "de"), Inbox()
    with mail_server(inbox) as port:
        (workspace.folder / "delivery.toml").write_text(
            f'[mail]\nhost = "localhost"\nport = {port}\nsecurity = "none"\nfrom = "recon@nordlicht.example"\n'
            '[targets.cfo]\nkind = "mail"\nto = ["cfo@nordlicht.example"]\naudience = "full"\nattach = ["pdf"]\n',
            encoding="utf-8",
        )
        deliver(workspace, Order(workspace.policy.calendar.period("2026-10"), "cfo"), by="anna", clock=lambda: AT)
    message = email.message_from_bytes(inbox.mails[0].content, policy=email.policy.default)
    assert message["Subject"] == "Nordlicht (example) Oktober 2026: Abstimmung"
    assert "237.596,56 EUR sind eingegangen." in message.get_body(("plain",)).get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    first = pypdf.PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()
    assert "237.596,56 EUR sind eingegangen." in " ".join(first.split())
    assert "Oktober 2026" in first
