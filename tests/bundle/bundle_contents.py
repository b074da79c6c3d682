"""What is in the bundle, and what must not be."""

from __future__ import annotations

import subprocess

from tests.bundle.conftest import Bundle, tool

_LIMIT_BYTES = 1_000_000_000


def test_it_is_small_enough(bundle: Bundle):
    size = sum(f.stat().st_size for f in bundle.folder.rglob("*") if f.is_file() and not f.is_symlink())
    print(f"\n{size / 1e6:.0f} MB")
    assert size < _LIMIT_BYTES


def test_the_licences_of_all_parts_are_there(bundle: Bundle):
    text = (bundle.inside / "semgui/_resources/licences/bundled.txt").read_text(encoding="utf-8")
    for part in ("PySide6_Essentials 6.", "torch 2.", "napari 0.", "pyinstaller 6.", "libxcb"):
        assert part in text, part
    for licence in ("GNU LESSER GENERAL PUBLIC LICENSE", "Bootloader-exception", "Apache License"):
        assert licence in text, licence


def test_nothing_is_inside_that_binds_or_is_not_free(bundle: Bundle):
    names = {path.name for path in bundle.inside.rglob("*")}
    for unwanted in ("libreadline", "libgdbm", "libcuda", "libnv", "libavcodec", "Qt6WebEngine", "libgtk"):
        assert not [name for name in names if unwanted in name], unwanted


def test_every_library_finds_what_it_is_linked_to(bundle: Bundle):
    """The rest comes from the system: what the graphics driver and the fonts of a machine decide."""
    missing = set()
    environment = {"LD_LIBRARY_PATH": str(bundle.inside), "PATH": "/usr/bin:/bin"}
    for library in bundle.inside.rglob("*.so*"):
        if library.is_symlink():
            continue
        found = subprocess.run(
            [tool("ldd"), library], env=environment, capture_output=True, text=True, check=False
        ).stdout
        missing |= {(library.name, line.split()[0]) for line in found.splitlines() if "not found" in line}
    # libshm and friends find libtorch through the process that has it loaded already.
    assert not missing, sorted(missing)
