"""What the column, the scan and the detector do to the signal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal

from semgui.sample.fields import Field, Rng, axes, noise, smooth

Grey = npt.NDArray[np.uint8]
Anchor = Literal["median", "black"]


@dataclass(frozen=True, slots=True)
class Acquisition:
    """Faults and settings of one exposure.

    Parameters
    ----------
    blur
        Probe size as a Gaussian sigma in pixels.
    astigmatism
        Extra blur along one diagonal direction.
    shot
        Noise relative to the square root of the signal.
    line
        Brightness jitter from line to line.
    charging
        Strength of the dark tails behind, and the halos around, bright parts.
    drift
        Sideways shift over the whole frame, in pixels.
    vibration
        Amplitude of the sideways oscillation, in pixels.
    uneven
        Brightness gradient over the field.
    dirt
        Darkening of a formerly scanned, smaller field.
    mean
        Grey level that the median is brought to, in [0, 1].
    spread
        Contrast.
    shoulder
        How gently highlights are clipped.
    anchor
        Whether `mean` sets the level of the median or the black level.
    """

    blur: float = 0.7
    astigmatism: float = 0.0
    shot: float = 0.05
    line: float = 0.0
    charging: float = 0.0
    drift: float = 0.0
    vibration: float = 0.0
    uneven: float = 0.0
    dirt: float = 0.0
    mean: float = 0.42
    spread: float = 0.17
    shoulder: float = 1.0
    anchor: Anchor = "median"


def random_acquisition(rng: Rng, size: float) -> Acquisition:
    """Return settings as they come: mostly good, some poor.

    Parameters
    ----------
    size
        Edge of the picture in pixels; blur and drift are shares of it.
    """

    def sometimes(chance: float, low: float, high: float) -> float:
        value = float(rng.uniform(low, high))
        return value if rng.random() < chance else 0.0

    return Acquisition(
        blur=size
        * float(rng.choice([0.0006, 0.001, 0.0018, 0.0032], p=[0.3, 0.4, 0.2, 0.1]))
        * rng.uniform(0.7, 1.4),
        astigmatism=size * sometimes(0.12, 0.001, 0.004),
        shot=float(np.exp(rng.uniform(math.log(0.006), math.log(0.13)))),
        line=sometimes(0.25, 0.004, 0.03),
        charging=sometimes(0.22, 0.1, 0.5),
        drift=size * sometimes(0.1, 0.002, 0.012),
        vibration=sometimes(0.1, 0.3, 1.0),
        uneven=sometimes(0.45, 0.05, 0.35),
        dirt=sometimes(0.03, 0.04, 0.16),
        mean=float(rng.uniform(0.2, 0.62)),
        spread=float(rng.uniform(0.09, 0.32)),
        shoulder=float(rng.uniform(0.6, 1.4)),
        anchor="black" if rng.random() < 0.45 else "median",
    )


def _charge(field: Field, strength: float) -> Field:
    """Bright parts pull a dark tail along the scan and a halo around."""
    excess = np.maximum(field - np.median(field) * 1.5, 0)
    decay = math.exp(-1 / (0.08 * field.shape[1]))
    tail = np.asarray(signal.lfilter([1 - decay], [1, -decay], excess, axis=1), dtype=np.float32)
    halo = smooth(excess.astype(np.float32), 0.03 * field.shape[1])
    return np.asarray(
        field - np.float32(strength) * (1.6 * tail + 0.9 * halo) + np.float32(0.3 * strength) * excess
    )


def _shift_rows(field: Field, shift: npt.NDArray[np.float64]) -> Field:
    columns = np.arange(field.shape[1])[None, :] + np.rint(shift).astype(np.intp)[:, None]
    return np.take_along_axis(field, np.clip(columns, 0, field.shape[1] - 1), axis=1)


def _tone(field: Field, settings: Acquisition) -> Field:
    """Set brightness and contrast as an operator would, clipping softly."""
    low, middle, high = np.percentile(field[::3, ::3], [3, 50, 97])
    scale = max(float(high - low) / 3.6, 0.15 * float(high), 1e-4)
    level = np.float32(settings.mean) + np.float32(settings.spread) * (
        field - np.float32(middle)
    ) / np.float32(scale)
    if settings.anchor == "black":  # the darkest parts are black, whatever share of the picture they are
        floor = np.float32(settings.mean * 0.25)
        level = floor + (field - np.float32(low)) * np.float32(3 * settings.spread / (3.6 * scale))
    top = np.float32(0.8)
    soft = top + (1 - top) * np.tanh((level - top) / (np.float32(settings.shoulder) * (1 - top)))
    return np.asarray(np.clip(np.where(level > top, soft, level), 0.02, 1), dtype=np.float32)


def acquire(field: Field, settings: Acquisition, rng: Rng) -> Grey:
    """Scan a signal: return the picture (H, W) uint8 that the instrument stores."""
    shape = (field.shape[0], field.shape[1])
    if settings.charging:
        field = _charge(field, settings.charging)
    field = smooth(field, settings.blur)
    if settings.astigmatism:
        field = np.asarray(ndimage.gaussian_filter1d(field, settings.astigmatism, axis=int(rng.integers(2))))
    if settings.drift or settings.vibration:
        rows = np.linspace(0, 1, shape[0])
        swing = settings.vibration * np.sin(2 * math.pi * (rows * shape[0] / rng.uniform(5, 40)))
        field = _shift_rows(field, settings.drift * (rows - 0.5) ** 2 * 4 + swing)
    level = _tone(field, settings)
    if settings.uneven:
        y, x = axes(shape)
        angle = rng.uniform(0, 2 * math.pi)
        ramp = (x / shape[1] - 0.5) * np.float32(math.cos(angle)) + (y / shape[0] - 0.5) * np.float32(
            math.sin(angle)
        )
        level = level * (1 + np.float32(settings.uneven) * (ramp + 0.2 * noise(shape, rng, max(shape) / 2)))
    if settings.dirt:
        height, width = (int(n * rng.uniform(0.3, 0.6)) for n in shape)
        top, left = int(rng.integers(shape[0] - height)), int(rng.integers(shape[1] - width))
        level[top : top + height, left : left + width] *= np.float32(1 - settings.dirt)
    level = np.maximum(level, 0)
    grains = rng.standard_normal(shape, dtype=np.float32)
    if settings.shot > 0.06:  # slow scans are filtered along the line
        grains = np.asarray((grains + 0.5 * np.roll(grains, 1, axis=1)) / np.float32(1.12), dtype=np.float32)
    level = level + np.float32(settings.shot) * np.sqrt(level + np.float32(0.05)) * grains
    if settings.line:
        level = level * (1 + np.float32(settings.line) * rng.standard_normal((shape[0], 1), dtype=np.float32))
    return np.asarray(np.clip(level * 255 + 0.5, 0, 255), dtype=np.uint8)
