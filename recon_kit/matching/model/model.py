"""The learned model as plain values: what it looks at, how it scores in two stages, what that is worth, where it may act."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recon_kit.errors import Fault, ModelError, nearest
from recon_kit.matching.model.calibration import Calibration
from recon_kit.matching.model.cuts import AUTOMATIC, NEVER, Cut
from recon_kit.matching.model.trees import Trees

FORMAT = 1


@dataclass(frozen=True)
class Feature:
    """One thing that the model looks at.

    Args:
        name: its name in code, files and explanations.
        says: what it is, with its unit, in a sentence that an analyst reads.
        direction: +1 if more of it may only raise a score, -1 if it may only lower it, 0 if both.
    """

    name: str
    says: str
    direction: int = 0


@dataclass(frozen=True)
class Stage:
    """Trees with the names of the columns that they take, in order."""

    features: tuple[str, ...]
    trees: Trees

    def __post_init__(self) -> None:
        if len(self.features) != self.trees.n_features or len(set(self.features)) != len(self.features):
            raise ModelError("stage", [f"{self.trees.n_features} features of different names, not {len(self.features)}"])


@dataclass(frozen=True)
class Pass:
    """How one pass of the engine scores.

    Args:
        name: which pass ("1", "2", "final").
        first: scores a set by itself. second: the same with what its rivals scored, None where there is no second look.
        calibration: turns the last stage's score into a probability.
    """

    name: str
    first: Stage
    second: Stage | None
    calibration: Calibration

    @property
    def last(self) -> Stage:
        """The stage whose score is calibrated and explained."""
        return self.second or self.first


@dataclass(frozen=True)
class Model:
    """A trained model; its JSON is the same bytes for the same model, and its sha-256 is its name.

    Args:
        features: all that any stage takes, each once.
        passes: in the order in which the engine runs them.
        cuts: by purpose ("commit", "automatic 0.001", see `cut_name`): the lowest probability and what was measured above it.
        about: where it comes from: data window, seeds, metrics with intervals, versions. Values of JSON.
    """

    features: tuple[Feature, ...]
    passes: tuple[Pass, ...]
    cuts: Mapping[str, Cut]
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        told = [feature.name for feature in self.features]
        taken = {name for part in self.passes for stage in _stages(part) for name in stage.features}
        names = [part.name for part in self.passes]
        faults = [Fault(f"feature {name!r} once") for name in sorted({name for name in told if told.count(name) > 1})]
        faults += [Fault(f"a description of feature {name!r}") for name in sorted(taken - set(told))]
        faults += [Fault(f"feature {name!r} to be taken by a stage") for name in sorted(set(told) - taken)]
        if not names or len(set(names)) != len(names):
            faults.append(Fault("at least one pass, each of another name"))
        if faults:
            raise ModelError("model", faults)

    def of_pass(self, name: str) -> Pass:
        """The pass of that name.

        Raises:
            ModelError: there is none.
        """
        for part in self.passes:
            if part.name == name:
                return part
        names = [part.name for part in self.passes]
        raise ModelError("model", [f"a pass {name!r}; it has {', '.join(names)}{nearest(name, names)}"])

    def automatic(self, floor: float) -> Cut:
        """Where automation may begin so that at least `floor` of it is right: the cut of the loosest target that holds it.

        At `NEVER` where the floor asks for more than was measured.
        """
        allowed = round(1 - floor, 12)
        cuts = {float(name.split()[1]): cut for name, cut in self.cuts.items() if name.startswith(f"{AUTOMATIC} ")}
        return max(((target, cut) for target, cut in cuts.items() if target <= allowed), default=(0.0, Cut(NEVER, 0, 0, 1.0)),
                   key=lambda found: found[0])[1]  # fmt: skip

    def require_known(self, known: Iterable[str]) -> None:
        """Say that the engine can compute every feature of the model.

        Raises:
            ModelError: it cannot; each unknown feature is named.
        """
        names = set(known)
        missing = [feature.name for feature in self.features if feature.name not in names]
        if missing:
            raise ModelError(
                "model",
                [Fault(f"a feature this engine knows{nearest(name, names)}", None, "feature", name) for name in missing],
            )

    def to_json(self) -> bytes:
        """The model as compact JSON with sorted keys: equal models give equal bytes."""
        told = {
            "format": FORMAT,
            "features": [asdict(feature) for feature in self.features],
            "passes": [
                {
                    "name": part.name,
                    "first": _stage_to_dict(part.first),
                    "second": part.second and _stage_to_dict(part.second),
                    "calibration": part.calibration.to_dict(),
                }
                for part in self.passes
            ],
            "cuts": {purpose: cut.to_dict() for purpose, cut in self.cuts.items()},
            "about": dict(self.about),
        }
        return (json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n").encode()

    @classmethod
    def from_json(cls, content: bytes) -> Model:
        """The model that `to_json` told. Loading a file goes through `registry.load_model`, which asks for its sha-256 first.

        Raises:
            ModelError: this is no model of a format known here, or its parts do not fit together.
        """
        try:
            told = json.loads(content)
            if not isinstance(told, dict) or told.get("format") != FORMAT:
                raise ModelError("model", [f"a model of format {FORMAT}"])
            return cls(
                tuple(Feature(**feature) for feature in told["features"]),
                tuple(_pass(part) for part in told["passes"]),
                {purpose: Cut(**cut) for purpose, cut in told["cuts"].items()},
                told["about"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError("model", [f"a model's JSON ({type(error).__name__}: {error})"]) from error

    @cached_property
    def sha256(self) -> str:
        """The sha-256 of `to_json`, in hex: what is registered, and what a result says it was made with."""
        return hashlib.sha256(self.to_json()).hexdigest()


def probability(part: Pass, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """The calibrated probability of each row of a pass's last stage."""
    return part.calibration.probability(part.last.trees.score(rows))


def _stages(part: Pass) -> list[Stage]:
    return [part.first] if part.second is None else [part.first, part.second]


def _stage_to_dict(stage: Stage) -> dict[str, Any]:
    return {"features": list(stage.features), "trees": stage.trees.to_dict()}


def _stage(told: Mapping[str, Any]) -> Stage:
    return Stage(tuple(told["features"]), Trees.from_dict(told["trees"]))


def _pass(told: Mapping[str, Any]) -> Pass:
    second = told["second"]
    return Pass(told["name"], _stage(told["first"]), second and _stage(second), Calibration.from_dict(told["calibration"]))
