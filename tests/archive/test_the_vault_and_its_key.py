"""Without the key nothing is told; with another key nothing either; rows cannot be forged."""

import sqlite3
from pathlib import Path

import pytest

from hilum.archive import Archive, create_workspace, find_workspace, open_archive
from hilum.deid.vault import Vault, VaultEntry
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
