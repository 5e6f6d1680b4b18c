"""Chance by the array: one named stream a purpose, so that a new draw in one room changes nothing in another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
Quantiles = Sequence[tuple[float, float]]
"""Pairs (share, value), ascending from share 0 to 1; straight lines between."""


def stream(*name: object) -> np.random.Generator:
    """The stream of that name; equal names give equal draws."""
    digest = hashlib.blake2b("/".join(map(str, name)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))


def quantiles(rng: np.random.Generator, table: Quantiles, size: int) -> Floats:
    """`size` draws from the distribution with these quantiles."""
    shares, values = zip(*table, strict=True)
    made: Floats = np.interp(rng.random(size), shares, values)
    return made


def codes(rng: np.random.Generator, weights: Mapping[str, float] | Sequence[float], size: int) -> Whole:
    """`size` positions in `weights`, drawn by weight."""
    bounds = np.cumsum(list(weights.values()) if isinstance(weights, Mapping) else list(weights))
    made: Whole = np.searchsorted(bounds, rng.random(size) * bounds[-1], side="right").astype(np.int64)
    return made


def named(rng: np.random.Generator, weights: Mapping[str, float], size: int) -> Texts:
    """`size` names of `weights`, drawn by weight."""
    return texts(list(weights))[codes(rng, weights, size)]


def texts(values: Sequence[Any]) -> Texts:
    """An array of Python objects, also where numpy would make something else of it."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def blanked(values: Any, gone: Any) -> Texts:
    """The texts, None where `gone`."""
    made = np.array(values, dtype=object)
    made[np.asarray(gone, dtype=bool)] = None
    return made


def tilted(rng: np.random.Generator, weights: Mapping[str, float], spread: float) -> dict[str, float]:
    """The same weights, each multiplied by a factor of its own: one company is not like the other."""
    factors = np.exp(spread * rng.standard_normal(len(weights)))
    return {name: weight * float(factor) for (name, weight), factor in zip(weights.items(), factors, strict=True)}


def tokens(rng: np.random.Generator, size: int, length: int, alphabet: str = "0123456789abcdef") -> list[str]:
    """`size` random texts that are all different and mean nothing."""
    letters = np.frombuffer(alphabet.encode(), dtype=np.uint8)
    made: dict[str, None] = {}
    while len(made) < size:
        drawn = letters[rng.integers(0, len(letters), (size - len(made), length))]
        made.update(dict.fromkeys(drawn.view(f"S{length}").ravel().astype(str).tolist()))
    return list(made)


def running(groups: NDArray[Any]) -> Whole:
    """For each row, how many rows of its group stand before it."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]] if len(groups) else np.array([], dtype=bool)
    at = np.arange(len(groups))
    first = np.maximum.accumulate(np.where(starts, at, 0)) if len(groups) else at
    made = np.empty(len(groups), dtype=np.int64)
    made[order] = at - first
    return made
