"""Statistics whose sums agree; criteria that never guess; the same on SQLite and PostgreSQL."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from archive.guideline_images import Examination, image, write_classes
from hilum.archive import Archive
from hilum.archive.classes import read_classes
from hilum.archive.criteria import check_criteria
from hilum.archive.criteria_checks import CRITERIA
from hilum.archive.statistics import statistics_of
from hilum.cli import app
from hilum.errors import HilumError, TableError


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.stdout


def bring(archive: Archive, folder: Path, **images: bytes) -> None:
    folder.mkdir()
    for name, data in images.items():
        (folder / f"{name}.dcm").write_bytes(data)
    assert archive.ingest([folder], workers=1).quarantined == 0


def test_a_folder_of_series_that_is_not_there_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    result = CliRunner().invoke(app, ["archive", "series", str(tmp_path / "nowhere")])
    assert result.exit_code == 2
    assert "is no folder" in result.output + capfd.readouterr().err


def test_makers_of_one_word_and_of_several_are_counted_in_order():
    makers = ["GE MEDICAL SYSTEMS", "SIEMENS", "", "Acme Medical", "2D Imaging"]
    rows = [
        [str(number), f"P{number}", "1", "2", 1, "CT", "F", 50.0, maker, "2024-03-01"]
        for number, maker in enumerate(makers)
    ]
    columns = [
        "image",
        "patient",
        "study",
        "series",
        "frames",
        "modality",
        "sex",
        "age",
        "manufacturer",
        "study_date",
    ]
    found = statistics_of(pd.DataFrame(rows, columns=columns), {})
    named = [row.value for row in found.of("maker")]
    assert sorted(named) == sorted(["not said", *(maker for maker in makers if maker)])
    assert named[-1] == "not said"


def test_the_sums_of_every_line_agree_with_the_whole(lung: Archive, tmp_path: Path):
    table, classes = tmp_path / "counts.csv", write_classes(tmp_path / "classes.csv")
    told = json.loads(
        run(
            "archive",
            "stats",
            "--workspace",
            lung.workspace.root,
            "--json",
            "--classes",
            classes,
            "--csv",
            table,
        )
    )
    size = sum(path.stat().st_size for path in lung.folder.rglob("*.dcm"))
    assert told["total"] == {
        "patients": 6,
        "studies": 6,
        "series": 8,
        "images": 21,
        "frames": 21,
        "bytes": size,
    }
    assert set(told["by"]) == {
        "data set and class",
        "class",
        "data set",
        "modality",
        "sex",
        "age",
        "maker",
        "year",
    }
    for lines in told["by"].values():
        for column in ("images", "frames", "bytes"):
            assert sum(line[column] for line in lines) == told["total"][column]
    both = {line["value"]: (line["patients"], line["images"]) for line in told["by"]["data set and class"]}
    assert both == {
        "x-ray benign": (1, 1),
        "x-ray malignant": (1, 1),
        "x-ray normal": (1, 1),
        "chest-ct benign": (1, 4),
        "chest-ct malignant": (1, 8),
        "pet-ct malignant": (1, 6),
    }
    written = pd.read_csv(table)
    assert written["images"].iloc[0] == 21
    assert len(written) == 1 + sum(map(len, told["by"].values()))


def test_the_screen_says_the_same_numbers(lung: Archive):
    shown = run("archive", "stats", "--workspace", lung.workspace.root)
    assert "modality\n" in shown
    assert (
        " ".join(next(line for line in shown.splitlines() if line.startswith("  CT")).split()[:5])
        == "CT 3 3 4 15"
    )


def test_missing_files_are_told_and_not_counted_as_bytes(lung: Archive):
    images = lung.images()
    assert statistics_of(images, {}).missing_files == 21
    assert statistics_of(images.iloc[:0], {}).rows[0].images == 0


def test_classes_that_contradict_or_meet_nobody_are_refused(lung: Archive, tmp_path: Path):
    table = tmp_path / "classes.csv"
    patient = lung.images().patient[0]
    table.write_text(f"patient,class\n{patient},benign\n{patient},malignant\n")
    with pytest.raises(TableError, match=r"rows 2 and 3 of classes\.csv give one patient two classes"):
        read_classes(table, lung.images())
    table.write_text("patient,class\nP0,benign\n")
    with pytest.raises(TableError, match="no row"):
        read_classes(table, lung.images(), lung)
    table.write_text("patient,kind\nP0,benign\n")
    with pytest.raises(TableError, match="column `class`"):
        read_classes(table, lung.images())


def test_a_row_of_a_study_comes_before_the_row_of_its_patient(lung: Archive, tmp_path: Path):
    row = lung.images().query("modality == 'DX'").iloc[0]
    table = tmp_path / "classes.csv"
    table.write_text(f"patient,study,class\n{row.patient},,benign\n,{row.study},malignant\nP9,,normal\n")
    found = read_classes(table, lung.images())
    assert found.of_image[lung.images().patient == row.patient].tolist() == ["malignant"]
    assert found.unused_rows == 2


def test_a_ct_with_a_gap_fails_no_gaps_and_only_that(lung: Archive, tmp_path: Path):
    table = tmp_path / "passing.csv"
    words = ("archive", "criteria", "chest-ct", "--workspace", lung.workspace.root, "--json", "--csv", table)
    told = json.loads(run(*words, code=1))
    counts = {one["name"]: tuple(one["images"].values()) for one in told["criteria"] if not one["not_asked"]}
    assert counts["no-gaps"] == (8, 4, 0)
    assert counts["thickness-2-10-mm"] == (12, 0, 0)
    assert counts["dicom-only"] == (12, 0, 0)
    by_name = {one["name"]: one for one in told["criteria"]}
    assert by_name["no-gaps"]["series"] == {"passed": 2, "failed": 1, "unknown": 0}
    assert {one["image"] for one in by_name["no-gaps"]["failed"]}.isdisjoint(pd.read_csv(table)["image"])
    assert len(pd.read_csv(table)) == told["passing"] == 8


def test_films_from_the_front_fail_and_films_that_do_not_say_are_unknown(archive: Archive, tmp_path: Path):
    film = Examination("00000201", "DX", 1)
    bring(
        archive,
        tmp_path / "in",
        pa=image(film, 1),
        ap=image(film, 2, ViewPosition="AP"),
        silent=image(film, 3, ViewPosition="", BodyPartExamined=""),
    )
    report = check_criteria(archive, "x-ray")
    counts = {
        one.criterion.name: [len(one.images(kind)) for kind in ("passed", "failed", "unknown")]
        for one in report.results
    }
    assert counts["pa-only"] == [1, 1, 1]
    assert counts["no-ap"] == [1, 1, 1]
    assert counts["chest-only"] == [2, 0, 1]
    assert report.any_failed
    assert len(report.passing) == 1
    assert archive.images().set_index("image").loc[report.passing[0], "view"] == "PA"


@pytest.mark.parametrize(
    ("thickness", "outcome"),
    [(1.99, "failed"), (2.0, "passed"), (10.0, "passed"), (10.5, "failed"), (None, "unknown")],
)
def test_ct_slices_are_2_to_10_mm_thick(
    archive: Archive, tmp_path: Path, thickness: float | None, outcome: str
):
    ct = Examination("00000202", "CT", 1, (1, 2, 3))
    bring(archive, tmp_path / "in", **{f"s{n}": image(ct, n, SliceThickness=thickness) for n in ct.numbers})
    (result,) = check_criteria(archive, "thickness-2-10-mm").results
    assert {one.outcome for one in result.judged} == {outcome}
    assert len(result.judged) == 3


def test_what_persons_judged_is_asked_only_where_the_table_says_it(lung: Archive, tmp_path: Path):
    names = {one.criterion.name: one.not_asked for one in check_criteria(lung, "x-ray").results}
    assert "needs a column proof" in names["malignant-proven"]
    table = write_classes(
        tmp_path / "classes.csv",
        proof={"00000103": "CT only", "00000106": "biopsy", "00000104": "surgery"},
        unchanged_for_days={"00000102": "400"},
        nodule_mm={"00000103": "3.5", "00000104": "12"},
        artefact={"00000101": "no", "00000102": "yes"},
    )
    given = read_classes(table, lung.images(), lung)
    results = {
        one.criterion.name: sorted(judged.outcome for judged in one.judged)
        for one in check_criteria(lung, "all", given).results
    }
    assert results["malignant-proven"] == ["failed", *["passed"] * 6]
    assert results["nodule-4-mm"] == ["failed", *["passed"] * 8]
    assert results["benign-proven"] == ["passed", *["unknown"] * 4]
    assert results["no-artefact"] == ["failed", "passed", "unknown"]
    assert results["normal-on-ct"] == []


def test_every_criterion_is_listed_and_an_unknown_name_is_refused(lung: Archive):
    listed = run("archive", "criteria", "--list")
    assert all(one.name in listed for one in CRITERIA)
    assert len({one.name for one in CRITERIA}) == len(CRITERIA)
    with pytest.raises(HilumError, match="there is no criterion everything"):
        check_criteria(lung, "everything")


def test_series_of_the_archive_are_told_with_their_order(lung: Archive):
    told = json.loads(run("archive", "series", "--workspace", lung.workspace.root, "--json"))
    stacks = [one for one in told if one["modality"] in ("CT", "PT")]
    assert sorted(one["slices"] for one in stacks) == [3, 3, 3, 4, 5]
    gapped = next(one for one in stacks if one["slices"] == 4)
    assert [defect["name"] for defect in gapped["defects"]] == ["missing slice"]
    assert not gapped["volume"]
    assert all(one["volume"] for one in stacks if one["slices"] != 4)
    assert "missing slice" in run("archive", "series", "--list")
