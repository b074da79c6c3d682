"""SEMGui: classify SEM images, see why, correct them, and lose nothing."""
