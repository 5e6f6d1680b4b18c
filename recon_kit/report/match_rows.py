"""The matches of a cut as the workbook lists them: each part with its reason, and each match with what its evidence weighs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan, log
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.matching.words import CERTAIN
from recon_kit.measures.lines import BY_PERSON, matched, parts
from recon_kit.report.because import sentence_of
from recon_kit.report.context import Context
from recon_kit.report.words import plain
from recon_kit.tables import with_lines

WEIGHED = {
    "prior": "prior", "reference": "reference", "amount": "amount", "payer": "payer", "date": "date",
    "other open documents": "others", "rivals": "rivals", "rule": "rule",
}  # fmt: skip
"""Kinds of evidence, those of the model and a rule's measured precision, with the column that each has."""

_KEY = ["entity", "match_id"]
_LINE = ["entity", "line_id"]
_SAME = 1e-6
_MOST_NAMED = 5


@dataclass(frozen=True)
class MatchRows:
    """The rows of two sheets: every part of a match with its reason, and every match with what its evidence weighs."""

    parts: pd.DataFrame
    evidence: pd.DataFrame


def match_rows(context: Context) -> MatchRows:
    """Every match of a cut, explained in the reader's language.

    `parts` has one row per part of a match; what all parts of a match share stands in each. `evidence` has one row per match.
    """
    rows = _parts(context)
    told = _evidence(context, rows)
    at = pd.MultiIndex.from_frame(rows[_KEY])
    shared = told.set_index(_KEY)
    for name in ("because", "next", "next_certainty"):
        rows[name] = shared[name].reindex(at).to_numpy()
    return MatchRows(_as_listed(context, rows), _as_listed(context, told))


def _as_listed(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    basis = {code: context.words.basis(code) for code in rows["basis"].unique()}
    rows = rows.assign(certainty=_cut_off(rows["probability"]), basis=rows["basis"].map(basis))
    names = {"match_id": "match", "line_id": "line", "counterparty_name": "counterparty", "remittance": "text"}
    return rows.rename(columns=names | {"document_no": "document", "customer_name": "customer"})


def _parts(context: Context) -> pd.DataFrame:
    cut = context.cut
    rows, mine = matched(cut), parts(cut)
    own = pd.MultiIndex.from_frame(mine[_LINE]).isin(pd.MultiIndex.from_frame(cut.lines[_LINE]))
    rows["line_part"] = mine[own].set_index("row")["amount"].astype("Int64").reindex(rows.index)
    rows = rows.merge(cut.bank_lines[[*_LINE, "counterparty_name", "remittance"]], on=_LINE, how="left")
    alone = with_lines(cut.allocations)
    alone = alone[alone["line_id"].isna()]
    rows = pd.concat([rows, alone], ignore_index=True) if len(alone) else rows
    return rows.assign(document_no=rows["document_no"].fillna(rows["item_id"]))


def _evidence(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """What each kind of evidence adds to the log-odds of each match, what they sum to, and the best alternative.

    Columns: those that all parts share, documents, one for each kind of `WEIGHED` (null where it was not weighed), together
    (their sum), score (what they have to sum to: the model's own, else the log-odds of the rule's measured precision), next,
    next_certainty, because.
    """
    shared = ["line_id", "account", "booked_on", "counterparty_name", "status", "basis", "probability"]
    made = rows.groupby(_KEY, dropna=False, sort=False)[shared].first().reset_index()
    made["documents"] = _documents(context, rows).reindex(pd.MultiIndex.from_frame(made[_KEY])).to_numpy()
    evidence = context.cut.evidence
    evidence = evidence[evidence["match_id"].isin(set(made["match_id"]))]
    weights = _weights(evidence)
    at = pd.MultiIndex.from_frame(made[_KEY])
    for kind, name in WEIGHED.items():
        made[name] = weights[kind].reindex(at).to_numpy() if kind in weights else np.nan
    made["together"] = made[list(WEIGHED.values())].sum(axis=1, min_count=1)
    scores = evidence[evidence["feature"] == "score"].set_index(_KEY)["value"].astype(float)
    made["score"] = scores.reindex(at).to_numpy()
    ruled = made["score"].isna() & made["together"].notna()
    made.loc[ruled, "score"] = made.loc[ruled, "probability"].map(_odds)
    other = _others(context)
    line = pd.MultiIndex.from_frame(made[_LINE])
    for name in ("next", "next_certainty"):
        made[name] = other[name].reindex(line).to_numpy()
    by_model = made["basis"].str.startswith("model:").fillna(value=False).to_numpy(bool)
    made["next"] = made["next"].mask(made["next"].isna() & by_model, str(context.words("because.none")))
    made["because"] = _because(context, made, evidence)
    return made


def differing(rows: pd.DataFrame) -> pd.Series:
    """Which matches have evidence that does not sum to their score within a millionth."""
    return (rows["together"] - rows["score"]).abs() > _SAME


def no_reason(rows: pd.DataFrame) -> pd.Series:
    """Which rows say nothing of why they are matched."""
    return rows["because"].fillna("") == ""


def _weights(evidence: pd.DataFrame) -> pd.DataFrame:
    """The log-odds of each match by kind of evidence; a rule's precision is one kind, whatever it looked at."""
    by_model = evidence["match_id"].isin(set(evidence.loc[evidence["feature"] == "prior", "match_id"]))
    weighed = evidence[by_model & (evidence["feature"] != "score") | ~by_model & (evidence["log_odds"] != 0)]
    kind = weighed["feature"].where(by_model.reindex(weighed.index), "rule")
    summed = weighed.assign(kind=kind).groupby([*_KEY, "kind"], dropna=False)["log_odds"].sum()
    return summed.unstack("kind") if len(summed) else pd.DataFrame(index=pd.MultiIndex.from_frame(evidence.iloc[:0][_KEY]))


def _odds(probability: float | None) -> float:
    known = probability is not None and not isnan(probability) and 0 < probability < 1
    return log(probability / (1 - probability)) if known and probability is not None else np.nan


def _cut_off(probability: pd.Series) -> pd.Series:
    """Probabilities cut off rather than rounded up: none is called certain."""
    said = probability.astype(float).clip(upper=CERTAIN)
    return (said * 1e4 + 1e-9).floordiv(1) / 1e4


def _documents(context: Context, rows: pd.DataFrame) -> pd.Series:
    """The numbers of the documents of each match, or the ledger account that it goes to."""
    items = context.cut.open_items[["entity", "item_id", "document_no"]].drop_duplicates(["entity", "item_id"])
    named = rows[[*_KEY, "item_id", "gl_account"]].merge(items, on=["entity", "item_id"], how="left")
    named["said"] = named["document_no"].fillna(named["item_id"]).fillna(named["gl_account"])
    named = named.dropna(subset=["said"]).drop_duplicates([*_KEY, "said"])
    by_match: dict[Any, list[str]] = {}
    for *key, said in zip(*(named[name].tolist() for name in (*_KEY, "said")), strict=True):
        by_match.setdefault(tuple(key), []).append(said)
    index = pd.MultiIndex.from_tuples(list(by_match), names=_KEY) if by_match else pd.MultiIndex.from_frame(named[_KEY])
    return pd.Series([_listed(context, found) for found in by_match.values()], index, dtype="object")


def _listed(context: Context, documents: list[Any]) -> str:
    listed = ", ".join(plain(one, 40) for one in documents[:_MOST_NAMED])
    more = len(documents) - _MOST_NAMED
    return listed if more <= 0 else str(context.words("decisions.and_more", documents=listed, n=more).unescape())


def _others(context: Context) -> pd.DataFrame:
    """The best set of documents that was not chosen for each line: its documents and its probability."""
    rows = context.cut.alternatives
    rows = rows[rows["rank"] == 1]
    rows = rows[rows["match_id"] == rows.groupby(_LINE, dropna=False)["match_id"].transform("last")]
    said = _documents(context, rows).to_frame("next").reset_index()
    chance = rows.groupby([*_LINE, "match_id"], dropna=False, sort=False)["probability"].first().reset_index()
    made = chance.merge(said, on=_KEY, how="left").assign(next_certainty=lambda found: _cut_off(found["probability"]))
    return made.drop_duplicates(_LINE).set_index(_LINE)[["next", "next_certainty"]]


def _because(context: Context, made: pd.DataFrame, evidence: pd.DataFrame) -> list[str]:
    rules = dict(zip(made["match_id"], made["basis"].str.split(":", n=1).str[-1], strict=True))
    told = dict(_sentences(context, evidence, rules))
    person, nothing = str(context.words("because.person")), str(context.words("because.nothing"))
    by_person = made["basis"].str.startswith(BY_PERSON).fillna(value=False)
    keys = map(_plain, zip(made["entity"].tolist(), made["match_id"].tolist(), strict=True))
    return [told.get(key) or (person if decided else nothing) for key, decided in zip(keys, by_person.tolist(), strict=True)]


def _sentences(context: Context, evidence: pd.DataFrame, rules: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Each match of EVIDENCE, whose rows stand by match, with its reason in words."""
    names = ("feature", "level", "value")
    rows: list[dict[str, Any]] = []
    last: tuple[str, str] | None = None
    columns = zip(*(evidence[name].tolist() for name in (*_KEY, *names)), strict=True)
    for entity, match_id, *found in columns:
        key = _plain((entity, match_id))
        if last is not None and key != last:
            yield last, sentence_of(context.words, rows, rules[last[1]])
            rows = []
        last = key
        rows.append(dict(zip(names, found, strict=True)))
    if last is not None:
        yield last, sentence_of(context.words, rows, rules[last[1]])


def _plain(key: tuple[Any, Any]) -> tuple[str, str]:
    entity, match_id = key
    return (entity if isinstance(entity, str) else "", str(match_id))


__all__ = ["WEIGHED", "MatchRows", "differing", "match_rows", "no_reason"]
