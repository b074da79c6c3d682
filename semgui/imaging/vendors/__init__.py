"""Vendor metadata: which of the parsers here understands a file.

Each module parses one vendor's record, from bytes or text, into `SemMetadata`; `sources` finds the
records in TIFF tags, JPEG segments and sidecars and asks the parsers.
"""

from semgui.imaging.vendors.sources import MetadataSources, read_metadata

__all__ = ["MetadataSources", "read_metadata"]
