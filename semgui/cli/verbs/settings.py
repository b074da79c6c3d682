"""``semgui settings``: show and change what is kept between starts."""

from __future__ import annotations

from typing import Annotated

import typer

from semgui.cli.errors import friendly


@friendly
def settings(
    change: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]...", help="for instance limits.max_pixels=900000000"),
    ] = None,
) -> None:
    """Show the settings, or change some."""
    from semgui.domain.errors import UsageError
    from semgui.settings import flat, load_settings, save_settings, set_value, settings_file

    current = load_settings()
    for item in change or []:
        name, equals, value = item.partition("=")
        if not equals:
            raise UsageError(f"{item!r} is not NAME=VALUE")
        set_value(current, name.strip(), value.strip())
    if change:
        save_settings(current)
    print(f"# {settings_file()}")
    for name, kept in flat(current).items():
        print(f"{name} = {kept}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(settings)
