"""The mail that brings reports, in both languages, and the names of its files."""

from __future__ import annotations

from datetime import date

import pytest

from recon_kit.report.letter import Letter, file_name, report_name
from recon_kit.report.words import Words

LETTER = Letter(
    title="Nordlicht, Oktober 2026",
    status="needs_review",
    sentences={"reconciliation": "1.190,00 EUR sind eingegangen.", "weekly_cash": "Alles da."},
    attached=["a.pdf", "b.xlsx"],
    pages=["//server/reports/2026-10/1a2b/reconciliation.html"],
    run_id="1a2b",
    closed_on=date(2026, 11, 3),
)


def test_the_bottom_line_of_each_report_comes_first():
    assert LETTER.text(Words("de")) == (
        "Nordlicht, Oktober 2026\nStand: Zu prüfen\n\n"
        "Abstimmung\n1.190,00 EUR sind eingegangen.\n\n"
        "weekly cash\nAlles da.\n\n"
        "Anbei:\n  a.pdf\n  b.xlsx\n\n"
        "Zum Lesen im Browser:\n  //server/reports/2026-10/1a2b/reconciliation.html\n\n"
        "Lauf 1a2b, abgeschlossen am 03.11.2026. Gesendet von Recon Kit.\n"
    )


def test_a_title_with_signs_of_html_is_text():
    odd = Letter("Müller & Söhne <GmbH>", "ready", {"aging": "a & b"}, (), (), "1", date(2026, 11, 3))
    assert odd.text(Words("en")).startswith("Müller & Söhne <GmbH>\nStatus: Ready\n\nAging of receivables\na & b\n\nRun 1,")


@pytest.mark.parametrize(
    ("company", "said"),
    [("Müller & Söhne GmbH", "Mueller-Soehne-GmbH"), ("../../etc", "etc"), ("北光", "company"), ("x" * 200, "x" * 60)],
)
def test_a_company_s_name_becomes_plain_letters(company, said):
    assert file_name("aging", company, "2026-10", "1a2b3c4d5e6f", "pdf") == f"aging_{said}_2026-10_1a2b3c4d.pdf"


def test_each_report_of_a_run_has_a_name():
    from recon_kit.report.canon import REPORTS

    assert all(report_name(Words("en"), name) != name.replace("_", " ") for name in REPORTS)
