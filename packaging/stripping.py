"""What PyInstaller collects and nothing in SEMGui opens, with the reason for each; it is left out."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import PurePath

from packaging.utils import canonicalize_name
from PyInstaller.depend.bindepend import get_imports

Entry = tuple[str, str, str]  # place in the bundle, file, kind

UNWANTED = {
    # Qt: the window is made of widgets and one OpenGL canvas.
    "*Qt6Quick*": "no QML",
    "*Qt6Qml*": "no QML",
    "*Qt6VirtualKeyboard*": "no QML",
    "*Qt6Pdf*": "no PDF shown by Qt",
    "*PySide6/Qt/qml/*": "no QML",
    "*plugins/platforminputcontexts/*virtualkeyboard*": "no QML",
    "*plugins/imageformats/*pdf*": "no PDF shown by Qt",
    "*plugins/networkinformation/*": "nothing goes to a network",
    "*plugins/tls/*": "nothing goes to a network",
    "*plugins/egldeviceintegrations/*": "for devices without X or Wayland",
    "*plugins/generic/*": "for devices without X or Wayland",
    "*plugins/platforms/libqeglfs*": "for devices without X or Wayland",
    "*plugins/platforms/libqlinuxfb*": "for devices without X or Wayland",
    "*plugins/platforms/libqminimal*": "for devices without X or Wayland",
    "*plugins/platforms/libqvkkhrdisplay*": "for devices without X or Wayland",
    "*plugins/platforms/libqvnc*": "would listen on the network",
    "*plugins/platformthemes/libqgtk3*": "brings all of GTK 3; the portal gives its file dialogs, too",
    "*PySide6/Qt/translations/qt_help*": "no help viewer",
    # torch
    "torch/include/*": "to compile against",
    "torch/bin/protoc*": "a compiler",
    "torch/bin/*[!r]": "tests; torch_shm_manager has to be there",
    "torch/share/*": "to compile against",
    "torch/lib/*.a": "to compile against",
    "torch/lib/*_test.so": "tests",
    "torch/lib/libaoti_custom_ops*": "tests",
    "torch/lib/libbackend_with_compiler*": "tests",
    "torch/test/*": "tests",
    # All of torch is in the archive, too. It reads the source of scripted functions and of its `config.py`
    # when it is imported; not that of these.
    "torch/_inductor/*/*.py": "source of the compiler",
    "torch/_vendor/*.py": "source of others",
    "torch/ao/*.py": "source of quantisation",
    "torch/testing/*.py": "source of tests",
    # pyarrow: only Parquet on a disk is written.
    "pyarrow/include/*": "to compile against",
    "pyarrow/src/*": "to compile against",
    "pyarrow/*.pyx": "to compile against",
    "pyarrow/*.pxd": "to compile against",
    "pyarrow/*.pxi": "to compile against",
    "*libarrow_flight*": "a network protocol",
    "*libarrow_python_flight*": "a network protocol",
    "pyarrow/_flight*": "a network protocol",
    "*libarrow_s3*": "a network protocol",
    "pyarrow/_s3fs*": "a network protocol",
    "pyarrow/_gcsfs*": "a network protocol",
    "pyarrow/_azurefs*": "a network protocol",
    "pyarrow/libarrow_python.so": "the same library under a second name",
    "pyarrow/libarrow_python.so.*.*": "the same library under a third name",
    "pyarrow/libarrow_python_parquet_encryption.so": "the same library under a second name",
    "pyarrow/libarrow_python_parquet_encryption.so.*.*": "the same library under a third name",
    # Of others
    "_tcl_data/*": "no Tk",
    "_tk_data/*": "no Tk",
    "tcl8/*": "no Tk",
    # Beside the CPU build of torch it cannot be loaded, and it brings libraries of NVIDIA that are not free.
    "torchvision/*.so": "operators of detection and file formats",
    "torchvision.libs/*": "operators of detection and file formats",
    "libcudart*": "comes with those",
    "libnvjpeg*": "comes with those",
    "skimage/data/*.png": "sample pictures",
    "skimage/data/*.jpg": "sample pictures",
    "sklearn/datasets/data/*": "sample data",
    "sklearn/datasets/descr/*": "sample data",
    "sklearn/datasets/images/*": "sample data",
    "semgui/_resources/models/*.py": "made the embedded weights",
    "*/tests/*": "tests",
    "*/_tests/*": "tests",
    "*/__pycache__/*": "made again",
}

OF_THE_SYSTEM = (
    # The graphics driver of the machine is linked against its own, newer ones of these: an older copy in the
    # bundle would keep it from loading, and there would be no OpenGL.
    *("libstdc++.so*", "libgcc_s.so*", "libX11.so*", "libX11-xcb.so*", "libxcb.so*", "libxcb-glx.so*"),
    *("libXau.so*", "libXdmcp.so*", "libXext.so*", "libXfixes.so*", "libexpat.so*", "libz.so*", "libdrm.so*"),
    # They read the machine's own configuration.
    *("libfontconfig.so*", "libfreetype.so.6"),
)

_PRUNED = ("imagecodecs.libs", ".")  # folders of libraries that others load; what none loads goes


def is_wanted(place: str) -> bool:
    """Whether a file of the bundle, by its place in it, is needed."""
    path = PurePath(place).as_posix()
    return not any(fnmatch(path, pattern) for pattern in UNWANTED)


def is_of_the_system(place: str) -> bool:
    """Whether a library has to be the one of the machine."""
    path = PurePath(place)
    return str(path.parent) == "." and any(fnmatch(path.name, pattern) for pattern in OF_THE_SYSTEM)


def is_metadata_of(place: str, packages: Iterable[str]) -> bool:
    """Whether a file is no metadata of a package, or that of one of `packages` (canonical names)."""
    folder = PurePath(place).parts[0]
    if not folder.endswith(".dist-info"):
        return True
    return canonicalize_name(folder.removesuffix(".dist-info").partition("-")[0]) in packages


def without_orphans(binaries: Iterable[Entry]) -> list[Entry]:
    """Leave out libraries that nothing left in the bundle loads, after what loaded them is gone."""
    entries = list(binaries)
    candidates = {
        PurePath(place).name
        for place, _, kind in entries
        if kind == "BINARY" and str(PurePath(place).parent) in _PRUNED and ".so" in place
    }
    needed = {
        place: {PurePath(name).name for name, _ in get_imports(source)}
        for place, source, kind in entries
        if kind in {"BINARY", "EXTENSION"}
    }
    by_name = {PurePath(place).name: place for place in needed}
    # The loader itself opens Python's library.
    waiting = [p for p in needed if PurePath(p).name not in candidates or "libpython" in p]
    alive: set[str] = set()
    while waiting:
        place = waiting.pop()
        if place in alive:
            continue
        alive.add(place)
        waiting += [by_name[name] for name in needed[place] if name in by_name]
    names = {PurePath(place).name for place in alive}
    return [e for e in entries if e[0] in alive or (e[2] == "SYMLINK" and PurePath(e[1]).name in names)]
