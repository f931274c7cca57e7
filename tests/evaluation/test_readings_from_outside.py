"""Files as people have them: what is understood, and what is refused in one sentence."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import ReadingsError
from hilum.evaluation import Readings, Truth, evaluate

CASES = ["001", "002", "003", "004"]


def _truth(part="test"):
    return Truth.from_frame(pd.DataFrame({"case": CASES, "label": ["0", "0", "1", "1"], "part": part}))


def _readings(case=CASES, score=(0.1, 0.4, 0.35, 0.8), part="test"):
    return Readings.from_frame(pd.DataFrame({"case": case, "score": list(score), "part": part}), "cnn")


def _codes(result):
    return [notice.code for notice in result.warnings]


def test_a_file_without_reader_is_named_by_its_stem_and_keeps_leading_zeros(tmp_path):
    (tmp_path / "lunit.csv").write_text("case,score\n001,12.5\n002,80\n", encoding="utf-8")
    readings = Readings.load(tmp_path / "lunit.csv")
    assert readings.reader == "lunit"
    assert list(readings.frame["case"]) == ["001", "002"]
    assert readings.frame["repeat"].isna().all()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_korean_labels_as_excel_writes_them(tmp_path, encoding):
    text = "case,label\n1,정상\n2,폐렴\n3,정상\n"
    (tmp_path / "truth.csv").write_bytes(text.encode(encoding))
    truth = Truth.load(tmp_path / "truth.csv")
    assert (truth.positive, truth.classes) == ("폐렴", ("정상", "폐렴"))


def test_semicolons_and_tabs(tmp_path):
    (tmp_path / "a.csv").write_text("case;score\n1;0.5\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("case\tscore\n1\t0.5\n", encoding="utf-8")
    assert Readings.load(tmp_path / "a.csv").frame["score"].iloc[0] == 0.5
    assert Readings.load(tmp_path / "b.csv").frame["score"].iloc[0] == 0.5


@pytest.mark.parametrize("name", ["r.csv", "r.parquet"])
def test_what_is_saved_is_what_is_loaded(tmp_path, name):
    table = pd.DataFrame(
        {
            "case": ["01", "01"],
            "repeat": [1, 2],
            "reader": "cnn",
            "score": [0.1, np.nan],
            "decision": ["", "1"],
        }
    )
    readings = Readings.from_frame(table)
    again = Readings.load(readings.save(tmp_path / name))
    pd.testing.assert_frame_equal(readings.frame, again.frame)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_numbers_from_other_tables_meet_text_from_a_csv():
    truth = Truth.from_frame(pd.DataFrame({"case": [1.0, 2.0], "label": [0, 1]}))
    readings = Readings.from_frame(pd.DataFrame({"case": ["1", "2"], "score": ["0.1", "0.9"]}), "cnn")
    assert evaluate([readings], truth).find("cnn", "test", "auroc").n == 2


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"Case": ["1"], "score": [1]}, "no column `case`: rename `Case`"),
        ({"score": [1]}, "no column `case`: add it"),
        ({"case": ["1"], "scroe": [1]}, "no column `score`: rename `scroe`"),
        ({"case": ["1"], "score": [1], "repaet": [1]}, "no column `repeat`: rename `repaet`"),
        ({"case": ["1"], "comment": ["x"]}, "hold no opinion"),
        ({"case": ["1"], "finding": ["mass"]}, "hold no opinion"),
        ({"case": ["1", "1"], "score": [1, 2]}, "2 rows of cnn share reader, repeat and case"),
        ({"case": ["1", ""], "score": [1, 2]}, "1 rows of the readings have no case"),
        (
            {"case": ["1", "2"], "score": ["0.1", "high"]},
            "1 value that is no number, the first in data row 2",
        ),
        ({"case": ["1"], "score": [1], "repeat": [0]}, "counts 1, 2, 3"),
        ({"case": ["1", "2"], "score": [1, 2], "repeat": ["1", ""]}, "number all or none"),
        ({"case": ["1"], "score": [1], "reader": [""]}, "name no reader"),
    ],
)
def test_what_is_wrong_with_readings_is_one_sentence(table, sentence):
    with pytest.raises(ReadingsError) as caught:
        Readings.from_frame(pd.DataFrame(table), "cnn")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"case": ["1", "2"], "lable": ["0", "1"]}, "rename `lable`"),
        ({"case": ["1", "1"], "label": ["0", "1"]}, "share their case"),
        ({"case": ["1", "2"], "label": ["1", "1"]}, "one label only, `1`"),
        ({"case": ["1", "2"], "label": ["", "NA"]}, "no label at all"),
        ({"case": ["1", "2"], "label": ["bacteria", "virus"]}, "do not say which is the positive one"),
        ({"case": [], "label": []}, "no rows"),
        ({"case": ["1"], "time": [3]}, "no column `event`"),
        ({"case": ["1"], "time": [3], "evnt": [1]}, "rename `evnt`"),
        ({"case": ["1"], "time": [-3], "event": [1]}, "negative or infinite"),
        ({"case": ["1"], "time": [3], "event": ["maybe"]}, "write 1 where the event happened"),
        ({"case": ["1"], "time": [3], "event": [0]}, "no case of the truth has an event"),
        ({"case": ["1"], "time": [3], "event": [1], "label": [1]}, "say which task is meant"),
        ({"case": ["1", "2"], "label": ["0", "1"], "part": ["test", ""]}, "belong to no part"),
    ],
)
def test_what_is_wrong_with_the_truth_is_one_sentence(table, sentence):
    with pytest.raises(ReadingsError) as caught:
        Truth.from_frame(pd.DataFrame(table))
    assert sentence in str(caught.value)


def test_the_positive_class_may_be_named_and_is_checked():
    table = pd.DataFrame({"case": ["1", "2"], "label": ["bacteria", "virus"]})
    assert Truth.from_frame(table, positive="virus").classes == ("bacteria", "virus")
    assert Truth.from_frame(table, positive="bacteria").classes == ("virus", "bacteria")
    with pytest.raises(ReadingsError, match="did you mean `virus`"):
        Truth.from_frame(table, positive="Virus")


@pytest.mark.parametrize(
    ("labels", "positive"),
    [
        (("normal", "pneumonia"), "pneumonia"),
        (("0", "1"), "1"),
        (("control", "case"), "case"),
        (("Negative", "Positive"), "Positive"),
        (("음성", "양성"), "양성"),
        ((False, True), "1"),
        ((0.0, 1.0), "1"),
    ],
)
def test_the_positive_class_is_the_one_that_is_not_normal(labels, positive):
    for order in (labels, labels[::-1]):
        truth = Truth.from_frame(pd.DataFrame({"case": ["a", "b"], "label": list(order)}))
        assert truth.positive == positive
        assert truth.classes[-1] == positive


def test_files_that_are_none(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\x00\xff\xfe\x81")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 is not enough")
    (tmp_path / "c.pkl").write_bytes(b"")
    (tmp_path / "d.csv").write_bytes(b"")
    (tmp_path / "e.csv").write_text("case,case,score\n1,1,2\n", encoding="utf-8")
    for name in ("a.csv", "b.parquet", "c.pkl", "d.csv", "e.csv", "missing.csv"):
        with pytest.raises(ReadingsError, match=name[0]):
            Readings.load(tmp_path / name)


def test_unknown_cases_missing_cases_and_missing_scores_are_counted():
    readings = _readings(case=["001", "002", "003", "999"], score=[0.1, np.nan, 0.9, 0.5])
    result = evaluate([readings], _truth())
    counted = {notice.code: notice.n for notice in result.warnings}
    assert counted["unknown_cases"] == 1
    assert counted["cases_without_reading"] == 2
    area = result.find("cnn", "test", "auroc")
    assert (area.n, area.events, area.n_excluded) == (2, 1, 2)


def test_no_case_in_common_is_an_error():
    with pytest.raises(ReadingsError, match="none of the 4 cases of cnn is in the truth"):
        evaluate([_readings(case=["a", "b", "c", "d"])], _truth())


def test_infinite_scores_count_as_missing():
    result = evaluate([_readings(score=[0.1, np.inf, 0.3, 0.9])], _truth())
    assert "infinite_score" in _codes(result)
    assert result.find("cnn", "test", "auroc").n == 3


def test_the_truths_part_counts_and_the_difference_is_counted():
    result = evaluate([_readings(part=["test", "test", "test", "B"])], _truth())
    assert {notice.code: notice.n for notice in result.warnings}["other_part"] == 1
    assert result.parts == ("test",)


def test_a_reader_in_two_readings_is_one_reader():
    one = _readings()
    halves = [
        Readings.from_frame(one.frame.iloc[:2]),
        Readings.from_frame(one.frame.iloc[2:]),
    ]
    assert evaluate(halves, _truth()).measures == evaluate([one], _truth()).measures
    with pytest.raises(ReadingsError, match="share repeat and case"):
        evaluate([one, one], _truth())


def test_unknown_labels_are_left_out_and_counted():
    truth = Truth.from_frame(pd.DataFrame({"case": CASES, "label": ["0", "0", "1", ""]}))
    result = evaluate([_readings()], truth)
    assert {notice.code: notice.n for notice in result.warnings}["unknown_label"] == 1
    assert result.find("cnn", "test", "auroc").n == 3


def test_a_decision_that_is_no_class_is_an_error():
    readings = Readings.from_frame(pd.DataFrame({"case": CASES, "decision": ["0", "1", "1", "perhaps"]}), "p")
    with pytest.raises(ReadingsError, match="decision `perhaps` of p is none of the classes 0, 1"):
        evaluate([readings], _truth())


def test_a_score_called_a_probability_must_be_one():
    from hilum.evaluation import EvaluationOptions

    options = EvaluationOptions(probabilities=frozenset({"cnn"}))
    with pytest.raises(ReadingsError, match="2 scores of cnn are not between 0 and 1"):
        evaluate([_readings(score=[0.2, 0.3, 35, 80])], _truth(), options)


def test_a_score_read_the_wrong_way_round_is_named(cohort):
    truth, model, _ = cohort
    turned = Readings.from_frame(model.frame.assign(score=-model.frame["score"]))
    assert "reversed_direction" in _codes(evaluate([turned], truth))


def test_one_class_in_a_part_leaves_its_area_out():
    truth = _truth(part=["A", "A", "A", "B"])
    result = evaluate([_readings()], truth)
    assert result.find("cnn", "B", "auroc") is None
    assert "one_class" in _codes(result)


def test_only_training_cases_is_an_error():
    with pytest.raises(ReadingsError, match="all cases of the truth are in `train`"):
        evaluate([_readings()], _truth(part="train"))


def test_a_part_called_val_is_questioned():
    assert "part_name" in _codes(evaluate([_readings()], _truth(part=["val", "val", "val", "test"])))
