"""Licences of everything that is bundled: checked against what we allow, written down with their texts.

What the parts declare is read from their metadata; `licences.toml` says what we allow and fills the gaps. A
part without a known licence, or with none that we allow, ends the build.
"""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackagePath
from pathlib import Path, PurePath
from typing import Any

from license_expression import ExpressionError, LicenseWithExceptionSymbol, Licensing, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
TEXTS = (HERE / "licence_texts", HERE.parent / "resources" / "licences")
_TEXT_NAMES = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
_RULE = "=" * 100


class LicenceError(Exception):
    """Something must not be bundled."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is bundled.

    Parameters
    ----------
    declared
        SPDX expression as it is declared.
    chosen
        The same after choosing where there is an ``OR``.
    texts
        Licences and notices that come with it.
    """

    name: str
    version: str
    declared: str
    chosen: str
    homepage: str = ""
    texts: tuple[str, ...] = ()


@cache
def policy() -> Mapping[str, Any]:
    """Return what `licences.toml` says."""
    return tomllib.loads((HERE / "licences.toml").read_text(encoding="utf-8"))


@cache
def _spdx() -> Licensing:
    return get_spdx_licensing()  # reads a list of 2,000 licences


def chosen(expression: str) -> str:
    """Return an SPDX expression after choosing, at each ``OR``, the first side that is allowed.

    Raises
    ------
    LicenceError
        If nothing allowed is left, or a name in it is no SPDX identifier.
    """
    licensing = _spdx()
    try:
        tree = licensing.parse(expression, validate=True)
    except ExpressionError as error:
        raise LicenceError(f"{expression!r} is no SPDX expression ({error})") from None
    if tree is None:
        raise LicenceError("no licence is named")
    return _chosen(tree, licensing)


def _chosen(tree: Any, licensing: Licensing) -> str:
    if isinstance(tree, licensing.OR):
        refused = []
        for side in tree.args:
            try:
                return _chosen(side, licensing)
            except LicenceError as error:
                refused.append(str(error))
        raise LicenceError("; ".join(refused))
    if isinstance(tree, licensing.AND):
        sides = [_chosen(side, licensing) for side in tree.args]
        return " AND ".join(dict.fromkeys(sides))
    words = str(tree)
    if isinstance(tree, LicenseWithExceptionSymbol):
        if words not in policy()["exceptions"]:
            raise LicenceError(f"{words} is not allowed")
    elif words not in policy()["allowed"]:
        raise LicenceError(f"{words} is not allowed")
    return words


def declared(distribution: Distribution) -> str:
    """Return the SPDX expression of a package, from the best source there is.

    Raises
    ------
    LicenceError
        If it declares nothing that is known.
    """
    metadata = distribution.metadata
    name = canonicalize_name(metadata["Name"])
    if name in policy()["packages"]:
        return str(policy()["packages"][name])
    if metadata.get("License-Expression"):
        return str(metadata["License-Expression"])
    classifiers = [c.split("::")[-1].strip() for c in metadata.get_all("Classifier") or [] if "License" in c]
    for words in (metadata.get("License") or "", *classifiers):
        found = policy()["words"].get(words.strip(), words.strip())
        if "\n" not in found and _is_expression(found):
            return str(found)
    raise LicenceError(f"{name}: it declares {classifiers or 'no licence'}; add it to licences.toml")


def _is_expression(words: str) -> bool:
    try:
        return bool(words) and _spdx().parse(words, validate=True) is not None
    except ExpressionError:
        return False


def needed(name: str) -> dict[str, Distribution]:
    """Return a package and all that it needs here, by canonical name; extras only where asked for."""
    found: dict[str, Distribution] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(name, frozenset())]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        asked = waiting.pop()
        if asked in done:
            continue
        done.add(asked)
        distribution = importlib.metadata.distribution(asked[0])
        found[canonicalize_name(asked[0])] = distribution
        for text in distribution.requires or []:
            wanted = Requirement(text)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": e}) for e in (*asked[1], "")):
                waiting.append((wanted.name, frozenset(wanted.extras)))
    return found


def part_of(distribution: Distribution) -> Part:
    """Describe a package; `LicenceError` if it must not be bundled."""
    name, expression = distribution.metadata["Name"], declared(distribution)
    try:
        taken = chosen(expression)
    except LicenceError as error:
        raise LicenceError(f"{name}: {error}") from None
    files = [f for f in distribution.files or [] if _is_text(f)]
    texts = [Path(str(f.locate())).read_text(encoding="utf-8", errors="replace") for f in files]
    links = [u.partition(", ")[2] for u in distribution.metadata.get_all("Project-URL") or []]
    homepage = distribution.metadata.get("Home-page") or next(iter(links), "")
    return Part(name, distribution.version, expression, taken, homepage, tuple(dict.fromkeys(texts)))


def _is_text(file: PackagePath) -> bool:
    """Whether it is a licence or a notice, of the package itself and not of one of its tests."""
    named = _TEXT_NAMES.search(file.name) and file.suffix not in {".py", ".pyc"}
    near = ".dist-info" in file.parts[0] or len(file.parts) <= 2
    return bool(named) and near and Path(str(file.locate())).is_file()


def library_part(file: Path) -> Part:
    """Describe a library that belongs to no package; `LicenceError` if it is unknown or not allowed."""
    libraries = policy()["libraries"]
    stem = max((s for s in libraries if file.name.startswith(s)), key=len, default="")
    if not stem:
        raise LicenceError(f"{file.name}: nobody has written down its licence; add it to licences.toml")
    expression = libraries[stem]
    package = _package_of_debian(file)
    if package is None:
        return Part(file.name, "", expression, chosen(expression))
    notice = Path("/usr/share/doc") / package[0] / "copyright"
    texts = (notice.read_text(encoding="utf-8", errors="replace"),) if notice.is_file() else ()
    origin = f"(Debian: {' '.join(package)})"
    return Part(file.name, origin, expression, chosen(expression), texts=texts)


def _package_of_debian(file: Path) -> tuple[str, str] | None:
    """Return name and version of the system's package that a library was taken from."""
    if shutil.which("dpkg-query") is None:
        return None
    # /lib and /usr/lib are one folder; the package may name either, and the link or what it points to.
    below_root = [Path(str(path).removeprefix("/usr/").removeprefix("/")) for path in (file, file.resolve())]
    for place in dict.fromkeys(root / path for path in below_root for root in (Path("/"), Path("/usr"))):
        owner = subprocess.run(["dpkg-query", "-S", place], capture_output=True, text=True, check=False)
        if owner.returncode == 0:
            name = owner.stdout.partition(":")[0]
            show = ["dpkg-query", "-W", "-f", "${Version}\n", name]
            version = subprocess.run(show, capture_output=True, text=True, check=True).stdout
            return name, version.splitlines()[0]
    return None


def parts_of(packages: Iterable[Distribution], libraries: Iterable[Path]) -> list[Part]:
    """Describe everything; `LicenceError` names all that must not be bundled, not the first only."""
    found, refused = [], []
    for describe, things in ((part_of, packages), (library_part, libraries)):
        for thing in things:
            try:
                found.append(describe(thing))  # type: ignore[operator]
            except LicenceError as error:
                refused.append(str(error))
    if refused:
        raise LicenceError("\n".join(refused))
    return sorted(found, key=lambda part: part.name.lower())


def written(parts: Iterable[Part]) -> str:
    """Return the file that goes into the bundle: who made what, under which licence, and all texts once."""
    listed = list(parts)
    lines = [
        (HERE / "licences_head.txt").read_text(encoding="utf-8"),
        *(f"{p.name} {p.version}\n    {p.chosen}{_instead(p)}\n    {p.homepage}".rstrip() for p in listed),
    ]
    places: dict[str, list[str]] = {}
    for part in listed:
        for text in part.texts:
            places.setdefault(text.strip(), []).append(part.name)
    for file in (file for folder in TEXTS for file in sorted(folder.glob("*.txt"))):
        places.setdefault(file.read_text(encoding="utf-8").strip(), []).append(file.stem)
    lines += [f"\n{_RULE}\n{', '.join(names)}\n{_RULE}\n\n{text}" for text, names in places.items()]
    return "\n".join(lines) + "\n"


def _instead(part: Part) -> str:
    return "" if part.chosen == part.declared else f"   (chosen from: {part.declared})"


# What PyInstaller has collected


Entry = tuple[str, str, str]  # place in the bundle, file, kind


def packages_in(entries: Iterable[Entry]) -> dict[str, Distribution]:
    """Return the packages that something in the bundle belongs to, by canonical name, and PyInstaller."""
    owners = importlib.metadata.packages_distributions()
    tops = {re.split(r"[./\\]", place, maxsplit=1)[0] for place, _, _ in entries if ".dist-info" not in place}
    names = {canonicalize_name(owner) for top in tops for owner in owners.get(top, [])} | {"pyinstaller"}
    return {name: importlib.metadata.distribution(name) for name in sorted(names)}


def libraries_in(binaries: Iterable[Entry]) -> list[Path]:
    """Return the shared libraries in the bundle that no package says anything of."""
    kept = {
        PurePath(place).name: Path(file)
        for place, file, kind in binaries
        if kind == "BINARY" and (PurePath(place).parent == PurePath() or ".libs" in PurePath(place).parts[0])
    }
    return [kept[name] for name in sorted(kept)]


def write(target: Path, pure: Iterable[Entry], binaries: Iterable[Entry], datas: Iterable[Entry]) -> set[str]:
    """Write the file for a bundle; return the canonical names of the packages in it.

    Raises
    ------
    LicenceError
        If anything must not be bundled, with all of it.
    """
    listed = list(binaries)
    packages = packages_in([*pure, *listed, *datas])
    # What the libraries of other systems are called is not written down yet.
    libraries = libraries_in(listed) if sys.platform == "linux" else []
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(written(parts_of(packages.values(), libraries)), encoding="utf-8")
    return set(packages)
