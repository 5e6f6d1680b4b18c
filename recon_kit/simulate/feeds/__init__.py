"""Feeds nastier than life, on which the matching engine is trained and measured: thousands of companies, each of a seed."""

from recon_kit.simulate.feeds.generate import Feed, feed
from recon_kit.simulate.feeds.profiles import PROFILES

__all__ = ["PROFILES", "Feed", "feed"]
