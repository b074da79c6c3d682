"""From pixels to probabilities, embeddings and heatmaps."""
