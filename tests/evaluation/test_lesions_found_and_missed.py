"""Which mark finds which lesion; FROC and wAFROC worked out by hand and by counting every pair."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.detections import Detections, Images, detect
from hilum.evaluation.measures.froc import (
    FALSE_POSITIVE_RATES,
    false_positives_per_image,
    froc_curve,
    froc_mean,
    froc_sensitivities,
    lesion_ppv,
    lesion_sensitivity,
    threshold_at_rate,
)
from hilum.evaluation.measures.matching import Hit
from hilum.evaluation.measures.regions import Regions, intersection_over_union, nearness
from hilum.evaluation.measures.roc import auroc
from hilum.evaluation.measures.wafroc import wafroc, wafroc_difference, wafroc_placements

seeds = st.integers(0, 10_000)
fast = settings(max_examples=40, deadline=None)
ZERO = np.array([0])


def _box(x, y, width, height):
    return Regions.boxes(ZERO, np.array([[x, y]], float), np.array([[width, height]], float))


def test_overlap_of_boxes_by_hand():
    # 4 x 4 and 4 x 4 moved by 2 and 1: 2 * 3 = 6 in common, 26 in either.
    assert intersection_over_union(_box(0, 0, 4, 4), _box(2, 1, 4, 4))[0] == pytest.approx(6 / 26)
    assert intersection_over_union(_box(0, 0, 4, 4), _box(4, 0, 4, 4))[0] == 0
    cubes = [Regions.balls(ZERO, np.array([[x, 0.0, 0.0]]), np.array([2.0])) for x in (0, 1)]
    assert intersection_over_union(*cubes)[0] == pytest.approx(1 / 3)


def test_a_centre_on_the_edge_is_inside_a_box_and_outside_a_ball():
    edge = Regions.points(ZERO, np.array([[2.0, 0.0]]))
    assert nearness(edge, _box(-2, -2, 4, 4))[0] == 0
    assert nearness(edge, Regions.balls(ZERO, np.array([[0.0, 0.0]]), np.array([4.0])))[0] == -1


def test_one_mark_finds_one_lesion_and_a_lesion_is_found_once():
    lesions = Regions.boxes(np.zeros(2, int), np.array([[0.0, 0], [3, 0]]), np.array([[6.0, 6], [6, 6]]))
    # Both marks lie in both lesions; the first is nearer to the right one and chooses first.
    marks = Regions.points(np.zeros(3, int), np.array([[5.0, 3], [4.9, 3], [4.8, 3]]))
    made = detect(marks, np.array([0.9, 0.8, 0.7]), lesions, Images.one_each(1), hit=Hit())
    assert list(made.state) == [1, 1, -1]
    assert list(made.lesion_score) == [0.8, 0.9]
    strict = detect(marks, np.array([0.9, 0.8, 0.7]), lesions, Images.one_each(1), hit=Hit(), further="false")
    assert list(strict.state) == [1, 1, 0]


def test_marks_on_another_image_or_of_another_class_find_nothing():
    lesion = _box(0, 0, 4, 4)
    elsewhere = Regions.points(np.array([1]), np.array([[2.0, 2]]))
    assert list(detect(elsewhere, np.array([0.5]), lesion, Images.one_each(2), hit=Hit()).state) == [0]
    other = Regions.points(ZERO, np.array([[2.0, 2]]), np.array([1]))
    assert list(detect(other, np.array([0.5]), lesion, Images.one_each(1), hit=Hit()).state) == [0]


def test_an_overlap_may_be_asked_for():
    lesion, mark = _box(0, 0, 4, 4), _box(2, 1, 4, 4)
    for least, state in ((0.2, 1), (0.25, 0)):
        made = detect(mark, np.array([0.5]), lesion, Images.one_each(1), hit=Hit(least))
        assert list(made.state) == [state]
    for wrong in ("touch", "iou", "iou=0", "iou=2", "iou=x", "centre=1"):
        with pytest.raises(MeasureError, match="does not say when a mark finds a lesion"):
            Hit.parse(wrong)


# Three images; lesions: two on image 0, one on image 1. Marks from the highest score down:
# 0.9 false (image 2), 0.8 hit, 0.7 false (image 0), 0.6 hit, 0.5 false (image 1). The third lesion is missed.
HAND = Detections.of(
    [2, 0, 0, 1, 1],
    [0.9, 0.8, 0.7, 0.6, 0.5],
    [0, 1, 0, 1, 0],
    [0, 0, 1],
    [0.8, -np.inf, 0.6],
    images=[1, 1, 1],
)


def test_froc_by_hand():
    curve = froc_curve(HAND)
    assert curve.x == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 1])
    assert curve.y == pytest.approx([0, 0, 1 / 3, 1 / 3, 2 / 3, 2 / 3])
    # 0 up to 1/3, then 1/3 up to 2/3, then 2/3: 1/8 and 1/4 find none, 1/2 a third, the rest two thirds.
    found = froc_sensitivities(HAND)[0]
    assert found == pytest.approx([0, 0, 1 / 3, 2 / 3, 2 / 3, 2 / 3, 2 / 3])
    assert froc_mean(HAND)[0] == pytest.approx((1 / 3 + 4 * 2 / 3) / 7)


def test_marks_of_one_score_are_one_step_read_linearly():
    # Two hits and one false mark of one score on one image: from (0, 0) straight to (1, 1).
    tied = Detections.of([0, 0, 0], [0.5] * 3, [1, 0, 1], [0, 0], [0.5, 0.5], images=[1])
    assert froc_sensitivities(tied, (0.25, 0.5, 1.0))[0] == pytest.approx([0.25, 0.5, 1])


def test_an_operating_point_by_hand():
    called = HAND.at(0.6)
    assert lesion_sensitivity(called).value == pytest.approx(2 / 3)
    assert lesion_ppv(called).value == pytest.approx(0.5)
    assert false_positives_per_image(called).value == pytest.approx(2 / 3)
    assert threshold_at_rate(HAND, 0.5) == 0.8
    with pytest.raises(MeasureError, match="no threshold keeps false positives"):
        threshold_at_rate(HAND, 0.2)


def test_further_marks_on_a_found_lesion_count_for_nothing_in_froc():
    once = Detections.of([0, 1], [0.9, 0.4], [1, 0], [0], [0.9], images=[1, 1])
    again = Detections.of([0, 0, 0, 1], [0.9, 0.8, 0.7, 0.4], [1, -1, -1, 0], [0], [0.9], images=[1, 1])
    assert np.array_equal(froc_sensitivities(once), froc_sensitivities(again))
    assert wafroc(once) == wafroc(again)
    assert lesion_ppv(once).value == lesion_ppv(again).value


def _random(seed, cases=25):
    """A reader of 25 cases of 18 patients: lesions, marks and scores with ties."""
    rng = np.random.default_rng(seed)
    lesions = rng.integers(0, 4, cases)
    lesions[:4] = (0, 0, 1, 2)
    lesion_case = np.repeat(np.arange(cases), lesions)
    found = rng.random(len(lesion_case)) < 0.7
    lesion_score = np.where(found, np.round(rng.normal(1, 1, len(found)), 1), -np.inf)
    wrong = np.repeat(np.arange(cases), rng.poisson(0.9, cases))
    case = np.concatenate([lesion_case[found], wrong])
    score = np.concatenate([lesion_score[found], np.round(rng.normal(0, 1, len(wrong)), 1)])
    state = np.concatenate([np.ones(int(found.sum())), np.zeros(len(wrong))])
    patient = rng.integers(0, 18, cases)
    return Detections.of(case, score, state, lesion_case, lesion_score, images=np.ones(cases)), patient


def _every_pair(detections):
    """The definition, one pair at a time."""
    cases = len(detections.images)
    worst = [-math.inf] * cases
    for case, score, state in zip(detections.case, detections.score, detections.state, strict=True):
        if state == 0:
            worst[case] = max(worst[case], score)
    healthy = [case for case in range(cases) if case not in set(detections.lesion_case)]
    ill = sorted(set(detections.lesion_case))
    total = 0.0
    for case in ill:
        own = [s for c, s in zip(detections.lesion_case, detections.lesion_score, strict=True) if c == case]
        for other in healthy:
            for score in own:
                won = 1.0 if score > worst[other] else 0.5 if score == worst[other] else 0.0
                total += won / len(own)
    return total / (len(ill) * len(healthy))


@fast
@given(seeds)
def test_wafroc_is_the_share_of_pairs(seed):
    made, _ = _random(seed)
    assert wafroc(made).value == pytest.approx(_every_pair(made), abs=1e-12)
    placements = wafroc_placements(made)
    ill = made.lesions > 0
    assert placements[ill].mean() == pytest.approx(placements[~ill].mean())


@fast
@given(seeds)
def test_with_one_lesion_a_case_wafroc_is_the_auroc_of_the_lesions_marks(seed):
    rng = np.random.default_rng(seed)
    label = np.arange(30) < 12
    score = np.round(rng.normal(size=30) + label, 1)
    made = Detections.of(np.arange(30), score, label, np.arange(12), score[:12], images=np.ones(30))
    patient = rng.integers(0, 20, 30)
    for clusters in (None, patient):
        here, there = wafroc(made, clusters), auroc(score, label, clusters)
        assert (here.value, here.se) == pytest.approx((there.value, there.se))


@fast
@given(seeds)
def test_the_error_of_wafroc_is_the_two_sample_jackknifes(seed):
    made, _ = _random(seed, cases=40)
    one = wafroc(made)
    left_out = [wafroc(made.within(np.delete(np.arange(40), case))).value for case in range(40)]
    # Two-sample jackknife: cases with and without lesions are left out apart.
    ill = made.lesions > 0
    variance = 0.0
    for group in (ill, ~ill):
        values, count = np.array(left_out)[group], int(group.sum())
        variance += (count - 1) / count * np.sum((values - values.mean()) ** 2)
    assert one.se == pytest.approx(math.sqrt(variance), rel=1e-9)


@fast
@given(seeds)
def test_a_reader_against_itself_and_against_another(seed):
    (one, patient), (other, _) = _random(seed), _random(seed)
    same = wafroc_difference(one, other, patient)
    assert (same.difference, same.p) == (0.0, 1.0)
    weaker = Detections.of(
        [], [], [], one.lesion_case, np.full(len(one.lesion_case), -np.inf), images=one.images
    )
    assert wafroc(weaker).value == 0.5
    there, back = wafroc_difference(one, weaker, patient), wafroc_difference(weaker, one, patient)
    assert there.difference == pytest.approx(-back.difference)
    assert there.se == pytest.approx(back.se)
    with pytest.raises(MeasureError, match="same lesions"):
        wafroc_difference(one, one.within(np.arange(20)))


@fast
@given(seeds)
def test_only_the_order_of_scores_counts_and_not_that_of_rows(seed):
    made, patient = _random(seed)
    lower = np.isfinite(made.lesion_score)
    stretched = Detections.of(
        made.case,
        np.exp(made.score) * 3,
        made.state,
        made.lesion_case,
        np.where(lower, np.exp(np.where(lower, made.lesion_score, 0)) * 3, -np.inf),
        images=made.images,
    )
    assert np.array_equal(froc_sensitivities(made), froc_sensitivities(stretched))
    assert wafroc(made, patient) == wafroc(stretched, patient)
    order = np.random.default_rng(seed).permutation(len(made.images))
    turned = made.within(order)
    assert froc_sensitivities(turned) == pytest.approx(froc_sensitivities(made))
    here, there = wafroc(made, patient), wafroc(turned, patient[order])
    assert (here.value, here.se) == pytest.approx((there.value, there.se))


@fast
@given(seeds)
def test_a_case_counted_twice_is_that_case_twice(seed):
    made, _ = _random(seed)
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 3, len(made.images))
    times[2] = 1
    rows = np.repeat(np.arange(len(times)), times)
    pieces = [made.within(np.array([row])) for row in rows]
    whole = Detections.of(
        np.concatenate([piece.case + place for place, piece in enumerate(pieces)]),
        np.concatenate([piece.score for piece in pieces]),
        np.concatenate([piece.state for piece in pieces]),
        np.concatenate([piece.lesion_case + place for place, piece in enumerate(pieces)]),
        np.concatenate([piece.lesion_score for piece in pieces]),
        images=np.ones(len(rows)),
    )
    weighted = froc_sensitivities(made, FALSE_POSITIVE_RATES, times[None].astype(float))
    assert weighted == pytest.approx(froc_sensitivities(whole))


def test_perfect_worst_and_silent_readers():
    cases = np.arange(6)
    perfect = Detections.of(cases[:3], [1.0] * 3, [1] * 3, cases[:3], [1.0] * 3, images=np.ones(6))
    assert froc_mean(perfect)[0] == wafroc(perfect).value == 1
    worst = Detections.of(cases[3:], [1.0] * 3, [0] * 3, cases[:3], [-np.inf] * 3, images=np.ones(6))
    assert froc_mean(worst)[0] == wafroc(worst).value == 0
    silent = Detections.of([], [], [], cases[:3], [-np.inf] * 3, images=np.ones(6))
    assert (froc_mean(silent)[0], wafroc(silent).value) == (0, 0.5)
    assert lesion_ppv(silent).value is None


def test_what_is_not_defined_is_said():
    healthy = Detections.of([0], [0.5], [0], [], [], images=[1, 1])
    for measure in (froc_sensitivities, froc_curve, wafroc):
        with pytest.raises(MeasureError, match="lesions"):
            measure(healthy)
    assert lesion_sensitivity(healthy).value is None
    with pytest.raises(MeasureError, match="ascend"):
        froc_sensitivities(HAND, (1.0, 0.5))
    with pytest.raises(MeasureError, match="finite score"):
        Detections.of([0], [np.inf], [0], [], [], images=[1])
    with pytest.raises(MeasureError, match="minus infinity"):
        Detections.of([0], [0.1], [0], [0], [np.nan], images=[1])
    with pytest.raises(MeasureError, match="not among the cases"):
        Detections.of([3], [0.1], [0], [], [], images=[1])
    with pytest.raises(MeasureError, match="finite place"):
        Regions.points(ZERO, np.array([[np.nan, 1.0]]))
    with pytest.raises(MeasureError, match="not above 0"):
        _box(0, 0, -1, 3)
    flat, deep = Regions.points(ZERO, np.array([[0.0, 0]])), Regions.points(ZERO, np.array([[0.0, 0, 0]]))
    with pytest.raises(MeasureError, match="give `z` for both"):
        detect(flat, np.array([1.0]), deep, Images.one_each(1), hit=Hit())
