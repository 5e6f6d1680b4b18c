"""What the journal says of each delivery: begun, sent, surely failed, or nobody knows; one fold for all who ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import pandas as pd

from recon_kit.workspace import Reading

KIND = "send"
State = Literal["begun", "sent", "failed", "uncertain"]


@dataclass(frozen=True, eq=False)
class Attempt:
    """One try to send some reports of a run to one target.

    Args:
        seq: of its first entry, written before anything is sent. key: of the delivery, the same for each try.
        kind: "mail" or "sftp". state: "begun" while no second entry tells what came of it.
        told: the server's words, or the error. refused: how many addresses the server did not take.
        at: of its last entry.
    """

    seq: int
    at: datetime
    by: str
    key: str
    period: str
    run_id: str
    target: str
    kind: str
    reports: tuple[str, ...]
    audience: str
    language: str
    files: tuple[Mapping[str, Any], ...]
    state: State = "begun"
    told: str = ""
    refused: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it may have arrived without anybody knowing. Files never are: one that is there already is left alone."""
        return self.kind == "mail" and self.state in ("begun", "uncertain")

    def facts(self) -> dict[str, Any]:
        """The same as plain values without any person's name or address, for deliveries.json."""
        told = {"at": self.at.isoformat(), "state": self.state, "files": [dict(file) for file in self.files]}
        names = ("run_id", "target", "kind", "audience", "language", "refused")
        return {**{name: getattr(self, name) for name in names}, "reports": list(self.reports), **told}


@dataclass(frozen=True)
class Deliveries:
    """Every attempt, oldest first."""

    attempts: tuple[Attempt, ...] = ()

    @classmethod
    def of(cls, reading: Reading) -> Deliveries:
        """The fold over the journal up to a reading's last entry."""
        found: dict[int, Attempt] = {}
        entries = reading.entries(KIND).to_dict("records")
        for entry in entries:
            told = entry["payload"]
            if told["step"] == "intent":
                found[int(entry["seq"])] = _begun(entry)
            elif told["step"] == "outcome":
                found[told["intent"]] = _ended(found[told["intent"]], entry)
        notes = reading.workspace.store.notes(*(attempt.told for attempt in found.values() if attempt.told))
        return cls(tuple(replace(one, told=notes.get(one.told) or "") for one in found.values()))

    def standing(self, wanted: Mapping[str, str], report: str) -> Attempt | None:
        """The attempt that decides whether a report is still to be sent; None if nobody tried.

        One that was sent, else one of which nobody knows, else the last that failed: a failure today does not settle whether
        yesterday's mail arrived.

        Args:
            wanted: run_id, target, audience and language.
        """
        mine = [
            one for one in self.attempts if report in one.reports and all(getattr(one, k) == v for k, v in wanted.items())
        ]  # fmt: skip
        return _deciding(mine)

    def unsettled(self, run_id: str) -> list[Attempt]:
        """Attempts of a run that decide and did not end with "sent", one a delivery."""
        keys = dict.fromkeys(one.key for one in self.attempts if one.run_id == run_id)
        deciding = (_deciding([one for one in self.attempts if one.key == key]) for key in keys)
        return [one for one in deciding if one and one.state != "sent"]

    def of_period(self, period: str) -> list[Attempt]:
        """Attempts of a period's runs."""
        return [one for one in self.attempts if one.period == period]


def _deciding(attempts: Iterable[Attempt]) -> Attempt | None:
    return max(attempts, key=lambda one: (one.state == "sent", one.is_open, one.seq), default=None)


def _begun(entry: Mapping[Any, Any]) -> Attempt:
    told = entry["payload"]
    facts = {name: told[name] for name in ("key", "period", "run_id", "target", "kind", "audience", "language")}
    at = pd.Timestamp(entry["at"]).to_pydatetime()
    return Attempt(
        seq=int(entry["seq"]), at=at, by=entry["by"], reports=tuple(told["reports"]), files=tuple(told["files"]), **facts
    )


def _ended(begun: Attempt, entry: Mapping[Any, Any]) -> Attempt:
    told, at = entry["payload"], pd.Timestamp(entry["at"]).to_pydatetime()
    return replace(begun, state=told["state"], told=told["told"], refused=len(told["refused"]), at=at)
