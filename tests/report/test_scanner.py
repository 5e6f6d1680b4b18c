"""What must not leave the house is found wherever it hides."""

import pytest
import xlsxwriter

from recon_kit.report.scanner import personal_data

NUMBER = "DE89370400440532013000"


def test_a_page_tells_its_account_numbers_addresses_and_names(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(f"<p>DE89 3704 0044 0532 0130 00</p><i data-x='{NUMBER}'></i> a.b@example.org M&uuml;ller GmbH", "utf-8")
    assert personal_data(page, ["Müller GmbH", "Meier"]) == [f"IBAN {NUMBER}", "e-mail a.b@example.org", "name Müller GmbH"]


def test_numbers_whose_check_digits_do_not_hold_and_short_names_are_none(tmp_path):
    page = tmp_path / "a.html"
    page.write_text("DE00370400440532013000 INV20260000123456 Ma", "utf-8")
    assert personal_data(page, ["Ma"]) == []


@pytest.mark.parametrize("place", ["hidden", "comment", "property", "very_hidden"])
def test_a_workbook_hides_nothing(tmp_path, place):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        shown, other = book.add_worksheet("Shown"), book.add_worksheet("Other")
        if place == "property":
            book.set_properties({"comments": NUMBER})
        elif place == "comment":
            shown.write_comment("A1", NUMBER)
        else:
            other.write(5, 5, NUMBER)
            (other.hide if place == "hidden" else other.very_hidden)()
    assert personal_data(path) == [f"IBAN {NUMBER}"]


def test_a_notebook_with_its_metadata_is_looked_through(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(f'{{"metadata": {{"papermill": {{"parameters": {{"account": "{NUMBER}"}}}}}}}}', "utf-8")
    assert personal_data(path) == [f"IBAN {NUMBER}"]
