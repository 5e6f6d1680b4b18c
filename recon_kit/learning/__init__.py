"""Training: the one room that calls scikit-learn; what it makes are plain values that `matching` scores by itself."""
