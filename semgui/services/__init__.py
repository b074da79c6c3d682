"""The verbs, once, for the command line and the window."""
