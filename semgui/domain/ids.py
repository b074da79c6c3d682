"""Identifiers. Plain values with names, so that a type checker keeps them apart."""

from __future__ import annotations

from typing import NewType

ImageId = NewType("ImageId", int)
"""Row id of an image in one project; never reused."""

ClassId = NewType("ClassId", str)
"""Id of a class; never changes, whatever the class is renamed to (``nffa.tips``, ``user.1f0c…``)."""

ModelId = NewType("ModelId", str)
"""Name and content hash of a model version (``nffa10-starter@1a2b3c4d``)."""

BatchId = NewType("BatchId", int)
"""One user action, however many images it touches: the unit of undo."""
