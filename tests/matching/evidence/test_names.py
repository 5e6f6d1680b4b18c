"""What makes two names the same, and what makes them alike."""

import pyarrow as pa
import pytest

from recon_kit.matching.evidence.folding import folded
from recon_kit.matching.evidence.names import graded, similar


def _folded(*names: str | None):
    return folded(pa.array(names, pa.large_string()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller GmbH & Co. KG", "MUELLER"),
        ("Müller G.m.b.H.", "Muller"),
        ("Mueller, Hans", "Herrn Dr. Hans Müller"),
        ("Ostren S.p.A.", "OSTREN SPA"),
        ("Tau Sp. z o.o.", "TAU SP.Z O.O."),
        ("Foo A/S", "Foo"),
        ("B.V. Brunhof", "Brunhof besloten vennootschap"),
        ("O'Brien Ltd", "OBRIEN LIMITED"),
        ("Anna Meier c/o Bau GmbH", "Meier Anna"),
        ("Ørsted ApS", "Oersted"),
        ("Åkerblad AB", "Aakerblad Aktiebolag"),
        ("Иванов ООО", "Ivanov"),
        ("J. P. Morgan", "JP Morgan"),
        ("Grojun Bageri ApS, Havnevej 159 89459 Kolding", "Grojun Bageri"),
        ("Vermeulen eenmanszaa", "Vermeulen"),
    ],
)
def test_legal_forms_accents_order_and_addresses_do_not_make_another_name(one: str, other: str) -> None:
    found = _folded(one, other)
    assert found.key[0] == found.key[1] != 0


def test_other_words_are_another_name_and_nothing_has_no_key() -> None:
    found = _folded("Hans Müller", "Petra Müller", "GmbH", "", None, "???")
    assert len({*found.key[:3].tolist()}) == 3
    assert found.key[3:].tolist() == [0, 0, 0]


def test_order_and_legal_form_grade_equal_words() -> None:
    names = _folded("Thomsen Transport A/S", "THOMSEN TRANSPORT AS", "Thomsen Transport", "Thomsen Transport K/S",
                    "Transport Thomsen A/S", "Transport Thomsen K/S")  # fmt: skip
    like = [float(graded(names, [0], names, [other])[0]) for other in range(1, 6)]
    assert like[0] == 1
    assert like[0] > like[1] > like[3] > like[2] > like[4]


def test_order_of_a_person_does_not_matter() -> None:
    names = _folded("Müller, Hans", "Hans Mueller")
    assert graded(names, [0], names, [1]).tolist() == [1]


@pytest.mark.parametrize(
    ("payer", "debtor"),
    [
        ("Ostrenwerk Outdor", "Ostrenwerk Outdoor GmbH"),
        ("Hans Mueler", "Hans Müller"),
        ("Hans u. Petra Müller", "Petra Müller"),
        ("Brunhof Handelsgesellschaft fuer Out", "Brunhof Handelsgesellschaft für Outdoor mbH"),
        ("Tauwerk Berg Sport", "Tau Werk Bergsport"),
        ("Qstrenwerk", "Ostrenwerk AG"),
    ],
)
def test_typing_errors_couples_cut_and_glued_names_are_alike(payer: str, debtor: str) -> None:
    others = [f"Firma {letter}ahnenhof" for letter in "BCDFGHKLMN"]
    found = similar(_folded(payer), _folded(debtor, *others))
    assert found.debtor.tolist() == [0]
    assert found.likeness[0] >= 0.8


def test_names_of_one_family_are_not_alike() -> None:
    assert len(similar(_folded("Hans Müller"), _folded("Katrin Müller")).payer) == 0


def test_an_initial_fits_every_such_name_and_contradicts_any_other() -> None:
    debtors = _folded("Anna Hoffmann", "Jonas Hoffmann", "Julia Hoffmann", "Hoffmann Bau GmbH", "Jan Beck", "Tom Beck")
    found = similar(_folded("J. HOFFMANN", "Beck, T."), debtors)
    assert list(zip(found.payer.tolist(), found.debtor.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 5)]


def test_an_initial_finds_its_names_among_very_many_of_that_surname() -> None:
    letters = "BCDEFGHIKLMNOPQRSTUVWXYZ"
    debtors = _folded(*(f"{a}e{b.lower()}a Hoffmann" for a in letters for b in letters[:4]), "Jonas Hoffmann", "Julia Hoffmann")
    assert similar(_folded("J. HOFFMANN"), debtors).debtor.tolist() == [96, 97]


@pytest.mark.parametrize(
    ("payer", "debtor"), [("ANNA M HOFFMANN", "Anna Hoffmann"), ("J W RICKER", "John Ricker"), ("HOFFMANN", "J. Hoffmann")]
)
def test_an_initial_too_many_or_too_few_is_no_contradiction(payer: str, debtor: str) -> None:
    assert len(similar(_folded(payer), _folded(debtor)).payer) == 1
