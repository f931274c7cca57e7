"""Criteria mean what a clinician means by them, and agree with pandas on any table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import FilterError
from hilum.study import parse_filter

TABLE = pd.DataFrame(
    {
        "modality": ["CR", "DX", "CT", None, "cr"],
        "age": [17, 18, 89, np.nan, 40],
        "id": ["007", "7", "0070", None, "7"],
        "site": ["A", "B", "A B", "A", ""],
        "date of death": [None, "2024-01-05", "2023-12-31", None, None],
        "나이": [1, 2, 3, 4, 5],
        "flag": [True, False, True, False, True],
    }
)

MEANINGS = {
    "modality in {CR, DX}": [1, 1, 0, 0, 0],
    "modality not in {CR, DX}": [0, 0, 1, 0, 1],
    "modality != CR": [0, 1, 1, 0, 1],
    "age >= 18": [0, 1, 1, 0, 1],
    "not age >= 18": [1, 0, 0, 0, 0],
    "not (age < 18 or age > 80)": [0, 1, 0, 0, 1],
    "age < 18 or site == 'A'": [1, 0, 0, 1, 0],
    "age>=18 and site=='A B'": [0, 0, 1, 0, 0],
    "age == 18.0": [0, 1, 0, 0, 0],
    "id == 007": [1, 0, 0, 0, 0],
    "id == 7": [0, 1, 0, 0, 1],
    'id == "7"': [0, 1, 0, 0, 1],
    "site is missing": [0, 0, 0, 0, 1],
    "site is not missing": [1, 1, 1, 1, 0],
    "`date of death` >= 2024-01-01": [0, 1, 0, 0, 0],
    "나이 <= 2": [1, 1, 0, 0, 0],
    "flag == true": [1, 0, 1, 0, 1],
    "flag == 0": [0, 1, 0, 1, 0],
    "site == A and age == 17 or modality == CT": [1, 0, 1, 0, 0],
    "NOT site == A AND age > 1": [0, 1, 1, 0, 0],
    "modality > 5": [0, 0, 0, 0, 0],
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_criterion_means(text):
    assert parse_filter(text).mask(TABLE).astype(int).tolist() == MEANINGS[text]


def test_missing_values_are_told_apart_from_failures():
    criterion = parse_filter("age >= 18")
    assert criterion.unknown(TABLE).tolist() == [False, False, False, True, False]
    assert parse_filter("age >= 18 or site == A").unknown(TABLE).sum() == 0
    assert parse_filter("modality > 5").unknown(TABLE).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("age = 18", "has a single =: write =="),
        ("", "a criterion is empty"),
        ("age >=", "has the end where a value"),
        ("age 18", "has `18` where a comparison"),
        ("modality in CR", r"a list such as \{CR, DX\}"),
        ("modality in {CR, DX", "a comma or the closing bracket"),
        ("(age > 1", r"a closing bracket \)"),
        ("age > 1 site == A", "`and`, `or` or the end"),
        ("site == 'A", "opens a quote"),
        ("__import__('os').system('x')", "a comparison such as"),
        ("(" * 60 + "a == 1" + ")" * 60, "more than 50 brackets"),
        ("a" * 3000, "write at most 2000"),
        ("is == 1", "the name of a column"),
    ],
)
def test_what_cannot_be_read_is_said(text, words):
    with pytest.raises(FilterError, match=words):
        parse_filter(text)


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(FilterError, match="`modalty`, which is not there: did you mean `modality`"):
        parse_filter("modalty == CR").mask(TABLE)
    assert parse_filter("a == 1 or not (b < 2 and c in {x})").columns == {"a", "b", "c"}


def test_many_nots_do_not_exhaust_the_stack():
    assert parse_filter("not " * 400 + "age >= 18").mask(TABLE).tolist() == (TABLE["age"] >= 18).tolist()


@st.composite
def frames(draw):
    rows = draw(st.integers(1, 30))
    number = st.one_of(st.integers(-50, 50), st.floats(-50, 50), st.none())
    word = st.one_of(st.sampled_from(["A", "B", "c", "D d"]), st.none())
    return pd.DataFrame(
        {
            "n": pd.Series(draw(st.lists(number, min_size=rows, max_size=rows)), dtype="float64"),
            "w": pd.Series(draw(st.lists(word, min_size=rows, max_size=rows)), dtype=object),
        }
    )


@st.composite
def criteria(draw, depth=3):
    """A criterion as text, and in pandas where it certainly holds and where it certainly does not."""
    if depth == 0 or draw(st.booleans()):
        if draw(st.booleans()):
            sign, value = (
                draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="])),
                draw(st.integers(-50, 50)),
            )
            text = f"n {sign} {value}"
            return text, lambda f: (f["n"].notna() & f.eval(text), f["n"].notna() & ~f.eval(text))
        values = draw(st.lists(st.sampled_from(["A", "B", "c", "D d"]), min_size=1, max_size=3))
        listed = "{" + ", ".join(f"'{v}'" for v in values) + "}"
        return f"w in {listed}", lambda f: (f["w"].isin(values), f["w"].notna() & ~f["w"].isin(values))
    (a, holds_a), (b, holds_b) = draw(criteria(depth=depth - 1)), draw(criteria(depth=depth - 1))
    kind = draw(st.sampled_from(["and", "or", "not"]))
    if kind == "not":
        return f"not ({a})", lambda f: holds_a(f)[::-1]
    if kind == "and":
        return f"({a}) and ({b})", lambda f: (holds_a(f)[0] & holds_b(f)[0], holds_a(f)[1] | holds_b(f)[1])
    return f"({a}) or ({b})", lambda f: (holds_a(f)[0] | holds_b(f)[0], holds_a(f)[1] & holds_b(f)[1])


@given(frames(), criteria())
@settings(max_examples=150, deadline=None)
def test_criteria_agree_with_pandas(frame, criterion):
    text, holds = criterion
    yes, no = holds(frame)
    parsed = parse_filter(text)
    assert parsed.mask(frame).tolist() == yes.tolist()
    assert parsed.unknown(frame).tolist() == (~(yes | no)).tolist()
