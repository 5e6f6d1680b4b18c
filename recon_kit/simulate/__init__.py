"""The sample company: an invented retailer's files in their true formats, and the truth behind them, from one seed."""

from recon_kit.simulate.sample import SEED, simulate

__all__ = ["SEED", "simulate"]
