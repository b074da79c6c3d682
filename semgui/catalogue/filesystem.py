"""Tell a disk of this machine from a folder across a network."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")

_NETWORK_TYPES = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
    }
    | {"panfs", "smb3", "smbfs"}
    | {f"fuse.{name}" for name in ("davfs2", "glusterfs", "rclone", "smbnetfs", "sshfs")}
)


def is_network(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Tell whether a path lies on a network file system.

    Parameters
    ----------
    path
        File or folder; need not exist yet.
    mounts
        The mount table in the format of ``/proc/self/mountinfo`` (Linux only).

    Notes
    -----
    On Windows a UNC path counts as network, a mapped drive is asked from the system. On macOS, which has
    no such table, every folder counts as local.
    """
    if sys.platform == "win32":
        return _is_network_on_windows(path)
    try:
        table = mounts.read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    return _type_of(os.path.realpath(path), table) in _NETWORK_TYPES


def _type_of(path: str, table: str) -> str:
    """Return the type of the file system with the longest mount point above `path`."""
    best, kind = "", ""
    for line in table.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        # The kernel writes blanks and the like in a mount point as \040.
        point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), fields[4])
        above = path == point or path.startswith(point.rstrip("/") + "/")
        if above and len(point) >= len(best):  # of two mounts on one point the later one is seen
            best, kind = point, after.split(" ", 1)[0]
    return kind


def _is_network_on_windows(path: Path) -> bool:
    drive = path.absolute().drive
    if drive.startswith("\\\\"):
        return True
    import ctypes

    windll = getattr(ctypes, "windll", None)
    remote = 4  # DRIVE_REMOTE
    return windll is not None and windll.kernel32.GetDriveTypeW(drive + "\\") == remote
