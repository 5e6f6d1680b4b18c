"""Where automation may begin, by the floor that is asked for; and what ships."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recon_kit.matching.model import NEVER, Cut, cut_name, load_default
from recon_kit.matching.scoring.named import LAST
from tests.matching.model.test_registry import tiny

MODEL = replace(
    tiny(),
    cuts={cut_name(target): Cut(1 - target, 9, 0, 0.3) for target in (0.0005, 0.001, 0.01)} | {"commit": Cut(0.9, 0, 0, 1.0)},
)


@pytest.mark.parametrize(
    ("floor", "at"),
    [
        (0.9995, 0.9995),
        (0.9992, 0.9995),
        (0.999, 0.999),
        (0.995, 0.999),
        (0.99, 0.99),
        (0.5, 0.99),
        (0.9999, NEVER),
        (1.0, NEVER),
    ],
)
def test_the_loosest_cut_that_holds_the_floor(floor: float, at: float) -> None:
    assert MODEL.automatic(floor).at == at


def test_the_shipped_model_knows_only_what_the_engine_computes_and_where_it_may_act() -> None:
    model = load_default(feature.name for feature in LAST)
    assert len(model.to_json()) < 1_500_000
    assert model.automatic(0.95).at <= model.automatic(0.999).at < 1
    assert model.automatic(0.999).false_share <= 0.001
