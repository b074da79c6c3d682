"""Arrays in, scores out: NumPy only."""
