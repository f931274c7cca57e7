import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hilum.preparation import Learning
from hilum.training.optimiser import learning_rate
from hilum.training.sampling import batches, case_weights, epoch_order, generator, places_of

GROUPS = st.lists(st.integers(0, 2), min_size=1, max_size=60).map(np.array)


@given(GROUPS, st.integers(0, 99))
def test_unbalanced_every_case_comes_once(groups, seed):
    assert sorted(epoch_order(groups, generator(seed), "none")) == list(range(len(groups)))


@given(GROUPS, st.integers(0, 99))
def test_balanced_every_group_comes_equally_often_and_cases_nearly_so(groups, seed):
    order = epoch_order(groups, generator(seed), "sampling")
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


@given(GROUPS, st.integers(0, 99))
def test_up_sampled_every_case_comes_and_every_group_as_often_as_the_largest(groups, seed):
    order = epoch_order(groups, generator(seed), "upsampling")
    counts = np.bincount(groups[order], minlength=3)[np.unique(groups)]
    assert set(counts.tolist()) == {int(np.bincount(groups).max())}
    for group in np.unique(groups):
        times = np.bincount(order, minlength=len(groups))[groups == group]
        assert times.min() >= 1
        assert times.max() - times.min() <= 1


def test_96_of_450_cases_are_up_sampled_to_354():
    """A published design: 354 and 96 cases, the rarer class drawn 3.68 times."""
    groups = np.repeat([0, 1], [354, 96])
    assert places_of(groups, "upsampling") == {0: 354, 1: 354}
    assert len(epoch_order(groups, generator(0), "upsampling")) == 708


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 60))
def test_what_was_seen_is_not_cut_into_batches_again(n, size, start):
    together = [case for batch in batches(np.arange(n), size, start) for case in batch.tolist()]
    assert together == list(range(start, start + len(together)))
    assert len(together) <= max(n - start, 0) < len(together) + min(size, n)


def test_random_upsampling_shows_every_case_and_leaves_the_rest_to_chance():
    groups = np.array([0] * 354 + [1] * 96)
    assert places_of(groups, "random-upsampling") == {0: 354, 1: 354}
    orders = [epoch_order(groups, generator(seed), "random-upsampling") for seed in range(2)]
    for order in orders:
        times = np.bincount(order, minlength=450)
        assert (times[:354] == 1).all()
        assert times[354:].sum() == 354
        assert times[354:].min() >= 1
        assert len(set(times[354:].tolist())) > 3
    assert not np.array_equal(*orders)
