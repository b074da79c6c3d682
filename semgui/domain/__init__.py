"""The words of the subject: plain dataclasses."""
