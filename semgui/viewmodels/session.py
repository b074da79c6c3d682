"""One sitting: the desk with what opens things on it, and the models that outlive whatever is open."""

from __future__ import annotations

from pathlib import Path

from semgui import paths
from semgui.domain.ids import ImageId
from semgui.imaging.decoders import Decoder
from semgui.services.closer import CloserLook
from semgui.settings import Settings
from semgui.texts import tr
from semgui.viewmodels.activity import Activity
from semgui.viewmodels.brain import BrainFinder
from semgui.viewmodels.closer import CloserModel
from semgui.viewmodels.confusion_learning import LearningModel
from semgui.viewmodels.desk import Desk, Mode
from semgui.viewmodels.evidence import EvidenceModel
from semgui.viewmodels.example_search import ExampleSearch
from semgui.viewmodels.following import Following
from semgui.viewmodels.guest import Guest
from semgui.viewmodels.models import ModelsModel
from semgui.viewmodels.opening import Opening
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.review_accept import AcceptModel
from semgui.viewmodels.review_case import CaseModel
from semgui.viewmodels.review_people import PeopleModel
from semgui.viewmodels.review_sheet import SheetModel
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.training import TrainingModel

_IDLE_POLL_SECONDS = 0.05


class Session(Desk):
    """What the window talks to.

    Parameters
    ----------
    runner
        Where slow work is done.
    settings
        Read only; the window writes them.
    find_brain
        Finds the model to classify with.
    decoder
        Where files are decoded.
    """

    def __init__(
        self, runner: TaskRunner, settings: Settings, find_brain: BrainFinder, decoder: Decoder
    ) -> None:
        super().__init__(runner, settings, decoder)
        self._find_brain = find_brain
        self._guest = Guest(runner, self)
        self._open = Opening(runner, self, self._guest, settings, find_brain, decoder)
        self._following = Following(self, self._guest)
        self._drawing: Activity | None = None
        self.models = ModelsModel(runner, self.activities, self.notices, settings, self.open_again)
        evidence = EvidenceModel(runner, self)
        self.review = ReviewModel(runner, self, evidence)
        self.closer = CloserModel(
            runner,
            self,
            evidence,
            lambda opened, brain: CloserLook(
                opened.project,
                brain.id,
                device=settings.compute.device,
                limits=opened.limits,
                decoder=opened.decoder,
            ),
        )
        self.case = CaseModel(runner, self, self.review)
        self.sheet = SheetModel(self, self.review)
        self.accept = AcceptModel(runner, self, self.review)
        self.people = PeopleModel(runner, self, self.review)
        self.search = ExampleSearch(runner, self)
        self.learning = LearningModel(runner, self, self.models)
        self.training = TrainingModel(runner, self.notices, lambda _: self.models.refresh())

    # Opening

    def open_path(self, path: Path) -> None:
        """Open whatever lies at a path; a folder gets its project at the default place."""
        self._open.path(path)

    def open_folder(self, folder: Path, place: Path) -> None:
        """Open a folder of images in the project at `place`, which is made if it is not there."""
        self._open.project(place, folder)

    def open_project(self, place: Path) -> None:
        """Open a project and look at its folders again."""
        self._open.project(place)

    def open_image(self, path: Path) -> None:
        """Show one image, its class and the nearest known ones; an open project stays open behind it."""
        self._open.image(path)

    def open_sample(self) -> None:
        """Open the sample project, which is drawn among the user's own data when it is not there yet."""
        if self.drawing_sample:
            return
        from semgui.services import demo  # what draws the sample takes a second to import

        place = paths.data_dir() / "sample"
        self._drawing = self.activities.start(
            tr("Drawing the sample"),
            lambda progress, cancel: demo.make_demo(place, progress=progress, cancel=cancel),
            done=lambda made: self.open_project(made.project_path),
            failed=lambda error: self.notices.failed(tr("The sample project could not be made"), error),
        )

    @property
    def drawing_sample(self) -> bool:
        """Whether the sample project is being made; asked for twice, it is made once."""
        return self._drawing in self.activities.running

    def open_again(self) -> None:
        """Open what is open once more: model, device, limits and name of the settings count from then on."""
        detail = self.inspector.detail
        if self.opening:  # with the settings before, perhaps
            self._runner.later(_IDLE_POLL_SECONDS, self.open_again)
        elif self.place is not None:
            self.open_project(self.place)
        elif self.mode is Mode.IMAGE and detail is not None:
            self._open.image_alone(detail.path)

    def close(self) -> None:
        """Close what is open and show the empty window."""
        self._open.nothing()

    # An image by itself

    def back_to_project(self) -> None:
        """Leave an image that was looked at by itself."""
        self._guest.leave()

    def show_known(self, image_id: ImageId) -> None:
        """Go from an image by itself to one of the project that is like it, if the filters let it through."""
        self._guest.show_known(image_id)

    def take_in_folder(self) -> None:
        """Add the folder of the image looked at to the project, or open one for it; then go to the image."""
        self._open.folder_of_guest()

    def get_ready(self) -> None:
        """Load the model while nobody waits for it: what it says of the first image then takes no seconds."""
        # What is wrong with it is said when it is needed.
        self._runner.run(Lane.LONG, lambda: self._find_brain().get_ready(), lambda _: None, lambda _: None)

    # The end of the program

    def shut_down(self) -> None:
        """Stop everything; the runner must be closed before `release`."""
        self.activities.cancel_all()
        self.training.unwatch()
        self.live.attach(None, None)

    def release(self) -> None:
        """Close the project; nothing may use it any more."""
        if self.opened is not None:
            self.opened.close()
            self.opened = None
