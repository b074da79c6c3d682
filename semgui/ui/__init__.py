"""The window: the only Qt and napari code. Widgets paint view-models and hold nothing that matters."""
