"""What the journal says of each period: its closes, who signed which, whether it is locked; one fold for all who ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from recon_kit.policy import Period
from recon_kit.workspace import Reading

KINDS = ("close", "sign", "reopen", "undo")
"""Entries of the journal that move a period from one state to another."""
PREPARER, REVIEWER = "preparer", "reviewer"


@dataclass(frozen=True)
class Close:
    """One close that the journal records.

    Args:
        seq, hash: its entry. made_at: the journal's entry up to which it knew.
        outputs: file below the run's folder -> SHA-256; the manifest is among them.
        overrides: what it went on without -> the reason.
    """

    seq: int
    hash: str
    at: datetime
    by: str
    run_id: str
    period: Period
    status: str
    made_at: int
    policy_sha256: str
    outputs: Mapping[str, str]
    overrides: Mapping[str, str]

    @property
    def manifest_sha256(self) -> str:
        """What a signature binds to: the manifest holds the hashes of all else."""
        return self.outputs["manifest.json"]


@dataclass(frozen=True)
class Signature:
    """Who stands for a run, and as what."""

    seq: int
    at: datetime
    by: str
    role: str
    run_id: str
    manifest_sha256: str


@dataclass(frozen=True)
class State:
    """Where one period stands.

    Args:
        closes: those that were not undone, oldest first. every: those as well. undone: run ids of those that were.
        signatures: every one that was given, oldest first.
        locked_by: the reviewer's signature that locked the period; None while it is open.
        signed_off: the close that was locked last, though it may have been reopened since.
    """

    period: Period
    closes: tuple[Close, ...] = ()
    every: tuple[Close, ...] = ()
    undone: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    locked_by: Signature | None = None
    signed_off: Close | None = None

    @property
    def current(self) -> Close | None:
        """The newest close that stands."""
        return self.closes[-1] if self.closes else None

    @property
    def baseline(self) -> Close | None:
        """What later arrivals are held against: the run that was signed off last, else the first one."""
        return self.signed_off or (self.closes[0] if self.closes else None)

    def standing(self, role: str) -> Signature | None:
        """The signature of that role under the current run; one under a run that another has replaced is void."""
        if self.current is None:
            return None
        mine = [s for s in self.signatures if s.role == role and s.manifest_sha256 == self.current.manifest_sha256]
        return mine[-1] if mine else None


@dataclass(frozen=True)
class Periods:
    """Every period that was ever closed, by name."""

    by_name: Mapping[str, State] = field(default_factory=dict)

    @classmethod
    def of(cls, reading: Reading) -> Periods:
        """The fold over the journal up to a reading's last entry."""
        found: dict[str, State] = {}
        entries = reading.entries(*KINDS)
        for entry in entries.to_dict("records"):
            name = entry["payload"]["period"]["name"]
            found[name] = _STEPS[entry["kind"]](found.get(name), entry)
        return cls(found)

    def __iter__(self) -> Iterator[State]:
        """In the order of their days."""
        return iter(sorted(self.by_name.values(), key=lambda state: (state.period.last, state.period.name)))

    def get(self, name: str) -> State | None:
        """The state of a period; None if it was never closed."""
        return self.by_name.get(name)

    def current(self, name: str) -> Close | None:
        """The newest close of a period that stands; None where there is none."""
        state = self.by_name.get(name)
        return state.current if state else None

    @property
    def closed(self) -> list[State]:
        """Those with a close that stands, in the order of their days."""
        return [state for state in self if state.current]

    @property
    def locked_to(self) -> date | None:
        """The last day that is locked; None while nothing is."""
        return max((state.period.last for state in self if state.locked_by), default=None)


def _closed(state: State | None, entry: Mapping[Any, Any]) -> State:
    told = entry["payload"]
    period = _period(told["period"])
    made = Close(
        int(entry["seq"]), entry["hash"], pd.Timestamp(entry["at"]).to_pydatetime(), entry["by"], told["run_id"], period,
        told["status"], int(told["journal"]["seq"]), told["policy_sha256"], told["outputs"],
        {one["subject"]: one["reason"] for one in told["overrides"]},
    )  # fmt: skip
    before = state or State(period)
    return replace(before, closes=(*before.closes, made), every=(*before.every, made))


def _signed(state: State | None, entry: Mapping[Any, Any]) -> State:
    told = entry["payload"]
    at = pd.Timestamp(entry["at"]).to_pydatetime()
    made = Signature(int(entry["seq"]), at, entry["by"], told["role"], told["run_id"], told["manifest_sha256"])
    before = _there(state, entry)
    after = replace(before, signatures=(*before.signatures, made))
    return replace(after, locked_by=made, signed_off=before.current) if made.role == REVIEWER else after


def _reopened(state: State | None, entry: Mapping[Any, Any]) -> State:
    return replace(_there(state, entry), locked_by=None)


def _undone(state: State | None, entry: Mapping[Any, Any]) -> State:
    before, gone = _there(state, entry), entry["payload"]["run_id"]
    kept = before.closes[:-1] if before.closes and before.closes[-1].run_id == gone else before.closes
    return replace(before, closes=kept, undone=(*before.undone, gone))


def _there(state: State | None, entry: Mapping[Any, Any]) -> State:
    return state or State(_period(entry["payload"]["period"]))


def _period(told: Mapping[str, str]) -> Period:
    return Period(told["name"], date.fromisoformat(told["first"]), date.fromisoformat(told["last"]))


_STEPS = {"close": _closed, "sign": _signed, "reopen": _reopened, "undo": _undone}
