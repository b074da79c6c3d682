"""Finish a frozen application: drop symbols nobody debugs with, and say what weighs what.

Usage: python packaging/finish.py dist/semgui
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

# Tables of names for debuggers; a fifth of these files. Libraries that `auditwheel` patched (those in folders
# NAME.libs) are left as they are: `strip` is known to break them.
_STRIPPED = (
    "torch/lib/*.so*",
    "libpython3*.so*",
    "pyarrow/*.so*",
    "scipy/**/*.so",
    "sqlalchemy/**/*.so",
    "kiwisolver/*.so",
)
_ROWS = 16


def strip(inside: Path) -> int:
    """Strip the large libraries; return the bytes saved."""
    if sys.platform != "linux" or shutil.which("strip") is None:
        return 0
    files = [f for pattern in _STRIPPED for f in inside.glob(pattern) if f.is_file() and not f.is_symlink()]
    before = sum(f.stat().st_size for f in files)
    for file in files:
        subprocess.run(["strip", "--strip-unneeded", file], check=True)
    return before - sum(f.stat().st_size for f in files)


def weights(bundle: Path) -> Counter[str]:
    """Return the bytes of each part; what belongs to one package is one part."""
    found: Counter[str] = Counter()
    for file in bundle.rglob("*"):
        if file.is_file() and not file.is_symlink():
            place = file.relative_to(bundle).parts
            name = place[1] if place[0] == "_internal" and len(place) > 2 else "programs and small libraries"
            found[name.removesuffix(".libs").partition("-")[0]] += file.stat().st_size
    return found


def main(bundle: Path) -> None:
    """Strip and weigh."""
    saved = strip(bundle / "_internal")
    parts = weights(bundle)
    print(f"{bundle}: {sum(parts.values()) / 1e6:,.0f} MB ({saved / 1e6:,.0f} MB of symbols dropped)")
    for name, size in parts.most_common(_ROWS):
        print(f"  {size / 1e6:7,.0f} MB  {name}")
    others = sum(parts.values()) - sum(size for _, size in parts.most_common(_ROWS))
    print(f"  {others / 1e6:7,.0f} MB  {len(parts) - _ROWS} others")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
