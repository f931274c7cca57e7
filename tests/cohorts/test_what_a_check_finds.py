"""Every check finds what it is for, says its consequence, and is silent where nothing is wrong."""

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import CHECKS, check, table_one
from hilum.errors import SeriousFindingError

PARTS = ["train"] * 60 + ["validation"] * 20 + ["test"] * 20
LABELS = ["normal", "sick"] * 50


def _codes(cohort):
    return {item.code: item for item in check(cohort).items}


def test_a_sound_cohort_has_only_notes(classified):
    cohort = classified(part=PARTS, label=LABELS, age=np.arange(100) % 37)
    findings = check(cohort)
    assert [(item.level, item.code) for item in findings.items] == [("note", "class_counts")]
    findings.raise_if_serious()
    assert findings.to_json()["items"][0]["text"].endswith("train 30 / 30, validation 10 / 10, test 10 / 10")


def test_a_patient_in_two_parts_is_serious(classified):
    patients = [f"p{n}" for n in range(99)] + ["p0"]
    found = check(classified(part=PARTS, label=LABELS, patient=patients))
    assert found.items[0].code == "patient_across_parts"
    assert "1 patient is in more than one part (train and test)" in found.items[0].text
    with pytest.raises(SeriousFindingError, match="1 patient is in more than one part"):
        found.raise_if_serious()


def test_different_labels_of_one_patient_are_a_warning(classified):
    patients = [f"p{n // 2}" for n in range(100)]
    found = _codes(classified(part=PARTS, label=LABELS, patient=patients))
    assert (found["label_conflict"].level, found["label_conflict"].n) == ("warning", 50)


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ([1.0 if label == "sick" else 0.0 for label in LABELS], True),
        (["icu" if label == "sick" else "ward" for label in LABELS], True),
        ([-5.0 if label == "sick" else n for n, label in enumerate(LABELS)], True),
        (list(np.arange(100) % 10), False),
        (["ward"] * 100, False),
    ],
)
def test_a_column_that_gives_the_answer(classified, column, found):
    assert ("column_gives_answer" in _codes(classified(part=PARTS, label=LABELS, place=column))) is found


@pytest.mark.parametrize("name", ["date_of_death", "death date", "사망일", "Time to death", "autopsy"])
def test_a_column_written_after_the_outcome(followed, name):
    cohort = followed(part=PARTS, event=[0, 1] * 50, **{name: ["x"] * 100})
    assert _codes(cohort)["written_after_outcome"].level == "warning"


def test_missing_values_are_counted(classified):
    cohort = classified(part=PARTS, label=LABELS, urea=[None] * 30 + [5.0] * 70, age=[None] + [50.0] * 99)
    found = [item for item in check(cohort).items if item.code == "missing_values"]
    assert [(item.level, item.n) for item in found] == [("warning", 30), ("note", 1)]
    assert "`urea` is missing in 30 of 100 cases (30.0 %)" in found[0].text


def test_few_events_and_none(followed):
    cohort = followed(part=PARTS, event=[1] * 12 + [0] * 48 + [1] + [0] * 39)
    found = check(cohort)
    texts = [item.text for item in found.items]
    assert "the part validation has only 1 event: its intervals will be wide" in texts
    assert any(text.startswith("the part test has no events") for text in texts)
    assert "13 events in 100 cases (train 12, validation 1, test 0)" in texts


def test_a_rare_class(classified):
    cohort = classified(part=PARTS, label=["sick"] * 5 + ["normal"] * 95)
    assert "`sick` is rare, 5 cases of 100 (5.0 %)" in _codes(cohort)["imbalance"].text


def test_mixed_and_unknown_views(classified):
    cohort = classified(part=PARTS, label=LABELS, view=["PA"] * 90 + ["AP"] * 6 + ["unknown"] * 4)
    found = _codes(cohort)
    assert found["mixed_views"].n == 6
    assert "PA 90, AP 6, unknown 4" in found["mixed_views"].text
    assert found["unknown_view"].level == "warning"
    only = _codes(classified(part=PARTS, label=LABELS, view=[""] * 100))
    assert only["unknown_view"].level == "note"


def test_every_check_has_a_record_and_codes_of_its_own():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    codes = [code for check in CHECKS for code in check.codes]
    assert len(set(codes)) == len(codes)
    assert all(check.sentence.endswith(".") for check in CHECKS)


def test_table_one_counts_by_part(classified):
    cohort = classified(
        part=["train", "train", "test", "test"],
        label=["normal", "sick", "sick", "sick"],
        age=[40, 50, None, 70],
        sex=["F", "M", "M", "M"],
        confusion=[0, 1, 1, None],
        note=["2024-01-01"] * 4,
    )
    table = table_one(cohort).set_index("characteristic")
    assert list(table.columns) == ["train", "test"]
    assert table.loc["label: sick"].tolist() == ["1 (50.0 %)", "2 (100.0 %)"]
    assert table.loc["age"].tolist() == ["45.0 [42.5 to 47.5]", "70.0 [70.0 to 70.0]"]
    assert table.loc["age: missing"].tolist() == ["0 (0.0 %)", "1 (50.0 %)"]
    assert table.loc["sex: M"].tolist() == ["1 (50.0 %)", "2 (100.0 %)"]
    assert table.loc["confusion"].tolist() == ["1 (50.0 %)", "1 (100.0 %)"]
    assert "note" not in table.index
    assert isinstance(table_one(cohort), pd.DataFrame)
