"""The mode Models, driven in the real window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from semgui.catalogue.presets import load_preset
from semgui.registry.library import add_model
from semgui.registry.store import list_models, user_models
from semgui.settings import load_settings
from tests.ui.screens import save_screen
from trainer.models import load_model, save_model


@pytest.fixture
def two_models(model_folder: Path, tmp_path: Path, own_home: Path) -> tuple[str, str]:
    """A model that always says Tips, and one that always says Powder."""
    for class_name in ("Tips", "Powder"):
        model = load_model(model_folder, torch.device("cpu"))
        linear = [m for m in model.network.head.modules() if isinstance(m, torch.nn.Linear)][-1]
        with torch.no_grad():
            linear.weight.zero_()
            linear.bias.zero_()
            linear.bias[[c.name for c in model.card.classes].index(class_name)] = 5.0
        name = f"always {class_name}"
        card = model.card.model_copy(update={"name": name})
        save_model(tmp_path / name, card, model.network.head, model.novelty_tensors)
        add_model(tmp_path / name)
    return "always Tips", "always Powder"


@pytest.fixture
def page(open_window, images: Path, two_models):
    driver = open_window(images)
    driver.until_open(13)
    driver.until_idle()
    driver.window.modes.show("models")
    page = driver.window.modes.page("models")
    driver.until(lambda: {"always Tips", "always Powder"} <= {r.name for r in page.models.rows})
    return driver, page


def _choose(page, *names: str) -> None:
    page.list.clearSelection()
    for name in names:
        (item,) = list(page.list.findItems(name, Qt.MatchFlag.MatchContains))
        modifier = (
            Qt.KeyboardModifier.ControlModifier if page.models.chosen else Qt.KeyboardModifier.NoModifier
        )
        QTest.mouseClick(
            page.list.viewport(), Qt.MouseButton.LeftButton, modifier, page.list.visualItemRect(item).center()
        )


def test_another_model_is_taken_into_use_and_asked_at_once(page):
    driver, page = page
    _choose(page, "always Powder")
    assert "always Powder" in page.name_edit.text()
    driver.press(page.use_button)
    assert load_settings().compute.model == "always Powder"
    driver.until(lambda: not page.use_button.isEnabled())
    driver.until_open(13)
    driver.until(lambda: driver.session.brain is not None)


def test_a_model_is_renamed_deleted_and_brought_back(page):
    driver, page = page
    _choose(page, "always Tips")
    page.name_edit.setText("tips only")
    QTest.keyClick(page.name_edit, Qt.Key.Key_Return)
    driver.until((user_models() / "tips only").is_dir)
    driver.until(lambda: "tips only" in {r.name for r in page.models.rows})
    _choose(page, "tips only")
    driver.press(page.delete_button)
    driver.until(lambda: "tips only" not in {r.name for r in page.models.rows})
    assert page.restore_button.isVisible()
    driver.press(page.restore_button)
    driver.until(lambda: "tips only" in {info.name for info in list_models()})


def test_two_models_are_compared_on_the_labels(page):
    driver, page = page
    taxonomy = load_preset("nffa10")
    ids = [int(i) for i in driver.session.gallery.ids[:10]]
    tips, powder = (taxonomy.by_name(name).id for name in ("Tips", "Powder"))
    driver.session.labels.set_label(tuple(ids[:4]), tips)
    driver.session.labels.set_label(tuple(ids[4:10]), powder)
    driver.until_idle()
    _choose(page, "always Tips", "always Powder")
    on_labels = page.compare_button.menu().actions()[0]
    driver.until(lambda: page.compare_button.isEnabled() and on_labels.isEnabled())
    on_labels.trigger()
    driver.until(lambda: page.models.comparison is not None)
    test = page.models.comparison.compared.test
    right = {page.models.chosen[0]: test.broken, page.models.chosen[1]: test.mended}
    labelled = {r.name: 0 for r in page.models.rows}
    labelled |= {"always Tips": 4, "always Powder": 6}
    readable = len(page.models.comparison.first.images)
    assert sum(right.values()) == readable
    assert page.result.tabs.count() == 2
    grid = page.result.tabs.widget(0)
    assert grid.count() == min(60, test.mended)
    report = page.models.report
    assert json.loads((report.parent / "comparison.json").read_text())["n"] == readable
    save_screen(driver.window, "models-compared")
    new = page.models.compared[1]
    assert page.result.decisions[new].text() == f"Use {new}"
    driver.press(page.result.decisions[new])
    driver.until(lambda: page.result.decisions[new].text() == f"{new} is in use")
    assert load_settings().compute.model == new
    assert not page.result.decisions[new].isEnabled()
    driver.until_idle()


def test_a_model_is_passed_on_as_one_file_or_as_onnx(page, tmp_path, monkeypatch):
    driver, page = page
    _choose(page, "always Tips")
    asked = [
        (str(tmp_path / "tips.zip"), "Model file (*.zip)"),
        (str(tmp_path / "tips.zip"), "ONNX (*.onnx)"),
    ]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: asked.pop(0))
    driver.press(page.export_button)
    driver.until((tmp_path / "tips.zip").is_file)
    driver.press(page.export_button)
    driver.until((tmp_path / "tips.onnx").is_file, seconds=240)
    driver.press(page.delete_button)
    driver.until(lambda: "always Tips" not in {r.name for r in page.models.rows})
    page.models.add(tmp_path / "tips.zip")
    driver.until(lambda: "always Tips" in {r.name for r in page.models.rows})


def test_nothing_modal_ever_stands_in_the_way(page, monkeypatch):
    driver, page = page
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: pytest.fail("a modal box"))
    _choose(page, "nffa10-starter")
    assert not page.delete_button.isEnabled()
    page.models.delete("nffa10-starter")
    driver.until(lambda: "not one of your models" in driver.notice())
    save_screen(driver.window, "models")
