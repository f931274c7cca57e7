"""A reader who finds every lesion, or leaves no false mark: that intervals have no width is said."""

import pandas as pd
import pytest

from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate

CASES = range(30)
ILL = [case for case in CASES if case % 2]


def result(marks, **options: object):
    place = {"x": 50.0, "y": 50.0, "width": 20.0, "height": 20.0}
    rows = [{"case": case, "patient": case, **(place if case in ILL else {})} for case in CASES]
    table = pd.DataFrame([{**place, **mark} for mark in marks])
    readings = [Readings.from_frame(table, "cnn")]
    return evaluate(
        readings, Truth.from_frame(pd.DataFrame(rows)), EvaluationOptions(bootstrap=100, **options)
    )


def said(made):
    return [notice.text for notice in made.warnings if notice.code == "no_variation"]


def test_all_lesions_are_found():
    every = [{"case": case, "score": 0.5 + case / 100} for case in ILL]
    made = result(every)
    row = made.find("cnn", "test", "froc", at="fp_per_image=1")
    assert (row.value, row.low, row.high) == (1, 1, 1)
    assert any(
        "finds all lesions of test, or none, at some points of its FROC curve" in text for text in said(made)
    )


def test_some_lesions_are_found():
    some = [{"case": case, "score": 0.5 + case / 100} for case in ILL[:9]]
    wrong = [{"case": case, "score": 0.2 + case / 100, "x": 300.0} for case in CASES[::3]]
    assert said(result([*some, *wrong], thresholds={"cnn": 0.1})) == []


@pytest.mark.parametrize(("images", "limit"), [(30, "0.12")])
def test_no_false_mark_is_left(images, limit):
    """Upper exact 95 % limit of a Poisson count of 0 (R: poisson.test(0)$conf.int) is 3.689."""
    some = [{"case": case, "score": 0.5} for case in ILL[:9]]
    made = result(some, thresholds={"cnn": 0.1})
    assert made.find("cnn", "test", "fp_per_image").value == 0
    text = next(text for text in said(made) if "no false mark" in text)
    assert f"no false mark on {images} images of test" in text
    assert f"though {limit} an image could still leave none" in text
