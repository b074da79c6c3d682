"""What stands in for it (packaging/standins) needs nothing of what the real one does."""
