"""``semgui models``: which models there are, and what they are good for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import EXIT_FAILED, friendly

if TYPE_CHECKING:
    from semgui.registry.store import ModelInfo
    from trainer.figures import Measurement

models = typer.Typer(
    name="models", help="List models, show their cards, keep and pass them on.", no_args_is_help=True
)


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


@models.command()
@friendly
def add(
    source: Annotated[Path, typer.Argument(help="A finished run, or a model folder.")],
    name: Annotated[str | None, typer.Option(help="What to call it.", show_default=False)] = None,
) -> None:
    """Keep a trained model among yours, so that --model can name it."""
    from semgui.registry.library import add_model

    print(f"Kept as {add_model(source.absolute(), name).name}.")


@models.command()
@friendly
def rename(name: str, new_name: str) -> None:
    """Call one of your models something else; the predictions it made stay."""
    from semgui.registry.library import rename_model

    rename_model(name, new_name)
    _keep_default(name, new_name)
    print(f"{name} is now {new_name}.")


@models.command()
@friendly
def default(name: str) -> None:
    """Use a model whenever none is named."""
    from semgui.registry.store import usable_model

    usable_model(name)
    _set_default(name)
    print(f"{name} is used whenever none is named.")


@models.command()
@friendly
def delete(name: str) -> None:
    """Take one of your models out; `semgui models restore` brings it back."""
    from semgui.registry.library import delete_model
    from semgui.registry.store import DEFAULT_MODEL

    delete_model(name)
    _keep_default(name, DEFAULT_MODEL)
    print(f"{name} is deleted; semgui models restore {name} brings it back.")


@models.command()
@friendly
def restore(name: str) -> None:
    """Bring back a deleted model."""
    from semgui.registry.library import restore_model

    restore_model(name)
    print(f"{name} is back.")


@models.command()
@friendly
def export(
    name: str, out: Annotated[Path, typer.Option(help="ZIP file to write.", show_default=False)]
) -> None:
    """Write a model as one file, to take to another computer."""
    from semgui.registry.library import export_model

    export_model(name, out.absolute())
    print(f"{name} lies in {out}.")


@models.command("import")
@friendly
def import_(
    file: Annotated[Path, typer.Argument(help="A file of semgui models export.")],
    name: Annotated[str | None, typer.Option(help="What to call it.", show_default=False)] = None,
) -> None:
    """Put a model from a file among yours."""
    from semgui.registry.library import import_model

    print(f"Kept as {import_model(file.absolute(), name).name}.")


@models.command()
@friendly
def onnx(
    name: str, out: Annotated[Path, typer.Option(help="ONNX file to write.", show_default=False)]
) -> None:
    """Write a model as ONNX, for other programs (needs the extra `onnx`)."""
    from semgui.services.export_onnx import write_onnx

    write_onnx(name, out.absolute())
    print(f"{name} lies in {out}.")


def _set_default(name: str) -> None:
    from semgui.settings import load_settings, save_settings

    settings = load_settings()
    settings.compute.model = name
    save_settings(settings)


def _keep_default(name: str, instead: str) -> None:
    """Let the default follow a model that is called something else now."""
    from semgui.settings import load_settings

    if load_settings().compute.model == name:
        _set_default(instead)


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
