"""The whole hospital: reproducible, resumable, consistent with its tables."""

import json
import tomllib
from pathlib import Path

import pandas as pd
import pydicom
import pytest

from hilum.errors import HilumError
from hilum.phantom import Hospital, build_hospital, write_features_only


def _files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    return build_hospital(tmp_path_factory.mktemp("one"), patients=27, seed=5, longest_side=96, workers=1)


@pytest.fixture
def table(hospital: Hospital) -> pd.DataFrame:
    return pd.read_excel(hospital.table, dtype={"patient_id": str, "accession": str})


def test_the_same_bytes_with_any_number_of_workers(hospital: Hospital, tmp_path: Path):
    other = build_hospital(tmp_path, patients=27, seed=5, longest_side=96, workers=2)
    assert other.made == 27
    assert _files(hospital.folder) == _files(tmp_path)


def test_only_what_is_missing_is_made_again(hospital: Hospital):
    before = _files(hospital.folder)
    films = sorted(hospital.dicom_folder.rglob("*.dcm"))
    kept = films[5].stat().st_mtime_ns
    films[0].unlink()
    films[-1].unlink()
    hospital.truth.unlink()
    calls: list[tuple[int, int]] = []
    again = build_hospital(
        hospital.folder,
        patients=27,
        seed=5,
        longest_side=96,
        workers=1,
        progress=lambda *step: calls.append(step[:2]),
    )
    assert again.made == 2
    assert calls == [(25, 27), (26, 27), (27, 27)]
    assert films[5].stat().st_mtime_ns == kept
    assert _files(hospital.folder) == before


def test_a_cut_leaves_no_half_file_and_is_taken_up(tmp_path: Path):
    def stop(done: int, total: int, what: str) -> None:
        if done == 4:
            raise KeyboardInterrupt

    arguments = {"patients": 12, "seed": 6, "longest_side": 64, "workers": 1}
    with pytest.raises(KeyboardInterrupt):
        build_hospital(tmp_path, **arguments, progress=stop)
    films = list((tmp_path / "dicom").rglob("*"))
    assert [f.suffix for f in films if f.is_file()] == [".dcm"] * 4
    done = build_hospital(tmp_path, **arguments)
    assert done.made == 8
    assert not (tmp_path / ".partial").exists()


def test_another_seed_in_the_same_folder_is_refused(hospital: Hospital):
    with pytest.raises(HilumError, match="choose an empty folder"):
        build_hospital(hospital.folder, patients=27, seed=8, longest_side=96, workers=1)


def test_every_row_has_its_film_and_every_film_its_row(hospital: Hospital, table: pd.DataFrame):
    films = [pydicom.dcmread(f, stop_before_pixels=True) for f in hospital.dicom_folder.rglob("*.dcm")]
    assert len(films) == hospital.films == len(table) == 27
    assert {f.PatientID for f in films} == set(table["patient_id"])
    assert {f.AccessionNumber for f in films} == set(table["accession"])
    by_id = table.set_index("patient_id")
    for film in films:
        row = by_id.loc[film.PatientID]
        assert film.PatientSex == row["sex"]
        assert int(film.PatientAge[:3]) == row["age"]


def test_the_table_has_the_columns_of_a_ward_and_no_truth(table: pd.DataFrame):
    assert list(table.columns) == [
        "patient_id",
        "accession",
        "site",
        "sex",
        "age",
        "confusion",
        "urea_mmol_l",
        "respiratory_rate",
        "systolic_bp",
        "diastolic_bp",
        "days",
        "died",
    ]
    assert table["site"].value_counts().to_dict() == {"home": 15, "A": 6, "B": 6}
    assert table.loc[table["site"] == "home", "patient_id"].str.fullmatch(r"0\d{7}").all()


def test_the_truth_tells_for_every_film_what_is_on_it(hospital: Hospital):
    truth = json.loads(hospital.truth.read_text(encoding="utf-8"))
    assert len(truth["films"]) == 27
    for film in truth["films"]:
        data = pydicom.dcmread(hospital.folder / film["file"], stop_before_pixels=True)
        assert data.PatientID == film["patient_id"]
        assert data.ViewPosition == (film["view"] if film["says_view"] else "")
        assert data.PhotometricInterpretation == film["photometric"]
        assert data.file_meta.TransferSyntaxUID == film["transfer_syntax"]
        assert 0 <= film["severity"] <= 1
    named = {(m["site"], m["reader"], m["measure"]) for m in truth["measures"]}
    assert len(named) == 3 * 3 * 2


def test_the_study_asks_for_what_the_folder_holds(hospital: Hospital):
    study = tomllib.loads(hospital.study.read_text(encoding="utf-8"))
    assert study["cohort"]["table"] == hospital.table.name
    assert study["task"]["horizons_days"] == [30]
    assert study["split"]["external"] == {"cohort A": "site == 'A'", "cohort B": "site == 'B'"}


@pytest.mark.parametrize(("patients", "side"), [(2, 256), (20_001, 256), (30, 32), (30, 2048)])
def test_sizes_out_of_range_are_refused_before_anything_is_written(tmp_path: Path, patients: int, side: int):
    with pytest.raises(HilumError):
        build_hospital(tmp_path / "new", patients=patients, longest_side=side)
    assert not (tmp_path / "new").exists()


def test_a_cohort_without_films(tmp_path: Path):
    made = write_features_only(tmp_path / "a", patients=3000, seed=2, truth_patients=4000)
    again = write_features_only(tmp_path / "b", patients=3000, seed=2, truth_patients=4000)
    assert _files(made.folder) == _files(again.folder)
    table = pd.read_csv(made.table, dtype={"patient_id": str})
    product = pd.read_csv(made.product, dtype={"patient_id": str})
    assert table["patient_id"].is_unique
    assert list(product.columns) == ["patient_id", "score"]
    assert (product["patient_id"] == table["patient_id"]).all()
    assert "severity" not in table.columns
    assert 0.02 < table["confusion"].isna().mean() < 0.06
    study = tomllib.loads(made.study.read_text(encoding="utf-8"))
    assert [next(iter(reader)) for reader in study["readers"]] == ["product", "score", "combine"]
