"""A process that labels without end and says so after each commit; `test_kill9` ends it."""

from __future__ import annotations

import sys

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.project import open_project
from semgui.domain.ids import ImageId
from semgui.services import label, marks


def main(path: str, images: int, start: int) -> None:
    """Label and mark images in turn, now and then all at once, with an undo and a redo between."""
    with open_project(path) as project:
        classes = [c.id for c in ClassStore(project).taxonomy()]
        everything = [ImageId(i) for i in range(1, images + 1)]
        step = start
        while True:
            step += 1
            class_id = classes[step % len(classes)]
            if step % 10 == 0:
                batch = label.set_labels(project, everything, class_id, f"bulk{step}")
            elif step % 10 == 3:
                batch = marks.add_tag(project, everything, f"t{step}", f"bulk{step}")
            elif step % 10 == 7:
                batch = marks.set_note(project, ImageId(step % images + 1), f"note {step}", f"one{step}")
            elif step % 10 == 5:
                batch = label.undo(project, "undoer")
            elif step % 10 == 6:
                batch = label.redo(project, "undoer")
            else:
                batch = label.set_labels(project, [ImageId(step % images + 1)], class_id, f"one{step}")
            if batch is not None:
                print(f"{batch.id} {step}", flush=True)  # noqa: T201 (what the parent waits for)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
