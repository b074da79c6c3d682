"""Stands in for matplotlib in the frozen application: grad-cam imports it for a function nobody calls.

The real one would look for all fonts of the machine at every start, since a bundle keeps no cache of them.
"""
