"""`Workspace`: recon.toml's folder opened, with the store behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from recon_kit.errors import Fault, PolicyError
from recon_kit.policy import Policy, load_policy, policy_hash, policy_text
from recon_kit.store import Store, refuse_shared_folder
from recon_kit.tables import SOURCES


@dataclass(frozen=True)
class Workspace:
    """A company's folder: policy, inbox, store, kept sources and reports.

    >>> workspace = Workspace.open("data_samples")          # doctest: +SKIP
    >>> workspace.store.fetch(BANK_LINES)                   # doctest: +SKIP
    """

    folder: Path
    policy: Policy

    @classmethod
    def open(cls, folder: str | Path) -> Workspace:
        """The workspace in `folder` or in the nearest folder above it that has a recon.toml.

        Raises:
            PolicyError: there is none, or recon.toml or rules.toml has faults.
        """
        here = Path(folder).resolve()
        for place in (here, *here.parents):
            if (place / "recon.toml").is_file():
                policy = load_policy(place)
                layouts = str((place / policy.folders.layouts).resolve())
                return cls(place, replace(policy, folders=replace(policy.folders, layouts=layouts)))
        raise PolicyError(str(folder), [Fault("a workspace, but neither it nor any folder above it has a recon.toml")])

    def path(self, name: str) -> Path:
        """A folder that recon.toml names, relative to its own: "inbox", "sources", "reports", "layouts"."""
        folder: str = getattr(self.policy.folders, name)
        return (self.folder / folder).resolve()

    def day(self, at: datetime) -> date:
        """The day that it is for the company at an instant: 23:30 UTC on 31 October is 1 November in Berlin."""
        return at.astimezone(ZoneInfo(self.policy.company.time_zone)).date()

    @property
    def url(self) -> str:
        """Where the store is, as SQLAlchemy writes it."""
        named = self.policy.folders.store
        if "://" in named:
            return named.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{(self.folder / named).resolve()}"

    @cached_property
    def store(self) -> Store:
        """The open store; created on first use.

        Raises:
            StoreError: it cannot be opened, is of a newer version, or lies where SQLite loses writes.
        """
        if self.url.startswith("sqlite:///"):
            file = Path(self.url.removeprefix("sqlite:///"))
            file.parent.mkdir(parents=True, exist_ok=True)
            refuse_shared_folder(file.parent)
        return Store.open(self.url, create=True)

    def record_policy(self, by: str, at: datetime) -> str:
        """Put both policy texts into the journal if they changed since; returns their hash."""
        texts = policy_text(self.folder)
        digest = policy_hash(texts)
        known = self.store.entries("policy")["payload"]
        if known.empty or known.iloc[-1]["sha256"] != digest:
            with self.store.writing(by=by, at=at) as writing:
                writing.journal("policy", {"sha256": digest, "texts": texts})
        return digest

    def start_on(self, at: int | None = None) -> date | None:
        """Day of the opening position, from `recon start`, else from recon.toml; lines until then are history."""
        starts = self.store.entries("start", at=at)["payload"]
        return self.policy.start_on if starts.empty else date.fromisoformat(starts.iloc[-1]["on"])

    def sources(self, at: int | None = None) -> pd.DataFrame:
        """The files that count now (or at a journal entry), one row each (SOURCES); superseded ones are left out."""
        entries, gone = self.store.entries("source", at=at), self.store.superseded(at)
        rows = [
            {**{name: facts.get(name) for name in SOURCES.columns}, "seq": seq}
            for seq, facts in zip(entries["seq"], entries["payload"], strict=True)
            if seq not in gone and "sha256" in facts
        ]
        columns = {name: [row[name] for row in rows] for name in SOURCES.columns}
        return SOURCES.frame(columns) if rows else SOURCES.empty()
