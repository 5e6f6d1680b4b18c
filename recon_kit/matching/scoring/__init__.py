"""From proposed sets to probabilities: features of a set, what competes with it, and which sets stand together."""
