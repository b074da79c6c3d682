"""The recipe of the bundle carries what is found only at run time."""

from __future__ import annotations

import subprocess
import sys

from semgui.processes import PROGRAMS
from tests.conftest import REPOSITORY

RECIPE = (REPOSITORY / "packaging" / "semgui.spec").read_text(encoding="utf-8")


def test_the_codecs_are_those_that_tiff_files_need():
    code = (
        "import sys, imagecodecs, semgui.imaging.tiff_segments;"
        "imagecodecs.jpeg8_decode, imagecodecs.ljpeg_decode;"  # what jpeg_decode asks for in turn
        "print(*(m for m in sys.modules if m.startswith('imagecodecs._')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "imagecodecs._zstd" in loaded.split()
    for module in loaded.split():
        assert f'"{module.partition(".")[2]}"' in RECIPE, module


def test_programs_and_steps_of_the_schema_are_there():
    assert "*PROGRAMS" in RECIPE
    assert "semgui/catalogue/migrations" in RECIPE
    for program in PROGRAMS:
        parts = program.split(".")
        place = REPOSITORY.joinpath(*parts)
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()


def test_what_is_left_out_is_left_out_for_a_reason(load):
    stripping = load("stripping.py")
    assert all(reason for reason in stripping.UNWANTED.values())
    for needed in (
        "torch/lib/libtorch_cpu.so",
        "torch/bin/torch_shm_manager",  # torch does not load without it
        "torch/_inductor/config.py",  # torch reads it as source
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "semgui/_resources/models/nffa10-starter/weights.safetensors",
        "semgui/catalogue/migrations/versions/r0001_images.py",
        "pyarrow/libparquet.so.2600",
    ):
        assert stripping.is_wanted(needed), needed
    for other in (
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "libQt6Qml.so.6",
        "torch/bin/protoc",
        "torch/include/ATen/ATen.h",
        "torch/_inductor/codegen/cpp.py",
        "napari/_tests/data.npy",
        "libarrow_s3.so.2600",
    ):
        assert not stripping.is_wanted(other), other
    # An old C++ library in the bundle keeps a newer graphics driver from loading.
    assert stripping.is_of_the_system("libstdc++.so.6")
    assert not stripping.is_of_the_system("torch/lib/libc10.so")
