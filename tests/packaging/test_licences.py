"""Nothing is bundled that would bind whoever passes it on to the GPL or AGPL, or that nobody knows."""

from __future__ import annotations

from importlib.metadata import Distribution
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def licences(load):
    return load("licences.py")


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("MIT", "MIT"),
        ("AGPL-3.0-only OR MIT", "MIT"),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", "LGPL-3.0-only"),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", "GPL-3.0-or-later WITH GCC-exception-3.1"),
        ("Apache-2.0 AND Apache-2.0 WITH LLVM-exception", "Apache-2.0 AND Apache-2.0 WITH LLVM-exception"),
        ("(MIT AND GPL-2.0-only) OR (BSD-3-Clause AND Zlib)", "BSD-3-Clause AND Zlib"),
        ("MIT AND (GPL-3.0-only OR ISC)", "MIT AND ISC"),
        ("mpl-2.0 and mit", "MPL-2.0 AND MIT"),
    ],
)
def test_what_is_allowed_is_chosen_at_each_or(licences, expression, taken):
    assert licences.chosen(expression) == taken


@pytest.mark.parametrize(
    "expression",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "MIT AND GPL-2.0-or-later",
        "GPL-2.0-only OR AGPL-3.0-only",
        # An exception helps only where it is named, for the licence that it is named with.
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "AGPL-3.0-only WITH GCC-exception-3.1",
        "(MIT AND AGPL-3.0-only) OR GPL-3.0-only",
        "LicenseRef-Proprietary",
        "SSPL-1.0",
        "MIT AND NoSuchLicence",
        "MIT OR",
        "",
    ],
)
def test_what_would_bind_us_or_is_unknown_is_refused(licences, expression):
    with pytest.raises(licences.LicenceError):
        licences.chosen(expression)


def test_every_package_that_semgui_needs_may_be_bundled(licences):
    packages = licences.needed("semgui")
    assert {"torch", "napari", "pyside6-essentials", "numpy", "tifffile"} <= packages.keys()
    assert "pytest" not in packages  # of the extra dev
    parts = {part.name: part for part in licences.parts_of(packages.values(), [])}
    assert parts["PySide6_Essentials"].chosen == "LGPL-3.0-only"
    assert any("Apache License" in text for text in parts["timm"].texts)


def test_a_package_is_refused_by_name(licences, tmp_path):
    def package(name: str, *lines: str) -> Distribution:
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        header = ("Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *lines)
        (folder / "METADATA").write_text("\n".join(header) + "\n\n")
        return Distribution.at(folder)

    mean = package("mean", "License-Expression: AGPL-3.0-only")
    silent = package("silent")
    vague = package("vague", "License: free as in beer", "Classifier: Topic :: Scientific/Engineering")
    fine = package("fine", "Classifier: License :: OSI Approved :: MIT License")
    with pytest.raises(licences.LicenceError) as refusal:
        licences.parts_of([mean, silent, vague, fine], [Path("/lib/libnobody.so.1")])
    said = str(refusal.value)
    assert "fine" not in said
    for name in ("mean: AGPL-3.0-only is not allowed", "silent: ", "vague: ", "libnobody.so.1: "):
        assert name in said


def test_the_file_names_each_part_once_with_its_text(licences):
    parts = licences.parts_of([licences.needed("semgui")[name] for name in ("timm", "safetensors")], [])
    written = licences.written(parts)
    assert "timm 1." in written
    assert "Apache-2.0" in written
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in written  # of Qt
    assert written.count("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION") <= 3
