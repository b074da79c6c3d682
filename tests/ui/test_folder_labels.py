"""Opening images that are sorted into class folders already."""

from __future__ import annotations

from pathlib import Path

from tests.label_projects import save_image
from tests.ui.screens import save_screen


def sorted_pictures(where: Path, *, broken: bool = False) -> Path:
    folder = where / "sorted"
    for seed in range(8):
        save_image(folder / ("spheroidite" if seed % 2 else "network") / f"{seed}.png", seed)
    if broken:
        (folder / "network" / "broken.png").write_bytes(b"no picture")
    return folder


def test_folders_that_look_like_classes_are_offered_as_labels(open_window, tmp_path: Path) -> None:
    window = open_window()
    window.drop(sorted_pictures(tmp_path, broken=True))
    window.until_open(9)
    bar = window.window.notice_bar
    window.until(bar.isVisible)
    assert "cannot be read" in bar.text.text(), "what is wrong comes first"
    window.press(bar.close_button)
    assert "network, spheroidite" in bar.text.text()
    save_screen(window.window, "folder-labels-offered")
    window.press(bar.help_button)
    labels = window.session.labels
    window.until(lambda: [c.name for c in labels.taxonomy.active] == ["network", "spheroidite"])
    window.until(lambda: all(window.tile(row).label for row in range(9)))
    assert not bar.isVisible()
    window.until_idle()
    assert not any(window.tile(row).disagrees for row in range(9)), "the model knows no such classes"
    save_screen(window.window, "folder-labels-taken")
    for _ in range(2):
        window.window.actions_.by_id["edit.undo"].trigger()
    window.until(lambda: len(labels.taxonomy.active) == 10)
    window.until(lambda: not any(window.tile(row).label for row in range(9)))


def test_the_offer_is_made_once_and_goes_with_its_project(open_window, tmp_path: Path) -> None:
    folder = sorted_pictures(tmp_path)
    window = open_window(folder)
    bar = window.window.notice_bar
    window.until(bar.isVisible)
    window.until_idle()
    window.session.close()
    window.until(lambda: not bar.isVisible())
    again = open_window(folder)
    again.until_open(8)
    again.until_idle()
    assert not again.window.notice_bar.isVisible()
