"""Companies of the simulator as cases to learn from and to measure on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recon_kit.learning.training import Case
from recon_kit.matching.coding import columns
from recon_kit.simulate.feeds import Feed, feed


def simulated(profile: str, items: int, seed: int, dialect: str = "train") -> Case:
    """The feed of that profile, size, seed and dialect as a case of the profile's kind."""
    return case_of(feed(profile, items, seed, dialect), f"{profile} {items} {seed}", profile)


def case_of(given: Feed, name: str, kind: str) -> Case:
    """A feed as a case: the documents that each of its lines truly pays."""
    both = columns(given.bank_lines, given.open_items)
    paid = given.truth[given.truth["kind"].eq("payment") & given.truth["item_id"].notna() & given.truth["line_id"].notna()]
    line = pd.Index(both.lines.ids.to_pandas()).get_indexer(paid["line_id"]).astype(np.int64)
    item = pd.Index(both.items.ids.to_pandas()).get_indexer(paid["item_id"])
    pair = np.unique(line * len(both.items) + item)
    return Case(name, kind, both, (pair // len(both.items)).astype(np.int32), (pair % len(both.items)).astype(np.int32))
