"""Training on whole companies: passes, a last word, cuts by name; and what a model does on a company it has not seen."""

from __future__ import annotations

import numpy as np
import pytest

from recon_kit.learning.fitting import Learner, assembled
from recon_kit.learning.measuring import measured_on
from recon_kit.learning.simulated import simulated
from recon_kit.learning.training import TARGETS, Learners, Trained, train
from recon_kit.matching.model import Model, cut_name, load_default
from recon_kit.matching.scoring.final import FINAL
from recon_kit.matching.scoring.running import run

QUICK = Learner(n_trees=8, leaves=6, rate=0.3, least_rows=10)


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train([simulated("easy", 500, 1), simulated("b2c", 500, 2)], Learners(QUICK, QUICK), (0.95,), n_folds=2)


def test_passes_end_with_a_last_word_and_carry_their_cuts(trained: Trained) -> None:
    model = assembled(trained.passes, trained.cuts(), {})
    assert [part.name for part in model.passes] == ["1", "2", FINAL]
    assert set(model.cuts) == {"commit", "commit 1", *(cut_name(target) for target in TARGETS)}
    assert Model.from_json(model.to_json()) == model


def test_each_chosen_set_is_judged_once(trained: Trained) -> None:
    scored = trained.scored
    assert len(scored.probability) == len(scored.right) == len(scored.kind)
    assert len(np.unique(np.stack([scored.case, scored.line]), axis=1).T) == len(scored.line)


def test_a_trained_model_runs_and_its_last_word_is_what_counts(trained: Trained) -> None:
    model, case = assembled(trained.passes, trained.cuts(), {}), simulated("easy", 400, 3)
    outcome = run(case.both, np.ones(len(case.both.lines), bool), model)
    line, chance = outcome.chosen()
    assert outcome.final is not None
    assert line.tolist() == np.flatnonzero(outcome.look >= 0).tolist()
    assert chance.tolist() == outcome.final.probability.tolist()


def test_the_shipped_model_holds_what_it_says_on_a_company_of_another_dialect() -> None:
    model = load_default()
    found = measured_on(simulated("mixed_b2b", 4_000, 79, "test"), model, model.automatic(0.999))
    assert found["exact"] > 0.9
    assert found["through"] > 0.8
    assert found["false"] <= 0.005 * found["automatic"]
    assert found["ece"] < 0.02
