"""What must hold for any readings: order, direction, rows' order, copies, errors against the jackknife."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation import (
    FollowUp,
    auc_t,
    auc_t_difference,
    auroc,
    auroc_covariance,
    auroc_difference,
    average_precision,
    brier_t,
    choose_threshold,
    compare_aurocs,
    harrell_c,
    harrell_c_difference,
    macro_auroc,
    mcnemar_exact,
    mcnemar_mid_p,
    wilson,
)
from hilum.evaluation.measures.censoring import auc_t_influence, brier_t_influence

seeds = st.integers(0, 10_000)
fast = settings(max_examples=40, deadline=None)


def _cases(seed, n=60, readers=2):
    rng = np.random.default_rng(seed)
    label = rng.random(n) < 0.4
    label[:2] = (True, False)
    return np.round(rng.normal(size=(readers, n)) + label, 1), label


def _follow_up(seed, n=60):
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=(2, n)), 1)
    time = np.ceil(rng.exponential(30 * np.exp(-risk[0])))
    censored = np.ceil(rng.exponential(60, n))
    time[0], censored[0], time[1], censored[1] = 1, 9, 900, 901
    return risk, FollowUp.of(np.minimum(time, censored), time <= censored)


@fast
@given(seeds)
def test_only_the_order_of_scores_counts(seed):
    scores, label = _cases(seed)
    stretched = np.exp(scores[0]) * 3 + 7
    assert auroc(scores[0], label) == auroc(stretched, label)
    assert average_precision(scores[0], label) == average_precision(stretched, label)


@fast
@given(seeds)
def test_turning_labels_round_turns_the_area_round(seed):
    scores, label = _cases(seed)
    here, there = auroc(scores[0], label), auroc(scores[0], ~label)
    assert here.value == pytest.approx(1 - there.value)
    assert here.se == pytest.approx(there.se)


@fast
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed):
    scores, label = _cases(seed)
    order = np.random.default_rng(seed).permutation(len(label))
    assert auroc(scores[0], label).se == pytest.approx(auroc(scores[0, order], label[order]).se)
    risk, follow_up = _follow_up(seed)
    shuffled = FollowUp.of(follow_up.time[order], follow_up.event[order])
    here, there = harrell_c(risk[0], follow_up), harrell_c(risk[0, order], shuffled)
    assert (here.value, here.se) == pytest.approx((there.value, there.se))
    here, there = auc_t(risk[0], follow_up, 15), auc_t(risk[0, order], shuffled, 15)
    assert (here.value, here.se) == pytest.approx((there.value, there.se))


@fast
@given(seeds)
def test_a_minus_b_is_the_opposite_of_b_minus_a(seed):
    scores, label = _cases(seed)
    risk, follow_up = _follow_up(seed)
    for one, other in (
        (auroc_difference(scores[0], scores[1], label), auroc_difference(scores[1], scores[0], label)),
        (
            harrell_c_difference(risk[0], risk[1], follow_up),
            harrell_c_difference(risk[1], risk[0], follow_up),
        ),
        (
            auc_t_difference(risk[0], risk[1], follow_up, 15),
            auc_t_difference(risk[1], risk[0], follow_up, 15),
        ),
    ):
        assert one.difference == pytest.approx(-other.difference)
        assert one.p == pytest.approx(other.p)
        assert one.low == pytest.approx(-other.high)


@fast
@given(seeds)
def test_a_reader_does_not_differ_from_itself(seed):
    scores, label = _cases(seed)
    result = auroc_difference(scores[0], scores[0], label)
    assert (result.difference, result.p) == (0.0, 1.0)


@fast
@given(seeds)
def test_two_readers_tested_together_are_the_paired_test(seed):
    scores, label = _cases(seed)
    pair, together = auroc_difference(scores[0], scores[1], label), compare_aurocs(scores, label)
    assert together.p == pytest.approx(pair.p, abs=1e-9)
    assert together.statistic == pytest.approx(pair.statistic**2)


@fast
@given(seeds)
def test_delong_is_the_definition_by_all_pairs(seed):
    scores, label = _cases(seed, n=40)
    ill, well = scores[:, label], scores[:, ~label]
    pairs = (ill[:, :, None] > well[:, None, :]) + 0.5 * (ill[:, :, None] == well[:, None, :])
    covariance = np.cov(pairs.mean(axis=2)) / ill.shape[1] + np.cov(pairs.mean(axis=1)) / well.shape[1]
    areas, found = auroc_covariance(scores, label)
    assert np.allclose(areas, pairs.mean(axis=(1, 2)))
    assert np.allclose(found, covariance)


@fast
@given(seeds)
def test_macro_of_two_mirrored_classes_is_the_area_itself(seed):
    scores, label = _cases(seed)
    both = np.stack([-scores[0], scores[0]])
    assert macro_auroc(both, label.astype(np.int64)).value == pytest.approx(auroc(scores[0], label).value)


@fast
@given(st.integers(0, 60), st.integers(0, 60))
def test_p_values_are_probabilities_and_mid_p_is_smaller(b, c):
    exact, mid = mcnemar_exact(b, c), mcnemar_mid_p(b, c)
    assert 0 < mid <= exact <= 1
    assert exact == mcnemar_exact(c, b)


@fast
@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_holds_the_share_and_stays_inside(hits, more):
    estimate = wilson(hits, hits + more)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


@fast
@given(seeds)
def test_no_other_threshold_has_a_larger_youden_index(seed):
    scores, label = _cases(seed)
    score = scores[0]

    def index(cut):
        return np.mean(score[label] >= cut) - np.mean(score[~label] >= cut)

    chosen = choose_threshold(score, label)
    assert all(index(chosen) >= index(cut) - 1e-12 for cut in np.unique(score))


def test_influence_agrees_with_leaving_each_case_out():
    risk, follow_up = _follow_up(1, n=400)
    probability = 1 / (1 + np.exp(-risk[0]))
    keep = ~np.eye(400, dtype=bool)
    for function, values in ((auc_t_influence, risk[0]), (brier_t_influence, probability)):
        whole, influence = function(values, follow_up, 15)
        without = [
            function(values[row], FollowUp.of(follow_up.time[row], follow_up.event[row]), 15)[0]
            for row in keep
        ]
        assert abs(influence.sum()) < 1e-12
        # Leaving case i out moves the estimate by minus its influence, up to terms of order 1/n.
        assert np.corrcoef(whole - np.array(without), influence)[0, 1] > 0.999
        assert np.std(whole - np.array(without)) == pytest.approx(np.std(influence), rel=0.02)


def test_harrell_c_error_agrees_with_leaving_each_case_out():
    risk, follow_up = _follow_up(2, n=300)
    whole = harrell_c(risk[0], follow_up)
    keep = ~np.eye(300, dtype=bool)
    without = np.array(
        [
            harrell_c(risk[0, row], FollowUp.of(follow_up.time[row], follow_up.event[row])).value
            for row in keep
        ]
    )
    jackknife = np.sqrt(299 / 300 * np.sum((without - without.mean()) ** 2))
    assert whole.se == pytest.approx(jackknife, rel=0.02)


def test_perfect_worst_and_constant():
    label = np.array([0, 0, 1, 1])
    assert auroc(np.array([1.0, 2, 3, 4]), label).value == 1
    assert auroc(np.array([4.0, 3, 2, 1]), label).value == 0
    assert auroc(np.ones(4), label).value == 0.5
    assert average_precision(np.ones(4), label == 1) == 0.5
    follow_up = FollowUp.of(np.array([1.0, 2, 3]), np.array([1, 1, 1]))
    assert harrell_c(np.array([3.0, 2, 1]), follow_up).value == 1
    assert harrell_c(np.array([1.0, 2, 3]), follow_up).value == 0
    assert harrell_c(np.ones(3), follow_up).value == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: auroc(np.array([0.1, 0.2]), np.array([1, 1])),
        lambda: auroc(np.array([0.1, np.nan]), np.array([0, 1])),
        lambda: harrell_c(np.array([1.0, 2]), FollowUp.of(np.array([1.0, 1]), np.array([1, 1]))),
        lambda: FollowUp.of(np.array([np.nan]), np.array([1])),
        lambda: auc_t(np.array([1.0, 2]), FollowUp.of(np.array([5.0, 6]), np.array([1, 1])), 2),
        lambda: brier_t(np.array([0.1, 0.2]), FollowUp.of(np.array([1.0, 1]), np.array([1, 1])), 2),
        lambda: choose_threshold(np.array([1.0, 1.0]), np.array([0, 1])),
        lambda: wilson(0, 0),
    ],
)
def test_what_is_not_defined_is_said_in_a_sentence(wrong):
    with pytest.raises(MeasureError, match=": "):
        wrong()
