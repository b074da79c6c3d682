"""The mode Train: real runs in processes of their own, watched in the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from semgui.jobs.prepare import JobSpec
from semgui.jobs.supervisor import RunState, create_run
from semgui.registry.store import user_models
from semgui.services.runs import new_run_folder
from tests.ui.screens import save_screen
from trainer.augment.params import PRESETS, AugmentPreset
from trainer.events import Epoch, EventWriter, Failed, Metrics, Progress, Started, Warned


@pytest.fixture
def class_folder(tmp_path: Path) -> Path:
    """Two classes that anything can tell apart, twelve pictures each."""
    generator = np.random.default_rng(0)
    place = tmp_path / "classes"
    for name, period in (("Fine", 4), ("Coarse", 32)):
        (place / name).mkdir(parents=True)
        for i in range(12):
            wave = 127 + 100 * np.sin((np.arange(160) + generator.uniform(0, 40)) * 2 * np.pi / period)
            pixels = np.clip(wave[None] + generator.normal(0, 12, (120, 160)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(place / name / f"{i}.png")
    return place


def _train_page(driver):
    driver.window.modes.show("train")
    return driver.window.modes.page("train")


def test_a_run_is_started_watched_and_its_model_kept(open_window, images: Path, class_folder: Path):
    driver = open_window(images)
    driver.until_open(13)
    page = _train_page(driver)
    page.form.use_folder(class_folder)
    page.form.name.setText("stripes")
    driver.press(page.form.start_button)
    driver.until(lambda: page.training.current is not None)
    driver.until(lambda: page.training.current.state is RunState.DONE, seconds=240)
    run = page.training.current
    assert run.epochs and run.metrics
    driver.until(page.detail.keep_button.isEnabled)
    save_screen(driver.window, "train-done")
    driver.press(page.detail.keep_button)
    driver.until((user_models() / "stripes" / "card.json").is_file)


def test_runs_of_an_earlier_window_are_there_again(open_window, images: Path, tmp_path: Path):
    path = new_run_folder("yesterday")
    handle = create_run(path, JobSpec(name="yesterday", kind="folder", data=tmp_path))
    events = EventWriter(handle.run.events)
    events.write(Started(pid=1))
    for number in range(1, 6):
        loss = 1.0 / number
        events.write(
            Epoch(
                epoch=number,
                epochs=20,
                train_loss=loss,
                valid_loss=loss + 0.1,
                valid_accuracy=0.5 + 0.05 * number,
                valid_macro_f1=0.4 + 0.05 * number,
                best=True,
            )
        )
    events.write(Warned(text="Class Tips has only three images."))
    driver = open_window(images)
    driver.until_open(13)
    page = _train_page(driver)
    driver.until(lambda: page.training.current is not None)
    assert page.training.current.state is RunState.LOST
    assert page.list.item(0).text().startswith("yesterday")
    driver.until(page.detail.go_on_button.isEnabled)
    assert not page.detail.stop_button.isEnabled()
    assert "three images" in page.detail.warnings.toPlainText()
    across, losses = page.detail.curves.loss.lines[0].getData()
    assert list(across) == [1, 2, 3, 4, 5]
    assert losses[0] == 1.0
    save_screen(driver.window, "train-broken-off")
    events.write(Progress(stage="epochs", done=3, total=20, rate=0.5))
    events.write(Metrics(split="test", images=9, accuracy=0.9, balanced_accuracy=0.9, macro_f1=0.8, ece=0.1))
    events.write(Failed(text="The disk is full; make room and go on."))
    driver.until(lambda: page.training.current.state is RunState.FAILED)
    assert "disk is full" in page.detail.failure.text()
    save_screen(driver.window, "train-failed")


def test_changed_copies_of_the_picture_are_shown(open_window, images: Path):
    driver = open_window(images)
    driver.until_open(13)
    driver.until(lambda: driver.session.picture.shown is not None)
    page = _train_page(driver)
    driver.until(lambda: len(page.form.preview.pixmaps) == 4)
    before = [pixmap.toImage() for pixmap in page.form.preview.pixmaps]
    assert any(before[0] != other for other in before[1:])
    page.form.augment.setCurrentIndex(page.form.augment.findData("off"))
    driver.until(lambda: len({p.toImage().cacheKey() for p in page.form.preview.pixmaps}) == 4)
    driver.until(lambda: page.form.preview.pixmaps[0].toImage() != before[0])
    same = [pixmap.toImage() for pixmap in page.form.preview.pixmaps]
    assert all(same[0] == other for other in same[1:])
    save_screen(driver.window, "train-preview")


def test_a_run_is_duplicated_with_all_its_settings_and_changed(
    open_window, images: Path, class_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("semgui.services.train.start", lambda handle: None)  # what is asked for is looked at
    earlier = JobSpec(
        name="first",
        kind="folder",
        data=class_folder,
        seed=7,
        mode="last:6",
        stages=7,
        edge=96,
        augment=PRESETS[AugmentPreset.STRONG],
    )
    create_run(new_run_folder("first"), earlier)
    driver = open_window(images)
    driver.until_open(13)
    page = _train_page(driver)
    driver.until(lambda: page.training.current is not None)
    driver.press(page.detail.copy_button)
    form = page.form
    assert (form.name.text(), form.seed.value(), form.mode.currentData()) == ("first", 7, "last:6")
    assert form.images.currentData() == "folder"
    assert form.preset.currentText() == "as in first"
    save_screen(driver.window, "train-duplicate")
    form.network.setEditText("no such network")
    driver.press(form.start_button)
    assert "no such network" in form.problem.text()
    assert len(page.training.runs) == 1
    form.network.setEditText("efficientnet_lite0")
    form.seed.setValue(8)
    driver.press(form.start_button)
    driver.until(lambda: len(page.training.runs) == 2)
    made = next(run.job for run in page.training.runs if run.name != "first")
    assert made == earlier.model_copy(
        update={"name": made.name, "seed": 8, "base": made.base, "preprocess": made.preprocess}
    )


def test_a_project_with_too_few_labels_says_so(open_window, images: Path):
    driver = open_window(images)
    driver.until_open(13)
    driver.until_idle()
    page = _train_page(driver)
    driver.press(page.form.start_button)
    driver.until(lambda: _refusal(driver, page) != "")
    assert "at least two classes" in _refusal(driver, page)


def _refusal(driver, page) -> str:
    """What was said against the run: by its process, or at once in the window."""
    run = page.training.current
    said = run.failure if run is not None else driver.notice()
    return said if "classes" in said else ""


def test_textures_are_chosen_by_their_preset_and_need_the_network_they_were_made_for(
    open_window, images: Path, class_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("semgui.services.train.start", lambda handle: None)  # what is asked for is looked at
    driver = open_window(images)
    driver.until_open(13)
    page = _train_page(driver)
    form = page.form
    form.use_folder(class_folder)
    form.preset.setCurrentIndex(form.preset.findData("textures"))
    assert form.mode.currentText() == "Last stage"
    form.network.setEditText("simple_cnn")
    driver.press(form.start_button)
    assert "efficientnet_lite0" in form.problem.text()
    assert not page.training.runs
    form.network.setEditText("efficientnet_lite0")
    driver.press(form.start_button)
    driver.until(lambda: len(page.training.runs) == 1)
    save_screen(driver.window, "train-textures")
    job = page.training.runs[0].job
    assert (job.stages, job.mode, job.group_weights) == (6, "last:1", "equal")
