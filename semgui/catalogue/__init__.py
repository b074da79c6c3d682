"""From a folder to rows: the project store."""
