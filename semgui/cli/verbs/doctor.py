"""``semgui doctor``: what is here, what is wrong, and the cure."""

from __future__ import annotations

import typer

from semgui.cli.errors import EXIT_FAILED, friendly


@friendly
def doctor() -> None:
    """Look at this machine: versions, GPU, OpenGL, caches, models, and what is wrong with a cure."""
    from semgui.doctor import examine

    blocked = False
    problems = 0
    for finding in examine():
        print(f"{'!' if finding.problem else '✓'} {finding.topic:<20} {finding.value}", flush=True)
        if finding.problem:
            problems += 1
            blocked |= finding.blocking
            print(f"    wrong: {finding.problem}\n    cure:  {finding.cure}", flush=True)
    print("\nNothing is wrong." if problems == 0 else f"\nTo look at: {problems}.")
    if blocked:
        raise typer.Exit(EXIT_FAILED)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(doctor)
