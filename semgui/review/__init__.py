"""From scores to labels; each command with its inverse."""
