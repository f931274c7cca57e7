"""How two markings agree, what follows from it, who does what, and how events become a marking."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilum.annotation.agreement import Agreement, Finding, compare, summarise
from hilum.annotation.history import (
    DRAWING,
    KINDS,
    Event,
    event_from_dict,
    event_to_dict,
    next_undo,
    replay,
    undone_events,
)
from hilum.annotation.lesion import Lesion, Marking, Proposal
from hilum.annotation.marking_check import marking_defects
from hilum.annotation.passes import (
    ACCEPTED,
    ADJUDICATION,
    FIRST,
    MOST_ROUNDS,
    OPINION,
    SECOND,
    Candidate,
    Plan,
    choose_person,
    verdict,
)
from hilum.annotation.shapes import Box, Line
from hilum.annotation.snapshot import reaches_back, snapshot_after, snapshot_from_dict, snapshot_to_dict
from hilum.annotation.training import score_course
from hilum.errors import HilumError

SIZES = {0: (64, 64), 1: (64, 64)}


def _marking(*boxes: tuple[float, float, float, float], category: int = 1):
    return Marking(tuple(Lesion(f"l{n}", n, category, {0: Box(*one)}) for n, one in enumerate(boxes, 1)))


def test_overlap_is_intersection_over_union_and_dice_over_all_slices_of_a_lesion():
    one = Marking((Lesion("a", 1, 1, {0: Box(0, 0, 10, 10), 1: Box(0, 0, 10, 10)}),))
    other = Marking((Lesion("b", 1, 1, {0: Box(0, 0, 10, 10)}),))
    (found,) = compare(one, other, SIZES).findings
    assert (found.overlap, found.dice) == (0.5, pytest.approx(2 / 3))
    assert found.agrees


def test_as_many_findings_as_possible_meet():
    # The first box fits both others; matching it to the better one would leave one of each side alone.
    first = _marking((0, 0, 12, 10), (0, 0, 6, 10))
    second = _marking((0, 0, 9, 10), (0, 0, 15, 10))
    found = compare(first, second, SIZES, overlap=0.5)
    assert [one.matched for one in found.findings] == [True, True]


@given(st.permutations([(0, 0, 9, 9), (20, 0, 29, 9), (0, 20, 9, 29), (40, 40, 50, 50)]))
def test_agreement_does_not_depend_on_the_order_of_drawing(boxes):
    fixed = _marking((0, 0, 9, 9), (20, 0, 29, 9), (41, 41, 51, 51))
    found = compare(_marking(*boxes), fixed, SIZES)
    back = compare(fixed, _marking(*boxes), SIZES)
    assert found.share == back.share == 3 / 4


def test_what_nobody_marked_is_agreement_and_what_one_marked_is_not():
    assert compare(Marking(), Marking(), SIZES).share == 1
    assert compare(_marking((0, 0, 9, 9)), Marking(), SIZES).share == 0


def test_waiting_proposals_and_deleted_lesions_are_no_findings():
    box = {0: Box(0, 0, 9, 9)}
    marking = Marking((Lesion("a", 1, 1, box, deleted=True), Lesion("b", 2, 1, box, proposal=Proposal("m"))))
    assert compare(marking, Marking(), SIZES).findings == ()


def test_kappa_and_share_of_many_cases_are_those_of_the_counts():
    def finding(first, second):
        return Finding("a", "b", first, second, 0.8, 0.9)

    pairs = [(1, 1)] * 20 + [(1, 3)] * 5 + [(3, 1)] * 10 + [(3, 3)] * 15
    agreements = [(f"P{n}", Agreement((finding(*pair),))) for n, pair in enumerate(pairs)]
    summary = summarise("CCT", agreements)
    assert summary.share.value == 0.7
    assert summary.kappa_class.value == pytest.approx(0.4)
    assert summary.kappa_class.low < 0.4 < summary.kappa_class.high
    assert summary.kappa_case.value == pytest.approx(0.4)
    same_patient = summarise("CCT", [("P", one) for _, one in agreements])
    assert same_patient.share.value == 0.7
    alone = summarise("CCT", agreements[:1])
    assert alone.kappa_class.value is None  # everything in one class: not defined, and no crash


def _verdict(marking, first, second, rounds=1):
    return verdict(Plan("CCT"), marking, [first, second], SIZES, rounds).stage


def test_check_two_accepts_sends_back_or_asks_the_adjudicator():
    good, other = _marking((0, 0, 10, 10)), _marking((30, 30, 40, 40))
    assert _verdict(good, good, good) == ACCEPTED
    assert _verdict(other, good, good) == SECOND
    assert _verdict(good, good, other) == ADJUDICATION
    assert _verdict(other, good, good, MOST_ROUNDS) == ADJUDICATION
    assert _verdict(Marking(), Marking(), Marking()) == ACCEPTED
    assert _verdict(_marking((0, 0, 10, 10), category=3), good, good) == SECOND
    ten = [(n * 6, 0, n * 6 + 5, 5) for n in range(10)]
    assert _verdict(_marking(*ten[:9]), _marking(*ten), _marking(*ten)) == ACCEPTED  # 9 of 10 are 90 %
    assert _verdict(_marking(*ten[:8]), _marking(*ten), _marking(*ten)) == SECOND


def test_the_passes_are_those_of_the_guideline():
    told = {
        code: [(stage, plan.tools(stage)[0], plan.right(stage)) for stage in plan.stages[:-1]]
        for code, plan in ((code, Plan(code)) for code in ("XRY", "CCT", "PCT"))
    }
    assert told["XRY"][:2] == [("first", "line", "mark_first"), ("second", "box", "mark_lesions")]
    assert told["CCT"][:2] == [("first", "line", "mark_first"), ("second", "polygon", "mark_lesions")]
    assert told["PCT"][:2] == [("first", "box", "mark_first"), ("opinion", "box", "mark_first")]
    with pytest.raises(HilumError):
        Plan("CCT", opinions=1)


@given(st.integers(3, 8), st.integers(1, 30))
def test_nobody_judges_himself_and_work_is_even(people, cases):
    plan = Plan("XRY", training_needed=False)
    given_to = dict.fromkeys(range(people), 0)
    for _ in range(cases):
        done = {}
        for stage in (SECOND, OPINION, OPINION):
            able = [
                Candidate(one, frozenset({"mark_lesions", "mark_first"}), given_to[one]) for one in given_to
            ]
            chosen = choose_person(plan, stage, able, done)
            assert chosen not in set(itertools.chain(*done.values()))
            done.setdefault(stage, set()).add(chosen)
            given_to[chosen] += 1
    assert max(given_to.values()) - min(given_to.values()) <= 2


def test_where_too_few_people_are_there_nobody_is_chosen():
    plan = Plan("XRY")
    sam = Candidate(1, frozenset({"mark_first", "mark_lesions"}), trained=True)
    assert choose_person(plan, OPINION, [sam], {OPINION: {1}}) is None
    assert choose_person(plan, OPINION, [sam], {SECOND: {1}}) is None
    assert choose_person(plan, ADJUDICATION, [sam], {}) is None
    assert choose_person(plan, OPINION, [sam], {FIRST: {1}}) == 1


def test_the_basic_course_counts_places_and_the_advanced_one_classes_as_well():
    answer, given = _marking((0, 0, 9, 9), (20, 0, 29, 9)), _marking((0, 0, 9, 9), (20, 0, 29, 9), category=3)
    assert score_course("basic", [(answer, given, SIZES)]).passed
    assert score_course("advanced", [(answer, given, SIZES)]).share == 0
    with pytest.raises(HilumError):
        score_course("basic", [])


_IDS = st.sampled_from(["a", "b", "c"])
_SOME = st.one_of(
    st.builds(lambda lesion: ("lesion_created", {"lesion": lesion}), _IDS),
    st.builds(
        lambda kind, lesion, at: (kind, {"lesion": lesion, "image": 0, "shape": Box(at, at, at + 5, at + 5)}),
        st.sampled_from(DRAWING),
        _IDS,
        st.integers(0, 50),
    ),
    st.builds(
        lambda lesion, number: ("category_set", {"lesion": lesion, "category": number}),
        _IDS,
        st.integers(1, 9),
    ),
    st.builds(
        lambda kind, lesion: (kind, {"lesion": lesion}),
        st.sampled_from(["lesion_deleted", "lesion_restored"]),
        _IDS,
    ),
    st.builds(
        lambda one, other: ("lesions_merged", {"lesion": one, "other": other}), st.just("a"), st.just("b")
    ),
)


def _events(drawn):
    return [Event(str(number), kind, **fields) for number, (kind, fields) in enumerate(drawn)]


@given(st.lists(_SOME, max_size=25))
def test_undoing_the_last_event_gives_the_state_before_it_and_redoing_the_state_after(drawn):
    events = _events(drawn)
    last = next_undo(events)
    if last is None:
        return
    undone = [*events, Event("u", "undone", target=last)]
    assert replay(undone, SIZES) == replay(events[:-1], SIZES)
    assert replay([*undone, Event("r", "redone", target=last)], SIZES) == replay(events, SIZES)


@given(st.lists(_SOME, max_size=25))
def test_events_are_the_same_after_json(drawn):
    for event in _events(drawn):
        assert event_from_dict(event_to_dict(event)) == event


_TURNED = st.tuples(st.sampled_from(["undone", "redone"]), st.integers(0, 30))


@given(st.lists(st.one_of(_SOME, _TURNED), max_size=30), st.integers(0, 30))
def test_a_snapshot_and_the_rest_are_the_whole(drawn, cut):
    events = [
        Event(str(number), kind, target=str(fields))
        if isinstance(fields, int)
        else Event(str(number), kind, **fields)
        for number, (kind, fields) in enumerate(drawn)
    ]
    before, rest = events[:cut], events[cut:]
    whole = snapshot_after(events, SIZES)
    assert whole.marking == replay(events, SIZES)
    assert whole.undone == undone_events(events)
    kept = snapshot_from_dict(json.loads(json.dumps(snapshot_to_dict(snapshot_after(before, SIZES)))))
    if reaches_back(rest) & {event.id for event in before}:
        return  # what the snapshot shows was changed since
    assert snapshot_after(rest, SIZES, kept) == whole


def test_undoing_a_merge_gives_both_lesions_back():
    events = _events(
        [
            ("lesion_created", {"lesion": "a"}),
            ("shape_drawn", {"lesion": "a", "image": 0, "shape": Box(0, 0, 4, 4)}),
            ("lesion_created", {"lesion": "b"}),
            ("shape_drawn", {"lesion": "b", "image": 0, "shape": Box(8, 8, 12, 12)}),
            ("lesions_merged", {"lesion": "a", "other": "b"}),
        ]
    )
    merged = replay(events, SIZES)
    assert [one.counts for one in merged.lesions] == [True, False]
    assert merged.lesions[0].shapes[0] == Box(0, 0, 12, 12)
    back = replay([*events, Event("u", "undone", target="4")], SIZES)
    assert [one.shapes[0] for one in back.lesions] == [Box(0, 0, 4, 4), Box(8, 8, 12, 12)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_that_lacks_what_it_needs_is_refused(kind):
    if kind in ("comment_set", "label_set"):
        assert Event("1", kind).text == ""
        return
    with pytest.raises(HilumError):
        Event("1", kind)
    if kind in (*DRAWING, "shape_deleted", "lesions_merged"):
        with pytest.raises(HilumError):
            Event("1", kind, "a")


@pytest.mark.parametrize(
    ("lesion", "label", "code"),
    [
        (Lesion("a", 1, None, {0: Box(0, 0, 9, 9)}), "", "no_category"),
        (Lesion("a", 1, 12, {0: Box(0, 0, 9, 9)}), "", "wrong_category"),
        (Lesion("a", 1, 1, {0: Box(0, 0, 9, 9)}), "benign", "category_not_allowed"),
        (Lesion("a", 1, 1, {0: Box(0, 0, 9, 9)}), "normal", "category_not_allowed"),
        (Lesion("a", 1, 1, {}), "", "empty_lesion"),
        (Lesion("a", 1, 1, {0: Line(((0, 0), (9, 9)))}), "", "tool_not_allowed"),
        (Lesion("a", 1, 1, {0: Box(0, 0, 99, 9)}), "", "outside_image"),
        (Lesion("a", 1, 1, {7: Box(0, 0, 9, 9)}), "", "no_such_image"),
        (Lesion("a", 1, 1, {0: Box(0.6, 0, 1.4, 9)}), "", "empty_annotation"),
        (Lesion("a", 1, 1, {0: Box(0, 0, 9, 9)}, proposal=Proposal("m")), "", "open_proposal"),
        (Lesion("a", 1, 1, {0: Box(0, 0, 9, 9)}, deleted=True), "malignant", "nothing_marked"),
    ],
)
def test_check_one_on_a_marking_names_what_must_be_mended(lesion, label, code):
    assert code in [one.code for one in marking_defects("XRY", Marking((lesion,), label), SIZES, ("box",))]


def test_a_right_marking_has_no_defect():
    assert marking_defects("XRY", _marking((0, 0, 9, 9)), SIZES, ("box",)) == []
