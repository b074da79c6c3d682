"""Downloads that go on where they broke off, and that are whole and right or not there."""

from __future__ import annotations

import hashlib
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from semgui.domain.errors import SemguiError, UsageError
from trainer.errors import TrainerError
from trainer.files import room_on_disk

_TIMEOUT = 20.0
_CHUNK = 1 << 20
_NAMED_HASH = re.compile(r"-([0-9a-f]{8,64})\.\w+$")


class FetchError(SemguiError):
    """Something could not be fetched."""


def fetch(url: str, folder: Path, on_bytes: Callable[[int, int], None]) -> Path:
    """Download a file into a folder; a download that broke off goes on.

    Parameters
    ----------
    url
        ``http`` or ``https``. A name like ``resnet50-0676ba61.pth`` holds the beginning of the file's
        SHA-256, as PyTorch's do, and is checked against it.
    on_bytes
        Called with the bytes there are, and how many there will be (0: unknown); may raise to stop.

    Raises
    ------
    UsageError
        If the address is none of the web.
    FetchError
        If it cannot be reached, breaks off, or is not what its name promises.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url}: this is no web address.")
    target = folder / url.rsplit("/", 1)[-1]
    part = target.with_name(f"{target.name}.part")
    try:
        with room_on_disk(part):
            _download(url, part, on_bytes)
    except TrainerError as error:
        raise FetchError(str(error)) from None
    promised = _NAMED_HASH.search(target.name)
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if promised and not found.startswith(promised[1]):
        part.unlink()
        raise FetchError(f"{url}: what came is not what the name promises (SHA-256 differs); try again.")
    part.replace(target)
    return target


def _download(url: str, part: Path, on_bytes: Callable[[int, int], None]) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  checked
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  checked
            _take(answer, part, have if answer.status == 206 else 0, on_bytes)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # all of it is there already
            return
        raise FetchError(f"{url}: the server says {error.code} ({error.reason}).") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"{url} cannot be reached ({reason}); the same command goes on later.") from None


def _take(answer: HTTPResponse, part: Path, have: int, on_bytes: Callable[[int, int], None]) -> None:
    total = have + int(answer.headers.get("Content-Length") or 0)
    with part.open("ab" if have else "wb") as file:
        while chunk := answer.read(_CHUNK):
            file.write(chunk)
            have += len(chunk)
            on_bytes(have, total)
    if have < total:
        raise FetchError(f"{answer.url} broke off after {have} of {total} bytes; the same command goes on.")
