"""The models there are, the one in use, and how two of them compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from psygnal import Signal

from semgui.catalogue.project import Project
from semgui.domain.errors import UsageError
from semgui.domain.progress import CancelToken, Progress, ProgressCallback
from semgui.inference.classifier import Classifier
from semgui.registry.library import (
    add_model,
    delete_model,
    export_model,
    import_model,
    rename_model,
    restore_model,
)
from semgui.registry.store import DEFAULT_MODEL, ModelInfo, list_models
from semgui.registry.training_set import trained_on
from semgui.services.classify import load_classifier
from semgui.services.compare import Comparison, Difference, compare_on, differences, write_comparison
from semgui.services.evaluate import (
    Evaluated,
    TestSet,
    evaluate_on,
    folder_set,
    project_set,
    write_evaluation,
)
from semgui.services.export_onnx import write_onnx
from semgui.settings import Settings, save_settings
from semgui.texts import tr
from semgui.viewmodels.activity import Activities
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, T, TaskRunner

_MOST_DIFFERENCES = 60  # of each kind; the report's table has them all


class ModelsModel:
    """The list of models with what was chosen in it.

    Parameters
    ----------
    use
        Called after another model was taken into use: whatever is open must ask it from now on.

    Attributes
    ----------
    rows
        Every model, damaged ones included.
    chosen
        Names of the chosen rows, at most two; the first is compared with the second.
    comparison, evaluated
        The last result, one of the two; ``None`` before.
    compared
        Names of the models of the comparison, the one to beat first.
    differences
        Images that the comparison found mended or broken, not more than fit a screen.
    report
        Page of the last result.
    deleted
        The model that `restore` would bring back; empty if none.
    """

    changed = Signal()
    measured = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        activities: Activities,
        notices: Notices,
        settings: Settings,
        use: Callable[[], None],
    ) -> None:
        self._runner = runner
        self._activities = activities
        self._notices = notices
        self._settings = settings
        self._use = use
        self.rows: tuple[ModelInfo, ...] = ()
        self.chosen: tuple[str, ...] = ()
        self.comparison: Comparison | None = None
        self.compared: tuple[str, str] = ("", "")
        self.differences: tuple[Difference, ...] = ()
        self.evaluated: Evaluated | None = None
        self.report: Path | None = None
        self.deleted = ""

    # What there is

    @property
    def in_use(self) -> str:
        """Name of the model that classifies."""
        return self._settings.compute.model

    @property
    def current(self) -> ModelInfo | None:
        """The first chosen model."""
        return self._named(self.chosen[0]) if self.chosen else None

    def refresh(self) -> None:
        """Look again; weights are checked by their hash, so off-thread."""
        self._do(list_models, self._listed, tr("The models could not be listed"))

    def choose(self, names: tuple[str, ...]) -> None:
        """Choose one or two models."""
        if names[:2] != self.chosen:
            self.chosen = names[:2]
            self.changed.emit()

    # What is done with one

    def take_into_use(self, name: str) -> None:
        """Classify with this model from now on."""
        info = self._named(name)
        if info is None or info.problem is not None or name == self.in_use:
            return
        self._settings.compute.model = name
        self._save()
        self._notices.info(tr("{name} is in use.", name=name))
        self.changed.emit()
        self._use()

    def use_new(self, name: str) -> None:
        """Classify with a model that was added just now."""

        def listed(rows: list[ModelInfo]) -> None:
            self._listed(rows)
            self.take_into_use(name)

        self._do(list_models, listed, tr("The models could not be listed"))

    def rename(self, name: str, new_name: str) -> None:
        """Call a model something else."""
        if name != new_name:
            self._change(lambda: rename_model(name, new_name), name, new_name, tr("It was not renamed"))

    def delete(self, name: str) -> None:
        """Take a model out; `restore` brings it back."""

        def done() -> None:
            self.deleted = name
            self._notices.info(tr("{name} is deleted. Undo it with “Restore”.", name=name))

        self._change(lambda: delete_model(name), name, DEFAULT_MODEL, tr("It was not deleted"), done)

    def restore(self) -> None:
        """Bring the model back that was deleted last."""
        name, self.deleted = self.deleted, ""
        if name:
            self._change(lambda: restore_model(name), name, name, tr("It could not be brought back"))

    def add(self, source: Path) -> None:
        """Keep the model of a run, or a model file of `export`."""

        def work() -> ModelInfo:
            return import_model(source) if source.is_file() else add_model(source)

        def done(info: ModelInfo) -> None:
            self._notices.info(tr("Kept as {name}.", name=info.name))
            self.chosen = (info.name,)
            self.refresh()

        self._do(work, done, tr("The model was not added"))

    def export(self, name: str, file: Path) -> None:
        """Write a model as one file: ONNX if it is called so, else for `add` on another machine."""
        write = write_onnx if file.suffix.lower() == ".onnx" else export_model
        self._do(
            lambda: write(name, file),
            lambda _: self._notices.info(tr("{name} lies in {file}.", name=name, file=file)),
            tr("The model was not exported"),
        )

    # How good they are

    def evaluate(self, name: str, images: Project | Path, report: Path) -> None:
        """Measure a model on labelled images, and write its report into a folder."""

        def work(progress: ProgressCallback, cancel: CancelToken) -> Evaluated:
            classifier = self.load(name)
            record = trained_on(self._folder(name))
            images_judged = _set_of(images, progress)
            evaluated = evaluate_on(
                classifier, images_judged, record=record, progress=progress, cancel=cancel
            )
            write_evaluation(evaluated, classifier, report)
            return evaluated

        def done(evaluated: Evaluated) -> None:
            self.evaluated = evaluated
            self.comparison, self.differences = None, ()
            self.report = report / "report.html"
            self.measured.emit()

        self._measure(tr("Evaluating {name}", name=name), work, done)

    def compare(self, first: str, second: str, images: Project | Path, report: Path) -> None:
        """Compare two models on images that neither was trained on; the one in use is the one to beat."""
        if second == self.in_use:
            first, second = second, first

        def work(progress: ProgressCallback, cancel: CancelToken) -> tuple[Comparison, list[Difference]]:
            a, b = self.load(first), self.load(second)
            folders = (self._folder(first), self._folder(second))
            images_of_both = _set_of(images, progress)
            comparison = compare_on(a, b, folders, images_of_both, progress=progress, cancel=cancel)
            write_comparison(comparison, (a, b), report)
            return comparison, differences(comparison, _MOST_DIFFERENCES, b)

        def done(found: tuple[Comparison, list[Difference]]) -> None:
            self.comparison, self.differences = found[0], tuple(found[1])
            self.compared = (first, second)
            self.report = report / "report.html"
            self.evaluated = None
            self.measured.emit()

        self._measure(tr("Comparing {first} and {second}", first=first, second=second), work, done)

    def load(self, name: str) -> Classifier:
        """Load a model, by name or folder, for the device of the settings; this takes seconds."""
        compute = self._settings.compute
        return load_classifier(name, device=compute.device, limits=self._settings.limits.for_decoding())

    # Inside

    def _named(self, name: str) -> ModelInfo | None:
        return next((info for info in self.rows if info.name == name), None)

    def _folder(self, name: str) -> Path:
        info = self._named(name)
        if info is None:
            raise UsageError(tr("there is no model {name} any more.", name=name))
        return info.folder

    def _listed(self, rows: list[ModelInfo]) -> None:
        self.rows = tuple(rows)
        names = {info.name for info in rows}
        self.chosen = tuple(n for n in self.chosen if n in names) or tuple(
            n for n in (self.in_use,) if n in names
        )
        self.changed.emit()

    def _change(
        self,
        work: Callable[[], None],
        name: str,
        instead: str,
        failed: str,
        also: Callable[[], None] = lambda: None,
    ) -> None:
        def done(_: None) -> None:
            if self.in_use == name != instead:
                self._settings.compute.model = instead
                self._save()
                self._use()
            self.chosen = tuple(instead if n == name else n for n in self.chosen)
            also()
            self.refresh()

        self._do(work, done, failed)

    def _save(self) -> None:
        try:
            save_settings(self._settings)
        except OSError as error:
            self._notices.warn(tr("The settings could not be saved: {reason}.", reason=error.strerror))

    def _do(self, work: Callable[[], T], done: Callable[[T], None], failed: str) -> None:
        self._runner.run(Lane.READ, work, done, lambda error: self._notices.failed(failed, error))

    def _measure(
        self,
        title: str,
        work: Callable[[ProgressCallback, CancelToken], T],
        done: Callable[[T], None],
    ) -> None:
        self._activities.start(
            title,
            work,
            done=done,
            failed=lambda error: self._notices.failed(tr("The measurement ended"), error),
        )


def _set_of(images: Project | Path, progress: Callable[[Progress], None]) -> TestSet:
    return folder_set(images, progress) if isinstance(images, Path) else project_set(images, progress)
