"""Lines of the audit log are only added; what is changed, taken away or moved from outside is found."""

import sqlite3
import threading
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy.exc import DBAPIError

from hilum.archive import create_workspace
from hilum.errors import WorkspaceError
from hilum.serving import tables
from hilum.serving.audit import LINES, AuditLog
from hilum.serving.audit_files import HEAD, KEY
from hilum.serving.settings import Settings
from serving.served import running

_numbers = count()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def settings(request, workspace) -> Settings:
    if request.param == "SQLite":
        return Settings(workspace)
    server = request.getfixturevalue("postgresql")
    return Settings(workspace, database=server.new_database(f"serving{next(_numbers)}"))


@pytest.fixture
def log(settings) -> Iterator[AuditLog]:
    engine = tables.opened(settings)
    log = AuditLog.open(engine, settings.folder)
    for number in range(6):
        log.record(None, "study_seen", f"study {number}", {"cases": number, "said": "한글\x00"})
    yield log
    engine.dispose()


def _forced(log: AuditLog, *sentences: str) -> None:
    """What somebody does who owns the database and takes the triggers away."""
    lift = (
        ("DROP TRIGGER IF EXISTS audit_lines_no_update", "DROP TRIGGER IF EXISTS audit_lines_no_delete")
        if log.engine.dialect.name == "sqlite"
        else ("DROP TRIGGER IF EXISTS audit_lines_no_change ON audit_lines",)
    )
    with log.engine.begin() as connection:
        for sentence in (*lift, *sentences):
            connection.exec_driver_sql(sentence)


def test_an_untouched_log_is_whole_and_stays_so_over_a_restart(log, settings):
    assert log.fault() is None
    again = AuditLog.open(log.engine, settings.folder)
    again.record(None, "study_seen", "study 7")
    assert again.fault() is None
    assert again.length() == 7


@pytest.mark.parametrize(
    "sentence",
    [
        "UPDATE audit_lines SET concerning = 'another' WHERE number = 3",
        "UPDATE audit_lines SET person = 4 WHERE number = 1",
        "UPDATE audit_lines SET at = '2020-01-01T00:00:00.000+00:00' WHERE number = 6",
        "UPDATE audit_lines SET detail = '{}' WHERE number = 2",
        "DELETE FROM audit_lines WHERE number = 3",
        "DELETE FROM audit_lines WHERE number = 6",
        "DELETE FROM audit_lines WHERE number > 3",
        "DELETE FROM audit_lines",
        "UPDATE audit_lines SET number = CASE number WHEN 2 THEN 30 ELSE 2 END WHERE number IN (2)",
        (
            "INSERT INTO audit_lines SELECT 7, at, person, what, concerning, detail, seal FROM audit_lines "
            "WHERE number = 6"
        ),
        "UPDATE audit_end SET number = 5",
        "DELETE FROM audit_end",
    ],
)
def test_what_is_changed_from_outside_is_found(log, sentence):
    _forced(log, sentence)
    assert log.fault() is not None
    log.record(None, "study_seen", "later")
    assert log.fault() is not None, "going on does not cover it"


def test_two_lines_that_change_places_are_found(log):
    _forced(
        log,
        "UPDATE audit_lines SET number = 20 WHERE number = 2",
        "UPDATE audit_lines SET number = 2 WHERE number = 3",
        "UPDATE audit_lines SET number = 3 WHERE number = 20",
    )
    assert log.fault() == "line 2 was changed, or a line before it added or taken away"


def test_the_end_put_back_with_its_old_seal_is_found_by_the_second_copy(log):
    with log.engine.begin() as connection:
        end = connection.exec_driver_sql("SELECT number, last, seal FROM audit_end").one()
    log.record(None, "lesion_removed", "case 1")
    assert end[0] == 6
    _forced(
        log,
        "DELETE FROM audit_lines WHERE number = 7",
        f"UPDATE audit_end SET number = 6, last = '{end[1]}', seal = '{end[2]}'",
    )
    assert log.fault() == "it ought to reach line 7 at least, and does not: lines were cut off at its end"


@pytest.mark.parametrize("text", [None, "", '[6, "", ""]', "nonsense"])
def test_a_second_copy_that_is_taken_away_or_made_up_is_found(log, settings, text):
    if text is None:
        (settings.folder / HEAD).unlink()
    else:
        (settings.folder / HEAD).write_text(text)
    assert "audit.head" in (log.fault() or "")


def test_a_second_copy_that_lags_after_a_crash_is_no_fault(log, settings):
    before = (settings.folder / HEAD).read_bytes()
    log.record(None, "study_seen", "study 9")
    (settings.folder / HEAD).write_bytes(before)
    assert log.fault() is None


def test_the_database_itself_refuses_to_change_a_line(log):
    for sentence in ("UPDATE audit_lines SET what = 'nothing'", "DELETE FROM audit_lines"):
        with pytest.raises(DBAPIError, match="append-only"), log.engine.begin() as connection:
            connection.exec_driver_sql(sentence)
    assert log.fault() is None


def test_many_writers_at_once_make_one_chain(settings):
    engines = [tables.opened(settings) for _ in range(4)]
    logs = [AuditLog.open(engine, settings.folder) for engine in engines]
    threads = [
        threading.Thread(target=lambda log=log: [log.record(1, "seen", f"case {n}") for n in range(10)])
        for log in logs
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logs[0].length() == 80
    assert logs[0].fault() is None
    for engine in engines:
        engine.dispose()


def test_a_line_stands_or_falls_with_the_change_that_it_tells_of(log):
    def cut_off() -> None:
        with tables.writing(log.engine):
            log.record(1, "study_changed", "study 1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    assert log.length() == 6
    assert log.fault() is None
    with tables.writing(log.engine) as connection:
        log.record(1, "study_changed", "study 1")
        assert connection.execute(LINES.select()).mappings().all()[-1]["what"] == "study_changed"
    assert log.length() == 7
    assert log.fault() is None


def test_without_its_key_a_log_is_not_continued(log, settings):
    (settings.folder / KEY).unlink()
    with pytest.raises(WorkspaceError, match=r"audit\.key"):
        AuditLog.open(log.engine, settings.folder)


def test_a_database_of_a_newer_program_is_left_alone(settings):
    engine = tables.opened(settings)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE workbench_about SET version = 99")
    engine.dispose()
    with pytest.raises(WorkspaceError, match="newer"):
        tables.opened(settings)


def test_a_damaged_database_is_told_in_a_sentence(workspace):
    settings = Settings(workspace)
    settings.folder.mkdir()
    (settings.folder / "workbench.sqlite").write_bytes(b"no database " * 1000)
    with pytest.raises(WorkspaceError, match="cannot be used"):
        tables.opened(settings)


def test_whoever_may_reads_it_in_pages_and_has_it_verified(settings):
    with running(settings) as server:
        client = server.entered()
        for number in range(5):
            server.serving.audit.record(1, "case_seen", f"case {number}", {"page": 1})
        first = client.get("/api/audit", params={"limit": 2}).json()
        assert [line["on"] for line in first["items"]] == ["case 4", "case 3"]
        second = client.get("/api/audit", params={"limit": 2, "after": first["next"]}).json()
        assert [line["on"] for line in second["items"]] == ["case 2", "case 1"]
        chosen = client.get("/api/audit", params={"what": "case_seen", "on": "case 3"}).json()
        assert (chosen["total"], chosen["items"][0]["name"]) == (1, "single user")
        found = client.get("/api/audit/verification").json()
        assert found["whole"] is True
        _forced(server.serving.audit, "UPDATE audit_lines SET concerning = 'case 9' WHERE number = 3")
        found = client.get("/api/audit/verification").json()
        assert found["whole"] is False
        assert "line 3" in found["fault"]


def test_every_sign_in_is_in_the_log_and_no_secret_is(tmp_path):
    workspace = create_workspace(tmp_path / "w")
    with running(Settings(workspace, accounts=True)) as server:
        server.add("kim", "administrator")
        client = server.signed_in("kim")
        server.client().post("/api/session", json={"name": "kim", "password": "not the right one"})
        client.delete("/api/session")
        with sqlite3.connect(workspace.root / "serve" / "workbench.sqlite") as connection:
            lines = connection.execute("SELECT what, person FROM audit_lines ORDER BY number").fetchall()
        connection.close()
    assert lines == [("signed_in", 1), ("sign_in_refused", 1), ("signed_out", 1)]
