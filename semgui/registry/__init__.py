"""Trained models: where they lie, and which one is meant."""
