"""Whatever the page changes, comments stay, the study is read, and nothing else is different."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import StudyFileError
from hilum.serving.studies_editing import Edit, comments_of, data_of, edited, new_text, with_edit
from hilum.study import parse_study

FULL = """\
# Written by Dr Kim; "ours" # twice
version = 1
title = "30-day mortality"   # the question

# where the films are
[cohort]
images = "films"             # beside this file
table = "outcomes.xlsx"      # one row a case
patient = "환자번호"
include = [
  "age >= 18",               # adults
  "view == PA",              # no bedside films
]

[task]  # what is asked
kind = "survival"
time_days = "days"
event = "died"               # 1 where it happened
horizons_days = [30]

[split]
parts = { train = 0.8, validation = 0.1, test = 0.1 } # by patient
external = { "cohort A" = "site == 'A'" }
seed = 7

# the network
[[readers]]
model = "resnet18"
repeats = 5                  # for the spread
[readers.training]
batch_size = 8               # small machine

[[readers]]
score = "curb65"             # what is used today
mapping = { bun_mg_dl = "BUN" }

# both
[[readers]]
combine = ["resnet18", "curb65"]

[evaluation]
comparator = "curb65"
# the end
"""

VALUES = st.one_of(
    st.tuples(st.just(("title",)), st.text(max_size=30)),
    st.tuples(st.just(("cohort", "images")), st.sampled_from(["archive", "other films", 'a "b"'])),
    st.tuples(
        st.just(("cohort", "include")), st.lists(st.sampled_from(["age >= 18", "sex == F", "view == PA"]))
    ),
    st.tuples(st.just(("cohort", "choose")), st.sampled_from([None, "all", "first after admission"])),
    st.tuples(st.just(("cohort", "identifiers")), st.sampled_from([None, "real", "research"])),
    st.tuples(
        st.just(("task", "horizons_days")),
        st.lists(st.integers(1, 5000), min_size=1, max_size=3, unique=True),
    ),
    st.tuples(st.just(("task", "event")), st.sampled_from(["died", "사망", "x # y"])),
    st.tuples(st.just(("split", "seed")), st.one_of(st.none(), st.integers(0, 99))),
    st.tuples(
        st.just(("split", "external")),
        st.sampled_from([None, {"B": "site == B"}, {"A b": "x > 1", "C": "y == 2"}]),
    ),
    st.tuples(st.just(("split", "external", "cohort D")), st.sampled_from([None, "site == 'D'"])),
    st.tuples(st.just(("readers", 0, "epochs")), st.one_of(st.none(), st.integers(1, 50))),
    st.tuples(st.just(("readers", 0, "columns")), st.sampled_from([None, ["age"], ["age", "sex"]])),
    st.tuples(st.just(("readers", 0, "training")), st.sampled_from([None, {"batch_size": 4}])),
    st.tuples(st.just(("readers", 0, "training", "patience")), st.sampled_from([None, 3])),
    st.tuples(st.just(("readers", 1, "mapping", "age")), st.sampled_from([None, "나이"])),
    st.tuples(
        st.just(("readers",)),
        st.sampled_from([{"model": "small_cnn"}, {"product": "p.csv", "mapping": {"score": "점수"}}]),
    ),
    st.tuples(st.sampled_from([("readers", 2), ("readers", 3), ("readers", 0)]), st.none()),
    st.tuples(st.just(("evaluation",)), st.sampled_from([None, {"subgroups": ["sex"]}])),
    st.tuples(st.just(("evaluation", "subgroups")), st.sampled_from([None, ["sex", "site"]])),
    st.tuples(st.just(("preparation",)), st.sampled_from([None, {"clahe": True}])),
    st.tuples(st.just(("preparation", "fit")), st.sampled_from([None, "letterbox"])),
    st.tuples(st.just(("explanation", "atlas")), st.sampled_from([None, True, "x"])),
)


def tried(text, edit):
    """What a change makes of a text, or nothing where hilum could not read it afterwards."""
    try:
        return with_edit(tomllib.loads(text), edit), edited(text, [edit])
    except StudyFileError as problem:
        sentence = str(problem)
    assert "the page cannot change" not in sentence
    return None, None


@settings(max_examples=300, deadline=None)
@given(st.lists(VALUES, max_size=8))
def test_any_edits_change_only_what_is_meant_and_leave_a_file_that_is_read(changes):
    text = FULL
    for at, value in changes:
        edit = Edit(at, value)
        wanted, changed = tried(text, edit)
        if changed is None:
            continue  # hilum could not read it, and nothing was written
        assert tomllib.loads(changed) == wanted
        parse_study(changed)
        gone = value is None and (len(at) == 1 or (at[0] == "readers" and len(at) == 2))
        if not gone:
            missing = set(comments_of(text)) - set(comments_of(changed))
            assert not missing
        text = changed


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("cohort", "table"), "new.csv"),
        (("task", "horizons_days"), [90]),
        (("readers",), {"model": "auto", "budget_minutes": 5}),
        (("readers", 2), None),
        (("readers", 0, "epochs"), 3),
        (("preparation", "fit"), "letterbox"),
        (("cohort", "include"), ["age >= 18", "view == PA", "sex == F"]),
        (("cohort", "include"), ["view == PA"]),
        (("split", "external", "cohort B"), "site == 'B'"),
    ],
)
def test_the_common_changes_are_made_and_not_refused(at, value):
    changed = edited(FULL, [Edit(at, value)])
    assert data_of(changed) == with_edit(data_of(FULL), Edit(at, value))
    assert changed.startswith('# Written by Dr Kim; "ours" # twice\n')


def test_a_study_grows_from_its_question_to_its_readers():
    text = new_text('Does "this" tell # pneumonia?')
    text = edited(text, [Edit(("cohort", "images"), "films")])
    text = edited(text, [Edit(("task",), {"kind": "classification", "positive": "pneumonia"})])
    text = edited(
        text,
        [Edit(("readers",), {"model": "small_cnn", "epochs": 2}), Edit(("readers",), {"model": "linear"})],
    )
    study = parse_study(text)
    assert [reader.model for reader in study.readers] == ["small_cnn", "linear"]
    assert "\n\n\n" not in text
    assert text.index("[cohort]") < text.index("[task]") < text.index("[[readers]]")


def test_a_change_that_hilum_could_not_read_is_refused_with_hilums_own_sentence():
    with pytest.raises(StudyFileError, match="did you mean"):
        edited(FULL, [Edit(("cohort", "tabel"), "x.csv")])


def test_a_reader_that_a_combination_needs_cannot_be_taken_away():
    with pytest.raises(StudyFileError, match="names the reader `curb65`"):
        edited(FULL, [Edit(("readers", 1), None)])
