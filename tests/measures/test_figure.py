"""A figure carries its definition, and says why where there is none."""

import ast
import importlib
import inspect
import pkgutil
import re
from fractions import Fraction
from pathlib import Path

import pytest

from recon_kit import measures
from recon_kit.measures.definitions import DEFINITIONS, WHY
from recon_kit.measures.figure import Measure, quotient, undefined

ROOM = Path(measures.__file__).parent
MODULES = [importlib.import_module(f"recon_kit.measures.{found.name}") for found in pkgutil.iter_modules([str(ROOM)])]


def public_functions():
    return [
        function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


def named(function):
    return re.findall(r"Definition: `(\w+)`", function.__doc__ or "")


def test_each_definition_is_computed_by_exactly_one_function_which_names_it():
    ids = [one for function in public_functions() for one in named(function)]
    assert sorted(ids) == sorted(DEFINITIONS)


@pytest.mark.parametrize("function", public_functions(), ids=lambda function: function.__name__)
def test_a_function_that_gives_a_figure_names_its_definition_and_is_called_like_it(function):
    signature = inspect.signature(function)
    if signature.return_annotation == "Measure" and "definition" not in signature.parameters:
        assert named(function) == [function.__name__]


def test_each_declared_reason_is_given_somewhere():
    texts = {
        node.value
        for path in ROOM.glob("*.py")
        if path.name != "definitions.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(WHY) - texts == set()


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1, 3), 0, "0"),
        (Fraction(1999, 1000), 2, "2.00"),
        (7, 1, "7.0"),
        (Fraction(-1, 1000), 1, "0.0"),
    ],
)
def test_a_figure_is_rounded_half_up_when_shown(value, decimals, shown):
    assert Measure("dso_period_end", value).text(decimals) == shown


def test_money_has_its_currency_s_decimals():
    assert Measure("provision_total", 736667, "EUR").text() == "7366.67"
    assert Measure("provision_total", 736667, "JPY").text() == "736667"


def test_at_least_is_shown():
    assert Measure("dso_count_back", Fraction(59), at_least=True).text() == "> 59.0"


def test_what_is_not_defined_is_never_zero():
    found = quotient("cei", 1, 0, "EUR", why="not_above_zero")
    assert (found.value, found.why, found.text()) == (None, "not_above_zero", "n/a")
    assert quotient("cei", None, 5, why="not_above_zero") == undefined("cei", "no_movements")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"id": "dso", "value": 1}, "'dso' is no definition"),
        ({"id": "cei", "value": None, "why": "because"}, "'because' is no reason"),
        ({"id": "cei", "value": None}, "either a value or a reason"),
        ({"id": "cei", "value": 1, "why": "no_sales"}, "either a value or a reason"),
    ],
)
def test_a_figure_without_a_definition_or_with_half_a_reason_cannot_be(arguments, told):
    with pytest.raises(ValueError, match=told):
        Measure(**arguments)


def test_a_figure_knows_its_unit_and_version():
    assert (Measure("cei", 1).unit, Measure("cei", 1).version) == ("percent", 1)
