"""From tables of lesions and marks to results: what is measured, compared, counted and refused."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation import EvaluationOptions, Readings, Truth, align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.tasks.detection import evaluate_detection

FEW = EvaluationOptions(bootstrap=200)


def _evaluated(truth, *tables: object, options=FEW):
    truth = Truth.from_frame(pd.DataFrame(truth), kind="detection")
    readings = [Readings.from_frame(pd.DataFrame(table), f"r{number}") for number, table in enumerate(tables)]
    alignment = align(readings, truth)
    ledger = Ledger()
    ledger.notices.extend(alignment.notices)
    evaluate_detection(Work(alignment, options, ledger))
    return ledger


def _value(ledger, measure, *, reader="r0", part="test", at=None, of=None):
    found = [
        row
        for row in ledger.measures
        if (row.reader, row.part, row.measure, row.at, row.of) == (reader, part, measure, at, of)
    ]
    assert len(found) == 1, (measure, at, of)
    return found[0]


def _codes(ledger):
    return {notice.code: notice.n for notice in ledger.notices}


# Four films: two lesions on a, one on b, none on c and d.
TRUTH = {
    "case": ["a", "a", "b", "c", "d"],
    "x": [10, 50, 20, None, None],
    "y": [10, 50, 20, None, None],
    "width": [20, 20, 20, None, None],
    "height": [20, 20, 20, None, None],
}
# Right on a; false on c with a higher score; right on b, lowest.
MARKS = {
    "case": ["a", "c", "b"],
    "x": [12, 5, 22],
    "y": [10, 5, 20],
    "width": [20, 10, 20],
    "height": [20, 10, 20],
    "score": [0.8, 0.9, 0.3],
}


def test_four_films_by_hand():
    made = _evaluated(TRUTH, MARKS, options=EvaluationOptions(bootstrap=200, thresholds={"r0": 0.5}))
    # One false mark on four images before the first hit: nothing below 1/4, two of three lesions beyond.
    assert _value(made, "froc", at="fp_per_image=0.125").value == 0
    assert _value(made, "froc", at="fp_per_image=0.25").value == pytest.approx(2 / 3)
    assert _value(made, "froc").value == pytest.approx(6 * (2 / 3) / 7)
    # a: lesions rated 0.8 and nothing, b: 0.3; healthy c rated 0.9, d nothing. Pairs with d: 1, 1/2 and 1.
    assert _value(made, "wafroc").value == pytest.approx((0 + 0.75 + 0 + 1) / 4)
    # Overlap 18 x 20 of 22 x 20 = 0.818 both: false, right, right. Precision 2/3 up to recall 2/3.
    for at in ("iou=0.10", "iou=0.20", "iou=0.50", "centre"):
        assert _value(made, "map", at=at).value == pytest.approx(67 * (2 / 3) / 101)
    assert _value(made, "map", at="iou=0.50:0.95").value == pytest.approx(67 * (2 / 3) / 101 * 7 / 10)
    assert _value(made, "auroc", of="case").value == pytest.approx((0 + 1 + 0 + 1) / 4)
    assert _value(made, "lesion_sensitivity", at="threshold=0.5").value == pytest.approx(1 / 3)
    assert _value(made, "fp_per_image", at="threshold=0.5").value == 0.25
    assert _value(made, "lesion_ppv", at="threshold=0.5").value == 0.5
    assert _value(made, "sensitivity", of="case", at="threshold=0.5").value == 0.5
    row = _value(made, "froc")
    assert (row.n, row.events, row.method) == (4, 3, "bootstrap_percentile")
    assert row.low <= row.value <= row.high


def _random(seed, cases=80, skill=(0.8, 0.5)):
    rng = np.random.default_rng(seed)
    truth, tables = [], [[] for _ in skill]
    for number in range(cases):
        base = {
            "case": f"c{number}",
            "patient": f"p{number // 2}",
            "part": "validation" if number < 30 else "test",
        }
        places = rng.integers(0, 400, (rng.integers(0, 3), 2))
        truth += [base | {"x": x, "y": y, "diameter": 30} for x, y in places] or [base | {"x": None}]
        for table, share in zip(tables, skill, strict=True):
            for x, y in places:
                if rng.random() < share:
                    score = rng.beta(4, 2)
                    table.append({"case": base["case"], "x": x + 3, "y": y, "diameter": 28, "score": score})
            for x, y in rng.integers(0, 400, (rng.poisson(0.7), 2)):
                score = rng.beta(2, 4)
                table.append({"case": base["case"], "x": x, "y": y, "diameter": 28, "score": score})
    return truth, tables


def test_two_readers_are_compared_and_the_threshold_is_chosen_on_validation_alone():
    truth, tables = _random(3)
    made = _evaluated(truth, *tables)
    compared = {(row.measure, row.at, row.of): row for row in made.comparisons if row.part == "test"}
    for key in (("wafroc", None, None), ("froc", None, None), ("map", "iou=0.50:0.95", None)):
        assert compared[key].low < compared[key].difference < compared[key].high
        assert compared[key].difference > 0
    assert compared["wafroc", None, None].method == "wafroc_paired_clustered"
    assert ("auroc", None, "case") in compared
    assert ("fp_per_image", None, None) in compared
    other = [row | {"x": 1.0, "y": 1.0, "diameter": 5} if row["part"] == "test" else row for row in truth]
    assert _evaluated(other, *tables).thresholds == made.thresholds
    assert set(made.thresholds) == {"r0", "r1"}


def test_false_positives_per_image_may_be_fixed_on_validation():
    truth, tables = _random(4)
    options = EvaluationOptions(bootstrap=200, threshold_rules={"*": "fp_per_image=0.25"})
    made = _evaluated(truth, tables[0], options=options)
    at = f"threshold={made.thresholds['r0']:.6g}"
    assert 0.15 < _value(made, "fp_per_image", part="validation", at=at).value <= 0.25


def test_rows_in_another_order_give_the_same_results():
    truth, tables = _random(5, cases=40)
    turned = pd.DataFrame(tables[0]).sample(frac=1, random_state=1)
    one, other = _evaluated(truth, tables[0]), _evaluated(truth, turned)
    assert [row.value for row in one.measures] == pytest.approx([row.value for row in other.measures])


def test_marks_without_scores_are_one_operating_point():
    silent = {name: values for name, values in MARKS.items() if name != "score"}
    made = _evaluated(TRUTH, silent)
    measured = {row.measure for row in made.measures}
    assert {"lesion_sensitivity", "fp_per_image", "sensitivity"} <= measured
    assert not measured & {"froc", "wafroc", "map", "auroc"}
    assert {"froc_refused", "auroc_refused"} <= set(_codes(made))
    assert _value(made, "lesion_sensitivity").value == pytest.approx(2 / 3)


def test_points_have_no_overlap():
    points = {"case": ["a", "c"], "x": [20, 5], "y": [20, 5], "score": [0.9, 0.5]}
    made = _evaluated(TRUTH, points)
    assert {row.at for row in made.measures if row.measure == "map"} == {"centre"}
    assert _codes(made)["marks_without_extent"] == 2
    assert _value(made, "froc").value == pytest.approx(1 / 3)
    with pytest.raises(ReadingsError, match="2 marks of r0 are points without an extent"):
        _evaluated(TRUTH, points, options=EvaluationOptions(hit="iou=0.5"))


def test_an_interval_of_the_kind_that_was_asked_for():
    truth, tables = _random(6)
    made = _evaluated(truth, tables[0], options=EvaluationOptions(bootstrap=200, bootstrap_interval="bca"))
    for measure in ("froc", "map"):
        methods = {row.method for row in made.measures if row.measure == measure}
        assert "bootstrap_bca" in methods


def test_what_does_not_fit_is_counted():
    marks = pd.DataFrame(MARKS)
    odd = pd.concat(
        [
            marks,
            marks.iloc[:1],
            marks.iloc[:1].assign(case="unknown"),
            marks.iloc[:1].assign(case="d", score=np.nan),
            marks.iloc[:1].assign(case="d", score=np.inf),
        ]
    )
    counted = _codes(_evaluated(TRUTH, odd))
    assert {code: counted[code] for code in ("duplicate_marks", "unknown_cases")} == {
        "duplicate_marks": 1,
        "unknown_cases": 1,
    }
    assert (counted["missing_score"], counted["infinite_score"]) == (1, 1)
    made, odd_made = _evaluated(TRUTH, MARKS), _evaluated(TRUTH, odd)
    assert [row.value for row in made.measures] == [row.value for row in odd_made.measures]


def test_several_images_of_a_case():
    truth = {
        "case": ["a", "a", "b"],
        "image": ["a1", "a2", "b1"],
        "x": [10, None, None],
        "y": [10, None, None],
        "diameter": [8, None, None],
    }
    marks = {
        "case": ["a", "a", "b", "b"],
        "image": ["a1", "a2", "b1", "b9"],
        "x": [10, 10, 1, 1],
        "y": [10, 10, 1, 1],
        "score": [0.9, 0.8, 0.2, 0.1],
    }
    made = _evaluated(truth, marks, options=EvaluationOptions(bootstrap=200, thresholds={"*": 0.0}))
    # The same place on the other image is false; b9 is an image that only the reader names: 4 images.
    assert _value(made, "fp_per_image", at="threshold=0").value == pytest.approx(3 / 4)
    assert _codes(made)["unknown_images"] == 1
    nameless = {name: values for name, values in marks.items() if name != "image"}
    with pytest.raises(ReadingsError, match="2 marks of r0 do not say on which of several images"):
        _evaluated(truth, nameless)
    merged = {name: values for name, values in truth.items() if name != "image"}
    assert _codes(_evaluated(merged, marks))["images_not_in_truth"] == 2


def test_lesions_of_classes_are_found_by_marks_of_their_class_only():
    truth = TRUTH | {"class": ["mass", "nodule", "mass", "", ""]}
    marks = MARKS | {"class": ["mass", "mass", "nodule"]}
    made = _evaluated(truth, marks, {name: MARKS[name] for name in MARKS})
    # Of the masses (one on a, one on b) one is found, of the nodules none.
    assert _value(made, "froc", at="fp_per_image=8", of="mass").value == 0.5
    assert _value(made, "froc", at="fp_per_image=8", of="nodule").value == 0
    assert _value(made, "froc", at="fp_per_image=8").value == pytest.approx(1 / 3)
    both = [_value(made, "map", at="iou=0.50", of=name).value for name in ("mass", "nodule")]
    assert _value(made, "map", at="iou=0.50").value == pytest.approx(np.mean(both))
    assert "no_class" in _codes(made)
    assert _value(made, "froc", at="fp_per_image=8", reader="r1").value == pytest.approx(2 / 3)
    strange = _evaluated(truth, MARKS | {"class": ["mass", "cat", "mass"]})
    assert _codes(strange)["unknown_class"] == 1


def test_parts_without_lesions_or_without_healthy_cases():
    healthy = {"case": ["a", "b", "c"], "part": ["A", "A", "B"], "x": [None, None, 5], "y": [None, None, 5]}
    truth = healthy | {"diameter": [None, None, 4]}
    made = _evaluated(truth, {"case": ["a", "c"], "x": [1, 5], "y": [1, 5], "score": [0.1, 0.2]})
    assert {"no_lesions", "no_healthy_cases", "one_class"} <= set(_codes(made))
    assert not [row for row in made.measures if row.part == "A" and row.measure in {"froc", "wafroc", "map"}]
    row = _value(made, "froc", part="B")
    assert (row.value, row.low, row.method) == (1, None, "not_estimable")


def test_a_reader_who_marks_nothing():
    nothing = {"case": ["a", "b", "c", "d"], "x": [None] * 4, "y": [None] * 4, "score": [None] * 4}
    made = _evaluated(TRUTH, nothing)
    assert _value(made, "froc").value == 0
    assert _value(made, "wafroc").value == 0.5
    assert _value(made, "map", at="iou=0.50").value == 0


@pytest.mark.parametrize(
    ("truth", "marks", "sentence"),
    [
        ({"width": None, "height": None}, {}, "3 lesions of the truth have no extent"),
        ({"height": None}, {}, "lack a side"),
        ({"z": [1, 1, 1, None, None]}, {}, "`width`, `height` and `depth`"),
        ({"z": [1, 1, 1, None, None], "depth": [1, 1, 1, None, None]}, {}, "have no `z` although"),
        ({}, {"y": [1, None, 1]}, "1 rows of r0 give only one of `x` and `y`"),
        ({}, {"x": [1, np.inf, 1]}, "`x` of r0 is infinite in 1 rows"),
        ({}, {"width": [1, -1, 1]}, "a `width` of r0 is not above 0"),
        ({"class": ["mass", "", "mass", "", ""]}, {}, "1 lesions of the truth have no class"),
        ({"image": ["a1", None, "b1", None, None]}, {}, "rows with and rows without an `image`"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(truth, marks, sentence):
    with pytest.raises(ReadingsError, match=sentence):
        _evaluated(pd.DataFrame(TRUTH).assign(**truth), pd.DataFrame(MARKS).assign(**marks))


def test_a_hit_that_is_none():
    with pytest.raises(MeasureError, match="does not say when a mark finds a lesion"):
        _evaluated(TRUTH, MARKS, options=EvaluationOptions(hit="near"))
