"""`Reading`: a workspace as it stood when one entry of its journal was the last; what others write meanwhile is not in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from recon_kit.errors import Fault, StoreError
from recon_kit.policy import Policy, policy_hash, policy_of, policy_text
from recon_kit.store import Head
from recon_kit.tables import Table
from recon_kit.workspace.workspace import Workspace


@dataclass(frozen=True)
class Reading:
    """What was known at an entry: rows, sources, policy and decisions. The same for ever, so what is made of it is, too.

    Args:
        head: the last entry that counts.
        policy: the one that was in force then.
        policy_sha256: its hash, as the journal has it.
    """

    workspace: Workspace
    head: Head
    policy: Policy
    policy_sha256: str

    @classmethod
    def now(cls, workspace: Workspace) -> Reading:
        """Everything up to the journal's present end."""
        return cls(workspace, workspace.store.head(), workspace.policy, policy_hash(policy_text(workspace.folder)))

    @classmethod
    def at(cls, workspace: Workspace, seq: int) -> Reading:
        """Everything up to an entry.

        Raises:
            StoreError: the journal has no such entry, or no policy until then. PolicyError: this program refuses that policy.
        """
        entries = workspace.store.entries(after=seq - 1, at=seq)
        if entries.empty:
            head = workspace.store.head()
            raise StoreError(workspace.store.place, [Fault(f"an entry from 1 to {head.seq}", field="seq", found=str(seq))])
        known = workspace.store.entries("policy", at=seq)["payload"]
        if known.empty:
            raise StoreError(workspace.store.place, [Fault(f"a policy in the journal before entry {seq}, but there is none")])
        policy = replace(policy_of(known.iloc[-1]["texts"]), folders=workspace.policy.folders)
        return cls(workspace, Head(seq, str(entries["hash"].iloc[0])), policy, str(known.iloc[-1]["sha256"]))

    def path(self, name: str) -> Path:
        """As `Workspace.path`."""
        return self.workspace.path(name)

    def fetch(self, table: Table, *, since: date | None = None, without: tuple[int, ...] = ()) -> pd.DataFrame:
        """The rows that counted then, as `Store.fetch`."""
        return self.workspace.store.fetch(table, at=self.head.seq, since=since, without=without)

    def entries(self, *kinds: str) -> pd.DataFrame:
        """The journal's entries until then, as `Store.entries`."""
        return self.workspace.store.entries(*kinds, at=self.head.seq)

    def overlaps(self) -> pd.DataFrame:
        """As `Store.overlaps`."""
        return self.workspace.store.overlaps(at=self.head.seq)

    def payouts_told_twice(self) -> pd.DataFrame:
        """As `Store.payouts_told_twice`."""
        return self.workspace.store.payouts_told_twice(at=self.head.seq)

    def sources(self) -> pd.DataFrame:
        """As `Workspace.sources`."""
        return self.workspace.sources(at=self.head.seq)

    def start_on(self) -> date | None:
        """Day of the opening position, from `recon start`, else from recon.toml as it was; lines until then are history."""
        starts = self.entries("start")["payload"]
        return self.policy.start_on if starts.empty else date.fromisoformat(starts.iloc[-1]["on"])
