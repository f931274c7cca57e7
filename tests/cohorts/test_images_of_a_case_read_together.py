"""choose = "together": all films of a case side by side, out of an archive, sub-folders, names or a table."""

import numpy as np
import pandas as pd
import pytest
from pydicom.uid import generate_uid

from hilum.archive import create_workspace, open_archive
from hilum.cohorts import Cohort, build_cohort, check, keep_together, near_duplicate_groups, table_one
from hilum.deid.example import example_file
from hilum.errors import CohortError, StudyFileError, TableError
from hilum.study import make_study

TOGETHER = {"choose": "together"}
SURVIVAL = {"time_days": "days", "event": "died"}
PATTERN = {"patient_pattern": r"^(p\d+)_"}


def _study(cohort, task=None, readers=(), split=None):
    data = {"cohort": {"images": "films", **cohort}, "readers": list(readers)}
    return make_study(data | ({"task": task} if task else {}) | ({"split": split} if split else {}))


@pytest.fixture
def films(tmp_path, film, write):
    """Twelve people with one to three films each, in two label folders."""
    for person in range(12):
        label = "normal" if person % 2 else "sick"
        for number in range(1 + person % 3):
            write(tmp_path / "films" / label / f"p{person}_{number}.png", film(10 * person + number))
    return tmp_path


def test_names_tell_which_films_are_of_one_person(films):
    cohort = build_cohort(_study(TOGETHER | PATTERN), films)
    assert len(cohort) == 12
    assert cohort.together
    assert (cohort.cases["case"] == cohort.cases["patient"]).all()
    row = cohort.cases.set_index("case").loc["p5"]
    assert row["images"] == ("normal/p5_0.png", "normal/p5_1.png", "normal/p5_2.png")
    assert row["image"] == "normal/p5_0.png"
    assert [len(images) for images in cohort.images_of_cases] == [
        1 + int(c[1:]) % 3 for c in cohort.cases["case"]
    ]
    assert cohort.flow[-1].rule == "all images of a case are read together"
    assert cohort.flow[-1].remaining_cases == 12
    assert cohort.notes[-2] == (
        "all images of a case are read together: 24 images of 12 cases, 1 to 3 each"
    ), cohort.notes
    assert "images" not in cohort.variables
    assert not table_one(cohort)["characteristic"].str.contains("images").any()


def test_sub_folders_tell_which_films_are_of_one_person(tmp_path, film, write):
    for person in range(8):
        for number in range(2):
            label = "normal" if person % 2 else "sick"
            write(
                tmp_path / "films" / label / f"person {person}" / f"{number}.png", film(9 * person + number)
            )
    cohort = build_cohort(_study(TOGETHER), tmp_path)
    assert sorted(cohort.cases["patient"]) == [f"person {n}" for n in range(8)]
    assert cohort.cases["images"].map(len).tolist() == [2] * 8
    assert "the sub-folder with a patient's images is the patient" in cohort.notes[0]
    rows = pd.DataFrame({"who": [f"person {n}" for n in range(8)], "days": range(1, 9), "died": [0, 1] * 4})
    for person in range(8):
        source = tmp_path / "films" / ("normal" if person % 2 else "sick") / f"person {person}"
        source.rename(tmp_path / "films" / f"person {person}")
    rows.to_csv(tmp_path / "t.csv", index=False)
    cohort = build_cohort(_study({**TOGETHER, "table": "t.csv", "patient": "who"}, SURVIVAL), tmp_path)
    assert cohort.cases["images"].map(len).tolist() == [2] * 8
    assert cohort.cases.groupby("case")["time"].first().tolist() == list(range(1, 9))


@pytest.fixture
def rows(films):
    """A row for each film: two exams of the people who have three films."""
    paths = sorted(path.relative_to(films / "films").as_posix() for path in films.rglob("*.png"))
    person = [path.split("/")[1].split("_")[0] for path in paths]
    exam = [
        f"{who}-{'b' if path.endswith('_2.png') else 'a'}" for who, path in zip(person, paths, strict=True)
    ]
    return pd.DataFrame(
        {
            "file": paths,
            "who": person,
            "exam": exam,
            "dx": ["sick" if path.startswith("sick") else "normal" for path in paths],
            "age": [30 + int(who[1:]) for who in person],
            "images": range(len(paths)),
        }
    )


NAMED = {**TOGETHER, "table": "t.csv", "patient": "who", "image": "file", "case": "exam"}


def test_a_table_says_which_films_are_one_case(films, rows):
    rows.to_csv(films / "t.csv", index=False)
    cohort = build_cohort(_study(NAMED, {"label": "dx"}), films)
    assert len(cohort) == 16
    cases = cohort.cases.set_index("case")
    assert cases.loc["p5-a", "images"] == ("normal/p5_0.png", "normal/p5_1.png")
    assert cases.loc["p5-b", "images"] == ("normal/p5_2.png",)
    assert cases.groupby("patient")["part"].nunique().max() == 1
    without_case = {key: value for key, value in NAMED.items() if key != "case"}
    assert len(build_cohort(_study(without_case, {"label": "dx"}), films)) == 12


def test_films_of_a_case_with_different_outcomes_are_refused(films, rows):
    rows.loc[rows["file"] == "normal/p5_1.png", "dx"] = "sick"
    rows.to_csv(films / "t.csv", index=False)
    with pytest.raises(CohortError, match="1 case has images with different outcomes"):
        build_cohort(_study(NAMED, {"label": "dx"}), films)
    rows["dx"] = ["sick", "normal"] * 12
    rows["exam"] = ["e1", "e2"] * 12
    rows.to_csv(films / "t.csv", index=False)
    with pytest.raises(CohortError, match="2 cases have several patients"):
        build_cohort(_study(NAMED, {"label": "dx"}), films)


def test_what_differs_between_films_is_that_of_the_first_and_counted(films, rows):
    rows.loc[rows["file"] == "normal/p5_0.png", "age"] = 90
    rows.to_csv(films / "t.csv", index=False)
    reader = {"model": "small_cnn", "columns": ["age"]}
    cohort = build_cohort(_study(NAMED, {"label": "dx"}, [reader]), films)
    assert "1 case has images with different values of `age`: that of the first image counts" in cohort.notes
    assert cohort.cases.set_index("case").loc["p5-a", "age"] == 90


def test_a_tables_own_column_images_is_a_variable_like_any_other(films, rows):
    rows.to_csv(films / "t.csv", index=False)
    single = {"table": "t.csv", "patient": "who", "image": "file", "include": ["images >= 0"]}
    cohort = build_cohort(_study(single, {"label": "dx"}), films)
    assert not cohort.together
    assert "images" in cohort.variables
    assert cohort.images_of_cases == [(path,) for path in cohort.cases["image"]]


def test_of_very_many_films_the_first_sixteen_are_kept_and_the_others_counted(tmp_path, write):
    for person in range(6):
        for number in range(20 if person == 2 else 2):
            label = "normal" if person % 2 else "sick"
            picture = np.random.default_rng([person, number]).integers(0, 255, (24, 24)).astype(np.uint8)
            write(tmp_path / "films" / label / f"p{person}_{number:02d}.png", picture)
    cohort = build_cohort(_study(TOGETHER | PATTERN), tmp_path)
    assert cohort.cases.set_index("case").loc["p2", "images"] == tuple(
        f"sick/p2_{number:02d}.png" for number in range(16)
    )
    said = "4 images of 1 case left out: of each case the first 16 by path are read"
    assert said in cohort.notes


def test_saved_and_loaded_it_is_the_same(films, tmp_path):
    cohort = build_cohort(_study(TOGETHER | PATTERN), films)
    (tmp_path / "run").mkdir()
    cohort.save(tmp_path / "run" / "cohort.parquet")
    loaded = Cohort.load(tmp_path / "run" / "cohort.parquet")
    pd.testing.assert_frame_equal(loaded.cases, cohort.cases)
    assert loaded.images_of_cases == cohort.images_of_cases
    assert all((loaded.root / image).is_file() for images in loaded.images_of_cases for image in images)
    assert loaded.test.images_of_cases == cohort.test.images_of_cases


def test_a_copy_of_any_film_is_found_and_brings_its_people_together(tmp_path, film, write):
    """The second film of one person is the third of another; two views of one person are no copies."""
    for person in range(12):
        for number in range(3):
            picture = film(1000 + 3 * person + number)
            if (person, number) in {(4, 1), (9, 2)}:
                picture = film(77)
            label = "normal" if person % 2 else "sick"
            write(tmp_path / "films" / label / f"p{person}_{number}.png", picture)
    write(tmp_path / "films" / "sick" / "p4_3.png", film(1000 + 3 * 4))
    cohort = build_cohort(_study(TOGETHER | PATTERN), tmp_path)
    copies = near_duplicate_groups(cohort)
    assert [(group.cases, group.identical) for group in copies] == [(("p4", "p9"), True)]
    parts = cohort.cases["part"].mask(cohort.cases["case"] == "p4", "train")
    across = cohort.with_cases(cohort.cases.assign(part=parts.mask(cohort.cases["case"] == "p9", "test")))
    assert "identical_across_parts" in {finding.code for finding in check(across, copies=copies).items}
    together = keep_together(across, copies).cases.set_index("case")["part"]
    assert together["p4"] == together["p9"]


def test_what_cannot_be_read_together_is_refused():
    for cohort, words in (
        ({"images": None, "table": "t.csv", "patient": "who"}, "no `images` that could be read together"),
        ({"table": "t.csv", "patient": "who", "case": "exam"}, "no column that says which images belong"),
    ):
        data = {key: value for key, value in {"images": "films", **TOGETHER, **cohort}.items() if value}
        with pytest.raises(StudyFileError, match=words):
            make_study({"cohort": data, "task": {"label": "dx"}})


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("died", "is what .task. asks for"),
        ("id", "names patient, case, image or part"),
        ("part", "names patient, case, image or part"),
        ("time", "a word that hilum uses itself"),
        ("aeg", "has no column `aeg`.*did you mean `age`"),
    ],
)
def test_a_model_reads_no_outcome_and_no_identity(films, column, words):
    rows = pd.DataFrame({"id": [f"p{n}" for n in range(12)], "days": range(12), "died": [0, 1] * 6})
    rows.assign(age=40, time=3, part="train").to_csv(films / "t.csv", index=False)
    reader = {"model": "small_cnn", "columns": [column]}
    cohort = {**PATTERN, **TOGETHER, "table": "t.csv", "patient": "id"}
    with pytest.raises((StudyFileError, TableError), match=words):
        build_cohort(_study(cohort, SURVIVAL, [reader], {"parts_column": "part"}), films)


def test_columns_that_a_model_reads_are_kept_and_need_a_table(films):
    rows = pd.DataFrame({"id": [f"p{n}" for n in range(12)], "days": range(1, 13), "died": [0, 1] * 6})
    rows.assign(age=range(12), other=1).to_csv(films / "t.csv", index=False)
    reader = {"model": "small_cnn", "columns": ["age"]}
    cohort = build_cohort(
        _study({**PATTERN, **TOGETHER, "table": "t.csv", "patient": "id"}, SURVIVAL, [reader]), films
    )
    assert {"age"} <= set(cohort.variables)
    assert "other" not in cohort.cases.columns
    with pytest.raises(CohortError, match="reads the column `age`, which no table of the study has"):
        build_cohort(_study(TOGETHER | PATTERN, None, [reader]), films)


def _write(folder, number, exam, view, date):
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
    rng = np.random.default_rng([number, exam, view == "PA"])
    dataset.PixelData = rng.integers(0, 4000, 1024, dtype="<u2").tobytes()
    dataset.save_as(folder / f"{number}_{exam}_{view}.dcm", enforce_file_format=True)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Eight patients with a frontal and a lateral film each, the first three again three weeks later."""
    source = tmp_path_factory.mktemp("export")
    for number in range(8):
        for exam, date in ((0, "20240301"), (1, "20240320"))[: 2 if number < 3 else 1]:
            _write(source, number, exam, "PA", date)
            _write(source, number, exam, "LL", date)
    archive = open_archive(create_workspace(tmp_path_factory.mktemp("lung") / "workspace"))
    assert archive.ingest([source], workers=1).archived == 22
    return archive


def test_views_and_dates_of_an_archive_by_patient_and_by_examination(archive, tmp_path):
    rows = pd.DataFrame(
        {"id": [f"{n:06d}" for n in range(8)], "days": range(1, 9), "died": [0, 1] * 4, "exam": ""}
    ).assign(exam=[f"ACC{n:03d}0" for n in range(8)])
    rows.to_csv(tmp_path / "t.csv", index=False)
    reader = {"model": "small_cnn", "columns": ["age"]}
    of_archive = {"images": "archive", "table": "t.csv", "patient": "id", **TOGETHER}
    cohort = build_cohort(_study(of_archive, SURVIVAL, [reader]), tmp_path, archive)
    number = cohort.cases["time"].astype(int) - 1
    assert cohort.cases["images"].map(len).tolist() == [4 if n < 3 else 2 for n in number]
    acquired = archive.images().set_index("image")["acquired"].astype(str)
    for images in cohort.images_of_cases:
        assert [acquired[image] for image in images] == sorted(acquired[image] for image in images)
    assert "age" in cohort.variables
    by_exam = build_cohort(_study({**of_archive, "case": "exam"}, SURVIVAL), tmp_path, archive)
    assert by_exam.cases["images"].map(len).tolist() == [2] * 8
    twice = pd.concat([rows, rows.iloc[[0]].assign(days=99)])
    twice.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(CohortError, match="different outcomes"):
        build_cohort(_study({**of_archive, "case": "exam"}, SURVIVAL), tmp_path, archive)
    pd.concat([rows, rows.iloc[[0]]]).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(CohortError, match="1 case has several rows in the table"):
        build_cohort(_study({**of_archive, "case": "exam"}, SURVIVAL), tmp_path, archive)
