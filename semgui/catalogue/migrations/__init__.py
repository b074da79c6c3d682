"""Schema of a project, step by step; `HEAD` is the newest step.

A new step is a file ``versions/rNNNN_what.py`` with the next number, and `HEAD` names it. Steps are plain
files that Alembic reads from disk: a frozen application carries them as data.
"""

HEAD = "0007"
