"""`verify`: is everything still as it was journalled, kept and reported?"""

from __future__ import annotations

import json
from collections.abc import Iterator

from recon_kit.close.batches import unlike
from recon_kit.close.hashing import file_sha256
from recon_kit.close.models import FOLDER, registered
from recon_kit.close.runs import POINTER, every_run
from recon_kit.errors import Fault
from recon_kit.store import Head
from recon_kit.workspace import Reading, Workspace


def verify(workspace: Workspace) -> list[Fault]:
    """Everything that was edited, deleted, reordered or cut off since: journal, rows, kept files, reports, batches.

    The journal's tail is held against the heads that lie outside the store: those that the reports' manifests recorded, and
    each current.json's, which is that of its own close.
    """
    flaws = list(_journal(workspace))
    if any(str(flaw).startswith("store: journal") for flaw in flaws):
        return [*flaws, Fault("a journal that is whole; kept files and reports were not held against this one")]
    return [*flaws, *_kept(workspace), *_models(workspace), *_runs(workspace), *unlike(workspace)]


def _journal(workspace: Workspace) -> Iterator[Fault]:
    reports = workspace.path("reports")
    pointers = [json.loads(path.read_text("utf-8")) for path in sorted(reports.glob(f"*/{POINTER}"))]
    heads = [told["journal"] for told in (*(run.manifest for run in every_run(reports)), *pointers)]
    newest = max(heads, key=lambda head: head["seq"], default=None)
    flaws = workspace.store.verify(Head(newest["seq"], newest["hash"]) if newest else None)
    yield from (Fault(f"store: {flaw}") for flaw in flaws)


def _kept(workspace: Workspace) -> Iterator[Fault]:
    for name, sha in workspace.sources()[["name", "sha256"]].itertuples(index=False):
        path = workspace.path("sources") / sha
        if not path.is_file():
            yield Fault(f"the bytes of {name} under {path.name[:12]}…, but they are gone")
        elif file_sha256(path) != sha:
            yield Fault(f"the bytes of {name} as taken in, but {path.name[:12]}… was changed")


def _models(workspace: Workspace) -> Iterator[Fault]:
    for entry in registered(Reading.now(workspace)).entries:
        path = workspace.folder / FOLDER / entry.file
        if not path.is_file():
            yield Fault(f"the model {entry.sha256[:12]}… that was trained here, but it is gone")
        elif file_sha256(path) != entry.sha256:
            yield Fault(f"the model {entry.sha256[:12]}… as it was trained, but it was changed")


def _runs(workspace: Workspace) -> Iterator[Fault]:
    """Every file of every run against what the journal recorded when the period was closed; manifests prove nothing alone."""
    known = workspace.store.entries("close")["payload"].tolist()
    ids = {(closed["period"]["name"], closed["run_id"]) for closed in known}
    for run in every_run(workspace.path("reports")):
        if (run.folder.parent.name, run.run_id) not in ids:
            place = f"{run.folder.parent.name}/{run.run_id}"
            yield Fault(
                f"a close of reports {place} in the journal, but it knows none; close the period again, or ask who cut it"
            )
    for closed in known:
        folder = workspace.path("reports") / closed["period"]["name"] / closed["run_id"]
        for name, sha in closed["outputs"].items():
            place = f"reports {closed['period']['name']}/{closed['run_id']}/{name}"
            if not (folder / name).is_file():
                yield Fault(f"{place}, which was closed, but it is gone")
            elif file_sha256(folder / name) != sha:
                yield Fault(f"{place} as it was made, but it was changed")
