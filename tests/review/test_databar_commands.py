from __future__ import annotations

from pathlib import Path

import pytest

from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import open_project
from semgui.domain.errors import UsageError
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.review.databar_commands import FindDatabar, PlaceDatabar, Scope
from semgui.review.history import History
from semgui.services.scan import scan_folder
from tests.ui.pictures import write_picture


@pytest.fixture
def project(tmp_path: Path):
    folder = tmp_path / "images"
    for k in range(3):
        write_picture(folder / "a" / f"{k}.png", k, (60, 80))
    write_picture(folder / "a" / "large.png", 3, (90, 80))
    write_picture(folder / "b" / "4.png", 4, (60, 80))
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        scan_folder(opened, folder)
        yield opened


def records(project):
    store = ImageStore(project)
    from semgui.catalogue.query import ImageQuery

    return {r.path.name: r for r in store.get_many(store.ids(ImageQuery()).tolist())}


def test_a_line_holds_and_undo_brings_back_what_was_before(project):
    history, image = History(project, "ann"), records(project)["0.png"]
    ImageStore(project).record_analysis(image, Databar(50, "pixels", False), ContrastLimits(3, 200))
    version = records(project)["0.png"].version
    history.do(PlaceDatabar(image.id, 44))
    moved = records(project)["0.png"]
    assert moved.databar == Databar(44, "user", True)
    assert moved.contrast is None  # it belongs to the area above the line
    assert moved.version == version + 1
    history.do(PlaceDatabar(image.id, None))
    assert records(project)["0.png"].databar == Databar(None, "user", True)
    batch = history.undo()
    assert batch is not None
    assert records(project)["0.png"].databar == Databar(44, "user", True)
    assert LabelStore(project).touched_since(batch.id - 1) == [image.id]
    history.undo()
    again = records(project)["0.png"]
    assert again.databar.source is None  # the next decode looks for it
    history.redo()
    assert records(project)["0.png"].databar == Databar(44, "user", True)


def test_a_folder_means_the_images_of_the_same_size_in_it(project):
    batch = History(project, "ann").do(PlaceDatabar(records(project)["0.png"].id, 40, Scope.FOLDER))
    assert batch is not None
    assert "3 images" in batch.title
    rows = {name: r.databar.row for name, r in records(project).items()}
    assert rows == {"0.png": 40, "1.png": 40, "2.png": 40, "large.png": None, "4.png": None}
    History(project, "ann").undo()
    assert all(r.databar.row is None for r in records(project).values())


def test_an_unknown_microscope_is_nobody_elses(project):
    History(project, "ann").do(PlaceDatabar(records(project)["0.png"].id, 40, Scope.MICROSCOPE))
    assert [n for n, r in records(project).items() if r.databar.row == 40] == ["0.png"]


def test_the_same_microscope_across_folders(project):
    from sqlalchemy import insert, update

    from semgui.catalogue.tables import image_metadata

    with project.write() as connection:
        for name in ("0.png", "4.png", "large.png"):
            image_id = records(project)[name].id
            done = connection.execute(
                update(image_metadata)
                .where(image_metadata.c.image_id == image_id)
                .values(vendor="zeiss", instrument="Supra 40")
            )
            if not done.rowcount:
                values = {"image_id": image_id, "vendor": "zeiss", "instrument": "Supra 40", "record": {}}
                connection.execute(insert(image_metadata).values(**values))
    History(project, "ann").do(PlaceDatabar(records(project)["0.png"].id, 40, Scope.MICROSCOPE))
    assert sorted(n for n, r in records(project).items() if r.databar.row == 40) == ["0.png", "4.png"]


def test_finding_it_again_forgets_the_users_line_and_can_be_undone(project):
    history, image = History(project, "ann"), records(project)["1.png"]
    assert history.do(FindDatabar(image.id)) is None  # nothing to forget
    history.do(PlaceDatabar(image.id, 30))
    history.do(FindDatabar(image.id))
    assert records(project)["1.png"].databar.source is None
    history.undo()
    assert records(project)["1.png"].databar == Databar(30, "user", True)


def test_a_line_outside_the_picture_is_refused(project):
    with pytest.raises(UsageError, match="between row 1 and 59"):
        History(project, "ann").do(PlaceDatabar(records(project)["0.png"].id, 60))
