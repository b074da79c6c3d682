"""The sample project: procedural micrographs with known truth."""
