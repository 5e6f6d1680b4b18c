"""Which rules of the company fit which lines of a run, whether or not they decided: what rules are measured by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from recon_kit.matching.columns import NOTHING, Columns
from recon_kit.matching.decision.instructions import Chosen
from recon_kit.matching.decision.outcome import Decided
from recon_kit.matching.rules.company import first_rules, fits_lines
from recon_kit.policy import Policy

_EPOCH = np.datetime64("1970-01-01", "D")


def fitting(both: Columns, decided: Decided, allocations: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One row per line and rule that fits it, in the order of the table of rules.

    Columns: at (position of the rule), entity (null: none), line_id, booked_on, decides: whether this rule decided what became
    of the line: no earlier one did, and if it accepts, the model alone was not sure.

    Args:
        decided: every line's chosen set, before rules that say "never" took theirs away. allocations: of the same run.
    """
    n, bets = len(both.lines), decided.bets
    first, chosen = first_rules(both, policy), np.full(n, NOTHING, np.int32)
    chosen[bets.line] = decided.rule
    sets = Chosen(both, decided.looks, bets, decided.pattern)
    made = set(zip(allocations["entity"].fillna(""), allocations["line_id"], allocations["basis"], strict=True))
    ids, entities = both.lines.ids.to_pylist(), both.names.entities.to_pylist()
    none = np.zeros(0, np.int64)
    found = [(none, none, none.astype(bool))]
    for at, rule in enumerate(policy.rules.rule):
        line = bets.line[sets.fits(rule)] if rule.after_model else np.flatnonzero(fits_lines(rule, both))
        line = line[both.lines.amount[line] != 0].astype(np.int64)
        if rule.then == "never" and not rule.after_model:
            decides = first[line] == at
        elif rule.then in ("propose", "never"):
            decides = chosen[line] == at
        else:
            whose = ((entities[both.lines.entity[row]], ids[row], f"rule:{rule.name}") for row in line.tolist())
            decides = np.fromiter((key in made for key in whose), bool, len(line))
        found.append((np.full(len(line), at), line, decides))
    place, line, decides = (np.concatenate(column) for column in zip(*found, strict=True))
    entity = both.names.entities.take(pa.array(both.lines.entity[line])).to_pandas()
    return pd.DataFrame({
        "at": place, "entity": entity.where(entity != "", None).astype("str"),
        "line_id": both.lines.ids.take(pa.array(line)).to_pandas(), "decides": decides,
        "booked_on": (_EPOCH + both.lines.on[line].astype("timedelta64[D]")).astype("datetime64[s]"),
    })  # fmt: skip
