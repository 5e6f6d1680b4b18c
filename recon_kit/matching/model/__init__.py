"""The learned part of the engine as plain values: trees, curves and cuts; nothing unregistered is loaded."""

from recon_kit.matching.model.calibration import Calibration
from recon_kit.matching.model.cuts import (
    AUTOMATIC,
    NEVER,
    Cut,
    cut_for,
    cut_name,
    frontier,
    held_out,
    measured_at,
    strictest_cut,
)
from recon_kit.matching.model.model import Feature, Model, Pass, Stage, probability
from recon_kit.matching.model.registry import Entry, Registry, load_default, load_model, shipped_registry
from recon_kit.matching.model.reliability import calibration_error, reliability
from recon_kit.matching.model.trees import Trees

__all__ = [
    "AUTOMATIC", "NEVER", "Calibration", "Cut", "Entry", "Feature", "Model", "Pass", "Registry", "Stage", "Trees",
    "calibration_error", "cut_for", "cut_name", "frontier", "held_out", "load_default", "load_model",
    "measured_at", "probability", "reliability", "shipped_registry", "strictest_cut",
]  # fmt: skip
