"""The parts of a search: changed copies, the loss on them, weights of a blend, plans to try, members."""

import numpy as np
import optuna
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.training import tiny

from hilum.errors import ModelError
from hilum.models import Blend, Shape, Standard, blend_name, build_model
from hilum.preparation import Augmentation, Learning, Picture, Plan
from hilum.tasks import ClassificationTask
from hilum.training import gather
from hilum.training.search import Space, Trial, Tried, blend_plan
from hilum.training.search.candidates import stronger
from hilum.training.search.judge import Judge, blend_weights
from hilum.training.shifted import CHANGES, shifted_copies

TASK = ClassificationTask(("normal", "pneumonia"))


def judged(label, copies=3):
    """A judge of given labels; its images are never looked at here."""
    cases = pd.DataFrame({"label": np.where(label, "pneumonia", "normal")})
    return Judge(TASK, cases, np.zeros((copies, len(label), 16, 16), np.uint8))


def said_by(label, skill, seed, copies=3):
    rng = np.random.default_rng(seed)
    return (skill * (2.0 * label - 1)[:, None] + rng.normal(size=(copies, len(label), 1))).astype(np.float32)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_copies_have_the_form_of_the_images_and_the_first_are_unchanged(depth):
    rng = np.random.default_rng(0)
    array = rng.integers(0, np.iinfo(depth).max, (9, 24, 24), endpoint=True).astype(depth)
    rows = np.array([7, 2, 2, 0])
    copies = shifted_copies(array, rows)
    assert tuple(copies) == CHANGES
    np.testing.assert_array_equal(next(iter(copies.values())), array[rows])
    for name, each in copies.items():
        assert (each.shape, each.dtype) == ((4, 24, 24), depth)
        assert (each == array[rows]).all() == (name == CHANGES[0])


def test_copies_are_the_same_every_time_and_do_what_they_are_called():
    array = np.random.default_rng(1).integers(40, 200, (300, 24, 24)).astype(np.uint8)
    first, second = (shifted_copies(array, np.arange(300)) for _ in range(2))
    for name in CHANGES:
        np.testing.assert_array_equal(first[name], second[name])
    as_they_are = first[CHANGES[0]].astype(float)
    assert (first["darker"] <= as_they_are).all()
    assert (first["brighter"] >= as_they_are).all()
    assert first["blurred"].std() < as_they_are.std() < first["noisy"].std()
    assert first["less contrast"].std() == pytest.approx(0.65 * as_they_are.std(), rel=0.01)
    assert (first["further"][:, 0] == 0).all()
    assert (first["closer"] > 0).all()


def test_the_loss_is_that_after_the_best_stretch_and_shift():
    label = np.arange(200) % 3 == 0
    judge, said = judged(label), said_by(label, 1.0, 0)
    assert judge.loss(3 * said + 2) == pytest.approx(judge.loss(said), rel=0.01)
    worthless = -(label.mean() * np.log(label.mean()) + (1 - label.mean()) * np.log(1 - label.mean()))
    assert judge.loss(said) < judge.loss(said_by(label, 0.3, 1)) < 1.01 * worthless


def test_images_as_they_are_count_as_much_as_all_changed_ones_together():
    label = np.arange(300) % 2 == 0
    judge, good, bad = judged(label, 5), said_by(label, 2.0, 0, 5), said_by(label, 0.0, 1, 5)
    changed_well, unchanged_well = good.copy(), good.copy()
    changed_well[0], unchanged_well[1:] = bad[0], bad[1:]
    one_copy_bad = good.copy()
    one_copy_bad[4] = bad[4]
    assert judge.loss(one_copy_bad) < judge.loss(changed_well)
    assert judge.loss(good) < judge.loss(unchanged_well)


def test_the_better_member_counts_more_and_a_useless_one_nothing():
    label = np.arange(400) % 4 == 0
    members = [said_by(label, 1.5, 0), said_by(label, 0.8, 1), said_by(label, 0.0, 2) * 3]
    weights = blend_weights(judged(label), members)
    assert weights[0] > weights[1] > 0
    assert weights[2] == 0
    assert sum(weights) == pytest.approx(1)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 4), st.integers(20, 60))
def test_weights_are_shares_and_the_blend_is_no_worse_than_its_best_member(seed, count, n):
    rng = np.random.default_rng(seed)
    label = rng.random(n) < 0.4
    members = [said_by(label, float(rng.uniform(0, 1)), seed + number) for number in range(count)]
    judge = judged(label)
    weights = blend_weights(judge, members)
    assert sum(weights) == pytest.approx(1)
    assert min(weights) >= 0
    blend = np.sum([w * each for w, each in zip(weights, members, strict=True)], axis=0)
    # Of one member alone the mean is the member: the search starts from the best of them.
    assert judge.loss(blend.astype(np.float32)) <= min(map(judge.loss, members)) + 1e-4


def test_a_judge_needs_a_validation_image(tmp_path):
    cohort = tiny.two_classes(tmp_path / "films", n=20)
    cohort = cohort.with_cases(cohort.cases[cohort.cases["part"] == "train"])
    plan = tiny.small_plan()
    data = gather(cohort, tiny.prepared_for(cohort, plan, tmp_path / "prepared"), TASK)
    with pytest.raises(ModelError, match="no validation case has a readable image"):
        Judge.of(data, TASK, 0)


def test_a_member_that_was_taught_with_other_grey_values_reads_as_it_did_alone():
    import torch

    shape, own, other = Shape(1, 2, 32), Standard(0.5, 0.2), Standard(0.3, 0.4)
    torch.manual_seed(0)
    members = [build_model("small_cnn", shape).eval() for _ in range(2)]
    blend = Blend(members, shape).eval()
    blend.weigh([0.25, 0.75])
    blend.expect(own, [own, other])
    unit = torch.rand(4, 1, 32, 32)
    with torch.no_grad():
        alone = [
            each((unit - std.mean) / std.deviation) for each, std in zip(members, (own, other), strict=True)
        ]
        together = blend((unit - own.mean) / own.deviation)
    np.testing.assert_allclose(together, 0.25 * alone[0] + 0.75 * alone[1], atol=1e-5)


def bases():
    return {
        "resnet18": Plan(model="resnet18", pretrained=False, learning=Learning(class_balance="sampling")),
        "small_cnn": Plan(model="small_cnn", pretrained=False, learning=Learning(weight_decay=0.011)),
    }


def study_of(space, seed=0):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    for choices in space.first():
        study.enqueue_trial(choices)
    return study


def test_the_first_plans_are_the_usual_ones():
    space = Space(bases(), classes=True)
    study = study_of(space)
    for name, usual in bases().items():
        found, plan = space.propose(study.ask())
        assert found == name
        decay = 0.05 if name == "resnet18" else 0.01
        learning = usual.learning.model_copy(update={"weight_decay": decay})
        assert plan == usual.model_copy(update={"learning": learning})


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**31),
    st.booleans(),
    st.floats(1e-6, 10),
    st.floats(0, 180),
    st.sets(st.sampled_from(["mixup", "rotation_degrees", "weight_decay", "learning_rate", "class_balance"])),
)
def test_whatever_is_chosen_is_a_plan_and_what_the_study_file_gives_stays(
    seed, classes, rate, rotation, given_keys
):
    base = Plan(
        model="small_cnn",
        pretrained=False,
        augmentation=Augmentation(rotation_degrees=rotation),
        learning=Learning(learning_rate=rate, mixup=0.3, weight_decay=0.4, class_balance="weights"),
    )
    settled = frozenset({*given_keys, "class_balance"})
    space = Space({"small_cnn": base}, classes, settled)
    study = study_of(space, seed)
    for _ in range(3):
        _, plan = space.propose(study.ask())
        assert Plan.from_json(plan.to_json()) == plan
        for key in settled:
            section = "augmentation" if key in Augmentation.model_fields else "learning"
            assert getattr(getattr(plan, section), key) == getattr(getattr(base, section), key)


def test_no_change_goes_beyond_what_a_plan_allows_and_no_film_is_flipped():
    strongest = Augmentation.model_validate(
        {name: stronger(Augmentation(), 1e9).model_dump()[name] for name in Augmentation.model_fields}
    )
    assert strongest.rotation_degrees == 180
    assert strongest.flip == 0


def tried(rows):
    """Trials of (base, model, loss, images a second, size), in their order."""
    trials, plans = [], {}
    for number, (base, model, loss, rate, size) in enumerate(rows, start=1):
        trials.append(Trial(number, base, {}, 3, loss, stopped=False, seconds=1.0, images_a_second=rate))
        frozen = base.endswith("frozen")
        plans[number] = Plan(model=model, pretrained=False, picture=Picture(size=size), frozen=frozen)
    order = sorted(plans, key=lambda number: trials[number - 1].loss)
    return Tried(tuple(trials), {number: plans[number] for number in order})


def test_members_share_one_picture_and_take_the_time_there_is():
    found = tried(
        [
            ("resnet18", "resnet18", 0.30, 100.0, 64),
            ("small_cnn", "small_cnn", 0.35, 2000.0, 64),
            ("resnet18 at 32 pixels", "resnet18", 0.31, 400.0, 32),
            ("densenet121", "densenet121", 0.9, 50.0, 64),
        ]
    )
    for seconds in (60.0, 400.0, 2000.0):
        plan = blend_plan(found, 1000, seconds)
        assert {member.picture for member in plan.members} == {Picture(size=64)}
        assert plan.picture == Picture(size=64)
        assert "densenet121" not in plan.model
        assert plan.model == blend_name([member.model for member in plan.members])
        rates = {"resnet18": 100.0, "small_cnn": 2000.0}
        spent = sum(member.learning.epochs * 1000 / rates[member.model] for member in plan.members)
        assert spent <= 1.2 * seconds
        assert len(plan.members) <= 5
        assert Plan.from_json(plan.to_json()) == plan
    assert [member.model for member in plan.members].count("resnet18") > 1


def test_a_frozen_network_does_not_take_the_place_of_the_same_one_that_learns():
    frozen, learning = (
        ("resnet18 frozen", "resnet18", 0.3, 500.0, 64),
        ("resnet18", "resnet18", 0.4, 100.0, 64),
    )
    plan = blend_plan(tried([frozen, learning]), 1000, 300.0)
    assert [member.frozen for member in plan.members][:2] == [True, False]
    assert not plan.frozen


def test_a_lone_small_head_is_a_member_once():
    plan = blend_plan(tried([("linear", "linear", 0.3, 500.0, 64)]), 1000, 300.0)
    assert [member.model for member in plan.members] == ["linear"]
