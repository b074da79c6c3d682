from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.thumbnails import ThumbnailStore, thumbnail_key
from semgui.domain.errors import Cancelled, ModelError, UsageError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus
from semgui.domain.progress import CancelToken, Progress
from semgui.inference.classifier import Classifier
from semgui.inference.prepare import Source
from semgui.services import classify as service
from semgui.services.classify import (
    classify_into_project,
    classify_paths,
    classify_project,
    load_classifier,
)
from semgui.services.image_lists import list_images
from semgui.services.scan import scan_folder
from tests.crop_lines import place_databar
from tests.inference.pictures import write_picture, write_pictures
from tests.inference.standin import make_model


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "standin")


@pytest.fixture
def classifier(model_folder: Path) -> Classifier:
    return load_classifier(str(model_folder), device="cpu", batch_size=4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pictures(tmp_path / "images", 12)
    return tmp_path / "images"


@pytest.fixture
def project(tmp_path: Path, folder: Path):
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        scan_folder(opened, folder)
        yield opened


def counted(monkeypatch: pytest.MonkeyPatch, classifier: Classifier) -> list[Path]:
    """Note every file that is decoded for the network."""
    seen: list[Path] = []
    prepare = classifier._prepare

    def noting(source: Source):
        seen.append(source.path)
        return prepare(source)

    monkeypatch.setattr(classifier, "_prepare", noting)
    return seen


# ---- which images ----


def test_thumbnails_come_out_of_the_same_decode(project: Project, classifier: Classifier, tmp_path: Path):
    cache = ThumbnailStore(tmp_path / "cache")
    assert classify_project(project, classifier, thumbnails=cache) == 12
    records = ImageStore(project).get_many([ImageId(int(i)) for i in ImageStore(project).ids(ImageQuery())])
    kept = [cache.get(thumbnail_key(r.fingerprint, r.mtime_ns, r)) for r in records]
    assert len(kept) == 12
    assert all(picture is not None and picture.startswith(b"\xff\xd8") for picture in kept)
    cache.close()


def test_folders_are_listed_as_people_count_and_files_as_given(folder: Path) -> None:
    write_picture(folder / "sub" / "img3.tif")
    listed = list_images([folder / "img7.png", folder], recursive=False)
    assert [s.path.name for s in listed.sources] == ["img7.png"] + [
        f"img{n}.png" for n in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)
    ]
    assert listed.repeated == 1
    deep = list_images([folder], recursive=True)
    assert [s.path for s in deep.sources].count(folder / "sub" / "img3.tif") == 1
    assert len(deep.sources) == 13


def test_a_file_that_is_no_image_by_name_is_taken_at_its_word(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert list_images([tmp_path / "notes.txt"], recursive=False).sources[0].path.name == "notes.txt"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda p: p / "gone", "there is no such file or folder"),
        (lambda p: p, "no TIFF, PNG, JPEG or BMP image"),
        (lambda p: write_picture(p / "sub" / "a.png").parent.parent, "add --recursive"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(tmp_path: Path, make, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        list_images([make(tmp_path)], recursive=False)


# ---- loading ----


def test_a_damaged_model_says_why(model_folder: Path, tmp_path: Path) -> None:
    copy = make_model(tmp_path / "copy")
    (copy / "weights.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="SHA-256"):
        load_classifier(str(copy), device="cpu")
    with pytest.raises(UsageError, match="there is no model"):
        load_classifier("no-such-model", device="cpu")


# ---- files ----


def test_files_come_out_in_order_with_progress(classifier: Classifier, folder: Path) -> None:
    (folder / "img4.png").write_bytes(b"broken")
    sources = list_images([folder], recursive=False).sources
    seen: list[Progress] = []
    results = list(classify_paths(classifier, sources, progress=seen.append))
    assert [r.source for r in results] == list(sources)
    assert results[3].status is PredictionStatus.ERROR
    assert (seen[-1].done, seen[-1].total) == (12, 12)


def test_a_dropped_image_is_classified_at_once(classifier: Classifier, folder: Path) -> None:
    answer = classifier.classify(Source(folder / "img1.png")).answer
    assert answer is not None
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert classifier.classify(Source(folder / "gone.png")).error is not None


# ---- projects ----


def test_a_project_keeps_predictions_probabilities_embeddings_and_what_decoding_found(
    project: Project, classifier: Classifier, folder: Path
) -> None:
    batches: list[ImageId] = []
    assert classify_project(project, classifier, on_batch=batches.extend) == 12
    ids = [ImageId(int(i)) for i in ImageStore(project).ids(ImageQuery())]
    assert sorted(batches) == sorted(ids)
    predictions = PredictionStore(project).get(classifier.model_id, ids)
    arrays = ArrayStore(project, classifier.model_id)
    assert arrays.has(ids).all()
    for record, probabilities in zip(ImageStore(project).get_many(ids), arrays.get_probs(ids), strict=True):
        alone = classifier.classify(Source(record.path)).answer
        assert alone is not None
        np.testing.assert_allclose(probabilities, alone.probabilities, atol=1e-4)
        assert predictions[record.id].predicted == alone.predicted
        assert record.contrast is not None
    assert arrays.get_embeddings(ids).shape == (12, 1280)


def test_only_what_is_not_current_is_classified_again(
    project: Project, classifier: Classifier, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert classify_project(project, classifier) == 12
    seen = counted(monkeypatch, classifier)
    assert classify_project(project, classifier) == 0
    write_picture(folder / "img2.png", seed=77, width=150)
    scan_folder(project, folder)
    record = ImageStore(project).by_path(folder / "img5.png")
    assert record is not None
    place_databar(project, record.id, 60)
    assert classify_project(project, classifier) == 2
    assert sorted(p.name for p in seen) == ["img2.png", "img5.png"]


def test_a_cancelled_run_keeps_what_is_finished_and_the_next_goes_on(
    project: Project, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = CancelToken()
    monkeypatch.setattr(service, "_SECONDS_AT_ONCE", 0.0)
    with pytest.raises(Cancelled):
        classify_project(project, classifier, cancel=cancel, on_batch=lambda _: cancel.cancel())
    left = len(PredictionStore(project).missing(classifier.model_id))
    assert 0 < left < 12
    assert classify_project(project, classifier) == left


def test_cancelling_does_not_wait_for_the_network(project: Project, classifier: Classifier) -> None:
    cancel = CancelToken()
    release = threading.Event()
    forward = classifier.engine.forward

    def slow(canonical):
        release.wait(20)
        return forward(canonical)

    classifier.engine.forward = slow  # type: ignore[method-assign]
    threading.Timer(0.2, cancel.cancel).start()
    start = time.perf_counter()
    with pytest.raises(Cancelled):
        classify_project(project, classifier, cancel=cancel)
    assert time.perf_counter() - start < 15
    release.set()


def test_an_image_whose_pixels_are_broken_is_marked_and_stops_nothing(
    project: Project, classifier: Classifier, folder: Path
) -> None:
    path = folder / "img6.png"
    path.write_bytes(path.read_bytes()[:-400])  # the header is sound
    scan_folder(project, folder)
    classify_project(project, classifier)
    record = ImageStore(project).by_path(path)
    assert record is not None
    assert record.status is ImageStatus.UNREADABLE
    assert record.error
    assert len(PredictionStore(project).missing(classifier.model_id)) == 0


def test_files_taken_into_a_project_come_out_in_order_known_ones_from_its_tables(
    tmp_path: Path, classifier: Classifier, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "img3.png").write_bytes(b"broken")
    (tmp_path / "notes.txt").write_text("hello")
    sources = [*list_images([folder], recursive=False).sources, Source(tmp_path / "notes.txt")]
    with open_project(tmp_path / "new.semgui", create=True) as project:
        first = list(classify_into_project(project, classifier, sources[:5]))
        seen = counted(monkeypatch, classifier)
        results = list(classify_into_project(project, classifier, sources))
    assert [r.source.path for r in results] == [s.path for s in sources]
    assert [r.kept for r in results] == [True] * 5 + [False] * 8
    assert [r.status is PredictionStatus.ERROR for r in results].index(True) == 2
    assert results[12].error is not None
    assert not {p.name for p in seen} & {f"img{n}.png" for n in range(1, 6)}
    for one, other in zip(first, results, strict=False):
        if one.answer is not None:
            assert other.answer is not None
            np.testing.assert_array_equal(one.answer.probabilities, other.answer.probabilities)
            assert (one.answer.predicted, one.databar) == (other.answer.predicted, other.databar)


def test_rows_that_were_lost_are_made_again(
    project: Project, classifier: Classifier, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = list_images([folder], recursive=False).sources
    list(classify_into_project(project, classifier, sources))
    for file in (project.path / "arrays").rglob("probabilities.f32"):
        file.write_bytes(bytes(file.stat().st_size))
    results = list(classify_into_project(project, classifier, sources))
    assert all(r.answer is not None and np.isfinite(r.answer.probabilities).all() for r in results)
