"""From labels to a run folder, and the process that works on it."""
