"""The index on a PostgreSQL server: passwords stay out of files and messages, writers wait, nobody mixes."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from archive.films import film
from archive.postgresql import PASSWORD, Server
from hilum.archive import create_workspace, open_archive
from hilum.archive.index import DECISIONS, engine_of, reading, writing
from hilum.errors import WorkspaceError


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_password_comes_from_the_environment_and_is_written_nowhere(
    postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    postgresql.new_database("passwords")
    url = postgresql.over_network("passwords")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    workspace = create_workspace(tmp_path / "workspace", url)
    (tmp_path / "film.dcm").write_bytes(film(1))
    archive = open_archive(workspace)
    assert archive.ingest([tmp_path / "film.dcm"], workers=1).archived == 1
    assert not list(workspace.root.glob("index*"))
    archive._engine.dispose()
    assert PASSWORD.encode() not in everything_in(workspace.root)
    monkeypatch.setenv("PGPASSWORD", "a wrong one")
    with pytest.raises(WorkspaceError, match=r"passwords on 127\.0\.0\.1") as refused:
        open_archive(workspace)
    assert PASSWORD not in str(refused.value)
    assert "a wrong one" not in str(refused.value)
    monkeypatch.delenv("PGPASSWORD")
    whole = url.replace("postgres@", f"postgres:{PASSWORD.replace(' ', '%20')}@")
    monkeypatch.setenv("HILUM_DATABASE_URL", whole)
    again = open_archive(workspace)
    assert len(again.images()) == 1
    again._engine.dispose()
    monkeypatch.setenv("HILUM_DATABASE_URL", whole.replace("/passwords", "/postgres"))
    with pytest.raises(WorkspaceError, match="another database"):
        open_archive(workspace)


def test_a_password_in_the_address_is_refused(tmp_path: Path):
    with pytest.raises(WorkspaceError, match="leave the password out") as refused:
        create_workspace(tmp_path / "workspace", "postgresql://someone:secret@127.0.0.1/lung")
    assert "secret" not in str(refused.value)
    with pytest.raises(WorkspaceError, match="only SQLite"):
        create_workspace(tmp_path / "other", "mysql://someone@127.0.0.1/lung")


def test_two_workspaces_never_share_a_database(postgresql: Server, tmp_path: Path):
    url = postgresql.new_database("shared")
    create_workspace(tmp_path / "first", url)
    with pytest.raises(WorkspaceError, match="another workspace"):
        create_workspace(tmp_path / "second", url)


def test_a_server_that_is_not_there_is_told_in_a_sentence(tmp_path: Path):
    with pytest.raises(WorkspaceError, match=r"lung on 127.0.0.1 cannot be used .*does the server run"):
        create_workspace(tmp_path / "workspace", "postgresql://someone@127.0.0.1:9/lung")


def test_writers_wait_for_each_other(postgresql: Server):
    url = postgresql.new_database("writers")
    first, second = engine_of(url), engine_of(url)
    order: list[str] = []

    def write(entry: str) -> None:
        with writing(second) as connection:
            order.append(entry)
            known = connection.execute(select(DECISIONS.c.entry)).scalars().all()
            assert known == ["first"]

    with writing(first) as connection:
        waiting = threading.Thread(target=write, args=("second",))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        order.append("first")
        row = {"at": "now", "entry": "first", "source": "", "decision": ""}
        connection.execute(insert(DECISIONS).values(**row))
    waiting.join(10)
    assert order == ["first", "second"]
    for engine in (first, second):
        engine.dispose()


def test_text_is_kept_and_sorted_the_same_on_both(postgresql: Server, tmp_path: Path):
    words = ["b", "B", "a_b", "a-b", "\uac00", "x\x00y", "long " * 200, "\ud800half"]
    found = []
    for where in (tmp_path / "index.sqlite", postgresql.new_database("words")):
        engine = engine_of(where)
        with writing(engine) as connection:
            for number, word in enumerate(words):
                row = {"at": str(number), "entry": word, "source": "", "decision": ""}
                connection.execute(insert(DECISIONS).values(**row))
        with reading(engine) as connection:
            found.append(
                connection.execute(select(DECISIONS.c.entry).order_by(DECISIONS.c.entry)).scalars().all()
            )
        engine.dispose()
    assert found[0] == found[1]
    assert "xy" in found[0]
