"""Tests of `semgui.imaging`."""
