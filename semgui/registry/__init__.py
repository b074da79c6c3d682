"""Trained models on this machine."""
