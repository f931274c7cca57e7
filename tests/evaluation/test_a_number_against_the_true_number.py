"""A reader that measures: errors, Bland-Altman, correlations, against papers and against other programs."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics
from statsmodels.api import OLS, add_constant

from hilum.errors import MeasureError
from hilum.evaluation.measures.bland_altman import bland_altman
from hilum.evaluation.measures.concordance_correlation import concordance_correlation
from hilum.evaluation.measures.correlation import pearson
from hilum.evaluation.measures.errors_of_a_number import (
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
)
from hilum.evaluation.measures.intraclass_correlation import intraclass_correlation
from hilum.evaluation.measures.number_pairs import NUMBER_MEASURES, NumberPairs, from_sums

# Bland & Altman, Lancet 1986, table: peak expiratory flow (l/min) of 17 people, first reading of each meter.
WRIGHT = np.array([494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427.0])
MINI = np.array([512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451.0])

# Shrout & Fleiss, Psychological Bulletin 1979, table 2: 6 subjects read by 4 judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]]
)


def _numbers(n=80, seed=0, patients=None):
    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 10, n)
    value = 3 + 0.9 * truth + rng.normal(0, 4, n)
    return value, truth, None if patients is None else np.arange(n) % patients


def test_bland_and_altmans_own_example():
    found = bland_altman(WRIGHT, MINI)
    # The paper: mean difference -2.1, SD 38.8, 95 % interval of the bias -22.0 to 17.8 l/min, r 0.94.
    assert round(found.bias.value, 1) == -2.1
    assert round(found.standard_deviation, 1) == 38.8
    assert (round(found.bias.low, 1), round(found.bias.high, 1)) == (-22.0, 17.8)
    assert round(pearson(WRIGHT, MINI).value, 2) == 0.94
    # The limits are at 1.96 SD (the paper takes 2): -2.118 -+ 1.96 x 38.765.
    assert found.limit_low.value == pytest.approx(-2.11765 - 1.959964 * 38.76513, abs=1e-3)
    assert found.limit_high.value == pytest.approx(-2.11765 + 1.959964 * 38.76513, abs=1e-3)


def test_limits_of_agreement_of_85_blood_pressures():
    # Bland & Altman 1999, section 2: n 85, bias -16.29, SD 19.61: limits -54.7 and 22.1, standard error of a
    # limit about 1.71 SD / sqrt(n), and so 95 % intervals of -61.9 to -47.5 and 14.9 to 29.3.
    raw = np.random.default_rng(1).normal(size=85)
    difference = -16.29 + 19.61 * (raw - raw.mean()) / raw.std(ddof=1)
    truth = np.linspace(90, 200, 85)
    found = bland_altman(truth + difference, truth)
    assert (round(found.limit_low.value, 1), round(found.limit_high.value, 1)) == (-54.7, 22.1)
    assert found.limit_low.se == pytest.approx(1.71 * 19.61 / np.sqrt(85), rel=0.005)
    assert found.limit_low.low == pytest.approx(-61.9, abs=0.1)
    assert found.limit_high.high == pytest.approx(29.3, abs=0.15)


def test_proportional_bias_is_the_slope_of_the_difference_on_the_mean():
    value, truth, _ = _numbers()
    fit = OLS(value - truth, add_constant((value + truth) / 2)).fit()
    found = bland_altman(value, truth).proportional_bias
    assert found.value == pytest.approx(fit.params[1])
    assert found.statistic == pytest.approx(fit.tvalues[1])
    assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int()[1]))
    clusters = np.arange(80) % 20
    robust = OLS(value - truth, add_constant((value + truth) / 2)).fit(
        cov_type="cluster", cov_kwds={"groups": clusters}
    )
    here = bland_altman(value, truth, clusters).proportional_bias
    assert here.se == pytest.approx(robust.bse[1], rel=0.01)


def test_errors_and_correlations_are_those_of_other_programs():
    value, truth, _ = _numbers()
    assert mean_absolute_error(value, truth).value == pytest.approx(metrics.mean_absolute_error(truth, value))
    assert root_mean_squared_error(value, truth).value == pytest.approx(
        metrics.root_mean_squared_error(truth, value)
    )
    assert r_squared(value, truth).value == pytest.approx(metrics.r2_score(truth, value))
    expected = stats.pearsonr(value, truth)
    found = pearson(value, truth)
    assert found.value == pytest.approx(expected.statistic)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_lins_coefficient_is_pearsons_times_accuracy():
    value, truth, _ = _numbers()
    r, spread, shift = np.corrcoef(value, truth)[0, 1], value.std() / truth.std(), value.mean() - truth.mean()
    u2 = shift**2 / (value.std() * truth.std())
    accuracy = 2 / (spread + 1 / spread + u2)
    c = r * accuracy
    # Lin's variance on Fisher's scale, with the corrections of 2000, as printed there.
    variance = (
        (1 - r**2) * c**2 / ((1 - c**2) * r**2)
        + 2 * c**3 * (1 - c) * u2 / (r * (1 - c**2) ** 2)
        - c**4 * u2**2 / (2 * r**2 * (1 - c**2) ** 2)
    ) / (len(value) - 2)
    reach = 1.959963984540054 * np.sqrt(variance)
    found = concordance_correlation(value, truth)
    assert found.value == pytest.approx(c)
    assert np.arctanh(found.low) == pytest.approx(np.arctanh(c) - reach)
    assert np.arctanh(found.high) == pytest.approx(np.arctanh(c) + reach)


def test_shrout_and_fleiss_own_example():
    # ICC(2,1) = .29 in the paper; limits .019 and .761 as R's psych::ICC prints for the same data.
    found = intraclass_correlation(SHROUT_FLEISS)
    assert round(found.value, 3) == 0.290
    assert (round(found.low, 3), round(found.high, 3)) == (0.019, 0.761)


def test_the_interval_of_the_intraclass_correlation_holds_for_readers_drawn_by_chance():
    """True value 100 / (100 + 9 + 16) = 0.8; 19 of 20 intervals hold it."""
    rng, held = np.random.default_rng(6), 0
    for _ in range(400):
        table = rng.normal(0, 10, (40, 1)) + rng.normal(0, 3, (1, 4)) + rng.normal(0, 4, (40, 4))
        found = intraclass_correlation(table)
        held += found.low <= 0.8 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_intraclass_correlation_of_copied_patients_is_not_surer():
    table = np.stack(_numbers(60)[:2], axis=1)
    copies = np.repeat(table, 5, axis=0)
    clustered = intraclass_correlation(copies, np.repeat(np.arange(60), 5))
    each = intraclass_correlation(table, np.array([*range(59), 58]))
    assert clustered.method == each.method == "fisher_z_clustered"
    assert clustered.se == pytest.approx(each.se, rel=0.25)


def test_intraclass_correlation_of_two_comes_from_the_same_sums():
    value, truth, _ = _numbers()
    table = intraclass_correlation(np.stack([value, truth], axis=1))
    sums = from_sums(NumberPairs.of(value, truth).columns().sum(axis=0)[None])
    assert sums["icc"][0] == pytest.approx(table.value)


def test_all_measures_come_from_the_same_sums():
    value, truth, _ = _numbers()
    sums = from_sums(NumberPairs.of(value, truth).columns().sum(axis=0)[None])
    limits = bland_altman(value, truth)
    expected = {
        "mae": mean_absolute_error(value, truth),
        "rmse": root_mean_squared_error(value, truth),
        "bias": limits.bias,
        "limit_low": limits.limit_low,
        "limit_high": limits.limit_high,
        "proportional_bias": limits.proportional_bias,
        "pearson": pearson(value, truth),
        "ccc": concordance_correlation(value, truth),
        "icc": intraclass_correlation(np.stack([value, truth], axis=1)),
        "r2": r_squared(value, truth),
    }
    assert set(expected) == set(NUMBER_MEASURES)
    for name, estimate in expected.items():
        assert sums[name][0] == pytest.approx(estimate.value), name


ONE_BY_ONE = [
    mean_absolute_error,
    root_mean_squared_error,
    r_squared,
    pearson,
    concordance_correlation,
    lambda value, truth, patient=None: bland_altman(value, truth, patient).bias,
    lambda value, truth, patient=None: bland_altman(value, truth, patient).limit_low,
]


@pytest.mark.parametrize("measure", ONE_BY_ONE)
def test_five_copies_of_every_case_of_a_patient_do_not_narrow_the_interval(measure):
    value, truth, _ = _numbers(60)
    once = measure(value, truth)
    copied = measure(np.repeat(value, 5), np.repeat(truth, 5), np.repeat(np.arange(60), 5))
    assert copied.value == pytest.approx(once.value, rel=0.01)
    assert copied.high - copied.low == pytest.approx(once.high - once.low, rel=0.25)
    pretended = measure(np.repeat(value, 5), np.repeat(truth, 5))
    assert pretended.high - pretended.low < 0.6 * (copied.high - copied.low)


@pytest.mark.parametrize("measure", ONE_BY_ONE)
def test_the_interval_is_that_of_chance(measure):
    """Over 300 drawn cohorts of 60 the estimates scatter as widely as the interval says."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(300):
        truth = rng.normal(50, 10, 60)
        found.append(measure(3 + 0.9 * truth + rng.normal(0, 4, 60), truth))
    scatter = np.std([one.value for one in found])
    said = np.median([(one.high - one.low) / 2 / 1.96 for one in found])
    assert said == pytest.approx(scatter, rel=0.15)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: mean_absolute_error(np.array([1.0, np.nan]), np.array([1.0, 2.0])),
        lambda: root_mean_squared_error(np.array([1.0, np.inf]), np.array([1.0, 2.0])),
        lambda: pearson(np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0])),
        lambda: pearson(np.array([1.0, 2.0]), np.array([1.0, 2.0])),
        lambda: concordance_correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])),
        lambda: r_squared(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])),
        lambda: intraclass_correlation(np.ones((5, 2))),
        lambda: intraclass_correlation(np.ones((5, 1))),
        lambda: bland_altman(np.array([1.0, 2.0]), np.array([1.0, 2.0])),
        lambda: bland_altman(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0])),
    ],
)
def test_what_is_not_defined_is_said_in_a_sentence(wrong):
    with pytest.raises(MeasureError, match=": "):
        wrong()
