"""Compile the engine before tests that run beside each other would each do it."""

from recon_kit.matching import match
from recon_kit.simulate.feeds import feed

if __name__ == "__main__":
    made = feed("mixed_b2b", 400, 1, "test")
    match(made.bank_lines, made.open_items)
