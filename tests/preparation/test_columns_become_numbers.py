"""Columns of a table as numbers beside the image: learnt from training cases, finite whatever comes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.preparation.table import FARTHEST, TableEncoding
from hilum.study import Classification

CELLS = st.one_of(st.none(), st.integers(-(10**12), 10**12), st.floats(), st.text(max_size=4))


def _rows(n=60, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.normal(60, 12, n).round(),
            "sex": rng.choice(["F", "M"], n),
            "smoking": rng.choice(["never", "former", "current"], n),
            "urea": np.where(rng.random(n) < 0.3, np.nan, rng.gamma(2, 3, n)),
        }
    )


def test_numbers_and_words_are_those_of_scikit_learn():
    train, new = _rows(), _rows(seed=1)
    encoding = TableEncoding.learn(train, ["age", "sex", "smoking"])
    age = StandardScaler().fit(train[["age"]]).transform(new[["age"]])
    words = OneHotEncoder(sparse_output=False).fit(train[["sex", "smoking"]])
    expected = np.concatenate([age, words.transform(new[["sex", "smoking"]])], axis=1)
    np.testing.assert_allclose(encoding.encode(new), expected, rtol=1e-6)
    assert encoding.names == (
        *("age", "sex=F", "sex=M", "smoking=current"),
        *("smoking=former", "smoking=never"),
    )


def test_missing_is_the_mean_and_says_so_where_training_cases_had_it():
    train = _rows()
    encoding = TableEncoding.learn(train, ["urea", "age"])
    assert encoding.names == ("urea", "urea missing", "age")
    new = pd.DataFrame({"urea": [None, train["urea"].mean()], "age": [None, 60]})
    found = encoding.encode(new)
    assert found[0].tolist() == [0.0, 1.0, 0.0]
    np.testing.assert_allclose(found[1, :2], [0.0, 0.0], atol=1e-6)
    [said] = encoding.surprises(new)
    assert said.startswith("1 case has no value of `age`, which no training case lacked: the mean of")


def test_a_word_never_seen_is_no_word_and_is_told():
    encoding = TableEncoding.learn(pd.DataFrame({"sex": ["F", "M", None]}), ["sex"])
    found = encoding.encode(pd.DataFrame({"sex": ["X", "F", ""]}))
    assert found.tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1]]
    [said] = encoding.surprises(pd.DataFrame({"sex": ["X", "F", ""]}))
    assert said == "1 case has a word in `sex` that no training case had"


def test_a_slip_of_the_pen_counts_as_five_deviations_and_is_told():
    encoding = TableEncoding.learn(_rows(), ["age"])
    new = pd.DataFrame({"age": [6400, -6400, 60]})
    assert encoding.encode(new)[:2, 0].tolist() == [FARTHEST, -FARTHEST]
    assert encoding.surprises(new)[0].startswith("2 cases have a value of `age` more than 5 standard")
    assert encoding.surprises(pd.DataFrame({"age": ["60", "sixty"]})) == (
        "1 case has no number in `age`: it was read as missing",
    )


def test_text_and_numbers_of_a_file_are_the_same_to_it():
    train = _rows()
    encoding = TableEncoding.learn(train, ["age", "urea"])
    text = train[["age", "urea"]].astype(object).map(lambda v: "" if pd.isna(v) else str(v))
    assert TableEncoding.learn(text, ["age", "urea"]) == encoding
    np.testing.assert_array_equal(encoding.encode(text), encoding.encode(train))


def test_what_is_the_same_for_all_says_nothing():
    train = pd.DataFrame({"site": ["A"] * 9, "dose": [0.1 + 0.2] * 9, "never": [None] * 9, "age": range(9)})
    assert TableEncoding.learn(train, list(train.columns)).names == ("age",)
    with pytest.raises(ModelError, match="`site`, `dose` are the same in all training cases"):
        TableEncoding.learn(train, ["site", "dose"])
    # Where only some have the one word, having it is what tells.
    some = TableEncoding.learn(pd.DataFrame({"drug": ["yes", None, "yes"]}), ["drug"])
    assert some.encode(pd.DataFrame({"drug": ["yes", None]})).tolist() == [[0.0], [1.0]]


def test_dates_many_words_and_unknown_columns_are_refused():
    train = pd.DataFrame({"admission": ["2024-03-01"] * 40, "name": [f"w{n}" for n in range(40)]})
    with pytest.raises(ModelError, match="`admission` holds dates"):
        TableEncoding.learn(train, ["admission"])
    with pytest.raises(ModelError, match="`name` has 40 different values, and 40 of 40 are no numbers"):
        TableEncoding.learn(train, ["name"])
    with pytest.raises(ModelError, match=r"no column `nam`.*did you mean `name`"):
        TableEncoding.learn(train, ["nam"])
    with pytest.raises(ModelError, match="the table has no column `age`"):
        TableEncoding.learn(_rows(), ["age"]).encode(train)


def test_only_the_training_part_is_looked_at():
    rows = _rows(90)
    cases = rows.assign(case=[f"c{n}" for n in range(90)], patient="p", image="", label="a")
    cases["part"] = ["train", "validation", "test"] * 30
    task = Classification(label="dx")
    cohort = Cohort(cases, task, Path(), (), ("a", "b"), "b", ())
    columns = ["age", "sex", "urea"]
    first = TableEncoding.of(cohort, columns)
    changed = cases.copy()
    elsewhere = changed["part"] != "train"
    changed.loc[elsewhere, "age"] = 1e6
    changed.loc[elsewhere, "sex"] = "unheard of"
    changed.loc[elsewhere, "urea"] = np.nan
    assert TableEncoding.of(cohort.with_cases(changed), columns) == first
    changed.loc[changed.index[0], "age"] = 20
    assert TableEncoding.of(cohort.with_cases(changed), columns) != first
    with pytest.raises(ModelError, match="no column `label`"):
        TableEncoding.of(cohort, ["label"])


@given(train=st.lists(CELLS, min_size=1, max_size=30), new=st.lists(CELLS, min_size=1, max_size=10))
def test_whatever_stands_in_a_table_numbers_are_finite_and_few(train, new):
    try:
        encoding = TableEncoding.learn(pd.DataFrame({"x": pd.Series(train, dtype=object)}), ["x"])
    except ModelError:
        return
    frame = pd.DataFrame({"x": pd.Series(new, dtype=object)})
    found = encoding.encode(frame)
    assert found.shape == (len(new), len(encoding.names))
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= FARTHEST
    assert all(isinstance(said, str) for said in encoding.surprises(frame))
    text = json.dumps(encoding.to_json(), allow_nan=False)
    assert TableEncoding.from_json(json.loads(text)) == encoding


def test_no_columns_are_no_encoding_and_a_broken_one_is_refused():
    assert TableEncoding.from_json({}).columns == ()
    assert TableEncoding(()).to_json() == {}
    assert TableEncoding(()).encode(pd.DataFrame({"a": [1, 2]})).shape == (2, 0)
    with pytest.raises(ModelError, match="table columns cannot be read"):
        TableEncoding.from_json({"columns": [{"name": "age"}]})
