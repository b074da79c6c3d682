"""The report of a classification says what was found and stands alone."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from semgui.exchange.classification_report import ReportedImage, write_classification_report


def _image(name: str, status: str = "ok", predicted: str | None = "Tips", **others: object) -> ReportedImage:
    values: dict[str, object] = {
        "confidence": 0.9 if predicted else None,
        "novelty": 0.1,
        "label": None,
        "error": None,
        "figure": None,
    }
    return ReportedImage(Path(name), status, predicted, **(values | others))  # type: ignore[arg-type]


def _page(tmp_path: Path, *images: ReportedImage) -> str:
    write_classification_report(tmp_path / "report.html", "A <title>", "Model m.", images)
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_counts_labels_and_agreement(tmp_path: Path) -> None:
    page = _page(
        tmp_path,
        _image("a.tif", label="Tips"),
        _image("b.tif", label="Powder"),
        _image("c.tif", status="uncertain"),
        _image("d.tif", status="error", predicted=None, error="the file is empty"),
    )
    assert "4 images: 2 ok, 1 uncertain, 1 unreadable" in page
    assert "Of 2 labelled images the model agrees with 1 (50%)" in page
    assert "<td>Tips</td><td>3</td><td>1</td><td>1</td>" in page
    assert "Labels that the model contradicts (1)" in page
    assert "the file is empty" in page


def test_the_surest_contradiction_comes_first(tmp_path: Path) -> None:
    page = _page(
        tmp_path,
        _image("meek.tif", label="Powder", confidence=0.4),
        _image("sure.tif", label="Powder", confidence=0.99),
    )
    assert page.index("sure.tif") < page.index("meek.tif")


def test_the_page_needs_nothing_from_outside(tmp_path: Path) -> None:
    figure = tmp_path / "f.png"
    Image.new("RGB", (600, 400), "grey").save(figure)
    page = _page(tmp_path, _image("a.tif", status="uncertain", figure=figure))
    assert "data:image/jpeg;base64," in page
    assert re.search(r'(src|href)=(?!"data:)', page) is None


def test_names_are_shown_as_text(tmp_path: Path) -> None:
    page = _page(
        tmp_path,
        _image("<script>alert(1)</script>.tif", status="not_sem"),
        _image("\udcff.tif", status="not_sem"),
    )
    assert "<script>" not in page
    assert "A &lt;title&gt;" in page


def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    page = _page(tmp_path, *(_image(f"{i}.tif", status="uncertain") for i in range(100)))
    assert "The first 24 of 100." in page
    assert page.count("<figure>") == 24
