"""Errors: all faults at once, in the user's words, with the place."""

from recon_kit.errors import Fault, LoadError, nearest


def test_a_fault_names_file_line_field_value_and_expectation():
    error = LoadError("bank.csv", [Fault("an amount with ',' as decimal mark", 17, "Betrag", "1.2O4,50")])
    assert str(error) == "bank.csv:17: Betrag is '1.2O4,50', expected an amount with ',' as decimal mark"


def test_every_fault_is_printed_on_its_own_line_and_kept():
    error = LoadError("a", [Fault("x", 1, "F", None), Fault("y", 2)])
    assert str(error).splitlines() == ["a:1: F is missing, expected x", "a:2: expected y"]
    assert [fault.line for fault in error.faults] == [1, 2]


def test_a_flood_of_faults_is_counted_and_kept():
    error = LoadError("a", [Fault("x", n) for n in range(1000)])
    assert str(error).splitlines()[-1] == "a: and 950 more like these"
    assert len(error.faults) == 1000


def test_a_long_value_is_cut_where_it_is_shown():
    assert len(str(Fault("x", 1, "F", "z" * 10_000))) < 200


def test_the_nearest_name_is_told_only_where_there_is_one():
    assert nearest("acount", ["account", "entity"]) == " (did you mean 'account'?)"
    assert nearest("zzz", ["account"]) == ""


def test_a_fault_without_a_field_says_what_was_expected_too():
    error = LoadError("a.xml", [Fault("a format that is known, but this is none", line=1), "a file"])
    assert str(error) == "a.xml:1: expected a format that is known, but this is none\na.xml: expected a file"
