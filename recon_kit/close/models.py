"""A workspace's own models: kept under their hash, registered in the journal, and nothing else is ever loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from recon_kit import durable
from recon_kit.errors import ModelError
from recon_kit.matching.model import Entry, Model, Registry, load_default, load_model
from recon_kit.matching.scoring.named import LAST
from recon_kit.workspace import Reading, Workspace

FOLDER, LIST = "models", "registry.json"
"""Where models lie in a workspace, and the list of them for people to read: what counts is the journal."""
KNOWN = tuple(feature.name for feature in LAST)
"""Features that this engine computes."""


def registered(known: Reading) -> Registry:
    """The models that the workspace's journal knows, oldest first; the last one is its champion."""
    entries = known.entries("model")["payload"]
    return Registry(tuple(Entry(told["sha256"], told["file"], json.loads(told["about"])) for told in entries))


def champion(known: Reading) -> Model:
    """The model that matches in this workspace: its own newest one, else the one that ships; see `own`."""
    return own(known) or load_default(KNOWN)


def own(reading: Reading) -> Model | None:
    """The newest model that was registered in this workspace; None before the first one.

    Raises:
        ModelError: its file is gone or was altered, or it asks for features that this engine does not know.
    """
    known = registered(reading)
    if not known.entries:
        return None
    newest = known.entries[-1]
    path = reading.workspace.folder / FOLDER / newest.file
    model = load_model(path, known, KNOWN)
    if model.sha256 != newest.sha256:
        raise ModelError(str(path), [f"the champion, model {newest.sha256[:12]}...; another one lies there"])
    return model


def keep(workspace: Workspace, model: Model, about: Mapping[str, Any], *, by: str, at: datetime) -> Path:
    """Make a model the workspace's champion: its file first, then the journal's entry, then the list for people.

    Killed in between, either the old champion stands or the new one, whole.

    Args:
        about: data window, features, metrics with intervals. Values of JSON.
    """
    folder = workspace.folder / FOLDER
    path = folder / f"{model.sha256}.json"
    durable.write_file(path, model.to_json(), "model.keep")
    told = json.dumps(about, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with workspace.store.writing(by=by, at=at) as writing:
        writing.journal("model", {"sha256": model.sha256, "file": path.name, "about": told})
    durable.write_file(folder / LIST, registered(Reading.now(workspace)).to_json(), "model.keep")
    return path
