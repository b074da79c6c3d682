"""Imported by grad-cam; nothing of it is used."""
