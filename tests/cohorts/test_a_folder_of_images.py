"""Images in folders: the sub-folder is the label, the file name tells the person, a table may join."""

import pandas as pd
import pytest

from hilum.cohorts import build_cohort, check, keep_together, near_duplicate_groups
from hilum.errors import CohortError
from hilum.study import make_study


@pytest.fixture
def films(tmp_path, film, write):
    """Twelve people with two films each, in two label folders, and one film outside."""
    for person in range(12):
        label = "normal" if person % 2 else "pneumonia"
        for number in range(2):
            write(tmp_path / "films" / label / f"p{person}_{number}.png", film(10 * person + number))
    write(tmp_path / "films" / "stray.png", film(999))
    return tmp_path


def _study(task=None, cohort=None):
    data = {"cohort": {"images": "films", "patient_pattern": r"^(p\d+)_", **(cohort or {})}}
    return make_study({**data, "task": task} if task else data)


def test_folders_are_labels_and_names_tell_people(films):
    cohort = build_cohort(_study(), films)
    assert (len(cohort), cohort.cases["patient"].nunique()) == (24, 12)
    assert cohort.classes == ("normal", "pneumonia")
    assert cohort.cases["case"].tolist() == cohort.cases["image"].tolist()
    assert all((cohort.root / image).is_file() for image in cohort.cases["image"])
    assert [(s.rule, s.excluded) for s in cohort.flow] == [
        ("images in films", 0),
        ("image in no sub-folder, so without a label", 1),
    ]
    assert cohort.cases.groupby("patient")["part"].nunique().max() == 1


def test_criteria_may_ask_for_the_label(films):
    assert len(build_cohort(_study(cohort={"include": ["patient not in {p0, p1}"]}), films)) == 20
    with pytest.raises(CohortError, match="has the one class `pneumonia`"):
        build_cohort(_study(cohort={"include": ["label != normal"]}), films)


def test_the_same_name_in_two_folders_is_two_people(tmp_path, film, write):
    for label in ("normal", "sick"):
        for number in range(6):
            write(tmp_path / "films" / label / f"{number}.png", film(number))
    cohort = build_cohort(make_study({"cohort": {"images": "films"}}), tmp_path)
    assert cohort.cases["patient"].nunique() == 12


def test_a_table_gives_variables_and_outcomes_by_patient(films):
    rows = [{"id": f"p{n}", "age": 40 + n, "days": n + 1, "died": n % 3 == 0} for n in range(13)]
    pd.DataFrame(rows).astype({"died": int}).to_csv(films / "t.csv", index=False)
    task = {"time_days": "days", "event": "died"}
    cohort = build_cohort(_study(task, {"table": "t.csv", "patient": "id", "include": ["age >= 41"]}), films)
    assert len(cohort) == 22
    rules = {step.rule: step.excluded for step in cohort.flow}
    assert rules["images in films without a row in t.csv"] == 1
    assert rules["no image in films"] == 1
    assert cohort.cases.groupby("patient")["time"].nunique().max() == 1


def test_a_column_may_hold_the_paths(films):
    pd.DataFrame(
        {
            "file": [
                "normal/p1_0.png",
                "pneumonia/p0_0.png",
                "normal\\p3_0.png",
                "pneumonia/p2_0.png",
                "absent.png",
            ]
            + [f"{'normal' if n % 2 else 'pneumonia'}/p{n}_1.png" for n in range(12)],
            "grade": ["0", "1", "0", "1", "1"] + ["0", "1"] * 6,
        }
    ).to_csv(films / "t.csv", index=False)
    cohort = build_cohort(_study({"label": "grade"}, {"table": "t.csv", "image": "file"}), films)
    assert (len(cohort), cohort.classes, cohort.positive) == (16, ("0", "1"), "1")
    assert {step.rule: step.excluded for step in cohort.flow}["no image in films"] == 1


@pytest.mark.parametrize("path", ["../secret.png", "/etc/passwd", "C:\\films\\a.png", "normal/../../a.png"])
def test_paths_that_lead_out_of_the_folder_are_refused(films, path):
    pd.DataFrame({"file": [path, "normal/p1_0.png"], "grade": [0, 1]}).to_csv(films / "t.csv", index=False)
    with pytest.raises(CohortError, match=r"1 paths in t\.csv lead out of the folder films"):
        build_cohort(_study({"label": "grade"}, {"table": "t.csv", "image": "file"}), films)


def test_folders_named_like_parts_are_no_labels(tmp_path, film, write):
    for part in ("train", "Val", "test"):
        write(tmp_path / "films" / part / "a" / f"{part}.png", film(1))
    with pytest.raises(CohortError, match="named like parts"):
        build_cohort(make_study({"cohort": {"images": "films"}}), tmp_path)


def test_a_folder_that_is_not_there_or_empty(tmp_path):
    study = make_study({"cohort": {"images": "films"}})
    with pytest.raises(CohortError, match="there is no folder films"):
        build_cohort(study, tmp_path)
    (tmp_path / "films").mkdir()
    with pytest.raises(CohortError, match="holds no images"):
        build_cohort(study, tmp_path)


def test_dates_of_images_are_not_known_in_a_folder(films):
    pd.DataFrame({"id": ["p0", "p1"], "dx": ["a", "0"], "seen": ["2024-01-01"] * 2}).to_csv(
        films / "t.csv", index=False
    )
    with pytest.raises(CohortError, match="needs dates of the images, which only an archive keeps"):
        build_cohort(
            _study({"label": "dx"}, {"table": "t.csv", "patient": "id", "choose": "first after seen"}), films
        )


def test_real_chest_radiographs(real_data):
    """5,216 paediatric films; the counts are those of the data's own page; the copies were looked at.

    28 pairs have the same pixels or nearly so in 24 groups; one pair more is the same film processed in two
    ways.
    """
    pattern = r"^(person\d+_(?:bacteria|virus)|(?:NORMAL2-)?IM-\d+)"
    study = make_study({"cohort": {"images": "cxr_pneumonia", "patient_pattern": pattern}})
    cohort = build_cohort(study, real_data)
    assert len(cohort) == 5216
    assert cohort.cases["label"].value_counts().to_dict() == {"pneumonia": 3875, "normal": 1341}
    people = cohort.cases.loc[cohort.cases["label"] == "pneumonia", "patient"].str.extract(
        r"person(\d+)_(\w+)"
    )
    assert (people.groupby(0)[1].nunique() == 2).sum() == 808
    sample = cohort.with_cases(cohort.cases[cohort.cases["image"].str.contains(r"person1[34678]|person162")])
    copies = near_duplicate_groups(sample)
    assert all(len({sample_case.rsplit("_", 1)[0] for sample_case in group.cases}) == 1 for group in copies)
    assert ("pneumonia/person1730_bacteria_4558.jpeg", "pneumonia/person1730_bacteria_4559.jpeg") in [
        group.cases for group in copies
    ]
    assert not check(keep_together(sample, copies), copies=copies).serious
