"""The folders of the worlds: the same bytes again, resumable, archived by hilum; and the signs on films."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest
from typer.testing import CliRunner

from hilum.archive import create_workspace, open_archive
from hilum.cli import app
from hilum.errors import HilumError
from hilum.phantom import Person, render_film
from hilum.phantom.anatomy import Signs, draw_thorax, make_grid, thorax_with_signs
from hilum.phantom.archive_world import write_archive_world
from hilum.phantom.folder_world import write_folder_world
from hilum.phantom.people import invent_identity
from hilum.phantom.populations import POPULATIONS
from hilum.phantom.skeleton import spine
from hilum.phantom.worlds import WORLDS, world_named
from hilum.study import load_study

SMALL = {"patients": 5, "seed": 5, "longest_side": 64, "truth_patients": 2000, "workers": 1}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.mark.parametrize("name", sorted(POPULATIONS))
def test_a_world_is_made_again_to_the_byte_and_goes_into_the_archive(name, tmp_path):
    population = POPULATIONS[name]
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "study.toml").write_text("mine")
    made = write_archive_world(population, tmp_path / "a", **SMALL)
    write_archive_world(population, tmp_path / "b", **SMALL)
    first, second = _files(tmp_path / "a"), _files(tmp_path / "b")
    assert first.pop("study.toml") == b"mine"
    assert first == second
    min(made.dicom_folder.rglob("*.dcm")).unlink()
    again = write_archive_world(population, tmp_path / "a", **SMALL)
    assert (made.made, again.made) == (5, 1)
    assert _files(tmp_path / "a") == {**second, "study.toml": b"mine"}

    table = pd.read_excel(made.table, dtype={"patient_id": str, "accession": str})
    assert list(table.columns) == ["patient_id", "accession", *population.table]
    films = [pydicom.dcmread(path, stop_before_pixels=True) for path in made.dicom_folder.rglob("*.dcm")]
    assert {film.PatientID for film in films} == set(table["patient_id"])
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    assert {film["patient_id"] for film in truth["films"]} == set(table["patient_id"])
    assert set(population.signs) <= set(truth["films"][0])

    archive = open_archive(create_workspace(tmp_path / "workspace"))
    report = archive.ingest([made.dicom_folder])
    assert report.archived + report.quarantined == 5
    assert report.archived >= 4


def test_another_world_or_seed_in_the_same_folder_is_refused(tmp_path):
    write_archive_world(POPULATIONS["fracture"], tmp_path, **SMALL)
    for population, seed in (("lung-cancer", 5), ("fracture", 6)):
        with pytest.raises(HilumError, match="choose an empty folder"):
            write_archive_world(POPULATIONS[population], tmp_path, **{**SMALL, "seed": seed})


def test_twenty_thousand_patients_have_numbers_of_their_own():
    taken = [
        invent_identity(7, site, index, "F", 60)
        for site, most in (("home", 11_112), ("university", 10_000), ("checkup", 13_334))
        for index in (*range(0, most, 97), 9_999, 10_000, most - 1)
    ]
    numbers = [one.patient_id for one in taken]
    accessions = [one.accession for one in taken]
    assert len({*numbers}) > 300
    assert max(map(len, accessions)) <= 16
    pairs = {(one.patient_id, one.accession) for one in taken}
    assert len({*numbers}) == len({*accessions}) == len(pairs)


@pytest.mark.parametrize("patients", [2, 20_001])
def test_sizes_out_of_range_are_refused_before_anything_is_written(patients, tmp_path):
    with pytest.raises(HilumError, match="3 to 20000"):
        write_archive_world(POPULATIONS["fracture"], tmp_path / "new", patients=patients)
    assert not (tmp_path / "new").exists()


def test_the_command_knows_its_worlds(tmp_path):
    assert [world.name for world in WORLDS][:3] == ["mortality", "lung-cancer", "fracture"]
    assert len({world.name for world in WORLDS}) == len(WORLDS)
    with pytest.raises(HilumError, match="`fracture`"):
        world_named("heart")
    result = CliRunner().invoke(app, ["phantom", "heart", str(tmp_path / "x")])
    assert result.exit_code != 0
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", sorted(POPULATIONS))
def test_a_folder_of_small_films(name, tmp_path):
    asked = {**SMALL, "patients": 10, "longest_side": 32, "truth_patients": 20_000, "world": name}
    made = write_folder_world(tmp_path / "a", **asked)
    before = _files(tmp_path / "a")
    write_folder_world(tmp_path / "b", **asked)
    assert before == _files(tmp_path / "b")
    assert write_folder_world(tmp_path / "a", **asked).made == 0
    table = pd.read_csv(made.table, dtype={"patient_id": str})
    assert table["part"].value_counts().to_dict() == {"test": 5, "train": 4, "validation": 1}
    assert {path.name for path in made.films.iterdir()} == set(table["file"])
    perfect = pd.read_csv(made.perfect, dtype={"patient_id": str})
    assert perfect["score"].between(0, 1).all()
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    readers = {row["reader"] for row in truth["measures"]}
    assert {"image", f"image+{POPULATIONS[name].score}"} <= readers
    assert load_study(made.study).cohort.image == "file"


@pytest.mark.parametrize("parts", [(0.5, 0.5, 0.5), (1.0, 0.0, 0.0)])
def test_parts_that_are_no_shares_are_refused(parts, tmp_path):
    with pytest.raises(HilumError, match="together 1"):
        write_folder_world(tmp_path / "new", 20, parts=parts)


def _film(signs: Signs, number: int) -> np.ndarray:
    return render_film(Person(65, "MF"[number % 2], "PA", 0.0, signs), (9, number), 256, 214).picture


def test_a_film_without_signs_is_the_film_it_was():
    plain = render_film(Person(65, "M", "PA", 0.3), (9, 1), 128, 107).picture
    assert (plain == render_film(Person(65, "M", "PA", 0.3, Signs()), (9, 1), 128, 107).picture).all()


def test_more_nodules_make_spots_in_the_lungs_brighter():
    for number in range(3):
        films = [_film(Signs(nodules=amount), number) for amount in (0.0, 0.3, 0.7)]
        lung = render_film(Person(65, "MF"[number % 2], "PA", 0.0), (9, number), 256, 214).lung
        more = [float(np.clip(film - films[0], 0.05, None)[lung].mean()) for film in films]
        assert more == sorted(more)
        assert more[2] > more[1] > more[0]


def test_emphysema_makes_a_long_chest_and_a_narrow_heart():
    for number in range(3):
        none, much = _film(Signs(), number), _film(Signs(emphysema=0.9), number)
        row = slice(140, 175)
        middle = [np.mean(film[row, 80:135] > 0.6) for film in (none, much)]
        assert middle[1] < middle[0]


def test_bones_with_less_mineral_stand_out_less():
    def ribs(film: np.ndarray) -> float:
        band = film[70:150, 40:80]
        return float(np.abs(np.diff(band, axis=0)).mean())

    for number in range(4):
        contrast = [ribs(_film(Signs(bone=mineral), number)) for mineral in (0.4, 0.8, 1.2)]
        assert contrast == sorted(contrast)


def test_crushed_vertebrae_shorten_the_chest():
    rng = np.random.default_rng
    thorax = draw_thorax(Person(70, "F", "PA", 0.0), rng(1))
    crushed = thorax_with_signs(thorax, Signs(crushed=3), rng(2))
    assert crushed.height < thorax.height
    assert len(set(crushed.crushed)) == 3
    grid = make_grid(0.1)
    same_height = thorax_with_signs(thorax, Signs(), rng(2))
    assert np.array_equal(spine(same_height, grid), spine(thorax, grid))
    assert not np.allclose(spine(crushed, grid), spine(thorax, grid))
