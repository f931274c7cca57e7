"""Zip files with damage inside, however compressed: what is whole comes in, the rest is accounted for."""

import errno
import io
import zipfile
from pathlib import Path

import pytest

from archive.films import film
from hilum.archive import Archive
from hilum.errors import TableError
from hilum.study import read_table
from hilum.zip_damage import zip_damage_told_as

WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def damaged(members: dict[str, bytes], way: int, where: str) -> bytes:
    """A zip file in which the content of one member is spoilt."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", way) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
        spoilt = packed.getinfo(where)
        start = spoilt.header_offset + 30 + len(where)
        end = start + spoilt.compress_size
    raw = bytearray(made.getvalue())
    for place in range(start + 12, min(start + 60, end)):
        raw[place] ^= 0xA5
    return bytes(raw)


@pytest.mark.parametrize("way", WAYS)
def test_members_that_are_whole_come_in_and_the_damaged_one_waits_in_quarantine(
    way: int, archive: Archive, tmp_path: Path
):
    source = tmp_path / "disc.zip"
    source.write_bytes(damaged({"1.dcm": film(1), "2.dcm": film(2), "3.dcm": film(3)}, way, "2.dcm"))
    report = archive.ingest([source], workers=1)
    assert (report.files, report.archived, report.quarantined) == (3, 2, 1)


@pytest.mark.parametrize("way", WAYS)
def test_a_damaged_zip_file_inside_another_keeps_nothing_else_out(way: int, archive: Archive, tmp_path: Path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("9.dcm", film(9))
    source = tmp_path / "disc.zip"
    source.write_bytes(
        damaged({"1.dcm": film(1), "old.zip": inner.getvalue(), "2.dcm": film(2)}, way, "old.zip")
    )
    report = archive.ingest([source], workers=1)
    assert (report.files, report.archived, report.quarantined) == (3, 2, 1)
    (waiting,) = archive.quarantine()
    assert waiting.file.endswith("disc.zip/old.zip")


@pytest.mark.parametrize("way", WAYS)
def test_a_damaged_workbook_is_refused_in_a_sentence(way: int, tmp_path: Path):
    parts = {"[Content_Types].xml": b"<Types/>" * 40, "xl/workbook.xml": b"<workbook/>" * 40}
    (tmp_path / "outcomes.xlsx").write_bytes(damaged(parts, way, "[Content_Types].xml"))
    with pytest.raises(TableError, match=r"can(not)? be read"):
        read_table(tmp_path / "outcomes.xlsx")


def test_a_full_disk_is_not_called_damage():
    with pytest.raises(OSError, match="No space left"), zip_damage_told_as(ValueError("damaged")):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ValueError, match="damaged"), zip_damage_told_as(ValueError("damaged")):
        raise OSError("Invalid data stream")  # as bzip2 says it
