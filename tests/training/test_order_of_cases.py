import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hilum.preparation import Learning
from hilum.training.optimiser import learning_rate
from hilum.training.sampling import batches, case_weights, epoch_order, generator

GROUPS = st.lists(st.integers(0, 2), min_size=1, max_size=60).map(np.array)


@given(GROUPS, st.integers(0, 99))
def test_unbalanced_every_case_comes_once(groups, seed):
    assert sorted(epoch_order(groups, generator(seed), balanced=False)) == list(range(len(groups)))


@given(GROUPS, st.integers(0, 99))
def test_balanced_every_group_comes_equally_often_and_cases_nearly_so(groups, seed):
    order = epoch_order(groups, generator(seed), balanced=True)
    present = np.unique(groups)
    counts = np.bincount(groups[order], minlength=3)[present]
    assert len(set(counts.tolist())) == 1
    assert len(order) <= len(groups) or len(order) == len(present)
    for group in present:
        times = np.bincount(order, minlength=len(groups))[groups == group]
        assert times.max() - times.min() <= 1


@given(GROUPS)
def test_weights_give_groups_equal_sums(groups):
    weights = case_weights(groups)
    sums = [weights[groups == group].sum() for group in np.unique(groups)]
    np.testing.assert_allclose(sums, sums[0], rtol=1e-4)
    np.testing.assert_allclose(weights.mean(), 1, rtol=1e-4)


@given(st.integers(1, 100), st.integers(1, 40))
def test_batches_have_one_size_and_no_case_twice(n, size):
    cut = batches(np.arange(n), size)
    assert len({len(batch) for batch in cut}) == 1
    together = np.concatenate(cut)
    assert len(set(together.tolist())) == len(together) >= min(n, size)


@given(st.integers(1, 50), st.integers(1, 30), st.floats(0, 5))
def test_the_learning_rate_rises_once_and_falls_to_zero(epochs, steps, warmup):
    learning = Learning(epochs=epochs, warmup_epochs=warmup, learning_rate=0.1)
    rates = [learning_rate(step, steps, learning) for step in range(epochs * steps)]
    top = int(np.argmax(rates))
    assert (np.diff(rates[: top + 1]) >= 0).all()
    assert (np.diff(rates[top:]) <= 0).all()
    assert max(rates) <= 0.1 + 1e-12
    assert min(rates) >= 0
