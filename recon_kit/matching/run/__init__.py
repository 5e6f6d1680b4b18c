"""A run, step by step: what rules say, what the model sees, what comes back, what other currencies pay, what is told."""
