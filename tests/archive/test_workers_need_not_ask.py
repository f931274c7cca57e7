"""Workers know which sources are new without asking, and what changes meanwhile is still seen."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import insert, select

from archive.films import film
from hilum.archive import Archive
from hilum.archive.index import DECISIONS, IMAGES, reading, writing
from hilum.archive.known_sources import DIGITS, KnownSources
from hilum.archive.outcome import ARCHIVED, QUARANTINED, Treated
from hilum.archive.quarantine import REJECTED
from hilum.archive.register import Register
from hilum.archive.writing_known_sources import write_known_sources

FINGERPRINTS = some.text("0123456789abcdef", min_size=64, max_size=64)


def reject(archive: Archive, *sources: str) -> None:
    rows = [{"at": "", "entry": "Q1", "source": source, "decision": REJECTED} for source in sources]
    with writing(archive.engine) as connection:
        connection.execute(insert(DECISIONS), rows)


def test_every_source_of_the_index_may_be_known(archive: Archive, tmp_path: Path):
    folder = tmp_path / "films"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.dcm").write_bytes(film(number))
    archive.ingest([folder], workers=1)
    reject(archive, "0" * 64, "f" * 64, "")
    with reading(archive.engine) as connection:
        sources = list(connection.execute(select(IMAGES.c.source)).scalars())
    assert write_known_sources(archive.engine, tmp_path / "known", files=5)
    known = KnownSources(tmp_path / "known")
    assert len(sources) == 5
    assert all(known.may_hold(source) for source in (*sources, "0" * 64, "f" * 64))
    assert not known.may_hold("e" * 64)


def test_about_a_large_index_it_is_cheaper_to_ask(archive: Archive, tmp_path: Path):
    (tmp_path / "film.dcm").write_bytes(film(1))
    archive.ingest([tmp_path / "film.dcm"], workers=1)
    assert not write_known_sources(archive.engine, tmp_path / "known", files=0)


@settings(max_examples=50, deadline=None)
@given(held=some.sets(FINGERPRINTS, max_size=60), others=some.sets(FINGERPRINTS, max_size=60))
def test_what_is_held_is_never_said_to_be_new(held: set[str], others: set[str], tmp_path_factory):
    file = tmp_path_factory.mktemp("known") / "known"
    file.write_bytes(b"".join(source[:DIGITS].encode() for source in sorted(held)))
    known = KnownSources(file)
    beginnings = {source[:DIGITS] for source in held}
    for source in held | others:
        assert known.may_hold(source) == (source[:DIGITS] in beginnings)


def test_what_a_person_rejects_meanwhile_stays_out(archive: Archive, tmp_path: Path):
    staged = tmp_path / "staged.dcm"
    staged.write_bytes(b"cleaned")
    reject(archive, "a" * 64)
    row = {"image": "P/a/b/c.dcm", "instance": "2.25.1", "file_sha256": ""}
    treated = Treated(ARCHIVED, "a" * 64, str(staged), row)
    assert Register(archive.engine, archive.folder).enter([treated]) == set()
    assert treated.outcome == QUARANTINED
    assert not staged.exists()
    assert len(archive.images()) == 0
