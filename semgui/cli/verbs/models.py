"""``semgui models``: which models there are, and what they are good for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import EXIT_FAILED, friendly

if TYPE_CHECKING:
    from semgui.registry.store import ModelInfo
    from trainer.card import Measurement

models = typer.Typer(name="models", help="List models and show their cards.", no_args_is_help=True)


@models.command("list")
@friendly
def list_() -> None:
    """List every model that --model can name, damaged ones with the reason (exit status 1)."""
    from semgui.registry.store import list_models, user_models

    found = list_models()
    if not found:
        print(f"No models. Yours belong in {user_models()}, a folder each.")
    for info in found:
        print(_line(info))
    if any(info.problem is not None for info in found):
        raise typer.Exit(EXIT_FAILED)


@models.command()
@friendly
def show(
    name: Annotated[str, typer.Argument(help="Name or folder of a model.")] = "nffa10-starter",
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole card as JSON.")] = False,
) -> None:
    """Show what a model is, how good it is and what it was made of."""
    from semgui.registry.store import usable_model

    info = usable_model(name)
    assert info.card is not None  # a usable model has one
    if as_json:
        print(json.dumps(info.card.model_dump(mode="json"), indent=2))
    else:
        print("\n".join(_card(info)))


def _line(info: ModelInfo) -> str:
    whose = "bundled" if info.bundled else "yours"
    if info.problem is not None or info.card is None:
        return f"! {info.name:<24} {whose:<8} {info.problem}"
    best = next((f"{m.name}: {_accuracy(m)}" for m in info.card.measurements), "not measured")
    return f"  {info.name:<24} {whose:<8} {len(info.card.classes)} classes  {best}"


def _accuracy(measurement: Measurement) -> str:
    accuracy, f1 = measurement.accuracy, measurement.macro_f1
    interval = f"({accuracy.low:.2f} to {accuracy.high:.2f})"
    return f"accuracy {accuracy.value:.2f} {interval}, macro-F1 {f1.value:.2f}"


def _card(info: ModelInfo) -> list[str]:
    card = info.card
    assert card is not None
    lines = [f"{info.name}  ({info.id})", f"folder      {info.folder}"]
    if card.summary:
        lines += ["", card.summary, ""]
    lines.append(f"classes     {', '.join(c.name for c in card.classes)}")
    lines += [
        f"uncertain   below a confidence of {card.thresholds.uncertain_below:.2f}",
        f"not SEM     above a novelty of {card.thresholds.not_sem_above:.2f}",
        f"promise     {card.thresholds.promise}",
    ]
    for m in card.measurements:
        size = f"{m.images} images in {m.groups} groups"
        lines.append(f"measured    {m.name}: {_accuracy(m)}, {size}; {m.how}")
    for source in card.provenance.sources:
        images = f"{source.images} images, {source.licence}"
        lines.append(f"made of     {source.name}: {images}; {source.citation}")
    return lines


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(models)
