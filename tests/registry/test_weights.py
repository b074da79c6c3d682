"""Base weights: listed, added, fetched from a server that breaks off, and checked."""

from __future__ import annotations

import hashlib
import http.server
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch

from semgui.domain.errors import ModelError, UsageError
from semgui.registry.fetch import FetchError, fetch
from semgui.registry.weights import (
    add_weights,
    base_weights,
    guessed_architecture,
    list_weights,
    weights_dir,
)
from semgui.services.weights import fetch_weights
from trainer.architectures import NAMED
from trainer.backbones import build_backbone, pretrained_url
from trainer.weights import load_weights

SEMGUI = Path(sys.executable).with_name("semgui")
SMALL = "mobilenetv3_small_050"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    """Random weights of a small network, as PyTorch writes them."""
    file = tmp_path_factory.mktemp("weights") / "small.pth"
    torch.manual_seed(0)
    torch.save(build_backbone(SMALL).body.state_dict(), file)
    return file


class Server:
    """Serves one file; breaks off after `cut` bytes once, knows ranges."""

    def __init__(self) -> None:
        self.content = b""
        self.cut: int | None = None
        self.asked: list[tuple[str, str | None]] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                outer.asked.append((self.path, wanted))
                start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
                if not outer.content or (wanted and start >= len(outer.content)):
                    self.send_error(416 if outer.content else 404)
                    return
                body = outer.content[start:]
                self.send_response(206 if wanted else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: outer.cut])
                outer.cut = None

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server():
    running = Server()
    yield running
    running.close()


def test_every_named_architecture_is_listed_and_none_is_cut():
    answer = subprocess.run([SEMGUI, "weights", "list"], capture_output=True, text=True, check=True)
    rows = {line.split()[0]: line for line in answer.stdout.splitlines()}
    assert set(NAMED) <= set(rows)
    assert "embedded" in rows["efficientnet_lite0"]
    assert re.search(r"[0-9a-f]{16}", rows["efficientnet_lite0"])
    assert "not added" in rows["resnet50"]
    assert re.search(r"simple_cnn +none", rows["simple_cnn"])
    assert "\x1b" not in answer.stdout


def test_added_weights_are_listed_used_and_checked(checkpoint):
    info = add_weights(checkpoint, SMALL, "CC0", "drawn by chance")
    assert info.sha256 == hashlib.sha256((weights_dir() / f"{SMALL}.safetensors").read_bytes()).hexdigest()
    (listed,) = [row for row in list_weights() if row.name == SMALL]
    assert listed == info
    assert (listed.licence, listed.source, listed.state) == ("CC0", "drawn by chance", "added")
    base = base_weights(SMALL)
    loaded = load_weights(base.path, SMALL, base.sha256).body.state_dict()
    assert all(torch.equal(loaded[k], t) for k, t in torch.load(checkpoint, weights_only=True).items())
    with base.path.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"!")
    assert [row.state for row in list_weights() if row.name == SMALL] == ["damaged"]
    with pytest.raises(UsageError, match="damaged"):
        base_weights(SMALL)


def test_missing_weights_are_one_sentence_at_once():
    with pytest.raises(UsageError, match=r"weights of resnet50 are not .*weights fetch resnet50.*random"):
        base_weights("resnet50")
    with pytest.raises(UsageError, match="random"):
        base_weights("simple_cnn")
    with pytest.raises(UsageError, match="no such file"):
        add_weights(Path("nowhere.pth"), None, "", "")


def test_a_file_of_another_network_is_refused_and_nothing_is_kept(checkpoint):
    with pytest.raises(ModelError, match="no weights of efficientnet_b0"):
        add_weights(checkpoint, "efficientnet_b0", "", "")
    assert list(weights_dir().iterdir()) == []


def test_files_are_known_by_their_names():
    names = {
        "resnet50-0676ba61.pth": "resnet50",
        "vgg16-397923af.pth": "vgg16",
        "inception_v3_google-0cc3c7bd.pth": "inception_v3",
        "efficientnet_b0_rwightman-7f5810bc.pth": "efficientnet_b0",
        "dinov2_vits14_pretrain.pth": "vit_small",
        "xception-43020ad28.pth": "xception",
    }
    assert {file: guessed_architecture(Path(file)) for file in names} == names
    with pytest.raises(UsageError, match="--arch"):
        guessed_architecture(Path("mine.pth"))


def test_a_broken_download_goes_on(tmp_path, server):
    server.content = bytes(range(256)) * 4000
    server.cut = 300_000
    name = f"net-{hashlib.sha256(server.content).hexdigest()[:8]}.pth"
    with pytest.raises(FetchError, match="goes on"):
        fetch(f"{server.url}/{name}", tmp_path, lambda *_: None)
    assert [file.suffix for file in tmp_path.iterdir()] == [".part"]
    seen = []
    file = fetch(f"{server.url}/{name}", tmp_path, lambda *counts: seen.append(counts))
    assert file.read_bytes() == server.content
    start = int(server.asked[-1][1].removeprefix("bytes=").rstrip("-"))
    assert 0 < start <= 300_000
    assert seen[-1] == (len(server.content), len(server.content))


def test_what_is_not_what_its_name_promises_is_thrown_away(tmp_path, server):
    server.content = b"something else"
    with pytest.raises(FetchError, match="SHA-256"):
        fetch(f"{server.url}/net-0676ba61.pth", tmp_path, lambda *_: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "error", "sentence"),
    [
        ("file:///etc/passwd", UsageError, "no web address"),
        ("http://127.0.0.1:9/net.pth", FetchError, "cannot be reached"),
        ("http://[x/net.pth", FetchError, "cannot be reached"),
        ("{server}/missing.pth", FetchError, "the server says 404"),
    ],
)
def test_what_cannot_be_fetched_is_a_sentence(tmp_path, server, url, error, sentence):
    with pytest.raises(error, match=sentence):
        fetch(url.format(server=server.url), tmp_path, lambda *_: None)


def test_weights_are_fetched_from_ones_own_server(server, checkpoint, monkeypatch):
    monkeypatch.setattr("trainer.backbones.pretrained_url", lambda _: "https://example.org/small.pth")
    server.content = checkpoint.read_bytes()
    info = fetch_weights(SMALL, server.url, lambda _: None)
    assert info.source == f"{server.url}/small.pth"
    assert server.asked == [("/small.pth", None)]
    assert base_weights(SMALL).sha256 == info.sha256


def test_the_authors_addresses_are_known():
    for name in NAMED:
        assert bool(pretrained_url(name)) == (name != "simple_cnn"), name
