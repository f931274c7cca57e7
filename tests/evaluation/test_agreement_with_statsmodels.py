"""The same numbers as statsmodels where both do the same: shares, paired tests, agreement, regression."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit, logit
from statsmodels.stats.contingency_tables import cochrans_q, mcnemar
from statsmodels.stats.inter_rater import cohens_kappa as statsmodels_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from hilum.evaluation import (
    calibration_in_the_large,
    calibration_slope,
    clopper_pearson,
    mcnemar_exact,
    mcnemar_mid_p,
    wilson,
)
from hilum.evaluation.comparisons.cochran_q import cochran_q
from hilum.evaluation.comparisons.holm import holm
from hilum.evaluation.measures.cohen_kappa import cohen_kappa_from_table
from hilum.evaluation.measures.concordance_correlation import concordance_correlation
from hilum.evaluation.measures.correlation import pearson
from hilum.evaluation.measures.fleiss_kappa import fleiss_kappa

SEEDS = range(4)


@pytest.mark.parametrize(("hits", "total"), [(0, 7), (3, 7), (7, 7), (281, 300), (1, 1)])
def test_intervals_of_shares(hits, total):
    mine = wilson(hits, total)
    assert (mine.low, mine.high) == pytest.approx(proportion_confint(hits, total, method="wilson"), abs=1e-12)
    exact = clopper_pearson(hits, total)
    expected = proportion_confint(hits, total, method="beta")
    assert (exact.low, exact.high) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(("b", "c"), [(1, 0), (9, 4), (30, 12), (0, 8), (100, 140), (5, 5)])
def test_mcnemar(b, c):
    assert mcnemar_exact(b, c) == pytest.approx(mcnemar([[5, b], [c, 7]], exact=True).pvalue, abs=1e-12)
    # Mid-p, which statsmodels lacks, from scipy's binomial distribution.
    below = stats.binom.cdf(min(b, c), b + c, 0.5) - 0.5 * stats.binom.pmf(min(b, c), b + c, 0.5)
    assert mcnemar_mid_p(b, c) == pytest.approx(min(1.0, 2 * below), abs=1e-12)


@pytest.mark.parametrize("readers", [2, 3, 6])
@pytest.mark.parametrize("seed", SEEDS)
def test_cochrans_q(seed, readers):
    rng = np.random.default_rng(seed)
    right = rng.random((readers, 80)) < np.linspace(0.6, 0.8, readers)[:, None]
    expected = cochrans_q(right.T.astype(int))
    found = cochran_q(right)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert found.df == expected.df
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("count", [1, 2, 7])
def test_holm(seed, count):
    values = np.random.default_rng(seed).random(count) ** 3
    values[0] = values[-1]  # a tie
    expected = multipletests(values, method="holm")[1]
    assert holm(values.tolist()) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_and_its_two_errors(seed, weights):
    table = np.random.default_rng(seed).integers(0, 30, (4, 4)) + 20 * np.eye(4, dtype=int)
    expected = statsmodels_kappa(table, wt=weights)
    found = cohen_kappa_from_table(table, weights)
    assert found.value == pytest.approx(expected.kappa, abs=1e-12)
    assert found.se == pytest.approx(np.sqrt(expected.var_kappa), rel=1e-9)
    assert (found.low, found.high) == pytest.approx((expected.kappa_low, expected.kappa_upp), rel=1e-9)
    assert found.statistic == pytest.approx(expected.z_value, rel=1e-9)


@pytest.mark.parametrize("readers", [2, 3, 7])
@pytest.mark.parametrize("seed", SEEDS)
def test_fleiss_kappa(seed, readers):
    rng = np.random.default_rng(seed)
    likely = rng.dirichlet([0.5, 0.5, 0.5], 60)
    counts = np.array([rng.multinomial(readers, one) for one in likely])
    assert fleiss_kappa(counts).value == pytest.approx(statsmodels_fleiss(counts), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_calibration_slope_and_intercept(seed):
    rng = np.random.default_rng(seed)
    label = rng.random(300) < 0.3
    probability = expit(np.round(rng.normal(size=300) + label, 1 if seed % 2 else 6) - 1)
    x, y, family = logit(probability), label.astype(float), sm.families.Binomial()
    fit = sm.GLM(y, sm.add_constant(x), family=family).fit(tol=1e-13)
    slope = calibration_slope(probability, label)
    assert (slope.value, slope.se) == pytest.approx((fit.params[1], fit.bse[1]), rel=1e-6)
    fit = sm.GLM(y, np.ones(len(y)), family=family, offset=x).fit(tol=1e-13)
    large = calibration_in_the_large(probability, label)
    assert (large.value, large.se) == pytest.approx((fit.params[0], fit.bse[0]), rel=1e-6)


@pytest.mark.parametrize("n", [4, 20, 500])
@pytest.mark.parametrize("seed", SEEDS)
def test_pearsons_correlation_as_scipy(seed, n):
    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 10, n)
    value = np.round(truth + rng.normal(1, 8, n))
    expected = stats.pearsonr(value, truth)
    found = pearson(value, truth)
    assert found.value == pytest.approx(expected.statistic, abs=1e-12)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_concordance_correlation_from_moments_of_numpy(seed):
    # No program that is installed gives it; Lin's formula from numpy's covariance, divided by n.
    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 10, 40)
    value = truth + rng.normal(3, 5, 40)
    together = np.cov(value, truth, ddof=0)
    expected = 2 * together[0, 1] / (np.trace(together) + (value.mean() - truth.mean()) ** 2)
    assert concordance_correlation(value, truth).value == pytest.approx(expected, abs=1e-12)
