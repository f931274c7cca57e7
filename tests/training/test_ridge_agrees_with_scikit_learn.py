"""Ridge regressions against scikit-learn's, and the choice of their penalty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge

from hilum.training.folds import deal_patients
from hilum.training.ridge import PENALTIES, fit_ridge, fit_with_penalty
from hilum.training.ridge_losses import LogisticLoss, SoftmaxLoss, SquaredLoss


def cases(n=300, width=8, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, width))
    X -= X.mean(axis=0)
    return X, X[:, 0] + 0.5 * X[:, 1] + rng.normal(size=n), rng


def test_two_classes():
    X, line, _ = cases()
    label = (line > 0.4).astype(float)
    fit = fit_with_penalty(X, LogisticLoss(label[:, None]), np.array([3.0]))
    other = LogisticRegression(C=1 / 3, tol=1e-10, max_iter=1000).fit(X, label)
    np.testing.assert_allclose(fit.weights[:, 0], other.coef_[0], atol=1e-5)
    assert fit.intercept[0] == pytest.approx(other.intercept_[0], abs=1e-5)


def test_three_classes():
    X, line, _ = cases()
    label = np.digitize(line, [-0.5, 0.8])
    fit = fit_with_penalty(X, SoftmaxLoss(np.eye(3)[label]), np.array([2.0]))
    other = LogisticRegression(C=1 / 2, tol=1e-10, max_iter=2000).fit(X, label)
    np.testing.assert_allclose(fit.weights.T, other.coef_, atol=5e-5)
    # A number added to all classes changes nothing.
    np.testing.assert_allclose(fit.intercept - fit.intercept.mean(), other.intercept_, atol=5e-5)


def test_numbers():
    X, line, _ = cases()
    fit = fit_with_penalty(X, SquaredLoss(line[:, None]), np.array([7.0]))
    other = Ridge(alpha=7.0).fit(X, line)
    np.testing.assert_allclose(fit.weights[:, 0], other.coef_, atol=1e-5)
    assert fit.intercept[0] == pytest.approx(other.intercept_, abs=1e-5)


def test_findings_are_fitted_each_on_the_cases_in_which_they_are_known():
    X, line, rng = cases()
    label = np.stack([line > 0.4, X[:, 3] + rng.normal(size=300) > 1], axis=1).astype(float)
    label[rng.random((300, 2)) < 0.3] = np.nan
    fit = fit_with_penalty(X, LogisticLoss(label), np.array([3.0, 5.0]))
    for place, penalty in enumerate((3.0, 5.0)):
        known = np.isfinite(label[:, place])
        other = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=1000).fit(X[known], label[known, place])
        np.testing.assert_allclose(fit.weights[:, place], other.coef_[0], atol=1e-5)


def test_the_chosen_penalty_is_the_best_of_scikit_learns_cross_validation():
    X, line, _ = cases(n=200, width=40, seed=4)
    label = (line > 0.4).astype(float)
    loss = LogisticLoss(label[:, None])
    fold = np.arange(200) % 5
    fit = fit_ridge(X, loss, fold)
    curvature = float(loss.curvature()[0])
    expected = []
    for relative in PENALTIES[: len(fit.tried)]:
        left_out = 0.0
        for number in range(5):
            kept = fold != number
            other = LogisticRegression(C=1 / (relative * curvature), tol=1e-8, max_iter=2000)
            chance = other.fit(X[kept], label[kept]).predict_proba(X[~kept])
            left_out -= np.log(chance[np.arange((~kept).sum()), label[~kept].astype(int)]).sum()
        expected.append(left_out / 200)
    np.testing.assert_allclose(fit.tried[:, 0], expected, atol=5e-4)
    assert fit.relative[0] == PENALTIES[int(np.argmin(expected))]


def test_what_says_nothing_is_shrunk_and_what_says_something_is_not():
    X, line, rng = cases(n=400, width=60, seed=5)
    fold = np.arange(400) % 5
    told = fit_ridge(X, SquaredLoss(line[:, None]), fold)
    nothing = fit_ridge(X, SquaredLoss(rng.normal(size=(400, 1))), fold)
    assert told.weights[0, 0] > 0.8
    assert np.abs(nothing.weights).max() < 0.1


def test_a_finding_that_a_fold_lacks_does_no_harm():
    X, _, _ = cases(n=40)
    label = np.zeros((40, 1))
    label[7] = 1
    fit = fit_ridge(X, LogisticLoss(label), np.arange(40) % 5)
    assert np.isfinite(fit.weights).all()
    assert 1 / (1 + np.exp(-fit.outputs(X)[:, 0])).mean() > 0
    assert (1 / (1 + np.exp(-fit.outputs(X)[:, 0]))).mean() == pytest.approx(1 / 40, abs=1e-3)


def test_two_fits_are_the_same_to_the_last_bit():
    X, line, _ = cases(n=200, width=100)
    first, second = (
        fit_ridge(X.astype(np.float32), LogisticLoss((line > 0)[:, None] * 1.0), np.arange(200) % 5)
        for _ in range(2)
    )
    assert (first.weights == second.weights).all()
    assert (first.tried == second.tried).all()


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2)), min_size=2, max_size=60), st.integers(0, 50)
)
def test_no_patient_is_in_two_folds_and_folds_are_even(rows, seed):
    patients, groups = np.array([p for p, _ in rows]), np.array([g for _, g in rows])
    fold = deal_patients(patients, groups, 5, np.random.default_rng(seed))
    highest = {p: groups[patients == p].max() for p in set(patients.tolist())}
    sizes = np.unique(list(highest.values()), return_counts=True)[1]
    if fold is None:
        assert sizes.min() < 2
        return
    for patient in highest:
        assert len(set(fold[patients == patient])) == 1
    assert set(fold) == set(range(min(5, sizes.min())))
    for group in set(highest.values()):
        mine = [fold[patients == p][0] for p, g in highest.items() if g == group]
        counts = np.bincount(mine, minlength=fold.max() + 1)
        assert counts.max() - counts.min() <= 1
