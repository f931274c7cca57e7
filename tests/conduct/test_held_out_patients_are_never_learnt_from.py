"""Images without labels are taken from everyone but the patients on whom a study is judged."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.uid import generate_uid

from hilum.archive import create_workspace, open_archive
from hilum.cohorts import Cohort, build_cohort
from hilum.conduct.context import StudyContext
from hilum.conduct.unlabelled import Unlabelled, find_unlabelled, like_the_study, not_held_out
from hilum.conduct.without_labels import refuse_what_cannot_be
from hilum.deid.example import example_file
from hilum.errors import CohortError, StudyFileError
from hilum.study import Classification, Study, parse_study

PARTS = ("train", "validation", "test", "cohort A")


def cohort_of(people: dict[str, str], root: Path = Path("films")) -> Cohort:
    """One case a patient, each with its part."""
    cases = pd.DataFrame(
        {
            "case": list(people),
            "patient": list(people),
            "part": list(people.values()),
            "image": [f"{person}_first.png" for person in people],
            "label": ["normal", "sick"] * (len(people) // 2) + ["normal"] * (len(people) % 2),
        }
    )
    return Cohort(cases, Classification(), root, (), ("normal", "sick"), "sick", ())


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(st.sampled_from([f"p{n}" for n in range(12)]), st.sampled_from(PARTS), min_size=1),
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 3)), unique=True, max_size=30),
    st.booleans(),
)
def test_no_image_of_a_held_out_patient_is_left(people, images, by_name):
    frame = pd.DataFrame(
        {
            "image": [f"p{person}_{number}.png" for person, number in images],
            "patient": [f"p{person}" for person, _ in images],
        }
    )
    left, notes = not_held_out(frame, Path("more"), cohort_of(people), by_name=by_name)
    assert not {people.get(person) for person in left["patient"]} & {"validation", "test", "cohort A"}
    # No one else is lost, and everyone who is left out is counted.
    others = [p for p in frame["patient"] if people.get(p) in {None, "train"}]
    assert left["patient"].tolist() == others
    assert sum(int(note.split()[0]) for note in notes) == len(frame) - len(left)


def study(folder: Path, text: str = "", images: str = "films", pattern: str = "^(p[0-9]+)") -> StudyContext:
    whole = f"""
version = 1
title = "Which?"
[cohort]
images = "{images}"
patient_pattern = "{pattern}"
[[readers]]
model = "small_cnn"
{text}
"""
    return StudyContext(parse_study(whole), folder, None, folder / "runs", "study")


def films_of(folder: Path, names: list[str], seed: int) -> None:
    """Smooth random pictures, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for name in names:
        small = Image.fromarray(rng.integers(0, 256, (6, 6), dtype=np.uint8))
        small.resize((96, 96), Image.Resampling.BICUBIC).save(folder / name)


@pytest.fixture
def hospital(tmp_path) -> tuple[Path, Cohort]:
    """Four labelled patients, one a part; a folder with further films of them and of two others."""
    people = dict(zip(("p1", "p2", "p3", "p4"), PARTS, strict=True))
    cohort = cohort_of(people, tmp_path / "films")
    films_of(tmp_path / "films", list(cohort.cases["image"]), seed=1)
    films_of(tmp_path / "more", [f"p{n}_again.png" for n in range(1, 7)], seed=2)
    return tmp_path, cohort


def test_a_folder_gives_what_is_not_held_out_and_says_what_is(hospital):
    folder, cohort = hospital
    found = find_unlabelled(study(folder), cohort, "more", lambda *_: None)
    assert found.images == ("p1_again.png", "p5_again.png", "p6_again.png")
    assert found.notes[0] == "3 of 6 images in the folder more are learnt from without labels"
    assert found.notes[1].startswith("3 images left out: of patients of the validation part")
    found.save(folder / "kept" / "unlabelled.json")
    assert Unlabelled.load(folder / "kept" / "unlabelled.json") == found


def test_a_copy_of_a_test_film_under_a_strangers_name_is_found(hospital):
    folder, cohort = hospital
    film = Image.open(folder / "films" / "p3_first.png")
    film.resize((80, 80)).save(folder / "more" / "p7_stranger.png")
    found = find_unlabelled(study(folder), cohort, "more")
    assert "p7_stranger.png" not in found.images
    assert "1 image left out: near-identical to a held-out image" in found.notes


def test_the_studys_own_folder_gives_only_what_the_study_does_not_use(hospital):
    folder, cohort = hospital
    films_of(folder / "films", ["p1_second.png", "p2_second.png", "p9_only.png"], seed=3)
    found = find_unlabelled(study(folder), cohort, "films")
    assert found.images == ("p1_second.png", "p9_only.png")
    assert "1 image left out: in the training part with their labels" in found.notes


def test_where_no_image_is_left_it_says_why(hospital):
    folder, cohort = hospital
    films_of(folder / "less", ["p2_x.png", "p3_x.png"], seed=4)
    with pytest.raises(CohortError, match=r"left in the folder less \(2 images"):
        find_unlabelled(study(folder), cohort, "less")
    with pytest.raises(CohortError, match="the folder nowhere of images without labels is not"):
        find_unlabelled(study(folder), cohort, "nowhere")


def asked(text: str, **cohort: str) -> Study:
    lines = "\n".join(f'{key} = "{value}"' for key, value in cohort.items())
    return parse_study(
        f'version = 1\ntitle = "Which?"\n[cohort]\n{lines}\n[task]\nkind = "classification"\nlabel = "dx"\n'
        f'[[readers]]\nmodel = "small_cnn"\n{text}\n'
    )


IN_FOLDER = {"images": "films", "table": "t.csv", "patient": "id", "patient_pattern": "^(p[0-9]+)"}
IN_ARCHIVE = {"images": "archive", "table": "t.csv", "patient": "id"}


@pytest.mark.parametrize(
    ("text", "cohort", "said"),
    [
        ('unlabelled = "more"', IN_FOLDER, "nothing learns from these images"),
        ("training = { consistency = 1.0 }", IN_FOLDER, "has `consistency` but no `unlabelled`"),
        ('unlabelled = "archive"\npretrained = "self"', IN_FOLDER, "both from folders"),
        ('unlabelled = "more"\npretrained = "self"', IN_ARCHIVE, "both from the archive"),
        (
            'unlabelled = "more"\npretrained = "self"',
            {"images": "films", "table": "t.csv", "patient": "id", "image": "file"},
            "say with patient_pattern",
        ),
        (
            'unlabelled = "more"\nfrozen = true\ntraining = { consistency = 1.0 }',
            IN_FOLDER,
            "together with `frozen`",
        ),
    ],
)
def test_what_cannot_be_is_refused_before_any_image_is_read(text, cohort, said):
    what = asked(text, **cohort)
    with pytest.raises(StudyFileError, match=said):
        refuse_what_cannot_be(what, what.readers[0])


@pytest.mark.parametrize(
    ("text", "cohort"),
    [
        ('pretrained = "self"', IN_FOLDER),
        ('pretrained = "self"\nunlabelled = "more"', IN_FOLDER),
        ('unlabelled = "archive"\ntraining = { consistency = 0.5 }', IN_ARCHIVE),
        ("", IN_ARCHIVE),
    ],
)
def test_what_can_be_is_not_refused(text, cohort):
    what = asked(text, **cohort)
    assert refuse_what_cannot_be(what, what.readers[0]) is None


def test_of_the_archive_only_films_like_the_studys_are_taken():
    """Lateral and CT images, children, and films of an external cohort's machine are left out."""
    frame = pd.DataFrame(
        {
            "image": [f"{n}.dcm" for n in range(7)],
            "modality": ["CR", "CR", "CT", "CR", "CR", "CR", "CR"],
            "view": ["PA", "LATERAL", "PA", "PA", "PA", "PA", "PA"],
            "age": [40, 40, 40, 12, 40, None, 40],
            "manufacturer": ["ACME", "ACME", "ACME", "ACME", "OTHER", "ACME", None],
        }
    )
    what = parse_study(
        'version = 1\ntitle = "Which?"\n[cohort]\nimages = "archive"\ntable = "t.csv"\npatient = "id"\n'
        'include = ["age >= 18 and smoker == yes"]\n[task]\nkind = "classification"\nlabel = "dx"\n'
        "[split]\nexternal = { other = \"manufacturer == 'OTHER'\", site = \"site == 'B'\" }\n"
    )
    left, notes = like_the_study(frame, frame.iloc[:1], what)
    assert left["image"].tolist() == ["0.dcm"]
    assert "1 image left out: of another view than the training part" in notes
    assert "2 images left out: like those of the external cohort `other`" in notes
    assert any("asks the table" in note for note in notes)


def export(folder: Path, number: int, exam: int, view: str) -> None:
    """One small film of a person who does not exist."""
    dataset = example_file()
    uid = generate_uid(entropy_srcs=[f"{number} {exam} {view}"])
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = uid
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{uid[:50]}.1", f"{uid[:50]}.9"
    dataset.PatientID, dataset.PatientName = f"{number:06d}", f"Person^{number}"
    dataset.AccessionNumber, dataset.ViewPosition = f"ACC{number:03d}{exam}", view
    rng = np.random.default_rng([number, exam])
    dataset.PixelData = rng.integers(0, 4000, 1024, dtype="<u2").tobytes()
    dataset.save_as(folder / f"{number}_{exam}_{view}.dcm", enforce_file_format=True)


def test_of_a_real_archive_only_strangers_and_training_patients_are_taken(tmp_path):
    """Twelve patients in the table, two films each; three others, one of whom was filmed from the side."""
    source = tmp_path / "export"
    source.mkdir()
    for number in range(15):
        export(source, number, 0, "LATERAL" if number == 14 else "PA")
        if number < 12:
            export(source, number, 1, "PA")
    archive = open_archive(create_workspace(tmp_path / "lung"))
    archive.ingest([source], workers=1)
    rows = [f"{n:06d},ACC{n:03d}0,{'sick' if n % 2 else 'normal'}" for n in range(12)]
    (tmp_path / "t.csv").write_text("\n".join(["id,exam,dx", *rows]) + "\n", encoding="utf-8")
    what = parse_study(
        'version = 1\ntitle = "Which?"\n[cohort]\nimages = "archive"\ntable = "t.csv"\npatient = "id"\n'
        'case = "exam"\n[task]\nkind = "classification"\nlabel = "dx"\npositive = "sick"\n'
        "[split]\nparts = { train = 0.5, validation = 0.25, test = 0.25 }\n"
    )
    cohort = build_cohort(what, tmp_path, archive)
    context = StudyContext(what, tmp_path, archive, tmp_path / "runs", "study")
    found = find_unlabelled(context, cohort, "archive")
    patient = archive.images().set_index("image")["patient"]
    taken = {patient[image] for image in found.images}
    assert not taken & set(cohort.cases.loc[cohort.cases["part"] != "train", "patient"])
    train = set(cohort.cases.loc[cohort.cases["part"] == "train", "patient"])
    assert train <= taken
    assert len(taken - train) == 2
    assert not set(found.images) & set(cohort.cases["image"])
    assert "1 image left out: of another view than the training part" in found.notes
