"""A hospital's table meets its de-identified films: identifiers translated, dates moved, none real left."""

import numpy as np
import pandas as pd
import pytest
from pydicom.uid import generate_uid

from hilum.archive import Archive, create_workspace, open_archive
from hilum.cohorts import build_cohort
from hilum.deid.example import example_file
from hilum.errors import CohortError
from hilum.study import make_study

PATIENTS = 12


def _write(folder, number: int, exam: int, view: str, date: str) -> None:
    """One small film of a person who does not exist."""
    dataset = example_file()
    uid = generate_uid(entropy_srcs=[f"{number} {exam} {view}"])
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = uid
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{uid[:50]}.{exam + 1}", f"{uid[:50]}.9{exam}"
    dataset.PatientID, dataset.PatientName = f"{number:06d}", f"Person^{number}"
    dataset.AccessionNumber = f"ACC{number:03d}{exam}"
    dataset.StudyDate = dataset.AcquisitionDate = date
    dataset.AcquisitionTime = "101112"
    dataset.PatientAge = f"{30 + number:03d}Y"
    dataset.ViewPosition = view
    rng = np.random.default_rng([number, exam])
    dataset.PixelData = rng.integers(0, 4000, 1024, dtype="<u2").tobytes()
    dataset.save_as(folder / f"{number}_{exam}_{view}.dcm", enforce_file_format=True)


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Archive:
    """Twelve patients, each filmed on 1 March 2024, one of them AP; the first three again on 20 March."""
    source = tmp_path_factory.mktemp("export")
    for number in range(PATIENTS):
        _write(source, number, 0, "AP" if number == 11 else "PA", "20240301")
        if number < 3:
            _write(source, number, 1, "PA", "20240320")
    archive = open_archive(create_workspace(tmp_path_factory.mktemp("lung") / "workspace"))
    report = archive.ingest([source], workers=1)
    assert (report.archived, report.quarantined) == (15, 0), report.problems
    return archive


@pytest.fixture
def table() -> pd.DataFrame:
    """A row for each patient but the last, and for one whom the archive does not know."""
    numbers = [*range(PATIENTS), 99]
    return pd.DataFrame(
        {
            "patient_id": [f"{n:06d}" for n in numbers],
            "accession": [f"ACC{n:03d}0" for n in numbers],
            "admission": ["2024-03-15" if n < 2 else "2024-02-28" for n in numbers],
            "days": [n + 1 for n in numbers],
            "died": [n % 2 for n in numbers],
        }
    ).drop(index=10)


def _study(cohort):
    return make_study(
        {
            "cohort": {"images": "archive", "table": "outcomes.xlsx", "patient": "patient_id"} | cohort,
            "task": {"time_days": "days", "event": "died"},
        }
    )


def _cohort(archive, table, folder, cohort=None):
    table.to_excel(folder / "outcomes.xlsx", index=False)
    return build_cohort(_study(cohort or {}), folder, archive)


def test_real_identifiers_are_translated_and_none_is_left(archive, table, tmp_path):
    cohort = _cohort(archive, table, tmp_path, {"choose": "first after admission", "include": ["view == PA"]})
    assert [(s.rule, s.excluded, s.remaining_cases) for s in cohort.flow] == [
        ("rows in outcomes.xlsx", 0, 12),
        ("images in the archive without a row in outcomes.xlsx", 1, 12),
        ("no image in the archive", 1, 11),
        ("view == PA", 1, 10),
    ]
    real = set(table["patient_id"]) | set(table["accession"]) | {"2024-03-15", "2024-02-28"}
    held = {str(value) for column in cohort.cases.columns for value in cohort.cases[column]}
    assert not real & held
    assert "patient_id" not in cohort.cases.columns
    assert set(cohort.cases["patient"]) <= set(archive.images()["patient"])
    assert (cohort.cases["case"] == cohort.cases["patient"]).all()
    assert any("real identifiers (guessed" in note for note in cohort.notes)
    assert all((cohort.root / image).is_file() for image in cohort.cases["image"])


def test_the_first_image_after_admission_is_taken_on_moved_dates(archive, table, tmp_path):
    cohort = _cohort(archive, table, tmp_path, {"choose": "first after admission"})
    images = archive.images().set_index("image")
    taken = pd.to_datetime(images.loc[cohort.cases["image"], "acquired"].str[:10]).to_numpy()
    days = (taken - pd.to_datetime(cohort.cases["admission"]).to_numpy()).astype("timedelta64[D]").astype(int)
    number = cohort.cases["time"].astype(int) - 1
    # Admitted on 15 March and filmed on 1 and 20 March: five days; else on 28 February and 1 March 2024: two.
    assert dict(zip(number, days, strict=True)) == {n: 5 if n < 2 else 2 for n in [*range(10), 11]}


def test_the_last_image_before_admission(archive, table, tmp_path):
    with pytest.raises(CohortError, match="too few for the parts"):
        _cohort(archive, table, tmp_path, {"choose": "last before admission"})


def test_several_images_demand_a_choice(archive, table, tmp_path):
    with pytest.raises(
        CohortError, match=r'3 patients have several images \(up to 2\).*choose = "first after'
    ):
        _cohort(archive, table, tmp_path)


def test_all_images_are_cases_of_their_patients(archive, table, tmp_path):
    cohort = _cohort(archive, table, tmp_path, {"choose": "all"})
    assert (len(cohort), cohort.cases["case"].nunique(), cohort.cases["patient"].nunique()) == (14, 14, 11)
    assert cohort.cases.groupby("patient")["part"].nunique().max() == 1


def test_examinations_are_joined_by_accession(archive, table, tmp_path):
    cohort = _cohort(archive, table, tmp_path, {"case": "accession"})
    assert len(cohort) == 11
    assert set(cohort.cases["case"]) <= set(archive.images()["accession"])
    wrong = table.assign(patient_id=["000001", *table["patient_id"][1:]])
    flow = _cohort(archive, wrong, tmp_path, {"case": "accession"}).flow
    rule = "outcomes.xlsx and the archive name different patients for the examination"
    assert (rule, 1) in [(step.rule, step.excluded) for step in flow]


def test_research_identifiers_are_recognised(archive, table, tmp_path):
    cohort = _cohort(archive, table, tmp_path, {"choose": "all"})
    research = cohort.cases.drop_duplicates("patient")[["patient", "days", "died"]]
    again = _cohort(archive, research.rename(columns={"patient": "patient_id"}), tmp_path, {"choose": "all"})
    pd.testing.assert_frame_equal(
        cohort.cases.drop(columns="admission", errors="ignore"),
        again.cases.drop(columns="admission", errors="ignore"),
    )
    assert any("research identifiers (guessed" in note for note in again.notes)


def test_identifiers_whose_zeros_excel_has_cut(archive, table, tmp_path):
    with pytest.raises(CohortError, match=r"knows none of the patients in outcomes\.xlsx.*leading zeros"):
        _cohort(
            archive, table.assign(patient_id=table["patient_id"].astype(int)), tmp_path, {"choose": "all"}
        )


def test_dates_that_cannot_be_moved_are_refused(archive, table, tmp_path):
    with pytest.raises(CohortError, match=r"`admission` of outcomes\.xlsx holds values that are no dates"):
        _cohort(archive, table.assign(admission="15/03/2024"), tmp_path, {"choose": "first after admission"})


def test_the_archive_alone_with_one_of_its_columns_as_label(archive, tmp_path):
    study = make_study(
        {
            "cohort": {"images": "archive", "include": ["age >= 31"]},
            "task": {"label": "view", "positive": "AP"},
            "split": {"parts": {"train": 0.5, "test": 0.5}},
        }
    )
    cohort = build_cohort(study, tmp_path, archive)
    assert (len(cohort), cohort.classes) == (13, ("PA", "AP"))
    assert cohort.cases["age"].min() == 31


def test_without_an_open_archive_it_says_so(table, tmp_path):
    with pytest.raises(CohortError, match="no archive is open"):
        _cohort(None, table, tmp_path)
