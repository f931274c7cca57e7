"""What the terminal shows: readers in rows, parts in columns, differences with p."""

import pytest

from hilum.evaluation import EvaluationOptions, Readings, evaluate, p_text, text_table
from hilum.evaluation.terminal import aligned, shown_pairs


def test_readers_in_rows_and_parts_in_columns(cohort):
    truth, model, points = cohort
    result = evaluate([model, points], truth)
    lines = text_table(result).splitlines()
    assert lines[0].split() == ["test", "B"]
    area = result.find("model", "test", "auroc")
    assert lines[1].startswith("model ")
    assert f"{area.value:.2f} ({area.low:.2f}-{area.high:.2f})" in lines[1]
    assert lines[1].endswith("AUROC")
    difference = result.compare("model", "points", "test", "auroc")
    assert lines[3].startswith("model - points")
    assert f"{difference.difference:+.2f} {p_text(difference.p)}" in lines[3]
    assert lines[3].endswith("DeLong")
    assert lines[4].split()[:3] == ["n", "250,", f"{area.events}"]


def test_the_comparator_is_what_is_subtracted(cohort):
    truth, model, points = cohort
    text = text_table(evaluate([points, model], truth, EvaluationOptions(comparator="points")))
    assert "model - points" in text
    assert "points - model" not in text
    again = text_table(evaluate([model, points], truth, EvaluationOptions(comparator="points")))
    row = next(line for line in text.splitlines() if line.startswith("model - points"))
    assert row in again


def test_pairs_that_are_printed():
    assert shown_pairs(["a", "b", "c"]) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert shown_pairs(["a", "b", "c", "d"]) == [("a", "b"), ("a", "c"), ("a", "d")]
    assert shown_pairs(["a", "b"], "z") == [("a", "b")]


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0004, "p < .001"),
        (0.001, "p .001"),
        (0.0123, "p .012"),
        (0.0999, "p .10"),
        (0.5, "p .50"),
        (0.995, "p > .99"),
        (1.0, "p > .99"),
        (None, "p not defined"),
    ],
)
def test_p_values_as_the_field_prints_them(p, text):
    assert p_text(p) == text


def test_warnings_are_printed_once_and_can_be_left_out(cohort):
    truth, model, _ = cohort
    bare = Readings.from_frame(model.frame.iloc[:-1])
    result = evaluate([bare], truth)
    assert text_table(result).count("warning  ") == len(result.warnings) > 0
    assert "warning" not in text_table(result, warnings=False)


def test_columns_of_korean_names_stay_aligned():
    lines = aligned([["판독의", "0.80"], ["cnn", "0.75"]]).splitlines()
    assert lines == ["판독의  0.80", "cnn     0.75"]
