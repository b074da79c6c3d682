"""The user's own models: put in, take out as one file, rename, delete and bring back."""

from __future__ import annotations

import errno
import lzma
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from semgui.catalogue.naming import folder_name
from semgui.domain.errors import ModelError, SemguiError, UsageError
from semgui.registry.gallery import GALLERY_FILE
from semgui.registry.store import ModelInfo, find_model, inspect_model, usable_model, user_models
from semgui.registry.training_set import TRAINING_FILE
from trainer.card import CARD_FILE, WEIGHTS_FILE

_FILES = (CARD_FILE, WEIGHTS_FILE, GALLERY_FILE, TRAINING_FILE, "report.html", "NOTICE")
_LARGEST = 4 << 30  # bytes of one file in an archive: no network of ours comes near
_TRASH = ".deleted"


def check_name(name: str) -> str:
    """Return a name that can be a folder everywhere.

    Raises
    ------
    UsageError
        If it cannot.
    """
    if not name or name != name.strip() or name.startswith(".") or name.endswith("."):
        raise UsageError(f"{name!r} cannot name a model: no dots or spaces at its ends, please.")
    if len(name) > 100 or not name.isprintable() or folder_name(name) != name:
        raise UsageError(
            f'{name[:40]!r} cannot name a model: up to 100 letters, none of / \\ : * ? " < > |, no device.'
        )
    return name


def add_model(source: Path, name: str | None = None) -> ModelInfo:
    """Copy a model among the user's own.

    Parameters
    ----------
    source
        A model folder, or a run folder with one.
    name
        What to call it; ``None``: as its card does.

    Raises
    ------
    UsageError
        If there is no model, or the name is taken.
    ModelError
        If it is damaged.
    """
    folder = source / "model" if (source / "model" / CARD_FILE).is_file() else source
    info = usable_model(str(folder.absolute()))
    assert info.card is not None  # a usable model has one
    report = source / "report.html"
    with _arriving(check_name(name or info.card.name)) as arriving:
        for file in _FILES:
            if (folder / file).is_file():
                shutil.copyfile(folder / file, arriving / file)
        if folder != source and report.is_file():
            shutil.copyfile(report, arriving / "report.html")
    return inspect_model(user_models() / (name or info.card.name))


def export_model(name: str, file: Path) -> None:
    """Write a model as one ZIP file.

    Raises
    ------
    UsageError
        If there is no such model, or `file` exists.
    SemguiError
        If it cannot be written.
    """
    info = usable_model(name)
    if file.exists():
        raise UsageError(f"{file} exists; choose another name.")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:  # weights do not get smaller
            for known in _FILES:
                if (info.folder / known).is_file():
                    archive.write(info.folder / known, known)
        part.replace(file)
    except OSError as error:
        raise SemguiError(f"{file}: the model cannot be written ({error.strerror}).") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def import_model(file: Path, name: str | None = None) -> ModelInfo:
    """Put a model from a file of `export_model` among the user's own.

    Only the files that a model has are taken, by name: whatever else the archive holds stays in it.

    Parameters
    ----------
    file
        The ZIP file.
    name
        What to call it; ``None``: as its card does.

    Raises
    ------
    UsageError
        If the name is taken, or it is no such file.
    ModelError
        If the model in it is damaged.
    """
    if file.is_dir():
        raise UsageError(f"{file} is a folder: a model in a folder is kept with `semgui models add`.")
    models = _user_folder()
    with tempfile.TemporaryDirectory(dir=models, prefix=".import-") as place:
        unpacked = Path(place)
        try:
            with zipfile.ZipFile(file) as archive:
                for known in _FILES:
                    _unpack(archive, known, unpacked)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, lzma.LZMAError):
            raise UsageError(f"{file} is no model file: export one with `semgui models export`.") from None
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise SemguiError(f"{models}: there is no room for the model; make some first.") from None
            raise UsageError(f"{file} cannot be read ({error.strerror or error}).") from None
        return add_model(unpacked, name)


def rename_model(name: str, new_name: str) -> None:
    """Call a model of the user's something else; its version stays, and so do the predictions it made.

    Raises
    ------
    UsageError
        If it is bundled or not there, or the new name is taken.
    """
    folder = _own(name)
    target = folder.with_name(check_name(new_name))
    if target.exists() and not target.samefile(folder):
        raise UsageError(f"there is a model {new_name} already.")
    folder.rename(target)


def delete_model(name: str) -> None:
    """Take a model of the user's out; `restore_model` brings it back.

    Raises
    ------
    UsageError
        If it is bundled or not there.
    """
    folder = _own(name)
    trash = folder.parent / _TRASH
    trash.mkdir(exist_ok=True)
    place = trash / folder.name  # the name may be the folder's path
    if place.exists():  # only the last of a name can be brought back
        shutil.rmtree(place)
    folder.rename(place)


def restore_model(name: str) -> None:
    """Bring back a deleted model.

    Raises
    ------
    UsageError
        If there is none of that name, or the name is taken again.
    """
    place = user_models() / _TRASH / check_name(name)
    if not place.is_dir():
        raise UsageError(f"there is no deleted model {name}.")
    target = user_models() / name
    if target.exists():
        raise UsageError(f"there is a model {name} again; rename that one first.")
    place.rename(target)


def _own(name: str) -> Path:
    folder = find_model(name)
    if folder.parent != user_models():
        raise UsageError(f"{name} is not one of your models: only those in {user_models()} can be changed.")
    return folder


def _user_folder() -> Path:
    models = user_models()
    try:
        models.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SemguiError(f"{models}: the folder cannot be made ({error.strerror}).") from None
    return models


@contextmanager
def _arriving(name: str) -> Iterator[Path]:
    """Yield a folder that becomes the model `name` when the block ends without an error."""
    models = _user_folder()
    target = models / name
    if target.exists():
        raise UsageError(f"there is a model {name} already; choose another name with --name.")
    arriving = Path(tempfile.mkdtemp(dir=models, prefix=".arriving-"))
    try:
        yield arriving
        arriving.chmod(0o755)
        arriving.rename(target)
    except OSError as error:
        raise SemguiError(f"{target}: the model cannot be kept ({error.strerror}).") from None
    finally:
        shutil.rmtree(arriving, ignore_errors=True)


def _unpack(archive: zipfile.ZipFile, name: str, folder: Path) -> None:
    try:
        member = archive.getinfo(name)
    except KeyError:
        if name in (CARD_FILE, WEIGHTS_FILE):
            raise ModelError(f"{archive.filename} is no model file: it has no {name}.") from None
        return
    if member.file_size > _LARGEST:
        raise ModelError(f"{archive.filename}: {name} would take {member.file_size:,} bytes; not unpacked.")
    with archive.open(member) as packed, (folder / name).open("wb") as file:
        left = _LARGEST
        while chunk := packed.read(1 << 20):
            left -= len(chunk)
            if left < 0:  # the size in the archive's table was a lie
                raise ModelError(f"{archive.filename}: {name} is larger than it says; not unpacked.")
            file.write(chunk)
