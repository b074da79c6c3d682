"""What the window shows, as evented models: state and signals, neither Qt nor torch.

All models live on one thread, the window's. Slow work goes through a `TaskRunner`, whose results come back
to that thread; so no model needs a lock, and every signal may be connected to a widget directly.
"""
