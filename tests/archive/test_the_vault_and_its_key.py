"""Without the key nothing is told; with another key nothing either; rows cannot be forged."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive.films import film
from hilum.archive import Archive, create_workspace, find_workspace, open_archive
from hilum.cli import app
from hilum.deid.vault import Vault, VaultEntry
from hilum.deid.vault_rotation import rotate
from hilum.errors import WorkspaceError


def test_a_missing_key(archive: Archive):
    (archive.workspace.vault_folder / "key").unlink()
    with pytest.raises(WorkspaceError, match="key of the vault is missing"):
        open_archive(archive.workspace)


@pytest.mark.parametrize("key", ["00" * 32, "not a key", "00" * 31])
def test_a_wrong_key(key: str, archive: Archive):
    (archive.workspace.vault_folder / "key").write_text(key)
    with pytest.raises(WorkspaceError, match="key"):
        open_archive(archive.workspace)


def test_the_key_from_the_environment_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import base64

    monkeypatch.setenv("HILUM_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    workspace = create_workspace(tmp_path / "workspace")
    assert not (workspace.vault_folder / "key").exists()
    one = open_archive(workspace)._vault.keys.patient("00123")
    monkeypatch.setenv("HILUM_VAULT_KEY", bytes(range(32)).hex())
    assert open_archive(workspace)._vault.keys.patient("00123") == one
    monkeypatch.delenv("HILUM_VAULT_KEY")
    with pytest.raises(WorkspaceError, match="missing"):
        open_archive(workspace)


def test_a_row_that_was_moved_to_another_patient_is_refused(tmp_path: Path):
    vault = Vault.create(tmp_path / "vault")
    one, two = vault.keys.patient("1"), vault.keys.patient("2")
    vault.remember([VaultEntry("patient", one, "1"), VaultEntry("patient", two, "2")])
    assert vault.real("patient", [one, "P0"], "a test") == ["1", None]
    with sqlite3.connect(tmp_path / "vault" / "vault.sqlite") as connection:
        connection.execute(
            "UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE research = ?) WHERE research = ?",
            (two, one),
        )
    connection.close()
    with pytest.raises(WorkspaceError, match="changed from outside"):
        vault.real("patient", [one], "a test")


def test_the_record_of_accesses_can_only_grow(tmp_path: Path):
    vault = Vault.create(tmp_path / "vault")
    vault.record("a test")
    connection = sqlite3.connect(tmp_path / "vault" / "vault.sqlite")
    for change in ("UPDATE accesses SET what = 'x'", "DELETE FROM accesses"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            connection.execute(change)
    connection.close()
    assert [access.what for access in vault.accesses()] == ["a test"]


def test_a_vault_is_never_overwritten(tmp_path: Path):
    Vault.create(tmp_path / "vault")
    with pytest.raises(WorkspaceError, match="never overwritten"):
        Vault.create(tmp_path / "vault")


def test_a_workspace_is_found_from_below_and_made_only_where_nothing_is(tmp_path: Path):
    workspace = create_workspace(tmp_path / "lung")
    assert find_workspace(workspace.runs_folder) == find_workspace(tmp_path / "lung")
    assert find_workspace(tmp_path) is None
    with pytest.raises(WorkspaceError, match="already"):
        create_workspace(tmp_path / "lung")
    with pytest.raises(WorkspaceError, match="not empty"):
        create_workspace(tmp_path)
    with pytest.raises(WorkspaceError, match="hilum init"):
        open_archive(tmp_path)


def started(code: str, *arguments: str | Path, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def hilum(vault: Path, *arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["vault", *map(str, arguments), "--workspace", str(vault.parent)])
    return done.exit_code, done.output


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """The vault of a workspace, with three patients."""
    vault = open_archive(create_workspace(tmp_path / "workspace")).vault
    vault.remember(VaultEntry("patient", vault.keys.patient(one), one) for one in ("0041", "0042", "0043"))
    vault.remember([VaultEntry("accession", vault.keys.accession("ACC7"), "ACC7")])
    return vault


def readable(vault: Vault) -> bool:
    wanted = [vault.keys.patient(one) for one in ("0041", "0042", "0043")]
    return vault.real("patient", wanted, "a test") == ["0041", "0042", "0043"]


REMEMBERING = """
    import sys, pathlib
    from hilum.deid.vault import Vault, VaultEntry
    vault = Vault(pathlib.Path(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(40):
        real = f"{number:08d}"
        vault.remember([VaultEntry("patient", vault.keys.patient(real), real)])
        print(vault.keys.patient(real))
"""


def test_two_processes_that_meet_the_same_new_patients_give_one_pseudonym_each(vault: Vault):
    command = [sys.executable, "-c", textwrap.dedent(REMEMBERING), str(vault.folder)]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    told = [process.communicate("\n", timeout=120)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert told[0] == told[1]
    assert len(set(told[0])) == 40
    real = [f"{number:08d}" for number in range(40)]
    assert vault.real("patient", told[0], "a test") == real
    assert vault.research("patient", real, "a test") == told[0]
    assert vault.counts()["patient"] == 43
    added = sum(access.count for access in vault.accesses() if access.what.startswith("new identifiers"))
    assert added == 44  # every one was new once
    assert vault.record_fault() is None


def test_threads_that_meet_the_same_patients_lose_no_row(vault: Vault):
    from concurrent.futures import ThreadPoolExecutor

    def meet(_: int) -> None:
        for number in range(10):
            vault.remember([VaultEntry("patient", vault.keys.patient(str(number)), str(number))])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(meet, range(4)))
    assert vault.counts()["patient"] == 13
    assert vault.record_fault() is None


def test_two_ingests_of_the_same_new_patients_leave_each_one_once_in_the_vault(tmp_path: Path):
    (tmp_path / "in").mkdir()
    for number in range(6):
        (tmp_path / "in" / f"{number}.dcm").write_bytes(film(number, patient=f"{number // 2:08d}"))
    root = create_workspace(tmp_path / "workspace").root
    code = (
        "import sys; from hilum.archive import open_archive;"
        "print(open_archive(sys.argv[1]).ingest([sys.argv[2]], workers=1).quarantined)"
    )
    both = [started(code, root, tmp_path / "in") for _ in range(2)]
    assert [process.communicate(timeout=120)[0] for process in both] == ["0\n", "0\n"]
    archive = open_archive(root)
    assert archive.vault.counts() == {"patient": 3, "accession": 3, "study": 3}
    real = [f"{number:08d}" for number in range(3)]
    assert set(archive.vault.research("patient", real, "a test")) == set(archive.images()["patient"])
    assert hilum(archive.workspace.vault_folder, "verify")[0] == 0


@pytest.mark.parametrize("command", ["status", "log", "verify", "reidentify", "export", "rotate"])
def test_another_key_is_refused_and_nothing_told(command: str, vault: Vault, tmp_path: Path):
    (vault.folder / "key").write_text("ab" * 32)
    more = {
        "reidentify": (vault.keys.patient("0041"), "--reason", "the ward must be told"),
        "export": (tmp_path / "map.csv", "--plain", "--reason", "for the honest broker"),
    }.get(command, ())
    before = (vault.folder / "vault.sqlite").read_bytes()
    code, told = hilum(vault.folder, command, *more)
    assert code == 2
    assert told.startswith("hilum: the key does not belong to this vault")
    for secret in ("0041", "ACC7", "3 patient", vault.keys.secret.hex()):
        assert secret not in told
    assert not (tmp_path / "map.csv").exists()
    assert (vault.folder / "vault.sqlite").read_bytes() == before


def test_no_real_identifier_lies_in_the_open(vault: Vault):
    for path in vault.folder.iterdir():
        data = path.read_bytes()
        assert not any(secret in data for secret in (b"0041", b"ACC7", vault.keys.secret))


def test_every_new_key_keeps_the_research_identifiers_and_the_old_one_is_refused(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder, old = vault.folder, (vault.folder / "key").read_text()
    assert hilum(folder, "rotate")[0] == 0
    assert (folder / "key").read_text() != old
    assert hilum(folder, "rotate", "--to", "file", "--key-file", tmp_path / "safe")[0] == 0
    assert not (folder / "key").exists()
    with pytest.raises(WorkspaceError, match="HILUM_VAULT_KEY_FILE"):
        Vault(folder)
    monkeypatch.setenv("HILUM_VAULT_KEY_FILE", str(tmp_path / "safe"))
    monkeypatch.setenv("HILUM_VAULT_NEW_PASSPHRASE", "고신 river mountain")
    assert hilum(folder, "rotate", "--to", "passphrase")[0] == 0
    monkeypatch.setenv("HILUM_VAULT_PASSPHRASE", "고신 river valley")
    with pytest.raises(WorkspaceError, match="passphrase does not open"):
        Vault(folder)
    import unicodedata

    monkeypatch.setenv("HILUM_VAULT_PASSPHRASE", unicodedata.normalize("NFD", "고신 river mountain"))
    assert Vault(folder).key_source == "passphrase"
    monkeypatch.setenv("HILUM_VAULT_NEW_KEY", "cd" * 32)
    assert hilum(folder, "rotate", "--to", "environment")[0] == 0
    monkeypatch.delenv("HILUM_VAULT_KEY_FILE")
    monkeypatch.setenv("HILUM_VAULT_KEY", old)
    with pytest.raises(WorkspaceError, match="does not belong"):
        Vault(folder)
    monkeypatch.setenv("HILUM_VAULT_KEY", "cd" * 32)
    now = Vault(folder)
    assert now.keys.secret == vault.keys.secret
    assert readable(now)
    assert now.record_fault() is None
    assert sum(access.what.startswith("new key: from") for access in now.accesses()) == 4


def test_what_was_sealed_before_a_new_key_cannot_be_opened_with_what_sealed_it_then(vault: Vault):
    rows = (vault.folder / "vault.sqlite").read_bytes()
    with sqlite3.connect(vault.folder / "vault.sqlite") as connection:
        boxes = [bytes(row[0]) for row in connection.execute("SELECT sealed FROM entries")]
    connection.close()
    assert all(box in rows for box in boxes)
    rotate(vault.folder, "folder")
    assert not any(box in (vault.folder / "vault.sqlite").read_bytes() for box in boxes)


def test_whoever_was_at_work_while_the_key_changed_is_told_and_nothing_is_lost(vault: Vault):
    rotate(vault.folder, "folder")
    for use in (
        lambda: vault.remember([VaultEntry("patient", vault.keys.patient("9"), "9")]),
        lambda: vault.real("patient", [vault.keys.patient("0041")], "a test"),
    ):
        with pytest.raises(WorkspaceError, match="run the same command again"):
            use()
    assert readable(Vault(vault.folder))
    assert Vault(vault.folder).forged_rows() == 0


KILLED = """
    import os, pathlib, signal, sys
    import hilum.deid.vault_rotation as room
    from hilum.deid.vault import Vault
    step, to, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    def dead(*given, **named):
        os.kill(os.getpid(), signal.SIGKILL)
    if step == "before":
        Vault.seal_afresh = dead
    elif step == "after":
        afresh = Vault.seal_afresh
        Vault.seal_afresh = lambda *given: (afresh(*given), dead())
    else:  # with the transaction open
        Vault._record = dead
    room.rotate(folder, to)
"""


@pytest.mark.parametrize("to", ["folder", "passphrase"])
@pytest.mark.parametrize("step", ["before", "within", "after"])
def test_killed_while_the_key_changes_the_vault_opens_with_the_old_or_the_new_one(
    step: str, to: str, vault: Vault, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HILUM_VAULT_NEW_PASSPHRASE", "river and mountain")
    process = started(KILLED, step, to, vault.folder)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    monkeypatch.setenv("HILUM_VAULT_PASSPHRASE", "river and mountain")
    found = Vault(vault.folder)
    changed = step == "after"
    assert found.key_source == ("passphrase" if changed and to == "passphrase" else "folder")
    assert readable(found)
    again = rotate(vault.folder, "folder")
    assert readable(again)
    assert again.record_fault() is None
    assert [path.name for path in vault.folder.glob("key*")] == ["key"]
    assert readable(Vault(vault.folder))


def test_killed_at_any_moment_of_a_change_of_key_nothing_is_lost(tmp_path: Path):
    vault = Vault.create(tmp_path / "vault")
    vault.remember(VaultEntry("patient", vault.keys.patient(str(n)), str(n)) for n in range(3000))
    code = """
        import pathlib, sys
        from hilum.deid.vault_rotation import rotate
        print("ready", flush=True)
        while True:
            rotate(pathlib.Path(sys.argv[1]), "folder")
    """
    for moment in (0.03, 0.11, 0.2, 0.31, 0.4):
        process = started(code, vault.folder)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moment)
        process.kill()
        process.communicate()
        now = Vault(vault.folder)
        assert (now.counts()["patient"], now.forged_rows(), now.record_fault()) == (3000, 0, None)


def test_a_vault_of_the_older_form_opens_and_gets_the_new_one(tmp_path: Path):
    from hilum.deid import ResearchKeys
    from hilum.deid.vault_rows import RowSeal

    folder, keys = tmp_path / "vault", ResearchKeys(bytes(range(32)))
    folder.mkdir(mode=0o700)
    (folder / "key").write_text(bytes(range(32)).hex())
    entry = VaultEntry("patient", keys.patient("0041"), "0041")
    box = RowSeal(keys.sealing_key()).sealed(entry)
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        connection.executescript(OLDER)
        connection.execute("INSERT INTO key_check VALUES (?)", (keys.check_value(),))
        row = ("patient", entry.research, keys.lookup("patient", "0041"), box)
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", row)
        line = ("2026-01-02T03:04:05+00:00", "kim", "a cohort", 3)
        connection.execute("INSERT INTO accesses (at, who, what, count) VALUES (?, ?, ?, ?)", line)
    connection.close()
    (folder / "key").write_text("00" * 32)
    with pytest.raises(WorkspaceError, match="does not belong"):
        Vault(folder)
    (folder / "key").write_text(bytes(range(32)).hex())
    vault = Vault(folder)
    assert vault.real("patient", [entry.research], "a test") == ["0041"]
    assert vault.accesses()[0].what == "a cohort"
    assert vault.record_fault() is None
    assert rotate(folder, "folder").real("patient", [entry.research], "a test") == ["0041"]
    (folder / "key").write_text(bytes(range(32)).hex())
    with pytest.raises(WorkspaceError, match="does not belong"):
        Vault(folder)


OLDER = """
CREATE TABLE key_check (value BLOB NOT NULL);
CREATE TABLE entries (
    kind TEXT NOT NULL, research TEXT NOT NULL, lookup TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (kind, research));
CREATE TABLE accesses (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, count INTEGER NOT NULL);
CREATE TRIGGER no_change BEFORE UPDATE ON accesses BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER no_removal BEFORE DELETE ON accesses BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


def test_a_key_file_elsewhere_is_made_and_refused_when_others_may_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HILUM_VAULT_KEY_FILE", str(tmp_path / "safe"))
    vault = Vault.create(tmp_path / "vault")
    assert not (vault.folder / "key").exists()
    assert (tmp_path / "safe").stat().st_mode & 0o777 == 0o600
    assert Vault(vault.folder).key_source == "file"
    (tmp_path / "safe").chmod(0o640)
    with pytest.raises(WorkspaceError, match="may be read by others"):
        Vault(vault.folder)
    monkeypatch.setenv("HILUM_VAULT_KEY", "00" * 32)
    with pytest.raises(WorkspaceError, match="both set"):
        Vault.create(tmp_path / "other")


def test_a_short_passphrase_is_refused_and_without_a_terminal_nobody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HILUM_VAULT_PASSPHRASE", "short")
    with pytest.raises(WorkspaceError, match="too short"):
        Vault.create(tmp_path / "vault")
    monkeypatch.setenv("HILUM_VAULT_PASSPHRASE", "long enough")
    vault = Vault.create(tmp_path / "other")
    monkeypatch.delenv("HILUM_VAULT_PASSPHRASE")
    opening = "import sys, hilum.deid.vault as v, pathlib; v.Vault(pathlib.Path(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", opening, str(vault.folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "set HILUM_VAULT_PASSPHRASE" in done.stderr


def test_rights_of_others_are_taken_away_and_recorded(vault: Vault):
    vault.folder.chmod(0o755)
    (vault.folder / "key").chmod(0o644)
    (vault.folder / "vault.sqlite").chmod(0o666)
    now = Vault(vault.folder)
    modes = [path.stat().st_mode & 0o777 for path in (vault.folder, *sorted(vault.folder.iterdir()))]
    assert modes == [0o700, 0o600, 0o600]
    assert now.accesses()[-1].what.startswith("rights of others")


def test_one_case_is_found_again_with_a_reason_and_the_record_says_so_first(vault: Vault):
    research = vault.keys.accession("ACC7")
    for reason in ("", "x", "test", "   ", "why? !"):
        assert hilum(vault.folder, "reidentify", research, "--reason", reason)[0] == 2
    assert not any(research in access.what for access in vault.accesses())
    assert hilum(vault.folder, "reidentify", research)[0] == 2
    code, told = hilum(vault.folder, "reidentify", research, "--reason", "the ward must be told")
    assert (code, told) == (0, "ACC7\n")
    last = vault.accesses()[-1]
    assert (last.what, last.count) == (
        f"research to real, accession: {research}: the ward must be told",
        1,
    )
    code, told = hilum(vault.folder, "reidentify", "P" + "0" * 15, "--reason", "the ward must be told")
    assert (code, "does not know" in told) == (2, True)
    assert vault.accesses()[-1].what.endswith("the ward must be told")


def test_the_whole_map_leaves_sealed_or_by_request_in_the_open(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    reason = ("--reason", "for the honest broker")
    assert hilum(vault.folder, "export", tmp_path / "map", *reason)[0] == 2  # no passphrase
    monkeypatch.setenv("HILUM_EXPORT_PASSPHRASE", "river and mountain")
    assert hilum(vault.folder, "export", tmp_path / "map")[0] == 2
    code, told = hilum(vault.folder, "export", tmp_path / "map", *reason)
    assert (code, "4 identifiers" in told) == (0, True)
    assert (tmp_path / "map").stat().st_mode & 0o777 == 0o600
    assert b"0041" not in (tmp_path / "map").read_bytes()
    opened = CliRunner().invoke(app, ["vault", "open-export", str(tmp_path / "map")])
    days = vault.keys.date_offset_days("0041")
    assert f"patient,{vault.keys.patient('0041')},0041,{days}\n" in opened.output
    data = bytearray((tmp_path / "map").read_bytes())
    for place in (len(data) - 1, 40, 3):
        changed = bytearray(data)
        changed[place] ^= 1
        (tmp_path / "changed").write_bytes(changed)
        refused = CliRunner().invoke(app, ["vault", "open-export", str(tmp_path / "changed")])
        assert (refused.exit_code, "0041" in refused.output) == (2, False)
    assert hilum(vault.folder, "export", tmp_path / "map", *reason)[0] == 2  # never written over
    code, told = hilum(vault.folder, "export", tmp_path / "open.csv", "--plain", *reason)
    assert (code, "in the open" in told) == (0, True)
    assert (tmp_path / "open.csv").read_text() == opened.output
    assert (tmp_path / "open.csv").stat().st_mode & 0o777 == 0o600
    whats = [access.what for access in vault.accesses() if "export" in access.what]
    assert whats == [f"the whole map: {kind} export: for the honest broker" for kind in ("sealed", "open")]


def test_a_row_taken_away_or_swapped_is_found(tmp_path: Path):
    (tmp_path / "1.dcm").write_bytes(film(1))
    archive = open_archive(create_workspace(tmp_path / "workspace"))
    archive.ingest([tmp_path / "1.dcm"], workers=1)
    folder = archive.workspace.vault_folder
    assert hilum(folder, "verify") == (0, hilum(folder, "verify")[1])
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        connection.execute("UPDATE entries SET lookup = '0' WHERE kind = 'study'")
        connection.execute("DELETE FROM entries WHERE kind = 'patient'")
    connection.close()
    code, told = hilum(folder, "verify", "--json")
    assert code == 1
    assert json.loads(told) == {"whole": False, "fault": None, "changed_rows": 1, "missing_rows": 1}


def test_status_and_log_say_where_the_key_comes_from_and_that_the_record_is_whole(vault: Vault):
    code, told = hilum(vault.folder, "status", "--json")
    assert code == 0
    status = json.loads(told)
    assert status["entries"] == {"patient": 3, "accession": 1, "study": 0}
    assert (status["key"], status["record_whole"]) == ("folder", True)
    connection = sqlite3.connect(vault.folder / "vault.sqlite")
    connection.executescript("DROP TRIGGER no_change; UPDATE accesses SET who = 'nobody' WHERE number = 1")
    connection.close()
    code, told = hilum(vault.folder, "log")
    assert (code, "NOT whole: line 1" in told) == (1, True)
    assert hilum(vault.folder, "verify")[0] == 1
