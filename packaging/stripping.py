"""Files that PyInstaller collects and nothing in SEMGui opens, with the reason for each."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import PurePath

UNWANTED = {
    # Qt: the window is made of widgets and one OpenGL canvas.
    "*Qt6Quick*": "no QML",
    "*Qt6Qml*": "no QML",
    "*Qt6Pdf*": "no PDF shown by Qt",
    "*Qt6VirtualKeyboard*": "no QML",
    "*Qt6Designer*": "a tool of programmers",
    "*Qt6Help*": "a tool of programmers",
    "*QtQuick*": "no QML",
    "*QtQml*": "no QML",
    "*PySide6/Qt/qml/*": "no QML",
    "*PySide6/Qt/translations/*": "texts of Qt's own dialogs in languages that the window does not speak",
    "*plugins/platforminputcontexts/libqtvirtualkeyboardplugin*": "no QML",
    "*plugins/imageformats/libqpdf*": "no PDF shown by Qt",
    "*plugins/networkinformation/*": "nothing goes to a network",
    "*plugins/tls/*": "nothing goes to a network",
    # torch: headers, tools, tests.
    "torch/include/*": "to compile against",
    "torch/bin/*": "tools and tests",
    "torch/share/*": "to compile against",
    "torch/lib/*.a": "to compile against",
    "torch/lib/libtorch_cuda_linalg*": "part of the GPU pack",
    "torch/test/*": "tests",
    # pyarrow: only Parquet is written.
    "pyarrow/include/*": "to compile against",
    "pyarrow/src/*": "to compile against",
    "pyarrow/tests/*": "tests",
    "pyarrow/libarrow_flight*": "a network protocol",
    "pyarrow/libarrow_python_flight*": "a network protocol",
    "pyarrow/_flight*": "a network protocol",
    # Sample pictures and fonts of others.
    "skimage/data/*": "sample pictures",
    "matplotlib/mpl-data/sample_data/*": "sample data",
    "sklearn/datasets/data/*": "sample data",
    "sklearn/datasets/images/*": "sample data",
    "resources/models/*.py": "made the embedded weights",
    "semgui/_resources/models/*.py": "made the embedded weights",
    "*/tests/*": "tests",
    "*/_tests/*": "tests",
    "*/__pycache__/*": "made again",
}


def is_wanted(place: str) -> bool:
    """Whether a file of the bundle, by its place in it, is needed."""
    path = PurePath(place).as_posix()
    return not any(fnmatch(path, pattern) for pattern in UNWANTED)
