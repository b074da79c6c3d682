"""Reference pictures shipped with a model, so that "nearest known" means something without a project.

One file beside the card, ``gallery.npz``: arrays only, no pickle.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import ModelError
from semgui.domain.ids import ClassId, ModelId

GALLERY_FILE = "gallery.npz"


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures that a model knows.

    Parameters
    ----------
    model_id
        The version whose embeddings these are.
    embeddings
        (N, D) float16.
    class_ids, captions
        What each picture shows, N of each.
    thumbnails
        N JPEG files.
    """

    model_id: ModelId
    embeddings: NDArray[np.float16]
    class_ids: tuple[ClassId, ...]
    captions: tuple[str, ...]
    thumbnails: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not len(self.embeddings) == len(self.class_ids) == len(self.captions) == len(self.thumbnails):
            raise ValueError("a gallery needs one of everything for each picture")


def save_gallery(gallery: Gallery, folder: Path) -> Path:
    """Write a gallery into a model folder; the same gallery gives the same bytes."""
    file = folder / GALLERY_FILE
    np.savez(
        file,
        model_id=np.array(gallery.model_id),
        embeddings=gallery.embeddings,
        class_ids=np.array(gallery.class_ids),
        captions=np.array(gallery.captions),
        ends=np.cumsum([len(thumbnail) for thumbnail in gallery.thumbnails]),
        thumbnails=np.frombuffer(b"".join(gallery.thumbnails), np.uint8),
    )
    return file


def load_gallery(folder: Path, model_id: ModelId) -> Gallery | None:
    """Read the gallery of a model; ``None`` if it has none, or one of another version.

    Raises
    ------
    ModelError
        If the file is damaged.
    """
    file = folder / GALLERY_FILE
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            pictures = arrays["thumbnails"].tobytes()
            gallery = Gallery(
                ModelId(str(arrays["model_id"])),
                arrays["embeddings"],
                tuple(ClassId(c) for c in arrays["class_ids"].tolist()),
                tuple(arrays["captions"].tolist()),
                _cut(pictures, arrays["ends"].tolist()),
            )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{file} is damaged ({error}); install the model again.") from None
    return gallery if gallery.model_id == model_id else None


def _cut(pictures: bytes, ends: Sequence[int]) -> tuple[bytes, ...]:
    return tuple(pictures[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True))
