"""Make ``gallery.npz`` of the shipped model: drawn micrographs that it knows, with their embeddings.

Usage: python resources/models/make_gallery.py [MODEL_FOLDER]

Twelve pictures a class, drawn by `semgui.sample` from fixed seeds, each sub-kind in turn. The same program on
the same machine gives the same bytes; another processor may round an embedding otherwise in its last bit.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from semgui.domain.ids import ClassId
from semgui.inference.prepare import Source
from semgui.registry.gallery import Gallery, save_gallery
from semgui.sample.categories import CATEGORIES
from semgui.sample.recipe import micrograph
from semgui.services.classify import load_classifier

HERE = Path(__file__).resolve().parent
NAME = "nffa10-starter"
PICTURES = 12
SIZE = (384, 512)
SEED = 20_240
EDGE = 160
QUALITY = 80


def main() -> None:
    """Draw, embed and write."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / NAME
    classifier = load_classifier(str(folder), device="cpu")
    embeddings, class_ids, captions, thumbnails = [], [], [], []
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "picture.png"
        for number, known in enumerate(classifier.card.classes):
            kinds = list(CATEGORIES[known.name])
            for k in range(PICTURES):
                kind = kinds[k % len(kinds)]
                picture = micrograph(known.name, (SEED, number, k), kind=kind, size=SIZE, style=None)
                Image.fromarray(picture.pixels).save(file)
                answer = classifier.classify(Source(file)).answer
                assert answer is not None
                embeddings.append(answer.embedding)
                class_ids.append(ClassId(known.id))
                captions.append(f"drawn: {kind.replace('_', ' ')}")
                thumbnails.append(thumbnail(picture.pixels))
            print(known.name, flush=True)  # noqa: T201
    gallery = Gallery(
        classifier.model_id, np.stack(embeddings), tuple(class_ids), tuple(captions), tuple(thumbnails)
    )
    written = save_gallery(gallery, folder)
    print(f"{written}: {written.stat().st_size / 1e6:.2f} MB")  # noqa: T201


def thumbnail(pixels: np.ndarray) -> bytes:
    """Return a small JPEG."""
    small = Image.fromarray(pixels)
    small.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=QUALITY, optimize=True)
    return encoded.getvalue()


if __name__ == "__main__":
    main()
