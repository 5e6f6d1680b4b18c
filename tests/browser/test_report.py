"""The page in a real browser, offline: nothing asked for, nothing broken, every figure drawn, hostile text inert.

Screenshots stay in tests/artifacts/ to be looked at.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from recon_kit.report import AgingPage, ReconciliationPage, to_html
from recon_kit.report.example import example_cut
from recon_kit.sentences import sentence
from tests.report.pages import executed

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: the page was not opened in a browser")

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAYLOADS = (
    '<img src=x onerror="window.hit=1">',
    "</script><script>window.hit=2</script>",
    "<svg onload=window.hit=3>",
    '"><iframe src="javascript:parent.hit=4">',
)


def hostile():
    """The example with payloads in place of every name and text that others write."""
    made = example_cut()

    def poisoned(frame, columns):
        return frame.assign(**{name: [PAYLOADS[n % len(PAYLOADS)] for n in range(len(frame))] for name in columns})

    return replace(
        made,
        bank_lines=poisoned(made.bank_lines, ["counterparty_name", "remittance"]),
        open_items=poisoned(made.open_items, ["customer_name"]),
        ledger_items=poisoned(made.ledger_items, ["customer_name", "document_no"]),
        breaks=poisoned(made.breaks, ["detail"]).assign(facts=[_said(n) for n in range(len(made.breaks))]),
    )


def _said(n):
    """Every third question has no facts, as one of an older run."""
    return None if n % 3 == 0 else sentence("payer_unknown", amount=(n, "EUR"), name=PAYLOADS[n % len(PAYLOADS)]).facts


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@dataclass(frozen=True)
class Expected:
    """What a report shows: how many figures, and its first words."""

    page: type[ReconciliationPage] | type[AgingPage]
    figures: int
    title: str
    pill: str


REPORTS = {
    "reconciliation": Expected(ReconciliationPage, 2, "Reconciliation, October 2026", "Needs review"),
    "aging": Expected(AgingPage, 2, "Aging of receivables, October 2026", "Not tied to the ledger"),
}


@pytest.fixture(params=REPORTS, scope="module")
def expected(request):
    return REPORTS[request.param]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory, expected):
    page = expected.page(hostile())
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(executed(page), page.title), encoding="utf-8")
    return path


LOOKS = {"light": (1280, "light"), "dark": (1280, "dark"), "phone": (390, "light")}


@pytest.fixture(params=LOOKS, scope="module")
def seen(request, browser, page_file, expected):
    """The opened page, what it asked for, and what went wrong."""
    width, scheme = LOOKS[request.param]
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked, wrong = [], []
    page.on("request", lambda request: None if request.url.startswith("file:") else asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(page_file.resolve().as_uri(), wait_until="load")
    page.wait_for_function("document.querySelectorAll('.plotly-graph-div .main-svg').length > 0")
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{expected.page.__name__}-{request.param}.png", full_page=True)
    yield page, asked, wrong
    context.close()


def test_it_asks_for_nothing_and_nothing_breaks(seen):
    _, asked, wrong = seen
    assert (asked, wrong) == ([], [])


def test_every_figure_is_drawn(seen, expected):
    page, _, _ = seen
    assert page.locator(".plotly-graph-div").count() == expected.figures
    assert page.locator(".plotly-graph-div:has(.main-svg)").count() == expected.figures
    assert page.locator(".plotly-graph-div .bars path").count() > 30


def test_hostile_text_is_shown_and_does_nothing(seen):
    page, _, _ = seen
    assert page.evaluate("window.hit") is None
    assert page.locator("main img, main iframe, main section svg[onload]").count() == 0
    assert PAYLOADS[0] in page.locator("main").inner_text()


def test_the_page_is_no_wider_than_the_window(seen):
    page, _, _ = seen
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_bottom_line_is_the_first_thing_to_see(seen, expected):
    page, _, _ = seen
    assert page.locator("h1").bounding_box()["y"] < 120
    assert page.locator("h1").inner_text() == expected.title
    assert page.locator(".pill").inner_text() == expected.pill


def test_text_stands_out_from_its_ground(seen):
    page, _, _ = seen
    for place in ("h1", ".lead", ".q", ".kpi .d", "td", ".why", ".pill"):
        assert page.locator(place).first.evaluate(_CONTRAST) >= 4.5, place


def test_words_in_figures_are_read_by_day_and_by_night(seen):
    page, _, _ = seen
    for place in (".annotation-text", ".xtick text", ".bars text"):
        found = page.locator(f".plotly-graph-div {place}").first
        assert found.evaluate(_CONTRAST.replace(".color)", ".fill)")) >= 4.5, place


def test_the_keyboard_begins_with_a_way_past_the_head(seen):
    page, _, _ = seen
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator("main#page").count() == 1


@pytest.mark.parametrize("name", REPORTS)
def test_in_german_nothing_breaks_either(browser, tmp_path, name):
    shown = REPORTS[name].page(example_cut("de"))
    path = tmp_path / "report.html"
    path.write_text(to_html(executed(shown), shown.title), encoding="utf-8")
    page, wrong = browser.new_page(), []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path.resolve().as_uri())
    page.wait_for_function("document.querySelectorAll('.plotly-graph-div .main-svg').length > 0")
    assert (wrong, page.locator("html").get_attribute("lang")) == ([], "de")
    assert page.locator(".plotly-graph-div:has(.main-svg)").count() == REPORTS[name].figures
    page.close()


_CONTRAST = """element => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => { const f = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 };
    return .2126 * f(r) + .7152 * f(g) + .0722 * f(b) };
  let ground = element, behind = [0, 0, 0, 0];
  while (ground && behind.length > 3 && behind[3] === 0) {
    behind = rgb(getComputedStyle(ground).backgroundColor); ground = ground.parentElement }
  const ink = rgb(getComputedStyle(element).color);
  const [a, b] = [light(ink), light(behind)].sort((x, y) => y - x);
  return (a + .05) / (b + .05) }"""


def test_it_prints_on_paper_of_a4(browser, page_file, expected):
    page = browser.new_page()
    page.goto(page_file.resolve().as_uri())
    page.wait_for_function("document.querySelectorAll('.plotly-graph-div .main-svg').length > 0")
    printed = page.pdf(format="A4", print_background=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 less the margins of the sheet
    cut_off = page.evaluate("[...document.querySelectorAll('.card')].filter(e => e.scrollWidth > e.clientWidth + 1).length")
    page.close()
    (ARTIFACTS / f"{expected.page.__name__}.pdf").write_bytes(printed)
    assert cut_off == 0
    assert 3 <= printed.count(b"/Type /Page\n") <= 12
