"""How the network looks at canonical images: windows of a view, cut, resized and normalised."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainer.card import InputSpec, View


def window_corners(view: View, edge: int) -> tuple[int, list[tuple[int, int]]]:
    """Return the windows' edge in canonical pixels and their (top, left) corners, row by row."""
    size = max(1, round(edge * view.window))
    if view.grid == 1:
        middle = (edge - size) // 2
        return size, [(middle, middle)]
    starts = [round(i * (edge - size) / (view.grid - 1)) for i in range(view.grid)]
    return size, [(top, left) for top in starts for left in starts]


def cut_windows(images: Tensor, view: View) -> Tensor:
    """Cut and resize the windows of a view.

    Parameters
    ----------
    images
        (N, E, E) float, grey values in [0, 1].

    Returns
    -------
    Tensor
        (N · windows, 1, view.edge, view.edge); the windows of an image lie together, row by row.
    """
    size, corners = window_corners(view, images.shape[-1])
    windows = torch.stack(
        [images[:, top : top + size, left : left + size] for top, left in corners], dim=1
    ).flatten(0, 1)[:, None]
    if size == view.edge:
        return windows
    return nn.functional.interpolate(
        windows, size=(view.edge, view.edge), mode="bilinear", antialias=size > view.edge
    )


def normalised(windows: Tensor, spec: InputSpec) -> Tensor:
    """Repeat the grey channel and normalise each: (M, 1, h, w) to (M, 3, h, w), channels last."""
    mean = windows.new_tensor(spec.mean)[:, None, None]
    std = windows.new_tensor(spec.std)[:, None, None]
    return ((windows - mean) / std).contiguous(memory_format=torch.channels_last)


def mosaic(maps: Tensor, view: View) -> Tensor:
    """Put the feature maps of a view's windows back where the windows lie in the canonical image.

    Parameters
    ----------
    maps
        (windows, D, h, w) of one image.

    Returns
    -------
    Tensor
        (1, D, H, W), covering the canonical image; overlaps are averaged, unseen borders are 0.
    """
    rows = maps.shape[-1]
    canvas = max(rows, round(rows / view.window))
    scaled = view.model_copy(update={"window": rows / canvas})
    _, corners = window_corners(scaled, canvas)
    total = maps.new_zeros((1, maps.shape[1], canvas, canvas))
    times = maps.new_zeros((1, 1, canvas, canvas))
    for window, (top, left) in zip(maps, corners, strict=True):
        total[0, :, top : top + rows, left : left + rows] += window
        times[0, :, top : top + rows, left : left + rows] += 1
    return total / times.clamp(min=1)
