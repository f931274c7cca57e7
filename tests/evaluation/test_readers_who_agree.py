"""Agreement in an evaluation: with the truth, of every two, of all, of one person who read twice."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.inputs.readings import Readings
from hilum.evaluation.inputs.truth import Truth
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.tasks.agreement import evaluate_agreement, evaluate_class_agreement
from hilum.evaluation.tasks.binary_reader import Question, make_reader

N = 150
CASES = [f"c{number:03d}" for number in range(N)]


def _binary(decisions, sessions=None, *, unpaired=False):
    rng = np.random.default_rng(0)
    truth = Truth.from_frame(pd.DataFrame({"case": CASES, "label": (rng.random(N) < 0.4).astype(int)}))
    readings = []
    for name, decision in decisions.items():
        table = pd.DataFrame({"case": CASES, "decision": decision(truth)})
        readings.append(Readings.from_frame(table, name))
    if sessions is not None:
        readings.append(sessions(truth))
    work = Work(align(readings, truth), EvaluationOptions(bootstrap=200, unpaired=unpaired), Ledger())
    label = (truth.frame["label"] == "1").to_numpy()
    question = Question(label, np.ones(N, dtype=bool), ("0", "1"))
    made = [make_reader(work, one, one.columns.get("score"), question) for one in work.alignment.opinions]
    evaluate_agreement(work, made, question)
    return work


def _right(share, seed):
    def decide(truth):
        label = (truth.frame["label"] == "1").to_numpy()
        return np.where(np.random.default_rng(seed).random(N) < share, label, ~label).astype(int)

    return decide


def _found(work, measure):
    return [row for row in work.ledger.comparisons if row.measure == measure]


def test_every_two_readers_and_all_of_them():
    readers = {"Kim": _right(0.9, 1), "Lee": _right(0.8, 2), "Park": _right(0.85, 3)}
    work = _binary(readers)
    pairs = _found(work, "kappa")
    assert [(row.reader_a, row.reader_b) for row in pairs] == [
        ("Kim", "Lee"),
        ("Kim", "Park"),
        ("Lee", "Park"),
    ]
    kim, lee = (one.columns["decision"][0] for one in work.alignment.opinions[:2])
    assert pairs[0].statistic == pytest.approx(cohen_kappa_score(kim, lee))
    assert pairs[0].difference is None
    assert pairs[0].low < pairs[0].statistic < pairs[0].high
    assert pairs[0].p < 0.001
    for measure in ("fleiss_kappa", "krippendorff_alpha"):
        (row,) = _found(work, measure)
        assert (row.reader_a, row.reader_b, row.n) == ("all readers", None, N)
        assert row.low < row.statistic < row.high
    assert _found(work, "fleiss_kappa")[0].statistic == pytest.approx(
        _found(work, "krippendorff_alpha")[0].statistic, abs=0.01
    )


def test_each_reader_against_the_truth():
    work = _binary({"Kim": _right(0.9, 1)})
    (row,) = work.ledger.measures
    truth = (work.alignment.truth.frame["label"] == "1").to_numpy()
    assert row.measure == "kappa"
    assert row.value == pytest.approx(
        cohen_kappa_score(truth, work.alignment.opinions[0].columns["decision"][0])
    )
    assert row.method == "cohen_kappa_wald"
    assert row.events == truth.sum()
    assert not work.ledger.comparisons


def test_one_person_who_read_twice_is_a_pair():
    def twice(truth):
        first, second = _right(0.9, 4)(truth), _right(0.9, 5)(truth)
        return Readings.from_frame(
            pd.DataFrame(
                {
                    "case": CASES * 2,
                    "reader": "Choi",
                    "session": [1] * N + [2] * N,
                    "decision": np.concatenate([first, second]),
                }
            )
        )

    work = _binary({}, sessions=twice)
    (pair,) = _found(work, "kappa")
    assert (pair.reader_a, pair.reader_b) == ("Choi, session 1", "Choi, session 2")


def test_doctors_agree_with_each_other_under_each_condition_and_models_are_apart():
    def doctors(truth):
        tables = []
        for seed, (person, condition) in enumerate(
            (person, condition) for person in ("Kim", "Lee", "Park") for condition in ("alone", "with AI")
        ):
            right = 0.95 if condition == "with AI" else 0.8
            table = {"case": CASES, "reader": person, "condition": condition}
            tables.append(pd.DataFrame(table | {"decision": _right(right, seed)(truth)}))
        return Readings.from_frame(pd.concat(tables))

    work = _binary({"cnn": _right(0.9, 9)}, sessions=doctors)
    for measure in ("fleiss_kappa", "krippendorff_alpha"):
        alone, helped = _found(work, measure)
        assert [alone.reader_a, helped.reader_a] == ["all readers, alone", "all readers, with AI"]
        assert helped.statistic > alone.statistic
    pairs = {(row.reader_a, row.reader_b) for row in _found(work, "kappa")}
    assert ("Kim, alone", "Kim, with AI") in pairs
    assert ("Kim, alone", "Lee, alone") in pairs
    assert ("cnn", "Kim, alone") in pairs
    assert ("Kim, alone", "Lee, with AI") not in pairs
    # 6 with the CNN, 3 + 3 within conditions, 3 of a doctor with himself.
    assert len(pairs) == 15


def test_gaps_leave_fewer_cases_to_fleiss_than_to_krippendorff():
    def gappy(truth):
        calls = _right(0.8, 6)(truth).astype(object)
        calls[:30] = ""
        return calls

    work = _binary({"a": _right(0.9, 1), "b": _right(0.8, 2), "c": gappy})
    assert _found(work, "fleiss_kappa")[0].n == N - 30
    assert _found(work, "krippendorff_alpha")[0].n == N
    row = next(row for row in work.ledger.measures if row.reader == "c")
    assert (row.n, row.n_excluded) == (N - 30, 30)


def test_readers_that_always_say_the_same_have_no_kappa_and_this_is_said():
    work = _binary(dict.fromkeys("ab", lambda truth: np.zeros(len(truth.frame), dtype=int)))
    (pair,) = _found(work, "kappa")
    assert pair.statistic is None
    assert "not_defined" in {notice.code for notice in work.ledger.notices}
    # With the truth, which has both classes, it is chance.
    assert work.ledger.measures[0].value == 0


def test_readers_of_other_cases_are_not_compared():
    work = _binary({"a": _right(0.9, 1), "b": _right(0.8, 2)}, unpaired=True)
    assert len(work.ledger.measures) == 2
    assert not work.ledger.comparisons


@pytest.mark.parametrize(("names", "ordered"), [(("0", "1", "2"), True), (("mild", "none", "severe"), False)])
def test_grades_also_have_a_weighted_kappa(names, ordered):
    rng = np.random.default_rng(2)
    grade = rng.integers(3, size=N)
    truth = Truth.from_frame(pd.DataFrame({"case": CASES, "label": [names[k] for k in grade]}))
    calls = {name: np.clip(grade + rng.integers(-1, 2, N), 0, 2).astype(float) for name in ("a", "b", "c")}
    tables = [
        Readings.from_frame(pd.DataFrame({"case": CASES, "decision": [names[int(k)] for k in call]}), name)
        for name, call in calls.items()
    ]
    work = Work(align(tables, truth), EvaluationOptions(bootstrap=200), Ledger())
    evaluate_class_agreement(work, calls, grade.astype(np.int64))
    measures = {row.measure for row in work.ledger.measures}
    assert measures == ({"kappa", "weighted_kappa"} if ordered else {"kappa"})
    if ordered:
        row = _found(work, "weighted_kappa")[0]
        assert row.statistic == pytest.approx(cohen_kappa_score(calls["a"], calls["b"], weights="quadratic"))
        assert row.method == "cohen_kappa_quadratic_wald"
    assert len(_found(work, "krippendorff_alpha")) == 1
