"""Which models may be loaded: a list of sha-256 sums; a file that is not on it, or was altered since, is refused unread."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from recon_kit.errors import Fault, ModelError
from recon_kit.matching.model.model import Model

DEFAULT = "default.json"
SHIPPED = "registry.json"
_SHA = re.compile(r"[0-9a-f]{64}")
_KEYS = {"sha256", "file", "about"}


@dataclass(frozen=True)
class Entry:
    """One model that may be loaded.

    Args:
        sha256: of the file's bytes, in lower-case hex.
        file: its name, so that an altered file can be told from a foreign one.
        about: data window, metrics, who registered it and why. Values of JSON.
    """

    sha256: str
    file: str
    about: Mapping[str, Any]


@dataclass(frozen=True)
class Registry:
    """The models that may be loaded, oldest first; the last one of a workspace is its champion."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def from_json(cls, content: bytes, place: str = "registry.json") -> Registry:
        """The registry that `to_json` told.

        Raises:
            ModelError: it is no registry; each entry that cannot be followed is named.
        """
        try:
            told = json.loads(content)["models"]
            faults = [fault for at, entry in enumerate(told, 1) for fault in _faults(at, entry)]
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(place, [f"a registry: models as a list of {', '.join(sorted(_KEYS))}"]) from error
        if faults:
            raise ModelError(place, faults)
        return cls(tuple(Entry(**entry) for entry in told))

    def to_json(self) -> bytes:
        """The registry as JSON that a person can read and compare."""
        told = {"models": [asdict(entry) for entry in self.entries]}
        return (json.dumps(told, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()

    def __add__(self, other: Registry) -> Registry:
        known = {entry.sha256 for entry in self.entries}
        return Registry((*self.entries, *(entry for entry in other.entries if entry.sha256 not in known)))

    def registered(self, model: Model, file: str, about: Mapping[str, Any] | None = None) -> Registry:
        """The registry with a model more, as its newest; `about` is the model's own unless given."""
        entry = Entry(model.sha256, file, dict(model.about if about is None else about))
        return Registry((*(old for old in self.entries if old.sha256 != entry.sha256), entry))

    def find(self, sha256: str) -> Entry | None:
        """The entry of that sum, if the model may be loaded."""
        return next((entry for entry in self.entries if entry.sha256 == sha256), None)


def shipped_registry() -> Registry:
    """The models that came with the package."""
    place = files("recon_kit.matching.model").joinpath(SHIPPED)
    return Registry.from_json(place.read_bytes(), SHIPPED) if place.is_file() else Registry()


def load_default(known: Iterable[str] | None = None) -> Model:
    """The model that ships with the package.

    Raises:
        ModelError: it is missing, altered, or asks for features that are not `known`.
    """
    place = files("recon_kit.matching.model").joinpath(DEFAULT)
    if not place.is_file():
        raise ModelError(DEFAULT, ["the model that ships with the package; install it anew"])
    return model_of(place.read_bytes(), DEFAULT, shipped_registry(), known)


def load_model(path: Path, registry: Registry, known: Iterable[str] | None = None) -> Model:
    """A model from its file, if the registry allows it.

    Args:
        registry: the models that may be loaded: a workspace's own, or `shipped_registry() + own`.
        known: names of the features that the engine computes; not asked if None.
    Raises:
        ModelError: the file is missing, not registered, altered, no model, or asks for an unknown feature.
    """
    if not path.is_file():
        raise ModelError(str(path), ["a model file"])
    return model_of(path.read_bytes(), path.name, registry, known)


def model_of(content: bytes, name: str, registry: Registry, known: Iterable[str] | None = None) -> Model:
    """The model in these bytes, if the registry allows it; see `load_model`."""
    sha256 = hashlib.sha256(content).hexdigest()
    if registry.find(sha256) is None:
        raise ModelError(name, [_refusal(sha256, name, registry)])
    try:
        model = Model.from_json(content)
        if known is not None:
            model.require_known(known)
    except ModelError as error:
        raise ModelError(name, error.faults) from error
    return model


def _refusal(sha256: str, name: str, registry: Registry) -> str:
    same = [entry.sha256 for entry in registry.entries if entry.file == name]
    if same:
        before, now = same[-1][:12], sha256[:12]
        return f"the file that was registered (sha-256 {before}...); it was altered (now {now}...) and is not loaded"
    return f"a registered model; sha-256 {sha256} is not in the registry, so it is not loaded"


def _faults(at: int, entry: Any) -> list[Fault]:
    where = f"models[{at}]"
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        return [Fault(f"an object of {', '.join(sorted(_KEYS))}", None, where, str(entry)[:80])]
    faults = []
    if not _SHA.fullmatch(str(entry["sha256"])):
        faults.append(Fault("64 hex digits", None, f"{where}.sha256", str(entry["sha256"])))
    if not isinstance(entry["file"], str) or Path(entry["file"]).name != entry["file"]:
        faults.append(Fault("a file name without folders", None, f"{where}.file", str(entry["file"])))
    if not isinstance(entry["about"], dict):
        faults.append(Fault("an object", None, f"{where}.about", str(entry["about"])[:80]))
    return faults
