"""The installers can be made, here from a tree that only looks like a bundle."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGING = REPOSITORY / "packaging"
SIDES = (16, 24, 32, 48, 64, 128, 256, 512)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "semgui"
    notices = folder / "_internal/semgui/_resources/licences"
    notices.mkdir(parents=True)
    (notices / "bundled.txt").write_text("licences of all parts\n")
    for name in ("semgui", "SEMGui.exe", "semgui-console.exe"):
        (folder / name).write_bytes(b"#!/bin/sh\necho here\n")
        (folder / name).chmod(0o755)
    (folder / "portable-data").mkdir()
    (tmp_path / "icons").mkdir()
    for side in SIDES:
        (tmp_path / "icons" / f"semgui-{side}.png").write_bytes(b"png")
    return folder


def test_the_debian_package_has_menu_icon_file_type_and_a_folder_of_its_version(tree: Path, tmp_path: Path):
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not here")
    command = [PACKAGING / "linux/make_deb.sh", tree, tmp_path / "icons", tmp_path / "out", "1.2.3"]
    subprocess.run(command, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "DEB_LEVEL": "1"})
    package = tmp_path / "out/semgui_1.2.3_amd64.deb"
    listing = subprocess.run(["dpkg-deb", "-c", package], check=True, capture_output=True, text=True).stdout
    for place in (
        "./opt/semgui/1.2.3/semgui",
        "./usr/bin/semgui -> /opt/semgui/1.2.3/semgui",
        "./usr/share/applications/semgui.desktop",
        "./usr/share/mime/packages/semgui.xml",
        "./usr/share/icons/hicolor/48x48/apps/semgui.png",
        "./usr/share/doc/semgui/copyright",
    ):
        assert f"{place}\n" in listing, place
    assert "portable-data" not in listing  # an installed program keeps to the users' own folders
    control = subprocess.run(["dpkg-deb", "-I", package], check=True, capture_output=True, text=True).stdout
    assert "libgl1" in control
    assert "python" not in control.lower()


# Across two disks nothing can be linked, and a try leaves folders behind.
_CANNOT_LINK = """#!/bin/sh
[ "$1" != -al ] || { mkdir "$3"; exit 1; }
exec /bin/cp "$@"
"""


@pytest.mark.parametrize("disks", [1, 2])
def test_the_portable_archive_keeps_everything_beside_itself(tree: Path, tmp_path: Path, disks: int):
    programs = tmp_path / "bin"
    programs.mkdir()
    if disks == 2:
        (programs / "cp").write_text(_CANNOT_LINK)
        (programs / "cp").chmod(0o755)
    command = [PACKAGING / "linux/make_portable.sh", tree, tmp_path / "out"]
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "XZ_LEVEL": "0"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    (archive,) = (tmp_path / "out").glob("semgui-*-linux-x86_64.tar.xz")
    listing = subprocess.run(["tar", "-tf", archive], check=True, capture_output=True, text=True).stdout
    name = archive.name.removesuffix(".tar.xz")
    assert f"{name}/semgui\n" in listing
    assert f"{name}/portable-data/READ ME.txt\n" in listing


def test_the_windows_script_compiles(tree: Path, tmp_path: Path):
    if shutil.which("makensis") is None:
        pytest.skip("makensis is not here (Debian: apt install nsis)")
    command = [
        *("makensis", "-V2", "-WX", "-DVERSION=1.2.3", f"-DBUNDLE={tree}", f"-DOUT={tmp_path}"),
        PACKAGING / "windows/semgui.nsi",
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert (tmp_path / "semgui-1.2.3-setup.exe").stat().st_size > 50_000


def test_the_file_type_is_told_by_the_mark_of_a_project():
    from semgui.catalogue.schema import APPLICATION_ID

    kind = (PACKAGING / "linux/semgui.xml").read_text(encoding="utf-8")
    assert f'value="{APPLICATION_ID:#010x}" offset="68"' in kind
    entry = (PACKAGING / "linux/semgui.desktop").read_text(encoding="utf-8")
    assert "application/x-semgui-project" in kind
    assert "application/x-semgui-project" in entry
    assert "inode/directory" not in entry  # it would become some desktops' file manager
