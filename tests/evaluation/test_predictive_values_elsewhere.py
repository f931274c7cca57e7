"""PPV and NPV where the condition is rarer than among the cases that were read."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation import Calls
from hilum.evaluation.measures.predictive_values import (
    predictive_values_at,
    predictive_values_from,
    predictive_values_of,
)


def test_at_the_prevalence_of_the_cases_they_are_the_plain_ones():
    # Document 003, CNN: 138 true negatives, 93 false positives, 3 false negatives, 297 true positives.
    ppv, npv = predictive_values_at(297, 300, 138, 231, 300 / 531)
    assert ppv.value == pytest.approx(297 / 390)
    assert npv.value == pytest.approx(138 / 141)


def test_the_interval_is_mercaldos_on_the_logit_scale():
    # ApoE4 and Alzheimer's disease (Mercaldo et al. 2007): 240 of 418 with, 288 of 375 without, at 3 %.
    ppv, npv = predictive_values_at(240, 418, 288, 375, 0.03)
    se, sp = 240 / 418, 288 / 375
    assert ppv.value == pytest.approx(se * 0.03 / (se * 0.03 + (1 - sp) * 0.97))
    error = math.sqrt((1 - se) / se / 418 + sp / (1 - sp) / 375)
    assert math.log(ppv.high / (1 - ppv.high)) == pytest.approx(
        math.log(ppv.value / (1 - ppv.value)) + 1.959963984540054 * error
    )
    error = math.sqrt(se / (1 - se) / 418 + (1 - sp) / sp / 375)
    assert math.log(npv.low / (1 - npv.low)) == pytest.approx(
        math.log(npv.value / (1 - npv.value)) - 1.959963984540054 * error
    )
    assert ppv.method == "logit_delta"


def test_the_error_agrees_with_drawing_the_counts_again():
    rng = np.random.default_rng(1)
    tp, tn = rng.binomial(300, 0.8, 20_000) + 0.0, rng.binomial(200, 0.9, 20_000) + 0.0
    ppv, npv = predictive_values_from((tn, 200 - tn, 300 - tp, tp), 0.1)
    one, two = predictive_values_at(240, 300, 180, 200, 0.1)
    assert one.se == pytest.approx(ppv.std(), rel=0.06)
    assert two.se == pytest.approx(npv.std(), rel=0.06)


def test_a_perfect_share_has_an_interval_all_the_same():
    ppv, npv = predictive_values_at(30, 30, 50, 60, 0.2)
    assert npv.value == 1
    assert 0.9 < npv.low < 1
    assert npv.high == 1
    assert ppv.method == npv.method == "logit_delta_adjusted"


def test_where_nobody_is_called_positive_there_is_no_ppv():
    ppv, npv = predictive_values_at(0, 30, 60, 60, 0.2)
    assert ppv.value is None
    assert npv.value == pytest.approx(0.8)


def test_several_cases_of_a_patient_count_as_one_cluster():
    rng = np.random.default_rng(4)
    label = rng.random(200) < 0.4
    call = np.where(rng.random(200) < 0.8, label, ~label)
    alone = predictive_values_of(Calls(call, label, np.arange(200)), 0.1)
    copied = predictive_values_of(Calls(np.tile(call, 3), np.tile(label, 3), np.tile(np.arange(200), 3)), 0.1)
    for one, three in zip(alone, copied, strict=True):
        assert three.value == pytest.approx(one.value)
        assert three.se == pytest.approx(one.se, rel=0.02)
        assert three.method == "logit_delta_clustered"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.001, 0.999))
def test_the_interval_holds_the_value(tp, tn, prevalence):
    for one in predictive_values_at(tp, 30, tn, 30, prevalence):
        if one.value is not None:
            assert 0 <= one.low <= one.value <= one.high <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 29), st.integers(1, 29), st.floats(0.01, 0.5))
def test_a_rarer_condition_lowers_the_ppv_and_raises_the_npv(tp, tn, prevalence):
    common, rare = (
        predictive_values_at(tp, 30, tn, 30, prevalence),
        predictive_values_at(tp, 30, tn, 30, 0.005),
    )
    assert rare[0].value < common[0].value
    assert rare[1].value > common[1].value


@pytest.mark.parametrize(
    "wrong", [(5, 4, 1, 2, 0.1), (1, 2, 1, 2, 0.0), (1, 2, 1, 2, 5.0), (0, 0, 1, 2, 0.1)]
)
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(MeasureError):
        predictive_values_at(*wrong)
