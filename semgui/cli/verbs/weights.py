"""``semgui weights``: what networks can begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semgui.cli.errors import friendly

weights = typer.Typer(name="weights", help="List, add and fetch pretrained weights.", no_args_is_help=True)


@weights.command("list")
@friendly
def list_() -> None:
    """List every named architecture: whether its weights are here, licence, size, SHA-256 and source."""
    from semgui.registry.weights import list_weights

    rows = [("NAME", "WEIGHTS", "LICENCE", "MB", "SHA-256", "SOURCE")]
    for info in list_weights():
        size = f"{info.size / 1e6:.1f}" if info.size else "-"
        rows.append(
            (info.name, info.state, info.licence or "-", size, info.sha256[:16] or "-", info.source or "-")
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@weights.command()
@friendly
def add(
    file: Annotated[Path, typer.Argument(help="safetensors or PyTorch file, timm's or torchvision's.")],
    arch: Annotated[
        str | None, typer.Option(help="Network it belongs to; else its name says.", show_default=False)
    ] = None,
    licence: Annotated[str, typer.Option(help="Licence of the weights.", show_default=False)] = "",
    source: Annotated[str, typer.Option(help="Where they come from.", show_default=False)] = "",
) -> None:
    """Keep a weight file, checked and converted, for trainings to begin with."""
    from semgui.registry.weights import add_weights

    info = add_weights(file, arch, licence, source)
    print(f"{info.name}: {info.size / 1e6:.1f} MB, {info.licence}, SHA-256 {info.sha256}")


@weights.command()
@friendly
def fetch(
    name: Annotated[str, typer.Argument(help="Architecture.")],
    base_url: Annotated[
        str | None,
        typer.Option(
            help="Address of a folder that holds the file, instead of its authors' "
            "(setting weights.base_url).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Download the weights of an architecture and keep them; a broken download goes on."""
    from semgui.cli.progress import progress_display
    from semgui.services.weights import fetch_weights

    display = progress_display()
    try:
        info = fetch_weights(name, base_url, display)
    finally:
        display.clear()
    print(f"{info.name}: {info.size / 1e6:.1f} MB, {info.licence}, SHA-256 {info.sha256}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(weights)
