"""`hilum archive verify` proves that nothing changed, vanished or appeared."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from archive.films import film
from hilum.archive import Archive
from hilum.archive.index import IMAGES, writing
from hilum.archive.verification import verify
from hilum.cli import app


@pytest.fixture
def filled(archive: Archive, tmp_path: Path) -> Archive:
    folder = tmp_path / "films"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"{number}.dcm").write_bytes(film(number, shade=number))
    archive.ingest([folder], workers=1)
    return archive


def kinds(archive: Archive, *, pixels: bool = False) -> list[tuple[str, str]]:
    return [(one.kind, one.image) for one in verify(archive, pixels=pixels).differences]


def test_an_archive_that_nobody_touched_is_unchanged(filled: Archive):
    for pixels in (False, True):
        found = verify(filled, pixels=pixels)
        assert found.differences == ()
        assert (found.rows, found.files, found.pixels) == (3, 3, 3 if pixels else 0)
        assert found.bytes == sum(path.stat().st_size for path in filled.folder.rglob("*.dcm"))


def test_a_changed_byte_a_lost_file_and_a_new_one_are_each_told(filled: Archive):
    first, second, _ = filled.images().image
    data = bytearray(filled.path(first).read_bytes())
    data[-3] ^= 1
    filled.path(first).write_bytes(data)
    filled.path(second).unlink()
    (filled.folder / "new folder").mkdir()
    (filled.folder / "new folder" / ".hidden").write_bytes(b"")
    assert kinds(filled) == [("appeared", "new folder/.hidden"), ("changed", first), ("vanished", second)]


def test_a_link_in_the_place_of_a_file_is_a_change_and_is_not_followed(filled: Archive, tmp_path: Path):
    first = filled.images().image[0]
    filled.path(first).rename(tmp_path / "moved.dcm")
    filled.path(first).symlink_to(tmp_path / "moved.dcm")
    (filled.folder / "loop").symlink_to(filled.folder, target_is_directory=True)
    assert kinds(filled) == [("appeared", "loop"), ("changed", first)]


@pytest.mark.parametrize("column", ["pixel_sha256", "patient", "instance"])
def test_an_index_that_was_changed_is_found_when_pixels_are_compared(filled: Archive, column: str):
    first = filled.images().image[0]
    with writing(filled._engine) as connection:
        connection.execute(update(IMAGES).where(IMAGES.c.image == first).values({column: "1"}))
    assert kinds(filled) == []
    assert kinds(filled, pixels=True) == [("changed", first)]


def test_the_command_says_it_and_its_exit_code_too(filled: Archive):
    words = ["archive", "verify", "--workspace", str(filled.workspace.root)]
    fine = CliRunner().invoke(app, words)
    assert (fine.exit_code, fine.stdout) == (
        0,
        "3 objects in the index, 3 files: 0 vanished, 0 changed, 0 appeared\n",
    )
    filled.path(filled.images().image[1]).unlink()
    lost = CliRunner().invoke(app, [*words, "--json"])
    assert lost.exit_code == 1
    told = json.loads(lost.stdout)
    assert (told["unchanged"], [one["image"] for one in told["vanished"]]) == (
        False,
        [filled.images().image[1]],
    )


def test_a_record_that_was_tampered_with_is_told(filled: Archive):
    filled.research_patient(["00123456"])
    record = next(filled.workspace.vault_folder.glob("*.sqlite"))
    assert verify(filled).unchanged
    with sqlite3.connect(record) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]
        for name in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("DELETE FROM accesses WHERE rowid = (SELECT MAX(rowid) FROM accesses)")
    connection.close()
    (sentence,) = verify(filled).records
    assert sentence.startswith("the record of the vault was changed")
