"""The same numbers as scikit-learn where both do the same: two classes, several classes, recalibration."""

import warnings

import numpy as np
import pytest
import sklearn.metrics
from scipy.special import expit, logit
from sklearn.calibration import calibration_curve as sklearn_calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from hilum.evaluation import (
    Calls,
    auroc,
    average_precision,
    brier,
    calibration_curve,
    macro_auroc,
    precision_recall_curve,
    roc_curve,
)
from hilum.evaluation.common.weighted import OrderedScores
from hilum.evaluation.measures.cohen_kappa import cohen_kappa
from hilum.evaluation.measures.errors_of_a_number import (
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
)
from hilum.evaluation.measures.many_findings import findings_auroc
from hilum.evaluation.measures.multiclass import averages, confusion, mean_recall, multiclass_brier
from hilum.evaluation.measures.recalibration import fit_recalibration, recalibrate_to

SEEDS = range(4)
SIZES = (12, 60, 700)


def _binary(seed, n=300):
    """Odd seeds give scores with many ties."""
    rng = np.random.default_rng(seed)
    label = rng.random(n) < 0.3
    label[:2] = True, False
    return np.round(rng.normal(size=n) + label, 1 if seed % 2 else 6), label


def _classes(seed, n=200, classes=4):
    rng = np.random.default_rng(seed)
    label = np.concatenate([np.arange(classes), rng.integers(classes, size=n - classes)])
    strength = rng.normal(size=(classes, n)) + 1.5 * (label == np.arange(classes)[:, None])
    probability = np.exp(strength) / np.exp(strength).sum(axis=0)
    if seed % 2:
        probability = np.round(probability, 1)
        probability /= probability.sum(axis=0)
    return probability, label


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_areas_and_curves(seed, n):
    score, label = _binary(seed, n)
    assert auroc(score, label).value == pytest.approx(sklearn.metrics.roc_auc_score(label, score), abs=1e-12)
    expected = sklearn.metrics.average_precision_score(label, score)
    assert average_precision(score, label) == pytest.approx(expected, abs=1e-12)
    fpr, tpr, _ = sklearn.metrics.roc_curve(label, score, drop_intermediate=False)
    curve = roc_curve(score, label)
    assert np.allclose(curve.x, fpr, rtol=0, atol=1e-12)
    assert np.allclose(curve.y, tpr, rtol=0, atol=1e-12)
    precision, recall, _ = sklearn.metrics.precision_recall_curve(label, score)
    curve = precision_recall_curve(score, label)
    # scikit-learn runs from the lowest threshold up and ends with an added point (0, 1).
    mine = set(zip(curve.x.round(9), curve.y.round(9), strict=True))
    theirs = set(zip(recall[:-1].round(9), precision[:-1].round(9), strict=True))
    assert theirs <= mine
    assert len(mine - theirs) <= 1  # where our curve starts, at a recall of 0


@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_areas_of_the_bootstrap(seed):
    score, label = _binary(seed)
    weights = np.random.default_rng(seed).poisson(1.0, (3, len(label))).astype(float)
    roc, precision = OrderedScores.of(score, label).areas(weights)
    for row, weight in enumerate(weights):
        expected = sklearn.metrics.roc_auc_score(label, score, sample_weight=weight)
        assert roc[row] == pytest.approx(expected, abs=1e-12)
        expected = sklearn.metrics.average_precision_score(label, score, sample_weight=weight)
        assert precision[row] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_follows_from_decisions(seed, n):
    score, label = _binary(seed, n)
    call = score >= 0.5
    calls = Calls(call, label)
    assert calls.f1() == pytest.approx(sklearn.metrics.f1_score(label, call), abs=1e-12)
    assert calls.balanced_accuracy().value == pytest.approx(
        sklearn.metrics.balanced_accuracy_score(label, call), abs=1e-12
    )
    shares = {
        "sensitivity": sklearn.metrics.recall_score(label, call),
        "specificity": sklearn.metrics.recall_score(~label, ~call),
        "ppv": sklearn.metrics.precision_score(label, call),
        "npv": sklearn.metrics.precision_score(~label, ~call),
        "accuracy": sklearn.metrics.accuracy_score(label, call),
    }
    for measure, expected in shares.items():
        assert calls.share(measure).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_brier_score_and_groups_of_equal_size(seed):
    score, label = _binary(seed)
    probability = expit(score - 1)
    expected = sklearn.metrics.brier_score_loss(label, probability)
    assert brier(probability, label).value == pytest.approx(expected, abs=1e-12)
    if seed % 2:
        return  # groups of tied probabilities are not cut alike
    observed, predicted = sklearn_calibration_curve(label, probability, n_bins=10, strategy="quantile")
    points = calibration_curve(probability, label)
    assert np.allclose([point.predicted for point in points], predicted, rtol=0, atol=1e-12)
    assert np.allclose([point.observed for point in points], observed, rtol=0, atol=1e-12)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_several_classes(seed, n):
    probability, label = _classes(seed, n)
    expected = sklearn.metrics.roc_auc_score(label, probability.T, multi_class="ovr")
    assert macro_auroc(probability, label).value == pytest.approx(expected, abs=1e-12)
    # Not halved: the sum over classes, from 0 to 2.
    expected = sklearn.metrics.brier_score_loss(label, probability.T, scale_by_half=False)
    assert multiclass_brier(probability, label).value == pytest.approx(expected, abs=1e-12)
    said = probability.argmax(axis=0)
    counts = confusion(label, said, 4)
    assert np.array_equal(counts, sklearn.metrics.confusion_matrix(label, said, labels=range(4)))
    expected = sklearn.metrics.balanced_accuracy_score(label, said)
    assert mean_recall(label, said, 4).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("mean", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("seed", SEEDS)
def test_means_over_classes(seed, mean):
    probability, label = _classes(seed)
    said = probability.argmax(axis=0)
    counts = confusion(label, said, 4)[None].astype(float)
    for measure, other in (
        ("f1", sklearn.metrics.f1_score),
        ("sensitivity", sklearn.metrics.recall_score),
        ("ppv", sklearn.metrics.precision_score),
    ):
        found = float(averages(measure, counts)[mean][0])
        assert found == pytest.approx(other(label, said, average=mean), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_mean_area_over_findings(seed):
    rng = np.random.default_rng(seed)
    labels = (rng.random((5, 150)) < 0.3).astype(float)
    scores = np.round(rng.normal(size=(5, 150)) + labels, 1)
    expected = sklearn.metrics.roc_auc_score(labels.T, scores.T, average="macro")
    assert findings_auroc(scores, labels).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_of_two_readers(seed, weights):
    rng = np.random.default_rng(seed)
    first = np.concatenate([np.arange(5), rng.integers(5, size=80)])
    second = np.where(rng.random(85) < 0.5, first, rng.integers(5, size=85))
    expected = sklearn.metrics.cohen_kappa_score(first, second, weights=weights)
    assert cohen_kappa(first, second, weights=weights).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_errors_of_a_number(seed):
    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 10, 90)
    value = truth + rng.normal(1, 5, 90)
    for found, expected in (
        (mean_absolute_error, sklearn.metrics.mean_absolute_error),
        (root_mean_squared_error, sklearn.metrics.root_mean_squared_error),
        (r_squared, sklearn.metrics.r2_score),
    ):
        assert found(value, truth).value == pytest.approx(expected(truth, value), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_isotonic_recalibration(seed):
    score, label = _binary(seed)
    probability = expit(score - 1)
    other = IsotonicRegression(out_of_bounds="clip").fit(probability, label)
    mine = fit_recalibration(probability, label, "isotonic", is_probability=True)
    assert np.allclose(mine.apply(probability), other.predict(probability), rtol=0, atol=1e-12)


def _unpenalised(design, target, weight=None):
    with warnings.catch_warnings():  # how to ask for no penalty changes between versions
        warnings.simplefilter("ignore", FutureWarning)
        return LogisticRegression(C=np.inf, tol=1e-10, max_iter=2000).fit(
            design, target, sample_weight=weight
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_recalibration_to_a_cohort_is_logistic_regression(seed):
    score, label = _binary(seed)
    probability = expit(score - 1)
    other = _unpenalised(logit(probability)[:, None], label)
    mine = recalibrate_to(probability, label)
    assert (mine.intercept, mine.slope) == pytest.approx((other.intercept_[0], other.coef_[0, 0]), rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_platts_targets_are_weighted_copies(seed):
    # A target of 0.98 is a case with the condition of weight 0.98 and one without it of weight 0.02.
    score, label = _binary(seed)
    ill, well = label.sum(), (~label).sum()
    target = np.where(label, (ill + 1) / (ill + 2), 1 / (well + 2))
    other = _unpenalised(
        np.tile(score, 2)[:, None],
        np.repeat([1, 0], len(score)),
        np.concatenate([target, 1 - target]),
    )
    mine = fit_recalibration(score, label, "platt", is_probability=False)
    assert (mine.intercept, mine.slope) == pytest.approx((other.intercept_[0], other.coef_[0, 0]), rel=1e-4)
