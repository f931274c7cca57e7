"""Numbers of R 4.2.2 (survival, pROC, riskRegression, DTComPair, RJafroc) and of published tables."""

import math

import numpy as np
import pytest
from lifelines.datasets import load_lung
from sksurv.datasets import load_gbsg2, load_whas500

from hilum.evaluation import (
    FollowUp,
    Pairs,
    auc_t,
    brier_t,
    clopper_pearson,
    harrell_c,
    harrell_c_difference,
    kaplan_meier,
    log_rank,
    mcnemar_exact,
    mcnemar_mid_p,
    moskowitz_pepe,
    newcombe_paired,
    obuchowski_rockette,
    wilson,
)


@pytest.fixture(scope="module")
def whas500():
    table, outcome = load_whas500()
    return table["age"].to_numpy(float), FollowUp.of(outcome["lenfol"], outcome["fstat"])


@pytest.fixture(scope="module")
def gbsg2():
    table, outcome = load_gbsg2()
    return table, FollowUp.of(outcome["time"], outcome["cens"])


def test_whas500_age_counts_its_pairs_as_survival_concordance_does(whas500):
    age, follow_up = whas500
    assert Pairs.of(age, follow_up) == Pairs(concordant=54_226, discordant=19_472, tied=1_451)


def test_whas500_age_has_the_c_and_error_of_survival_concordance(whas500):
    age, follow_up = whas500
    estimate = harrell_c(age, follow_up)
    assert estimate.value == pytest.approx(0.7312339486, abs=5e-11)
    assert estimate.se == pytest.approx(0.01770805347, abs=5e-12)


def test_gbsg2_nodes_against_size(gbsg2):
    table, follow_up = gbsg2
    nodes, size = table["pnodes"].to_numpy(float), table["tsize"].to_numpy(float)
    estimate = harrell_c(nodes, follow_up)
    assert estimate.value == pytest.approx(0.6452446796, abs=5e-11)
    assert estimate.se == pytest.approx(0.01637738127, abs=5e-12)
    assert harrell_c(size, follow_up).value == pytest.approx(0.5718220212, abs=5e-11)
    difference = harrell_c_difference(nodes, size, follow_up)
    assert difference.difference == pytest.approx(0.07342265841, abs=5e-12)
    assert difference.se == pytest.approx(0.02162511891, abs=5e-12)
    assert difference.p == pytest.approx(0.0006856627, abs=5e-11)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (365, (0.765954040, 0.0230017171, 0.175950141, 0.199824)),
        (730, (0.768407110, 0.0232311390, 0.184903447, 0.229955201)),
    ],
)
def test_whas500_at_a_horizon_as_risk_regression(whas500, day, expected):
    age, follow_up = whas500
    area, error, brier, null = expected
    risk = 1 - np.exp(-day / 2500 * np.exp(0.07 * (age - 70)))
    estimate = auc_t(risk, follow_up, day)
    assert estimate.value == pytest.approx(area, abs=5e-10)
    assert estimate.se == pytest.approx(error, abs=5e-11)
    assert brier_t(risk, follow_up, day).value == pytest.approx(brier, abs=5e-10)
    dead = 1 - kaplan_meier(follow_up.time, follow_up.event).at(day).value
    assert brier_t(np.full(len(age), dead), follow_up, day).value == pytest.approx(null, abs=5e-10)


def test_lung_by_sex():
    lung = load_lung()
    time, event, sex = lung["time"].to_numpy(float), lung["status"].to_numpy(), lung["sex"].to_numpy()
    result = log_rank(time, event, sex)
    assert result.statistic == pytest.approx(10.3267, abs=5e-5)
    assert result.p == pytest.approx(0.001311, abs=5e-7)
    medians = [kaplan_meier(time[sex == one], event[sex == one]).median() for one in (1, 2)]
    assert [(m.value, m.low, m.high) for m in medians] == [(270, 210, 306), (426, 345, 524)]


def test_mcnemar():
    assert mcnemar_exact(16, 2) == pytest.approx(0.00131225586, abs=5e-12)
    assert mcnemar_mid_p(16, 2) == pytest.approx(0.00072860718, abs=5e-12)
    assert mcnemar_exact(3, 0) == 0.25
    assert mcnemar_exact(0, 0) == 1.0
    assert mcnemar_exact(5, 5) == 1.0


def test_shares():
    score, exact = wilson(281, 300), clopper_pearson(281, 300)
    assert (score.low, score.high) == pytest.approx((0.903208688, 0.959083118), abs=5e-10)
    assert (exact.low, exact.high) == pytest.approx((0.902861803, 0.961441980), abs=5e-10)
    assert clopper_pearson(0, 10).low == 0
    assert clopper_pearson(10, 10).high == 1


def test_newcombe_paired_difference_of_his_own_paper():
    # Newcombe, Statistics in Medicine 1998; 17: 2635, table III, example (a), method 10.
    result = newcombe_paired(36, 12, 2, 0, method="mcnemar_exact", p=1.0)
    assert (result.low, result.high) == pytest.approx((0.0569, 0.3404), abs=5e-5)


def test_obuchowski_rockette_two_modalities_five_readers():
    first = np.array([0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066])
    second = np.array([0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169])
    result = obuchowski_rockette(first, second, 0.00033952653, 0.00023584965)
    assert result.difference == pytest.approx(-0.0438003221, abs=5e-9)
    assert result.se == pytest.approx(0.0206825048, abs=5e-9)
    assert result.df == pytest.approx(15.06610794, abs=5e-5)
    assert result.p == pytest.approx(0.0512330308, abs=5e-8)


def test_moskowitz_pepe_of_its_own_paper():
    result = moskowitz_pepe((319, 78, 22, 32), (31, 53, 22, 155))
    assert result.ppv.difference == pytest.approx(1.04860694, abs=5e-9)
    assert result.ppv.p == pytest.approx(0.01714612, abs=5e-9)
    assert result.npv.difference == pytest.approx(0.8536403, abs=5e-8)
    assert result.npv.p == pytest.approx(2.885568e-05, abs=5e-12)
    assert result.ppv.se == pytest.approx(abs(math.log(1.04860694)) / abs(result.ppv.statistic), rel=1e-6)
