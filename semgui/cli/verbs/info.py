"""``semgui info``: what picture files say about themselves."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import EXIT_SOME_UNREADABLE, friendly
from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.services.inspect import Inspection

_UNITS = {"pixel_size_nm": "nm", "hv_kv": "kV", "wd_mm": "mm", "magnification": "×", "tilt_deg": "°"}
_LABELS = {
    "vendor": "vendor",
    "pixel_size_nm": "pixel size",
    "hv_kv": "high voltage",
    "wd_mm": "working distance",
    "magnification": "magnification",
    "tilt_deg": "stage tilt",
    "detector": "detector",
    "instrument": "instrument",
    "acquired_at": "acquired",
}


@friendly
def info(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="TIFF, PNG, JPEG or BMP pictures.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for every file.")
    ] = False,
    project: Annotated[
        Path | None,
        typer.Option(
            "--project", "-p", help="A project (NAME.semgui) whose crop lines hold.", show_default=False
        ),
    ] = None,
) -> None:
    """Show size, microscope settings and databar of picture files.

    The exit status is 3 if some of them could not be read.
    """
    from semgui.catalogue.project import open_project
    from semgui.services.inspect import inspect_files
    from semgui.settings import load_settings

    limits = load_settings().limits.for_decoding()
    unreadable = False
    with nullcontext() if project is None else open_project(project) as opened:
        for inspection in inspect_files(files, project=opened, limits=limits):
            unreadable |= inspection.error is not None
            line = json.dumps(inspection.as_json(), allow_nan=False) if as_json else _readable(inspection)
            print(line, flush=True)
    if unreadable:
        raise typer.Exit(EXIT_SOME_UNREADABLE)


def _readable(inspection: Inspection) -> str:
    lines = [one_line(inspection.path)]
    if inspection.error is not None:
        lines.append(_line("cannot be read", inspection.error))
    if inspection.width is not None:
        lines.append(_line("size", f"{inspection.width} × {inspection.height} pixels, {inspection.dtype}"))
    for field, label in _LABELS.items():
        value = getattr(inspection, field)
        if value is not None:
            shown = f"{value:.6g}" if isinstance(value, float) else value
            lines.append(_line(label, f"{shown} {_UNITS.get(field, '')}"))
    if inspection.width is not None and inspection.error is None:
        lines.append(_line("databar", _databar(inspection)))
    lines += [_line("note", note) for note in inspection.notes]
    return "\n".join(lines) + "\n"


def _databar(inspection: Inspection) -> str:
    sources = {"tag": "the microscope's record", "pixels": "found in the picture", "user": "set by you"}
    source = "" if inspection.databar_source is None else f" ({sources[inspection.databar_source]})"
    where = "none" if inspection.databar_row is None else f"from row {inspection.databar_row}"
    return where + source


def _line(label: str, value: str) -> str:
    return one_line(f"  {label:<17} {value}".rstrip())


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(info)
