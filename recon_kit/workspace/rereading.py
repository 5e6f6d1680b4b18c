"""A kept file read again as it was taken in, to see whether it still says what the store holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from recon_kit.errors import LoadError
from recon_kit.load import Loaded, SourceFile
from recon_kit.load.paging import joined
from recon_kit.load.reading import read_source
from recon_kit.policy import Policy, policy_of
from recon_kit.store.content import content
from recon_kit.tables import ALL, CHECKS
from recon_kit.workspace.entities import with_entities
from recon_kit.workspace.hints import hints_for
from recon_kit.workspace.reading import Reading

_DECLARED = {table.name: table for table in ALL}
_TOLD = ("account", "psp_account", "currency", "entity", "date_order", "decimal_mark", "layout", "encoding")
"""Hints that the journal keeps as they are; the others follow from the file's name and the policy of the time."""


@dataclass(frozen=True)
class Reread:
    """One source read again.

    Args:
        same: whether its rows are, to the last letter, those that the journal has the hash of.
        why: what is otherwise, for a person; empty if nothing is.
    """

    name: str
    seq: int
    same: bool
    why: str = ""


def reread(reading: Reading) -> Iterator[Reread]:
    """Every source that counts, read again from its kept bytes by the policy that was in force when it was taken in."""
    apart: list[tuple[int, Mapping[str, Any], Loaded]] = []
    for seq, facts, policy in _taken(reading):
        try:
            loaded = _read(reading, facts, policy)
        except (LoadError, OSError) as error:
            yield Reread(facts["name"], seq, False, str(error))
            continue
        if _same(loaded, facts):
            yield Reread(facts["name"], seq, True)
        else:
            apart.append((seq, facts, loaded))
    whole, _ = joined([loaded for _, _, loaded in apart])  # pages of one statement that came in several files
    for (seq, facts, _), loaded in zip(apart, whole, strict=True):
        same = _same(loaded, facts)
        yield Reread(facts["name"], seq, same, "" if same else "its rows are others than those that were taken in")


def _taken(reading: Reading) -> Iterator[tuple[int, Mapping[str, Any], Policy]]:
    entries = reading.entries("source", "policy")
    gone = reading.workspace.store.superseded(reading.head.seq)
    policy = reading.policy
    for seq, kind, payload in zip(entries["seq"], entries["kind"], entries["payload"], strict=True):
        if kind == "policy":
            policy = replace(policy_of(payload["texts"]), folders=reading.workspace.policy.folders)
        elif seq not in gone and "sha256" in payload:
            yield int(seq), payload, policy


def _read(reading: Reading, facts: Mapping[str, Any], policy: Policy) -> Loaded:
    told = facts["archive"]["name"] if "archive" in facts else facts["name"]
    hints = hints_for(told, policy, reading.workspace.folder)
    hints = replace(hints, **{name: value for name, value in facts.get("hints", {}).items() if name in _TOLD})
    file = SourceFile(facts["name"], path=reading.path("sources") / facts["sha256"])
    return with_entities(read_source(file, policy, hints), policy, hints)


def _same(loaded: Loaded, facts: Mapping[str, Any]) -> bool:
    tables = {name: frame for name, frame in loaded.tables.items() if len(frame)}
    if len(loaded.checks):
        tables[CHECKS.name] = loaded.checks
    told: Mapping[str, Any] = facts.get("rows", {})
    return {name: content(_DECLARED[name], frame) for name, frame in tables.items()} == dict(told)
