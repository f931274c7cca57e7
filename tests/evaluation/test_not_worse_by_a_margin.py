"""Non-inferiority: a reader is not worse than the one in use by a margin or more."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

from hilum.errors import MeasureError
from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate
from hilum.evaluation.common.estimates import Difference
from hilum.evaluation.comparisons.mcnemar import Paired
from hilum.evaluation.comparisons.non_inferiority import non_inferiority
from hilum.evaluation.comparisons.tango import tango_non_inferiority
from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.tasks.classification import evaluate_classification
from hilum.evaluation.tasks.non_inferiority import add_non_inferiority


def worked(cohort, **options: object):
    truth, *readings = cohort
    work = Work(align(readings, truth), EvaluationOptions(bootstrap=200, **options), Ledger())
    evaluate_classification(work)
    add_non_inferiority(work)
    return work.ledger


def with_margin(ledger):
    return [row for row in ledger.comparisons if row.margin is not None]


def test_interval_of_a_published_table():
    # Airway hyper-responsiveness before and after transplantation, 1, 1, 7, 12: Fagerland et al.,
    # Statistics in Medicine 2014; 33: 2850-2875, Tango's interval.
    result = tango_non_inferiority(1, 7, 21, 0.1)
    assert (round(result.low, 3), round(result.high, 3)) == (-0.517, -0.026)


def score_by_search(only_a, only_b, n, supposed):
    """The score statistic with the restricted maximum of the likelihood found by search."""

    def minus_log_likelihood(of_b):
        of_a, rest = of_b + supposed, 1 - 2 * of_b - supposed
        parts = [(only_a, of_a), (only_b, of_b), (n - only_a - only_b, rest)]
        return -sum(count * np.log(share) for count, share in parts if count > 0)

    low, high = max(0.0, -supposed), (1 - supposed) / 2
    of_b = minimize_scalar(
        minus_log_likelihood, bounds=(low + 1e-13, high - 1e-13), method="bounded", options={"xatol": 1e-14}
    ).x
    variance = (2 * of_b + supposed - supposed**2) / n
    return ((only_a - only_b) / n - supposed) / np.sqrt(variance)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 200), st.floats(0.02, 0.3))
def test_the_score_is_that_of_the_restricted_maximum_likelihood(only_a, only_b, concordant, margin):
    n = only_a + only_b + concordant
    result = tango_non_inferiority(only_a, only_b, n, margin)
    assert result.statistic == pytest.approx(score_by_search(only_a, only_b, n, -margin), rel=1e-4)
    assert result.p == pytest.approx(ndtr(-result.statistic))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 200), st.floats(0.01, 0.5))
def test_test_and_interval_agree(only_a, only_b, concordant, margin):
    result = tango_non_inferiority(only_a, only_b, only_a + only_b + concordant, margin)
    assert -1 <= result.low <= result.difference <= result.high <= 1
    if abs(result.low + margin) > 1e-9:
        assert (result.p < 0.025) == (result.low > -margin)


def test_no_case_called_differently():
    result = tango_non_inferiority(0, 0, 200, 0.05)
    assert result.low == pytest.approx(-result.high)
    # 1.96 squared over n + 1.96 squared: what the score interval leaves possible after no event.
    assert result.high == pytest.approx(3.8414588 / (200 + 3.8414588), rel=1e-6)
    assert result.p < 0.025


def test_an_impossible_margin_is_refused():
    with pytest.raises(MeasureError, match="margin"):
        tango_non_inferiority(1, 1, 10, 1.0)
    with pytest.raises(MeasureError, match="above 0"):
        non_inferiority(Difference(0.1, se=0.1), 0.0)
    with pytest.raises(MeasureError, match="ratio"):
        non_inferiority(Difference(1.1, se=0.1, scale="ratio"), 0.1)


def test_lower_is_better_turns_the_test_round():
    one = non_inferiority(Difference(-0.02, se=0.02), 0.05)
    other = non_inferiority(Difference(0.02, se=0.02), 0.05, lower_is_better=True)
    assert one.p == pytest.approx(other.p)
    assert one.p == pytest.approx(ndtr(-1.5))


def test_every_measure_with_a_margin_has_its_row(cohort):
    ledger = worked(cohort, margins={"auroc": 0.05, "sensitivity": 0.1})
    found = {(row.part, row.measure): row for row in with_margin(ledger)}
    assert set(found) == {(part, name) for part in ("test", "B") for name in ("auroc", "sensitivity")}
    row = found["test", "auroc"]
    plain = next(one for one in ledger.comparisons if (one.part, one.method) == ("test", "delong_paired"))
    assert (row.method, row.margin, row.low, row.high) == (
        "non_inferiority_wald",
        0.05,
        plain.low,
        plain.high,
    )
    assert row.statistic == pytest.approx((plain.difference + 0.05) / plain.se)
    assert row.p == pytest.approx(ndtr(-row.statistic))
    assert plain.margin is None


def test_shares_are_tested_by_the_score_from_the_same_pairs(cohort):
    ledger = worked(cohort, margins={"*": 0.1})
    row = next(one for one in with_margin(ledger) if (one.part, one.measure) == ("test", "specificity"))
    plain = next(
        one
        for one in ledger.comparisons
        if (one.part, one.measure, one.method) == ("test", "specificity", "mcnemar_exact")
    )
    n = plain.n - plain.events
    pairs = [
        Paired(0, a, b, n - a - b)
        for a in range(n)
        for b in range(n - a)
        if abs((a - b) / n - plain.difference) < 1e-12
    ]
    tested = [tango_non_inferiority(one.only_a, one.only_b, n, 0.1) for one in pairs]
    assert row.method == "non_inferiority_tango"
    assert any((one.p, one.low) == (row.p, row.low) and abs(one.se - plain.se) < 1e-12 for one in tested)
    assert sum((one.part, one.measure) == ("test", "specificity") for one in with_margin(ledger)) == 1


def test_the_comparator_is_the_reference(cohort):
    usual = worked(cohort, margins={"auroc": 0.05})
    turned = worked(cohort, margins={"auroc": 0.05}, comparator="model")
    other = worked(cohort, margins={"auroc": 0.05}, comparator="somebody else")
    before, after = with_margin(usual)[0], with_margin(turned)[0]
    assert (after.reader_a, after.reader_b) == ("points", "model")
    assert (after.difference, after.low, after.high) == (-before.difference, -before.high, -before.low)
    assert after.p > 0.5 > before.p
    assert with_margin(other) == []


def test_without_margins_nothing_is_added(cohort):
    assert with_margin(worked(cohort)) == []


def test_a_margin_for_a_share_that_is_no_share_is_said(cohort):
    ledger = worked(cohort, margins={"sensitivity": 1.5})
    assert with_margin(ledger) == []
    assert [notice.code for notice in ledger.notices if notice.code == "margin_refused"] == ["margin_refused"]


def test_several_cases_of_a_patient():
    rng = np.random.default_rng(0)
    label = np.repeat(rng.random(80) < 0.5, 2)
    names = [f"c{number}" for number in range(160)]
    frame = pd.DataFrame(
        {"case": names, "label": label.astype(int), "patient": np.repeat(np.arange(80), 2).astype(str)}
    )
    readings = [
        Readings.from_frame(
            pd.DataFrame(
                {"case": names, "decision": np.where(rng.random(160) < 0.8, label, ~label).astype(int)}
            ),
            name,
        )
        for name in "ab"
    ]
    ledger = worked((Truth.from_frame(frame), *readings), margins={"accuracy": 0.1})
    (row,) = with_margin(ledger)
    assert row.method == "non_inferiority_wald"
    assert row.statistic == pytest.approx((row.difference + 0.1) / row.se)


def test_a_margin_is_for_all_cases_and_not_for_subgroups():
    rng = np.random.default_rng(4)
    label = rng.random(400) < 0.4
    truth = Truth.from_frame(
        pd.DataFrame({"case": range(400), "label": label.astype(int), "sex": rng.choice(["F", "M"], 400)})
    )
    readings = [
        Readings.from_frame(pd.DataFrame({"case": range(400), "score": rng.normal(size=400) + label}), name)
        for name in ("new", "old")
    ]
    options = EvaluationOptions(margins={"auroc": 0.1}, comparator="old", subgroups=("sex",), bootstrap=100)
    result = evaluate(readings, truth, options)
    assert {row.of for row in result.comparisons if row.margin is not None} == {None}
    assert any(row.of == "sex=F" for row in result.comparisons)
    assert result.compare("new", "old", "test", "auroc").margin is None
