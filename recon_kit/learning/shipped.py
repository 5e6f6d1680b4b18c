"""Trains the model that ships with the package, from seeds, and says what it does on companies of another dialect.

`python -m recon_kit.learning.shipped` writes default.json and registry.json beside the engine; equal seeds give equal bytes.
"""

from __future__ import annotations

import logging
from pathlib import Path

import pandas as pd

import recon_kit.matching.model as place
from recon_kit.learning.fitting import Learner, assembled
from recon_kit.learning.measuring import by_kind, measured_on
from recon_kit.learning.simulated import simulated
from recon_kit.learning.training import Learners, train
from recon_kit.matching.model import Model, Registry
from recon_kit.matching.model.registry import DEFAULT, SHIPPED
from recon_kit.simulate.feeds.profiles import PROFILES

_log = logging.getLogger(__name__)
_SMALL = tuple(
    (profile, items, 1000 + place + number)
    for place, items in ((0, 8_000), (10, 8_000), (20, 3_000))
    for number, profile in enumerate(PROFILES)
)
_LARGE = (("mixed_b2b", 40_000, 1030), ("few_references", 40_000, 1032), ("b2c", 16_000, 1033), ("long_sepa", 16_000, 1034))
FEEDS = (*_SMALL, *_LARGE)
"""Profile, documents and seed of each company that is learned from: several sizes, so that what grows with size is seen."""
REPORTED = tuple((profile, 20_000, seed) for profile in PROFILES for seed in (9001, 9002, 9003))
"""The same of the companies, all of the other dialect, that figures are taken from."""
FLOORS = (0.985, 0.9, 0.5)
"""What the first, second and third pass take; the fourth takes nothing. What may be automatic is for the last word to say."""
LEARNERS = Learners(Learner(n_trees=100, leaves=24, rate=0.1), Learner(n_trees=150, leaves=16, rate=0.08))
N_FOLDS = 3
FLOOR = 0.999


def shipped() -> Model:
    """The model trained on `FEEDS`."""
    cases = [simulated(*each) for each in FEEDS]
    found = train(cases, LEARNERS, FLOORS, n_folds=N_FOLDS)
    about = {"trained_on": [list(each) for each in FEEDS], "dialect": "train", "floors": list(FLOORS)}
    return assembled(found.passes, found.cuts(), about)


def report(model: Model) -> pd.DataFrame:
    """Figures by kind on the companies of `REPORTED`, automatic at the default floor."""
    cut = model.automatic(FLOOR)
    return by_kind(pd.DataFrame([measured_on(simulated(*each, "test"), model, cut) for each in REPORTED]))


def main() -> None:
    """Train, write, report."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = shipped()
    folder = Path(str(place.__file__)).parent
    (folder / DEFAULT).write_bytes(model.to_json())
    (folder / SHIPPED).write_bytes(Registry().registered(model, DEFAULT).to_json())
    for name, cut in model.cuts.items():
        _log.info("%s: from %.5f, %d of %d wrong", name, cut.at, cut.wrong, cut.n)
    _log.info("%s", report(model).round(5).to_string())


if __name__ == "__main__":
    main()
