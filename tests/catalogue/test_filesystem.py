"""Telling network folders from local ones by the table of mounts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from semgui.catalogue.filesystem import is_network

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/lab rw,relatime shared:2 - nfs4 server:/export/lab rw,vers=4.2
41 22 0:36 / /mnt/my\040share rw,relatime - cifs //server/share rw
42 40 8:2 / /mnt/lab/fast rw,relatime - xfs /dev/sdb1 rw
43 22 0:50 / /home/me/remote rw,nosuid - fuse.sshfs me@host:/data rw
44 22 0:51 / /media/stick rw - fuseblk /dev/sdc1 rw
45 22 0:52 / /over rw - ext4 /dev/sdd1 rw
46 45 0:53 / /over rw - smb3 //server/over rw
this line is no mount
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a table of mounts to read")


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/home/me/images", False),
        ("/mnt/lab", True),
        ("/mnt/lab/day1/a.tif", True),
        ("/mnt/labor/a.tif", False),
        ("/mnt/lab/fast/a.tif", False),
        ("/mnt/my share/a.tif", True),
        ("/home/me/remote/x", True),
        ("/media/stick/x", False),
        ("/over/x", True),
    ],
)
def test_the_nearest_mount_decides(tmp_path: Path, path: str, network: bool) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS)
    assert is_network(Path(path), table) is network


def test_without_a_table_everything_is_local(tmp_path: Path) -> None:
    assert not is_network(tmp_path, tmp_path / "nothing")
    assert not is_network(tmp_path)
