"""Each module here is a verb; it has ``register(app)`` and imports nothing heavy at the top."""
