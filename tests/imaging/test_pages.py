"""Large arrays leave no holes between smaller pieces."""

from __future__ import annotations

import sys

import numpy as np
import psutil
import pytest

from semgui.imaging.pages import own_pages

PIECE = 512 << 10
PIECES = 200


def test_memory_of_any_size_is_as_large_as_asked_for_and_can_be_written():
    for nbytes in (0, 1, 4_097, 1 << 20, (1 << 20) + 3):
        found = own_pages(nbytes)
        found[:] = 7
        assert found.shape == (nbytes,)
        assert found.dtype == np.uint8
        assert (found == 7).all()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the C library does otherwise")
def test_what_is_not_used_any_more_is_given_back_at_once():
    del [np.ones(16 << 20, np.uint8)][:]  # from now on glibc takes arrays of that size from the heap
    pieces = [own_pages(PIECE) for _ in range(PIECES)]
    for piece in pieces:
        piece[:] = 1
    before = psutil.Process().memory_info().rss
    kept = pieces[::2]
    del pieces, piece
    given_back = before - psutil.Process().memory_info().rss
    assert given_back > PIECE * PIECES // 4
    assert len(kept) == PIECES // 2
