"""Arrays in, scores out: NumPy and SciPy; scikit-learn and cleanlab where a score asks for them.

What each is good for, and what it rests on: docs/scores.md.
"""
