"""Quoted documents: what is found, how surely, and what only looks like a number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.matching.coding import columns
from recon_kit.matching.evidence.quotes import CHECKED, COUNTED, GLUED, NEAR, ORDERED, SHORTENED, WHOLE, Quotes, quotes
from recon_kit.tables import BANK_LINES, OPEN_ITEMS

DOCUMENTS = [
    "RE-2026-08123", "RE-2026-08124", "INV-1", "INV-10", "100234", "4711", "2026/000815", "SUP-77A", "RF18539007547034",
]  # fmt: skip

ISSUED, BOOKED = pd.Timestamp("2026-08-01"), pd.Timestamp("2026-09-01")


def items(numbers: list[str], **more: list[object]) -> pd.DataFrame:
    """One open invoice for each number, of customers of their own."""
    found = {
        "item_id": [f"i{at:06d}" for at in range(len(numbers))], "entity": "A", "kind": "invoice", "document_no": numbers,
        "customer_id": [f"C{at}" for at in range(len(numbers))], "issued_on": ISSUED, "due_on": BOOKED,
        "amount": 1000, "open_amount": 1000, "currency": "EUR",
    }  # fmt: skip
    return OPEN_ITEMS.conform(pd.DataFrame(found | more))


def lines(texts: list[str], **more: list[object]) -> pd.DataFrame:
    """One line for each text."""
    found = {
        "line_id": [f"l{at:06d}" for at in range(len(texts))], "entity": "A", "account": "X", "booked_on": BOOKED,
        "amount": 1000, "currency": "EUR", "remittance": texts,
    }  # fmt: skip
    return BANK_LINES.conform(pd.DataFrame(found | more))


def quoted(texts: list[str], numbers: list[str], least: int = SHORTENED, **more: list[object]) -> list[dict[str, int]]:
    """Per text the documents it quotes at `least` or better, with their strength."""
    both = columns(lines(texts), items(numbers, **more))
    found, documents = quotes(both.lines, both.items), both.items.document.to_pylist()
    shown: list[dict[str, int]] = [{} for _ in texts]
    for line, item, strength in zip(found.line, found.item, found.strength, strict=True):
        if strength >= least:
            shown[line][documents[item]] = int(strength)
    return shown


CASES = [
    ("Rechnung RE-2026-08123 vom 01.09.", ["RE-2026-08123"]),
    ("RE 2026 08123", ["RE-2026-08123"]),
    ("RE2026-08123", ["RE-2026-08123"]),
    ("zu re202608123 danke", ["RE-2026-08123"]),
    ("RE-2026-08123/RE-2026-08124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE202608123RE202608124", ["RE-2026-08123", "RE-2026-08124"]),
    ("Sammelzahlung Rechnungen RE-20\n26-08123", ["RE-2026-08123"]),
    ("Zahlung unserer Bestellung 2026-08123, danke", ["RE-2026-08123"]),
    ("RE-2O26-O8I23", ["RE-2026-08123"]),
    ("INV-10", ["INV-10"]),
    ("INV-1", ["INV-1"]),
    ("INV-100", []),
    ("XINV-1", []),
    ("INV-1-2", []),
    ("INV-1.50", []),
    ("4711", []),
    ("100234", ["100234"]),
    ("Rg.100234", ["100234"]),
    ("RG100234", ["100234"]),
    ("1002345", []),
    ("10 0234", []),
    ("EUR 100234", []),
    ("100234 EUR", []),
    ("100234,50", []),
    ("Tel. 100234", []),
    ("Tel. 0301 100234", []),
    ("+49 30 100234", []),
    ("DE89 3704 0044 0532 0130 00 100234", ["100234"]),
    ("DE89370400440532013000", []),
    ("Kundennr. 100234", []),
    ("2026/000815", ["2026/000815"]),
    ("2026-000815", ["2026/000815"]),
    ("SUP 77A", ["SUP-77A"]),
    ("RF18 5390 0754 7034", ["RF18539007547034"]),
    ("RNRRE202608123", ["RE-2026-08123"]),
    ("RE-2026-08123, 08124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE-2026-08123//124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE-2026-08123+08124", ["RE-2026-08123", "RE-2026-08124"]),
    ("RE-2026-08123 + 124,00", ["RE-2026-08123"]),
    ("RE-2026-08123 vom 124", ["RE-2026-08123"]),
    ("124", []),
    ("", []),
    ("danke", []),
    ("Счёт № 100234 от 01.09.2026", ["100234"]),
    ("Τιμολόγιο 100234", ["100234"]),
    ("Réf. RE–2026–08123", ["RE-2026-08123"]),
]


@pytest.fixture(scope="module")
def found_in_cases() -> list[dict[str, int]]:
    return quoted([text for text, _ in CASES], DOCUMENTS)


@pytest.mark.parametrize(("at", "expected"), [(at, case[1]) for at, case in enumerate(CASES)], ids=[c[0] for c in CASES])
def test_quoted(found_in_cases: list[dict[str, int]], at: int, expected: list[str]) -> None:
    assert sorted(found_in_cases[at]) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "number", "strength"),
    [
        ("RE-2026-08123", "RE-2026-08123", WHOLE),
        ("zu re202608123.", "RE-2026-08123", WHOLE),
        ("RNRRE2026-08123", "RE-2026-08123", GLUED),
        ("RE-2O26-08I23", "RE-2026-08123", GLUED),
        ("2026-08123", "RE-2026-08123", COUNTED),
        ("VS 0202608123", "RE-2026-08123", COUNTED),
        ("GS-2026-08123", "RE-2026-08123", None),
        ("RE-2026-08132", "RE-2026-08123", NEAR),
        ("RE-2026-0812", "RE-2026-08123", NEAR),
        ("RE-2026-081234", "RE-2026-08123", NEAR),
        ("RE-2026-09999", "RE-2026-08123", None),
        ("2026/4711", "2026/4711", WHOLE),
        ("INV00012345", "INV00012345", WHOLE),
        ("INV 12345", "INV00012345", COUNTED),
        ("F26-0001", "F26-0001", WHOLE),
        ("AR20-123456", "AR20-123456", WHOLE),
        ("4711-26", "4711-26", WHOLE),
        ("3-4711-26", "4711-26", NEAR),
        ("K7F3QZ", "K7F3QZ", WHOLE),
        ("10345-001", "10345-001", WHOLE),
        ("ΤΔΑ-4711", "ΤΔΑ-4711", WHOLE),
        ("тда 4711", "ТДА-4711", WHOLE),
        ("123456789012123456789013", "123456789012", GLUED),
        ("1234567890121", "123456789012", NEAR),
        ("Betrag 1.234.567,89", "1234567", None),
        ("20260901", "RE-2026-0901", COUNTED),
    ],
)
def test_strength(text: str, number: str, strength: int | None) -> None:
    assert quoted([text], [number, "123456789013"], least=NEAR)[0].get(number) == strength


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("RF18539007547034", "RF18 5390 0754 7034"),
        ("210000000003139471430009017", "21 00000 00003 13947 14300 09017"),
        ("+++090/9337/55493+++", "+++090/9337/55493+++"),
        ("090933755493", "***090/9337/55493***"),
    ],
)
def test_a_reference_with_strong_check_digits_is_the_strongest(reference: str, text: str) -> None:
    assert quoted([text], ["RE-1001"], reference=[reference]) == [{"RE-1001": CHECKED}]


def test_weak_check_digits_count_where_nearly_all_references_have_them() -> None:
    finnish = [f"{number}{_finnish(number)}" for number in range(100_000, 100_040)]
    numbers = [f"A-{at:05d}" for at in range(40)]
    assert quoted([finnish[3]], numbers, reference=list(finnish)) == [{"A-00003": CHECKED}]
    assert quoted([finnish[3]], ["A-00003"], reference=[finnish[3]]) == [{"A-00003": WHOLE}]


def _finnish(number: int) -> int:
    weighted = sum(int(digit) * (7, 3, 1)[at % 3] for at, digit in enumerate(reversed(str(number))))
    return -weighted % 10


def test_a_number_framed_by_check_digits_is_quoted() -> None:
    assert quoted(["RF55202608123"], ["202608123"]) == [{"202608123": GLUED}]


def test_an_order_number_is_an_order() -> None:
    assert quoted(["Order PO-738136"], ["RE-1001"], order_no=["PO-738136"]) == [{"RE-1001": ORDERED}]


def test_a_number_of_several_documents_names_them_all() -> None:
    assert quoted(["re1001"], ["RE-1001", "555555"], reference=[None, "RE 1001"]) == [{"RE-1001": WHOLE, "555555": WHOLE}]


def test_a_range_names_all_between() -> None:
    numbers = [f"RE-2026-{at:05d}" for at in range(100, 110)]
    assert list(quoted(["RE-2026-00102 bis RE-2026-00105"], numbers)[0].values()) == [WHOLE, SHORTENED, SHORTENED, WHOLE]
    assert len(quoted(["RE-2026-00102 to 00105"], numbers)[0]) == 4


def test_numbers_that_no_document_has_are_counted() -> None:
    both = columns(lines(["RE-2026-08123 und 7654321 vom 01.09.2026 IBAN DE89370400440532013000"]), items(DOCUMENTS))
    found = quotes(both.lines, both.items)
    assert (found.n_long.tolist(), found.n_unknown.tolist()) == ([2], [1])


def test_runs_are_the_digits_that_are_nothing_else() -> None:
    both = columns(lines(["RE-2026-08123, 124 vom 01.09.2026 über 12,50"]), items(DOCUMENTS))
    found = quotes(both.lines, both.items)
    assert list(zip(found.run_value.tolist(), found.run_digits.tolist(), strict=True)) == [(2026, 4), (8123, 5), (124, 3)]


def test_what_counts_up_is_not_the_year() -> None:
    numbers = ["4711-26", "4712-26", "F26-0001", "F26-0002", "RE-2026-08123", "RE-2026-08124"]
    both = columns(lines([""]), items(numbers))
    found = quotes(both.lines, both.items)
    shown = dict(zip(both.items.document.to_pylist(), found.counting.tolist(), strict=True))
    assert shown == dict(zip(numbers, [4711, 4712, 1, 2, 8123, 8124], strict=True))


def test_the_order_of_rows_changes_nothing() -> None:
    texts = [text for text, _ in CASES]
    one, other = (columns(lines(texts).sample(frac=1, random_state=seed), items(DOCUMENTS)) for seed in (1, 2))
    a, b = quotes(one.lines, one.items), quotes(other.lines, other.items)
    assert (a.line.tolist(), a.item.tolist(), a.strength.tolist()) == (b.line.tolist(), b.item.tolist(), b.strength.tolist())


def test_a_quote_is_shown_as_written() -> None:
    both = columns(lines(["Danke für re 2026 08123"]), items(DOCUMENTS))
    found = quotes(both.lines, both.items)
    assert isinstance(found, Quotes)
    assert [found.written(row) for row in range(len(found))] == ["RE 2026 08123"]


@pytest.mark.parametrize(("texts", "numbers"), [([], []), ([], DOCUMENTS), (["RE-2026-08123"], []), ([None], DOCUMENTS)])
def test_empty_sides(texts: list[str], numbers: list[str]) -> None:
    both = columns(lines(texts), items(numbers))
    assert len(quotes(both.lines, both.items)) == 0


READ = [
    ("Faktura VAT 2026/03/00123", "2026/03/00123", WHOLE),
    ("Faktura VAT 1800000123", "1800000123", WHOLE),
    ("VAT invoice no. 1800000123", "1800000123", WHOLE),
    ("VAT PL1800000123 Rg 1", "1800000123", COUNTED),
    ("Client 2026/03/00123", "2026/03/00123", WHOLE),
    ("Cuenta 26-04711", "26-04711", WHOLE),
    ("Mandat M-4711 26-04711", "26-04711", WHOLE),
    ("Karte 4711 310123", "310123", WHOLE),
    ("Karte 4711 1234 5678 310123", "310123", WHOLE),
    ("Client 310123", "310123", None),
    ("Total 1800000123", "1800000123", WHOLE),
    ("310123 EUR 119,00", "310123", WHOLE),
    ("310123 EUR", "310123", None),
    ("FS 337/2/2026/MUC", "FS 337/02/2026/MUC", GLUED),
    ("FS 337/02/02026/MUC", "FS 337/02/2026/MUC", GLUED),
    ("FS 337 2 2026 MUC", "FS 337/02/2026/MUC", None),
    ("Rg 7D07428-33 Danke", "7D07428-0033", GLUED),
    ("2026/3/123", "2026/03/00123", GLUED),
    ("Rg 26-4711", "26-04711", GLUED),
    ("Fakturor 35755/19/02", "35755/19/002", None),
    ("Miete 03/2026", "3/2026", None),
    ("26-04 711", "26-04711", GLUED),
    ("31 0123", "310123", None),
    ("x" * 53 + " 3149 79", "314979", None),
    ("x" * 50 + " 3149 79", "314979", GLUED),
    ("SZ-2026/507", "52/2026", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "strength"), READ, ids=[case[0][-30:] for case in READ])
def test_a_number_that_a_document_carries_in_full_is_read(text: str, number: str, strength: int | None) -> None:
    assert quoted([text], [number], least=SHORTENED)[0].get(number) == strength


def test_a_tax_id_is_no_number() -> None:
    both = columns(
        lines(["USt-IdNr. 123456789", "NIP 525-123-45-67", "VAT id DE 123456789", "VAT FV 123456789"]), items(DOCUMENTS)
    )
    assert quotes(both.lines, both.items).n_long.tolist() == [0, 0, 0, 1]


def test_parts_that_two_documents_share_name_neither_in_full() -> None:
    assert quoted(["7D07428-33"], ["7D07428-0033", "7D7428-033"]) == [{}]


def test_a_number_that_ends_like_a_thousand_others_is_found_glued() -> None:
    numbers = [f"FS {at}/02/2026/MUC" for at in range(1, 1000)]
    texts = ["RechnungFS176022026MUC", "/INV/FS33022026MUC vom 02.02.26", "FS 999/02/2026/MUC"]
    assert quoted(texts, numbers) == [
        {"FS 176/02/2026/MUC": GLUED}, {"FS 33/02/2026/MUC": WHOLE}, {"FS 999/02/2026/MUC": WHOLE},
    ]  # fmt: skip


def test_the_longest_number_wins() -> None:
    assert quoted(["25111295"], ["FA25111295", "25-11129"]) == [{"FA25111295": COUNTED}]
    assert quoted(["SZ-2026/507"], ["SZ-2026/000507", "52/2026"]) == [{"SZ-2026/000507": GLUED}]


@given(st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=20), max_size=4))
@settings(max_examples=50, deadline=None)
def test_no_text_breaks_it(texts: list[str], numbers: list[str]) -> None:
    both = columns(lines(texts), items([number or "x" for number in numbers]))
    found = quotes(both.lines, both.items)
    assert (found.strength >= NEAR).all()
    assert len(found.run_start) == len(texts) + 1


def test_codes_of_letters_and_digits_are_found_whole_and_without_their_beginning() -> None:
    rng = np.random.default_rng(1)
    codes = ["VF" + "".join(rng.choice(list("0123456789ABCDEFGHJKMNPQRTUVWXY"), 6)) for _ in range(200)]
    mixed = next(code for code in codes if 1 < sum(map(str.isdigit, code)) < 5)
    lettered = next(code for code in codes if code.isalpha())
    shown = quoted([f"Inv {mixed}", f"Inv {lettered}", f"Inv {mixed[2:]}", "Anzahlung"], codes)
    assert shown == [{mixed: WHOLE}, {lettered: WHOLE}, {mixed: COUNTED}, {}]


def test_equal_digits_of_two_series_name_both() -> None:
    assert quoted(["Rg. 0428125"], ["0428125", "S_0428125"]) == [{"0428125": WHOLE, "S_0428125": COUNTED}]


def test_a_year_glued_behind_does_not_count() -> None:
    numbers = [f"{at:05d}26" for at in range(100, 200)]
    both = columns(lines([""]), items(numbers))
    assert sorted(quotes(both.lines, both.items).counting.tolist()) == list(range(100, 200))
