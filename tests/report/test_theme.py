"""Every text of the page stands out from its ground, by day, by night and on paper; no colour says two things."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from recon_kit.report.theme import AGES, EDGE, MEANING, css

SHEET = files("recon_kit.report").joinpath("templates", "recon", "page.css").read_text("utf-8")
SCHEMES = [dict(re.findall(r"--(\w+):(#\w+)", block)) for block in re.findall(r":root{([^}]*)}", SHEET)]


def light(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    digits = "".join(2 * sign for sign in colour[1:]) if len(colour) == 4 else colour[1:]
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_there_are_three_schemes_day_night_and_paper():
    assert len(SCHEMES) == 3
    assert light(SCHEMES[1]["page"]) < 0.05 < 0.9 < light(SCHEMES[0]["page"])


@pytest.mark.parametrize("scheme", SCHEMES, ids=["day", "night", "paper"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("ink", "soft", "green", "red", "orange") for ground in ("card", "page")),
        ("ink", "tint"),
        ("green", "tint"),
        ("red", "bad"),
        ("orange", "warn"),
    ],
)
def test_text_has_the_contrast_of_level_aa(scheme, ink, ground):
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES, ids=["day", "night", "paper"])
def test_the_outline_of_a_bar_is_seen_on_every_ground(scheme):
    assert contrast(EDGE, scheme["card"]) >= 3


def test_ages_run_from_light_to_dark_and_mean_nothing_else():
    brightness = [light(colour) for colour in AGES]
    assert brightness == sorted(brightness, reverse=True)
    assert not set(AGES) & set(MEANING.values())


def test_the_page_and_the_charts_have_the_same_ages():
    assert re.findall(r"\.b-age\d{background:(#\w+)}", css()) == list(AGES)
