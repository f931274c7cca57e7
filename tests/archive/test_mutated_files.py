"""A thousand damaged and hostile files: none is lost, none stops the others, none lets a name out."""

import random
from pathlib import Path

import pytest

from archive.mutation import DAMAGES, bases, judged, mutated, write_all
from archive.watching import watched_workers
from hilum.archive import create_workspace, open_archive

FILES = 1000
REAL = Path(__file__).parents[3] / "shared" / "data" / "dicom_samples"


@pytest.fixture(scope="module")
def sources() -> list[bytes]:
    return bases(REAL if REAL.is_dir() else None)


@pytest.mark.slow
def test_a_thousand_are_all_accounted_for(sources: list[bytes], tmp_path: Path):
    write_all(tmp_path / "in", sources, range(FILES))
    archive = open_archive(create_workspace(tmp_path / "workspace"))
    with watched_workers() as costs:
        report = archive.ingest([tmp_path / "in"], workers=1)
    assert judged(archive, report, costs, FILES + 1) == []
    assert len(costs) == FILES + 1
    assert report.archived > FILES // 10
    assert report.quarantined > FILES // 2
    again = archive.ingest([tmp_path / "in"], workers=1)
    assert (again.skipped, again.quarantined) == (report.archived, report.quarantined)


def test_the_same_number_is_always_the_same_file(sources: list[bytes]):
    first = [mutated(sources, number) for number in range(300)]
    assert first == [mutated(sources, number) for number in range(300)]
    assert len(set(first)) > 290


@pytest.mark.parametrize("damage", sorted({damage.__name__ for damage in DAMAGES}))
def test_every_damage_changes_something(damage: str, sources: list[bytes]):
    change = next(one for one in DAMAGES if one.__name__ == damage)
    chance = random.Random(3)
    assert any(change(chance, source, sources) != source for source in sources[:4])
