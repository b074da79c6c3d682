"""Opening, making, migrating and writing a project."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from semgui.catalogue import label_tables, lock, migrations, project, schema, tables
from semgui.catalogue.project import Project, open_project
from semgui.domain.errors import ProjectError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "work.semgui"


def add_root(opened: Project, path: str) -> None:
    with opened.write() as connection:
        connection.execute(insert(tables.roots).values(path=path))


def root_paths(opened: Project) -> list[str]:
    with opened.read() as connection:
        return list(connection.execute(select(tables.roots.c.path).order_by(tables.roots.c.id)).scalars())


def test_a_file_in_the_place_of_a_project_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.semgui").write_bytes(b"")
    with pytest.raises(ProjectError, match="this is a file"):
        open_project(tmp_path / "p.semgui", create=True)


def test_a_missing_project_is_made_only_on_request(folder: Path) -> None:
    with pytest.raises(ProjectError, match="no SEMGui project"):
        open_project(folder)
    assert not folder.exists()
    with open_project(folder, create=True) as made:
        assert made.info("uuid")
    with open_project(folder) as again:
        assert root_paths(again) == []


def test_a_folder_with_other_files_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "image.tif").write_bytes(b"x")
    with pytest.raises(ProjectError, match="folder of its own"):
        open_project(tmp_path, create=True)
    assert [p.name for p in tmp_path.iterdir()] == ["image.tif"]


def test_the_suffix_may_be_left_out_when_opening(folder: Path) -> None:
    open_project(folder, create=True).close()
    with open_project(folder.with_suffix("")) as opened:
        assert opened.path == folder


def test_every_connection_is_durable_and_checks_keys(folder: Path) -> None:
    with open_project(folder, create=True) as opened:
        for context in (opened.read, opened.write):
            with context() as connection:
                values = {
                    name: connection.execute(text(f"PRAGMA {name}")).scalar()
                    for name in ("synchronous", "journal_mode", "foreign_keys")
                }
            assert values == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_an_error_rolls_the_whole_transaction_back(folder: Path) -> None:
    with open_project(folder, create=True) as opened:
        with pytest.raises(RuntimeError, match="half way"), opened.write() as connection:
            connection.execute(insert(tables.roots).values(path="/a"))
            raise RuntimeError("half way")
        assert root_paths(opened) == []


def test_a_write_inside_a_write_is_a_mistake_not_a_deadlock(folder: Path) -> None:
    with (
        open_project(folder, create=True) as opened,
        opened.write(),
        pytest.raises(RuntimeError, match="already open"),
        opened.write(),
    ):
        pass


def test_a_name_that_is_not_utf8_survives(folder: Path) -> None:
    name = os.fsdecode(b"/data/\xff\xfe \xc3\xa9.tif")
    with open_project(folder, create=True) as opened:
        add_root(opened, name)
        assert root_paths(opened) == [name]


def test_the_migrated_schema_is_the_schema_of_the_tables(folder: Path) -> None:
    with open_project(folder, create=True) as opened, opened.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "compare_type": True}
        )
        assert compare_metadata(context, label_tables.metadata_obj) == []  # which holds all tables


def test_head_is_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_a_newer_project_is_refused_with_a_sentence(folder: Path) -> None:
    with open_project(folder, create=True) as opened, opened.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ProjectError, match=r"newer SEMGui.*update"):
        open_project(folder)


def test_a_database_of_another_program_is_refused(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / "project.db") as connection:
        connection.execute("CREATE TABLE firefox (x)")
    connection.close()
    with pytest.raises(ProjectError, match="another program"):
        open_project(folder)


@pytest.mark.parametrize("content", [b"this is no database at all, only text" * 100, None])
def test_a_damaged_database_is_a_sentence(folder: Path, content: bytes | None) -> None:
    open_project(folder, create=True).close()
    database = folder / "project.db"
    if content is None:
        content = bytearray(database.read_bytes())
        content[100:8192] = os.urandom(8092)
    database.write_bytes(content)
    with pytest.raises(ProjectError, match="damaged"):
        open_project(folder)


def test_an_empty_database_is_no_new_project(folder: Path) -> None:
    open_project(folder, create=True).close()
    (folder / "project.db").write_bytes(b"")
    with pytest.raises(ProjectError, match="empty; restore it"):
        open_project(folder)


def test_a_project_that_cannot_be_written_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_project(folder, create=True).close()
    connect = sqlite3.connect

    def connect_read_only(database: Path, **options: object) -> sqlite3.Connection:
        return connect(f"file:{database}?mode=ro", uri=True, **options)  # type: ignore[arg-type]

    # What a write-protected disk answers; file modes would not stop a test that runs as root.
    monkeypatch.setattr(project.sqlite3, "connect", connect_read_only)
    with pytest.raises(ProjectError, match="cannot be written"), open_project(folder) as opened:
        add_root(opened, "/a")


@pytest.mark.parametrize(("free", "said"), [(0, "the disk is full"), (1 << 40, "the disk reports an error")])
def test_a_log_that_finds_no_room_is_a_full_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, free: int, said: str
) -> None:
    monkeypatch.setattr(project.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    opened = open_project(folder, create=True)
    with opened, pytest.raises(ProjectError, match=said), opened.read():
        raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a folder where nothing can be made")
def test_a_project_that_cannot_be_made_is_a_sentence() -> None:
    with pytest.raises(ProjectError, match="cannot be made"):
        open_project("/proc/nothing.semgui", create=True)


def test_a_migration_keeps_a_copy_and_the_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_project(folder, create=True) as opened:
        add_root(opened, "/a")

    def next_step(connection: object) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))  # type: ignore[attr-defined]

    for module in (project, schema):
        monkeypatch.setattr(module, "HEAD", "9998")
    monkeypatch.setattr(schema, "migrate", next_step)
    with open_project(folder) as opened:
        assert root_paths(opened) == ["/a"]
    copies = list(folder.glob("project-before-9998-*.db"))
    assert len(copies) == 1
    with sqlite3.connect(copies[0]) as copy:
        assert copy.execute("SELECT path FROM roots").fetchall() == [("/a",)]
    copy.close()


def test_a_migration_that_fails_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_project(folder, create=True) as opened:
        add_root(opened, "/a")
    database = folder / "project.db"
    before = database.read_bytes()

    def broken(connection: object) -> None:
        connection.execute(text("DROP TABLE roots"))  # type: ignore[attr-defined]
        raise RuntimeError("power cut")

    for module in (project, schema):
        monkeypatch.setattr(module, "HEAD", "9998")
    monkeypatch.setattr(schema, "migrate", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        open_project(folder)
    assert database.read_bytes() == before


def on_network(folder: Path, *, create: bool = False) -> Project:
    return open_project(folder, create=create, is_network=lambda path: True)


def test_a_network_folder_gets_a_rollback_journal_and_lets_one_computer_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_network(folder, create=True) as opened:
        with opened.read() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "delete"
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(lock.socket, "gethostname", lambda: "another computer")
            with pytest.raises(ProjectError, match="network folder and open on"):
                on_network(folder)
    with on_network(folder) as again:
        assert root_paths(again) == []


JOINED = """
import sys
from sqlalchemy import insert
from semgui.catalogue import tables
from semgui.catalogue.project import open_project
with open_project(sys.argv[1], is_network=lambda path: True) as opened:
    print("open", flush=True)
    sys.stdin.readline()
    with opened.write() as connection:
        connection.execute(insert(tables.roots).values(path="/by/another"))
"""


def test_the_processes_of_one_computer_share_a_network_folder_until_the_last_leaves(folder: Path) -> None:
    first = on_network(folder, create=True)
    second = on_network(folder)  # as a training that the window starts looks at the labels
    second.close()
    command = [sys.executable, "-c", JOINED, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "open\n"
        add_root(first, "/by/the/first")
        first.close()
        assert (folder / "project.lock").exists()
        run.communicate("go on\n", timeout=60)
        assert run.returncode == 0
    assert not (folder / "project.lock").exists()
    with on_network(folder) as again:
        assert {str(path) for path in root_paths(again)} == {"/by/the/first", "/by/another"}


def test_the_lock_of_a_dead_process_is_taken_over(folder: Path) -> None:
    code = (
        "import os, sys; from semgui.catalogue.project import open_project;"
        f"open_project({str(folder)!r}, create=True, is_network=lambda p: True); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert (folder / "project.lock").exists()
    with open_project(folder, is_network=lambda path: True) as opened:
        assert root_paths(opened) == []


WRITER = """
import sys
from sqlalchemy import insert
from semgui.catalogue import tables
from semgui.catalogue.project import open_project
with open_project(sys.argv[1], create=True) as opened:
    for i in range(100):
        with opened.write() as connection:
            connection.execute(insert(tables.roots).values(path=f"/{sys.argv[2]}/{i}"))
"""


def test_two_processes_make_and_write_one_project(folder: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name], stderr=subprocess.PIPE, text=True)
        for name in ("a", "b")
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    with open_project(folder) as opened:
        assert len(root_paths(opened)) == 200
