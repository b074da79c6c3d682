"""From a file to pixels, metadata, databar and contrast."""
