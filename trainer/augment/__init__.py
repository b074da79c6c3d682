"""Changed copies of canonical images: what an SEM image may undergo and stay the same thing.

`params` says how much of what (no torch), `geometry`, `beam` and `exposure` do it to batches, `apply` puts
them together. Imports nothing, so that a configuration can be read without torch.
"""
