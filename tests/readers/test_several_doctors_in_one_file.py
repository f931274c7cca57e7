"""Doctors' and products' files in other shapes: several readers, conditions, findings, boxes, Korean."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.errors import ReadingsError, TableError
from hilum.evaluation import Truth, evaluate
from hilum.evaluation.inputs.alignment import align
from hilum.readers import product


def save(folder: Path, frame: pd.DataFrame, name: str = "reading.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    frame.to_csv(path, index=False, encoding=encoding)
    return path


def rows_of(cohort: Cohort, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"case": cohort.cases["case"], "score": cohort.cases["x"], **columns})


def codes(said) -> dict[str, int]:
    return {warning.code: warning.n for warning in said}


@pytest.mark.parametrize("column", ["reader", "Radiologist", "판독의"])
def test_each_doctor_of_a_file_is_a_reader_under_her_own_name(classes: Cohort, tmp_path: Path, column: str):
    kim = rows_of(classes, **{column: "Kim"})
    lee = rows_of(classes, **{column: "Lee"}).assign(score=classes.cases["z"]).iloc[20:]
    path = save(tmp_path, pd.concat([kim, lee]).sample(frac=1, random_state=2))
    readings, said = product(path).read_with_warnings(classes)
    assert set(readings.readers) == {"Kim", "Lee"}
    frame = readings.frame.set_index(["reader", "case"])["score"]
    np.testing.assert_allclose(frame["Kim"][classes.cases["case"]], classes.cases["x"])
    assert frame["Lee"].isna().sum() == 20
    assert codes(said) == {"reader_read_some": 20}
    result = evaluate([readings], classes.truth())
    assert result.find("Kim", "test", "auroc").value != result.find("Lee", "test", "auroc").value


def test_the_radiologist_who_signed_does_not_split_a_product(classes: Cohort, tmp_path: Path):
    table = rows_of(classes, 판독의=np.where(np.arange(len(classes)) % 2, "Kim", "Lee"))
    path = save(tmp_path, table, "lunit.csv")
    readings, said = product(path).read_with_warnings(classes)
    assert readings.readers == ("lunit",)
    assert codes(said) == {"reader_column_not_used": 2}
    named = product(path, {"reader": "판독의"}).read(classes)
    assert set(named.readers) == {"Kim", "Lee"}


def test_one_doctor_in_the_whole_file_goes_by_the_file_s_name(classes: Cohort, tmp_path: Path):
    path = save(tmp_path, rows_of(classes, reader="Kim"), "second opinion.csv")
    assert product(path).read(classes).readers == ("second opinion",)
    assert product(path, reader_name="Dr Kim").read(classes).readers == ("Dr Kim",)


def test_without_and_with_ai_with_times_and_confidence(classes: Cohort, tmp_path: Path):
    tables = [
        rows_of(
            classes,
            reader=who,
            condition=how,
            seconds=np.linspace(5, 60, len(classes)),
            confidence="80%",
        )
        for who in ("Kim", "Lee")
        for how in ("alone", "with AI")
    ]
    readings = product(save(tmp_path, pd.concat(tables))).read(classes)
    assert set(readings.readers) == {"Kim, alone", "Kim, with AI", "Lee, alone", "Lee, with AI"}
    assert set(readings.frame["person"]) == {"Kim", "Lee"}
    assert readings.frame["seconds"].between(5, 60).all()
    assert (readings.frame["confidence"] == 0.8).all()


def test_doctors_columns_under_other_names_are_mapped(classes: Cohort, tmp_path: Path):
    table = pd.concat([rows_of(classes).assign(Doctor=who, Secs=12) for who in ("Kim", "Lee")])
    mapping = {"reader": "Doctor", "seconds": "Secs", "score": "score"}
    frame = product(save(tmp_path, table), mapping).read(classes).frame
    assert set(frame["reader"]) == {"Kim", "Lee"}
    assert (frame["seconds"] == 12).all()


def test_rows_without_a_reader_are_refused_and_counted(classes: Cohort, tmp_path: Path):
    table = pd.concat([rows_of(classes, reader="Kim"), rows_of(classes, reader=None)])
    with pytest.raises(TableError, match=f"{len(classes)} rows of reading.csv name no reader"):
        product(save(tmp_path, table)).read(classes)


def test_two_readings_of_a_case_by_one_doctor_are_refused(classes: Cohort, tmp_path: Path):
    table = pd.concat(
        [rows_of(classes, reader="Kim"), rows_of(classes, reader="Lee"), rows_of(classes, reader="Lee")]
    )
    with pytest.raises(ReadingsError, match=f"several rows for {len(classes)} cases"):
        product(save(tmp_path, table)).read(classes)


def test_both_sides_and_duplicates_are_counted_with_several_readers(classes: Cohort, tmp_path: Path):
    kim, lee = (rows_of(classes, reader=who).iloc[10:] for who in ("Kim", "Lee"))
    strangers = pd.DataFrame({"case": ["x", "y"], "score": 0.5, "reader": "Kim"})
    _, said = product(save(tmp_path, pd.concat([kim, lee, strangers]))).read_with_warnings(classes)
    assert [(w.code, w.n) for w in said] == [
        ("cases_without_row", 10),
        ("rows_without_case", 2),
        ("reader_read_some", 10),
        ("reader_read_some", 10),
    ]


def test_a_score_per_finding_wide_by_name_serves_the_class_that_is_asked_for(classes: Cohort, tmp_path: Path):
    table = pd.DataFrame({"case": classes.cases["case"], "Mass (%)": 3.0, "Pneumonia (%)": 0.0})
    table["Pneumonia (%)"] = np.linspace(0, 100, len(classes))
    frame = product(save(tmp_path, table)).read(classes).frame
    np.testing.assert_allclose(frame["score"], np.linspace(0, 1, len(classes)))
    with pytest.raises(TableError, match="for each of several findings"):
        product(save(tmp_path, table.drop(columns="Pneumonia (%)"))).read(classes)


def test_a_score_per_finding_is_mapped_or_long(classes: Cohort, tmp_path: Path):
    wide = pd.DataFrame({"case": classes.cases["case"], "Mass (%)": 40.0, "Nodule": 0.25})
    mapping = {"score_mass": "Mass (%)", "score_nodule": "Nodule"}
    frame = product(save(tmp_path, wide), mapping).read(classes).frame
    assert (frame["score_mass"] == 0.4).all()
    assert (frame["score_nodule"] == 0.25).all()
    long = pd.concat(
        pd.DataFrame({"case": classes.cases["case"], "finding": name, "score": value, "decision": called})
        for name, value, called in (("mass", 0.4, "yes"), ("nodule", 0.25, "no"))
    )
    readings = product(save(tmp_path, long)).read(classes)
    assert set(readings.opinions) == {"score_mass", "score_nodule", "decision_mass", "decision_nodule"}
    assert (readings.frame["score_mass"] == 0.4).all()
    findings = pd.DataFrame(
        {
            "case": classes.cases["case"],
            "mass": np.arange(len(classes)) % 2,
            "nodule": np.arange(len(classes)) % 3 == 0,
        }
    )
    truth = Truth.from_frame(findings.astype({"nodule": int}), kind="findings")
    opinions = align([readings], truth).opinions[0]
    assert (opinions.columns["decision_mass"] == 1).all()
    assert (opinions.columns["decision_nodule"] == 0).all()


def boxes(cohort: Cohort) -> pd.DataFrame:
    first = pd.DataFrame({"case": cohort.cases["case"], "x1": 10, "y1": 20, "x2": 30, "y2": 60, "score": 0.9})
    second = first.head(5).assign(x1=100, x2=140, score=0.3)
    return pd.concat([first, second])


def test_boxes_by_corners_or_size_become_marks(classes: Cohort, tmp_path: Path):
    corners = {name: name for name in ("x1", "y1", "x2", "y2", "score")}
    readings = product(save(tmp_path, boxes(classes)), corners).read(classes)
    assert readings.marks
    assert len(readings.frame) == len(classes) + 5
    first = readings.frame.iloc[0]
    assert (first["x"], first["y"], first["width"], first["height"]) == (10, 20, 20, 40)
    sized = boxes(classes).assign(w=20, h=40).drop(columns=["x2", "y2"])
    mapping = {"x": "x1", "y": "y1", "width": "w", "height": "h", "score": "score"}
    again = product(save(tmp_path, sized), mapping).read(classes)
    assert (again.frame["height"] == 40).all()
    assert again.frame["score"].value_counts().to_dict() == {0.9: len(classes), 0.3: 5}


def test_boxes_that_end_before_they_begin_are_refused(classes: Cohort, tmp_path: Path):
    corners = {name: name for name in ("x1", "y1", "x2", "y2", "score")}
    with pytest.raises(TableError, match=r"5 boxes of reading\.csv end before"):
        product(
            save(tmp_path, boxes(classes).assign(x2=lambda t: t["x2"].where(t["x1"] < 50, 90))), corners
        ).read(classes)


def test_several_boxes_a_case_are_no_opinion_on_the_case(classes: Cohort, tmp_path: Path):
    with pytest.raises(ReadingsError, match="several rows for 5 cases"):
        product(save(tmp_path, boxes(classes))).read(classes)


def test_a_korean_export_in_cp949(classes: Cohort, tmp_path: Path):
    table = pd.DataFrame({"검사번호": classes.cases["case"], "이상확률(%)": 12.5, "판독": "양성"})
    path = save(tmp_path, table, "뷰노.csv", "cp949")
    mapped = product(path, {"score": "이상확률(%)", "decision": "판독"})
    frame = mapped.read(classes).frame
    assert (frame["score"] == 0.125).all()
    assert (frame["decision"] == "pneumonia").all()
    assert (product(path).read(classes).frame["score"] == 0.125).all()


def test_a_free_text_report_beside_a_score_is_left_out_and_said(classes: Cohort, tmp_path: Path):
    table = rows_of(classes, 판독="우하엽에 경화 소견")
    readings, said = product(save(tmp_path, table)).read_with_warnings(classes)
    assert readings.opinions == ("score",)
    assert codes(said) == {"decision_not_read": len(classes)}
    with pytest.raises(TableError, match="decisions that are none of"):
        product(save(tmp_path, table), {"score": "score", "decision": "판독"}).read(classes)


def test_numbers_as_identifiers_survive_a_blank_among_them(classes: Cohort, tmp_path: Path):
    import dataclasses

    numbered = dataclasses.replace(
        classes, cases=classes.cases.assign(case=[str(number) for number in range(1, len(classes) + 1)])
    )
    table = pd.DataFrame({"case": [*numbered.cases["case"], ""], "score": 0.5})
    table["score"] = np.linspace(0, 1, len(table))
    readings, said = product(save(tmp_path, table)).read_with_warnings(numbered)
    assert readings.frame["score"].notna().all()
    assert codes(said) == {"rows_without_case": 1}


def test_zeros_that_excel_took_away_are_suspected(classes: Cohort, tmp_path: Path):
    import dataclasses

    numbered = dataclasses.replace(
        classes, cases=classes.cases.assign(case=[f"{number:05d}" for number in range(1, len(classes) + 1)])
    )
    table = pd.DataFrame({"case": range(1, len(classes) + 1), "score": 0.5})
    with pytest.raises(ReadingsError, match="zeros in front"):
        product(save(tmp_path, table)).read(numbered)


def test_the_names_of_classes_serve_where_there_are_three(classes: Cohort, tmp_path: Path):
    import dataclasses

    labels = np.array(["normal", "Bacterial", "viral"])[np.arange(len(classes)) % 3]
    three = dataclasses.replace(
        classes,
        cases=classes.cases.assign(label=labels),
        classes=("normal", "Bacterial", "viral"),
        positive=None,
    )
    table = pd.DataFrame({"case": three.cases["case"]})
    for name in ("Normal", "bacterial", "VIRAL"):
        table[f"{name} probability"] = (labels == name) * 0.5 + 0.1
    assert set(product(save(tmp_path, table)).read(three).opinions) == {
        "score_normal",
        "score_Bacterial",
        "score_viral",
    }
