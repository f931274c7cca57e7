"""Follow-up and horizons may be given in years; they become the same whole days."""

import pytest

from hilum.errors import StudyFileError
from hilum.study import Survival, dump_study, make_study, parse_study
from hilum.study.tasks import days_of_years


def study(**task: object):
    return make_study({"cohort": {"table": "t.csv", "patient": "id"}, "task": task})


def test_years_are_whole_days_in_ascending_order():
    task = study(time_days="days", event="died", horizons_years=[10, 5, 3, 2]).task
    assert task.horizons_days == (730.0, 1096.0, 1826.0, 3652.0)
    assert days_of_years(1) == 365
    assert (task.columns, task.time_unit) == (("days", "died"), "days")


def test_a_table_may_count_years():
    task = study(time_years="years", event="died", horizons_days=[30]).task
    assert (task.kind, task.columns, task.time_unit) == ("survival", ("years", "died"), "years")


def test_what_was_written_in_years_is_written_in_years_and_read_back():
    given = study(time_years="years", event="died", horizons_years=[1.5, 5])
    text = dump_study(given)
    assert "horizons_days" not in text
    assert "time_days" not in text
    assert parse_study(text) == given
    task = given.task
    assert Survival.model_validate(task.model_dump(mode="json")) == task


WRONG = {
    "both horizons": (
        {"time_days": "d", "horizons_days": [730], "horizons_years": [2]},
        "[task] has both `horizons_days` and `horizons_years`: keep one of them",
    ),
    "both times": (
        {"time_days": "d", "time_years": "y"},
        "[task] has both `time_days` and `time_years`: keep the one that the table has",
    ),
    "no time": ({}, "[task] lacks the time to the event: add time_days = or time_years ="),
    "twice": ({"time_days": "d", "horizons_years": [2, 2]}, "names the same horizon twice"),
    "twice to the day": (
        {"time_days": "d", "horizons_years": [3, 3.0001]},
        "names the same horizon twice, to the day",
    ),
    "no number": (
        {"time_days": "d", "horizons_years": ["two"]},
        'entry 1 of `horizons_years` in [task] must be a number, and is "two"',
    ),
    "nothing": (
        {"time_days": "d", "horizons_years": [0]},
        "entry 1 of `horizons_years` in [task] is the number 0 and must be at least 0.002",
    ),
    "misspelt": (
        {"time_days": "d", "horizon_years": [2]},
        "unknown key `horizon_years` in [task]: did you mean `horizons_years`?",
    ),
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_slip_is_one_sentence(slip):
    task, sentence = WRONG[slip]
    with pytest.raises(StudyFileError) as error:
        study(event="died", **task)
    assert sentence in str(error.value)
