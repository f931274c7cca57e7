import numpy as np
import pytest

from hilum.errors import ModelError
from hilum.preparation import prepare
from training.tiny import small_plan, two_classes


def test_it_is_named_and_left_out_and_its_neighbours_are_untouched(tmp_path):
    cohort = two_classes(tmp_path / "films", n=10)
    plan = small_plan()
    whole = prepare(cohort, plan, tmp_path / "whole", workers=1)
    broken = cohort.cases["image"].iloc[4]
    (tmp_path / "films" / broken).write_bytes(b"\x89PNG\r\n\x1a\nnot a picture")

    prepared = prepare(cohort, plan, tmp_path / "prepared", workers=1)

    assert [problem.image for problem in prepared.problems] == [broken]
    assert str(tmp_path) not in prepared.problems[0].reason
    rows = prepared.rows_of(cohort.cases["image"].tolist())
    assert rows[4] == -1
    others = np.delete(np.arange(10), 4)
    assert (rows[others] >= 0).all()
    np.testing.assert_array_equal(prepared.array[rows[others]], whole.array[rows[others]])


def test_a_missing_file_counts_as_unreadable(tmp_path):
    cohort = two_classes(tmp_path / "films", n=6)
    (tmp_path / "films" / cohort.cases["image"].iloc[0]).unlink()
    prepared = prepare(cohort, small_plan(), tmp_path / "prepared", workers=1)
    assert len(prepared.problems) == 1
    assert prepared.readable.sum() == 5


def test_not_one_readable_image_is_an_error(tmp_path):
    cohort = two_classes(tmp_path / "films", n=4)
    for image in cohort.cases["image"]:
        (tmp_path / "films" / image).write_bytes(b"nothing")
    with pytest.raises(ModelError, match="none of 4 images could be read"):
        prepare(cohort, small_plan(), tmp_path / "prepared", workers=1)


def test_a_case_without_image_has_no_row(tmp_path):
    cohort = two_classes(tmp_path / "films", n=4)
    cohort.cases.loc[1, "image"] = ""
    prepared = prepare(cohort, small_plan(), tmp_path / "prepared", workers=1)
    assert prepared.rows_of(cohort.cases["image"].tolist()).tolist()[1] == -1
    assert len(prepared.images) == 3
