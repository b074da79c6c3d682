"""Imported by grad-cam; nothing of it is used."""


class Line2D:
    """Would be a line of a legend."""
