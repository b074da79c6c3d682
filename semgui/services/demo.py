"""Make the sample project: pictures of known truth, two projects over them, some labels wrong."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semgui.catalogue.project import open_project
from semgui.domain.errors import ProjectError, UsageError
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.exchange.atomic import atomic_text
from semgui.exchange.csv_labels import CsvLabel, write_csv
from semgui.sample.files import write_planned
from semgui.sample.plan import IMAGES_FOLDER, LATTICES_FOLDER, RECIPE_VERSION, Planned, plan_sample
from semgui.services.classes import start_with_preset
from semgui.services.label_files import import_labels
from semgui.services.rate import RateMeter
from semgui.services.scan import scan_folder

DEFAULT_SEED = 2
DEFAULT_IMAGES = 120

_MARK = "sample.json"
_TRUTH = "truth.csv"
_ANNOTATOR = "sample"
_ENOUGH_FOR_WORKERS = 24  # starting one takes about a second
_MOST_WORKERS = 8


@dataclass(frozen=True, slots=True)
class DemoResult:
    """Where the sample lies.

    Parameters
    ----------
    project_path, image_folder
        The project of the ten categories, and its pictures.
    lattice_project_path, lattice_folder
        The same of the lattices.
    truth_path
        CSV ``path,true_class,given_label,planted,kind``: what is shown, and which labels are wrong.
    drawn
        Pictures drawn now; 0 if everything was there already.
    """

    project_path: Path
    image_folder: Path
    lattice_project_path: Path
    lattice_folder: Path
    truth_path: Path
    drawn: int


def make_demo(
    folder: Path,
    *,
    seed: int = DEFAULT_SEED,
    images: int = DEFAULT_IMAGES,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> DemoResult:
    """Make the sample project in a folder, or go on with it, or reuse it.

    Parameters
    ----------
    folder
        New, empty, or a sample of the same seed and size.
    seed, images
        The same two give the same files, byte for byte.
    progress
        Stages ``drawing``, then those of the scan.

    Raises
    ------
    UsageError
        If the folder holds anything else, or `images` is below 1.
    ProjectError
        If the folder cannot be written.
    Cancelled
        On request; the next call goes on.
    """
    cancel = cancel or CancelToken()
    if images < 1:
        raise UsageError(f"A sample of {images} images is too small; ask for at least one.")
    folder = folder.expanduser().absolute()
    result = _places(folder, drawn=0)
    mark: dict[str, Any] = {"recipe": RECIPE_VERSION, "seed": seed, "images": images}
    if _claim(folder, mark):
        return result
    planned = plan_sample(seed, images)
    drawn = _draw_missing(planned, folder, progress, cancel)
    _write_truth(result.truth_path, planned)
    for project_path, pictures, preset, part in (
        (result.project_path, result.image_folder, "nffa10", [p for p in planned if not p.is_lattice]),
        (
            result.lattice_project_path,
            result.lattice_folder,
            "lattices",
            [p for p in planned if p.is_lattice],
        ),
    ):
        pictures.mkdir(exist_ok=True)
        labels = [CsvLabel(p.path, p.given_label, _ANNOTATOR) for p in part if p.given_label]
        with open_project(project_path, create=True) as project:
            start_with_preset(project, preset, _ANNOTATOR)
            scan_folder(project, pictures, progress=progress, cancel=cancel)
            if labels:
                label_file = project_path.with_suffix(".labels.csv")
                write_csv(label_file, labels)
                import_labels(project, label_file, _ANNOTATOR, existing_classes_only=True, cancel=cancel)
    _write_mark(folder, mark | {"complete": True})
    return _places(folder, drawn)


def _places(folder: Path, drawn: int) -> DemoResult:
    return DemoResult(
        folder / "sample.semgui",
        folder / IMAGES_FOLDER,
        folder / "lattices.semgui",
        folder / LATTICES_FOLDER,
        folder / _TRUTH,
        drawn,
    )


def _claim(folder: Path, mark: dict[str, Any]) -> bool:
    """Make sure that the folder is ours; return whether the sample in it is complete."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            _write_mark(folder, mark)
            return False
        found = dict(json.loads((folder / _MARK).read_text(encoding="utf-8")))
    except (FileNotFoundError, FileExistsError, NotADirectoryError, ValueError, TypeError):
        raise UsageError(
            f"{folder} holds other things; give a new or an empty folder for the sample."
        ) from None
    except OSError as error:
        raise ProjectError(f"The sample cannot be made in {folder}: {error.strerror}.") from None
    if {key: found.get(key) for key in mark} != mark:
        raise UsageError(
            f"{folder} holds another sample (seed {found.get('seed')}, {found.get('images')} images, "
            f"recipe {found.get('recipe')}); give a new folder."
        )
    return bool(found.get("complete")) and (folder / _TRUTH).is_file()


def _write_mark(folder: Path, mark: dict[str, Any]) -> None:
    with atomic_text(folder / _MARK) as file:
        json.dump(mark, file)


def _draw_missing(
    planned: Sequence[Planned], folder: Path, progress: ProgressCallback, cancel: CancelToken
) -> int:
    """Draw the pictures that are not there yet; return how many."""
    for parent in {(folder / p.path).parent for p in planned}:
        parent.mkdir(parents=True, exist_ok=True)
    missing = [p for p in planned if not (folder / p.path).exists()]
    rate = RateMeter()
    for done in _drawing(missing, folder):
        progress(Progress("drawing", done, len(missing), rate.update(done)))
        cancel.raise_if_cancelled()
    return len(missing)


def _drawing(planned: Sequence[Planned], folder: Path) -> Iterator[int]:
    """Draw pictures, yielding how many are done."""
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    if workers == 1 or len(planned) < _ENOUGH_FOR_WORKERS:
        for done, p in enumerate(planned, 1):
            write_planned(p, folder)
            yield done
        return
    # Spawned, not forked: the caller may have threads (and a window).
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        # the largest first, so that none is left over for the end
        order = sorted(planned, key=lambda p: -p.session.size[0] * p.session.size[1])
        waiting = [pool.submit(write_planned, p, folder) for p in order]
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                future.result()
                yield done
        finally:
            pool.shutdown(cancel_futures=True)


def _write_truth(path: Path, planned: Sequence[Planned]) -> None:
    with atomic_text(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "true_class", "given_label", "planted", "kind"))
        for p in planned:
            writer.writerow((p.path, p.true_class, p.given_label, "yes" if p.planted else "no", p.kind))
