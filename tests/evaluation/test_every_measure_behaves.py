"""A walk over the catalogue: what must hold for every measure, whoever wrote it.

How each is computed stands in `walking/ways.py`, the cases are drawn in `walking/cases.py`.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.walking.cases import READERS
from evaluation.walking.ways import DRAWN, FREE, RANK, SCALE, UNCUT, UNORDERED, WAYS
from hilum.catalogue import measure_names, measure_record
from hilum.errors import MeasureError

# Measures that are in the catalogue and cannot be computed here yet.
NOT_YET: frozenset[str] = frozenset()
# Measures whose function gives no standard error, or takes no patients: the task draws patients for them.
WITHOUT_PATIENTS = {
    *("auprc", "f1", "screened_share", "ece", "log_rank", "median_survival", "icc", "froc", "map"),
    *("dice", "dice_median", "hd95", "hd95_median", "nsd", "nsd_median"),
    *("voxel_sensitivity", "voxel_specificity", "volume", "volume_difference"),
    *("standardised_difference", "ks_distance", "missing_share"),
}


def _each(condition=lambda _way: True):
    """The measures of the catalogue of which something is asked."""
    names = [name for name in measure_names() if name in WAYS and condition(WAYS[name])]
    return pytest.mark.parametrize("name", names)


FEW = settings(max_examples=5, deadline=None, derandomize=True)
seeds = st.integers(0, 1000)


def _compute(name, opinion, truth, patient=None):
    """The estimate, or None where the measure refuses in a sentence."""
    try:
        return WAYS[name].of(opinion, truth, patient)
    except MeasureError as error:
        if len(str(error)) < 20:
            pytest.fail(f"{name} refuses without a sentence: {error}")
        return None


def _of(name, drawn, reader, patient=None):
    return _compute(name, drawn.readers[reader], drawn.truth, patient)


def _assert_sound(name, estimate):
    """Numbers only, the value in its interval, all within the bounds that the catalogue promises."""
    if estimate is None or estimate.value is None:
        return
    record = measure_record(name)
    limits = (estimate.low, estimate.high)
    for number in (estimate.value, estimate.se, estimate.statistic, estimate.df, *limits):
        assert number is None or math.isfinite(number), (name, estimate)
    for number in (estimate.value, *(() if UNCUT in WAYS[name].traits else limits)):
        assert record.low is None or number is None or number >= record.low - 1e-12, (name, estimate)
        assert record.high is None or number is None or number <= record.high + 1e-12, (name, estimate)
    if estimate.low is not None and estimate.high is not None:
        assert estimate.low - 1e-9 <= estimate.value <= estimate.high + 1e-9, (name, estimate)


def test_every_measure_of_the_catalogue_is_walked_over():
    names = set(measure_names())
    assert set(WAYS) | NOT_YET == names, f"add a way for {sorted(names - set(WAYS) - NOT_YET)}"
    assert not set(WAYS) & NOT_YET
    assert names >= WITHOUT_PATIENTS


@_each()
def test_every_reader_gets_numbers_within_the_bounds(name):
    drawn = WAYS[name].family.draw(0)
    for reader in READERS:
        _assert_sound(name, _of(name, drawn, reader))


@_each()
def test_perfect_worst_and_constant_readers_get_what_they_must(name):
    way, drawn = WAYS[name], WAYS[name].family.draw(0)
    for reader in ("perfect", "worst", "constant"):
        expected = getattr(way, reader)
        if expected is not None:
            assert _of(name, drawn, reader).value == pytest.approx(expected, abs=1e-9), reader


@_each(lambda way: UNORDERED not in way.traits)
def test_the_better_of_two_readers_has_the_better_value(name):
    better = measure_record(name).better
    if better == "neither":
        return
    for seed in range(3):
        drawn = WAYS[name].family.draw(seed)
        good, bad = _of(name, drawn, "better"), _of(name, drawn, "worse")
        perfect = _of(name, drawn, "perfect") if WAYS[name].perfect is not None else None
        worst = _of(name, drawn, "worst") if WAYS[name].worst is not None else None
        sign = 1 if better == "higher" else -1
        assert sign * good.value > sign * bad.value
        for reader in (good, bad):
            assert perfect is None or sign * perfect.value >= sign * reader.value - 1e-12
            assert worst is None or sign * worst.value <= sign * reader.value + 1e-12


@_each()
@FEW
@given(seed=seeds)
def test_any_cases_give_numbers_within_the_bounds(name, seed):
    drawn = WAYS[name].family.draw(seed)
    rng = np.random.default_rng(seed)
    few_cases = drawn.rows(rng.permutation(drawn.n)[: int(rng.integers(1, 12))])
    for cases in (drawn, few_cases):
        for reader in ("better", "worse"):
            _assert_sound(name, _of(name, cases, reader))
            patient = rng.integers(0, max(2, cases.n // 3), cases.n)
            _assert_sound(name, _of(name, cases, reader, patient))


@_each()
@FEW
@given(seed=seeds)
def test_the_order_of_cases_does_not_count(name, seed):
    drawn = WAYS[name].family.draw(seed)
    here = _of(name, drawn, "worse")
    there = _of(name, drawn.rows(np.random.default_rng(seed).permutation(drawn.n)), "worse")
    assert here.value == pytest.approx(there.value, abs=1e-9)
    if DRAWN not in WAYS[name].traits:
        assert (here.low, here.high, here.se) == pytest.approx((there.low, there.high, there.se), abs=1e-9)


@_each(lambda way: RANK in way.traits)
@FEW
@given(seed=seeds)
def test_only_the_order_of_opinions_counts_where_it_is_said(name, seed):
    drawn = WAYS[name].family.draw(seed)
    opinion = drawn.readers["worse"]
    stretched = np.where(np.isinf(opinion), opinion, 7 + np.exp(opinion / 3))
    here, there = _compute(name, opinion, drawn.truth), _compute(name, stretched, drawn.truth)
    assert (here.value, here.low, here.high) == pytest.approx((there.value, there.low, there.high), abs=1e-9)


@_each(lambda way: SCALE in way.traits)
def test_the_unit_does_not_count_where_it_is_said(name):
    drawn = WAYS[name].family.draw(1)
    here = _of(name, drawn, "worse")
    for factor in (1e-6, 3.0, 1e9):
        there = _compute(name, drawn.readers["worse"] * factor, drawn.truth)
        assert (here.value, here.low, here.high) == pytest.approx((there.value, there.low, there.high))


@_each(lambda way: FREE in way.traits)
def test_what_does_not_depend_on_the_reader_is_the_same_for_all(name):
    drawn = WAYS[name].family.draw(0)
    assert len({_of(name, drawn, reader) for reader in READERS}) == 1


@_each(lambda way: way.family.numbers and FREE not in way.traits)
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_missing_or_infinite_number_never_becomes_a_result(name, wrong):
    drawn = WAYS[name].family.draw(0)
    opinion = drawn.readers["better"].copy()
    opinion[5] = wrong
    found = _compute(name, opinion, drawn.truth)
    if np.isnan(wrong):
        assert found is None or found.value is None
    else:
        _assert_sound(name, found)


@_each(lambda way: way.family.one_class is not None)
def test_cases_of_one_class_are_refused_or_give_numbers(name):
    family = WAYS[name].family
    drawn = family.of_one_class(family.draw(0))
    for reader in READERS:
        _assert_sound(name, _of(name, drawn, reader))


@pytest.mark.parametrize("name", sorted(set(WAYS) - WITHOUT_PATIENTS))
def test_copies_of_a_patients_cases_do_not_make_it_surer(name):
    drawn = WAYS[name].family.draw(2)
    once = _of(name, drawn, "worse")
    rows = np.repeat(np.arange(drawn.n), 3)
    copied = _of(name, drawn.rows(rows), "worse", rows)
    together = _of(name, drawn.rows(rows), "worse")
    assert copied.se > (0.5 if DRAWN in WAYS[name].traits else 0.8) * once.se
    assert DRAWN in WAYS[name].traits or together.se < 0.75 * copied.se
