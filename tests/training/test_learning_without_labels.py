"""Learning from images alone, and from images without labels beside those with labels."""

import hashlib
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hilum.errors import ModelError
from hilum.evaluation import auroc
from hilum.models import Shape, Standard, build_model, read_images, read_starting, standardised, to_unit
from hilum.preparation import Augmentation, Learning, Picture, Plan
from hilum.preparation.plan import SelfSupervision
from hilum.preparation.unlabelled import Pool
from hilum.preparation.weights import LEARNT
from hilum.tasks import ClassificationTask, FindingsTask, RegressionTask
from hilum.training import TrainOptions, augment, draw
from hilum.training.checkpoint import CHECKPOINT
from hilum.training.self_supervised import nt_xent, pretrain
from hilum.training.semi_supervised import PseudoLabels, SemiSupervised, consistency_loss
from hilum.training.start import started_from, starting_weights
from hilum.training.views import strong_view

CPU = torch.device("cpu")
TWO = ClassificationTask(("flat", "steep"))


class StoppedError(Exception):
    pass


def textures(n: int, seed: int, noise: float = 0.2):
    """Faint stripes under noise, of any phase, width and contrast; in every second image they are steeper."""
    rng = np.random.default_rng([seed, 9])
    steep = np.arange(n) % 2
    angle = np.deg2rad(np.where(steep == 1, 76, 104) + rng.normal(0, 5, n))[:, None, None]
    width, phase = rng.uniform(3, 6, (n, 1, 1)), rng.uniform(0, 2 * np.pi, (n, 1, 1))
    rows, columns = np.mgrid[:32, :32] / 32
    wave = np.sin(2 * np.pi * width * (np.cos(angle) * rows + np.sin(angle) * columns) + phase)
    grey = 0.5 + rng.normal(0, 0.1, (n, 1, 1)) + rng.uniform(0.05, 0.25, (n, 1, 1)) * wave
    grey = grey + rng.normal(0, noise, (n, 32, 32))
    return np.round(np.clip(grey, 0, 1) * 255).astype(np.uint8), steep


def plan_for(**self_supervision: object) -> Plan:
    section = {"epochs": 2, "batch_size": 16, **self_supervision}
    return Plan(
        model="small_cnn",
        pretrained="self",
        picture=Picture(size=32),
        self_supervision=SelfSupervision.model_validate(section),
    )


def pool_of(array, n: int) -> Pool:
    return Pool(((array, np.arange(n)),))


def hash_of(file) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def history(file) -> list[float]:
    import json

    with safe_open(file, "pt") as found:
        return [entry["loss"] for entry in json.loads(found.metadata()["facts"])["history"]]


def slow_nt_xent(one, other, temperature: float) -> float:
    """Equation 1 and algorithm 1 of Chen et al. (ICML 2020), written down as they stand there.

    Views 2k-1 and 2k are of one image; the loss is the mean of l(2k-1, 2k) + l(2k, 2k-1) over 2N.
    """
    z = np.empty((2 * len(one), one.shape[1]))
    z[0::2], z[1::2] = one, other

    def s(i: int, j: int) -> float:
        return float(z[i] @ z[j] / (np.linalg.norm(z[i]) * np.linalg.norm(z[j])))

    def pair(i: int, j: int) -> float:
        below = sum(math.exp(s(i, k) / temperature) for k in range(len(z)) if k != i)
        return -math.log(math.exp(s(i, j) / temperature) / below)

    total = sum(pair(2 * k, 2 * k + 1) + pair(2 * k + 1, 2 * k) for k in range(len(one)))
    return total / len(z)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(2, 7),
    st.integers(1, 5),
    st.floats(0.1, 2),
    st.integers(0, 2**32 - 1),
)
def test_the_loss_of_pairs_is_the_papers(n, width, temperature, seed):
    rng = np.random.default_rng(seed)
    one, other = rng.normal(size=(n, width)), rng.normal(size=(n, width))
    fast = float(nt_xent(torch.from_numpy(one), torch.from_numpy(other), temperature))
    assert fast == pytest.approx(slow_nt_xent(one, other, temperature), rel=1e-9)


def test_the_loss_of_pairs_by_hand():
    """Two images at right angles: each view has one twin (cosine 1) and two strangers (cosine 0)."""
    views = torch.eye(2, dtype=torch.float64)
    for temperature in (1.0, 0.5):
        by_hand = math.log(1 + 2 * math.exp(-1 / temperature))
        assert float(nt_xent(views, 3 * views, temperature)) == pytest.approx(by_hand, rel=1e-12)
    # Where all views are the same, the twin is one of 2 n - 1 that cannot be told apart.
    assert float(nt_xent(torch.ones(5, 3), torch.ones(5, 3), 0.1)) == pytest.approx(math.log(9), rel=1e-6)


def test_the_same_seed_learns_the_same_and_another_seed_another(tmp_path):
    array, _ = textures(40, seed=0)
    first = pretrain(pool_of(array, 40), plan_for(), TrainOptions(tmp_path / "a", "cnn", seed=3))
    torch.manual_seed(99)
    again = pretrain(pool_of(array, 40), plan_for(), TrainOptions(tmp_path / "b", "cnn", seed=3))
    other = pretrain(pool_of(array, 40), plan_for(), TrainOptions(tmp_path / "c", "cnn", seed=4))
    assert hash_of(first) == hash_of(again) != hash_of(other)
    assert first == tmp_path / "a" / "1" / LEARNT


@pytest.mark.parametrize("stop_at", [1, 2, 3])
def test_cut_off_anywhere_it_goes_on_to_the_same_weights(tmp_path, stop_at):
    array, _ = textures(40, seed=0)
    whole = pretrain(pool_of(array, 40), plan_for(), TrainOptions(tmp_path / "whole", "cnn"))

    def stop(done: int, total: int, what: str) -> None:
        if done == stop_at:
            raise StoppedError

    options = TrainOptions(tmp_path / "cut", "cnn", checkpoint_seconds=0.0)
    with pytest.raises(StoppedError):
        pretrain(pool_of(array, 40), plan_for(), options, stop)
    steps: list[int] = []
    options = TrainOptions(tmp_path / "cut", "cnn")
    file = pretrain(pool_of(array, 40), plan_for(), options, lambda done, *_: steps.append(done))
    assert steps[0] == max(stop_at, 1)
    assert hash_of(file) == hash_of(whole)
    assert not (file.parent / CHECKPOINT).exists()
    pretrain(pool_of(array, 40), plan_for(), options, lambda done, *_: steps.append(done))
    assert steps[-1] == 4
    assert len(steps) <= 4, "a finished learning is left alone"


def test_other_images_are_learnt_from_anew(tmp_path):
    array, _ = textures(40, seed=0)
    options = TrainOptions(tmp_path, "cnn")
    first = hash_of(pretrain(pool_of(array, 40), plan_for(), options))
    changed = array.copy()
    changed[7, 3, 3] ^= 1
    assert hash_of(pretrain(pool_of(changed, 40), plan_for(), options)) != first


def test_the_worlds_chance_is_left_as_it_was(tmp_path):
    array, _ = textures(20, seed=0)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    pretrain(pool_of(array, 20), plan_for(epochs=1), TrainOptions(tmp_path, "cnn"))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("model", ["small_cnn", "resnet18", "vit_tiny_patch16_224"])
def test_what_was_learnt_starts_a_network_but_for_its_last_layer(tmp_path, model):
    array, _ = textures(8, seed=0)
    plan = plan_for(epochs=1, batch_size=4).model_copy(update={"model": model})
    file = pretrain(pool_of(array, 8), plan, TrainOptions(tmp_path, "net"))
    assert starting_weights(started_from(plan, file)) == file
    network = build_model(model, Shape(1, 3, 32), file)
    learnt = load_file(file)
    own = network.state_dict()
    assert set(own) - set(learnt) == {"head.weight", "head.bias"}
    assert all(torch.equal(own[name], value) for name, value in learnt.items())
    assert set(read_starting(file, model).tensors) == set(learnt)


def test_a_plan_without_what_was_learnt_is_refused(tmp_path):
    with pytest.raises(ModelError, match="run the whole study"):
        starting_weights(plan_for())
    with pytest.raises(ModelError, match="no weights file"):
        starting_weights(started_from(plan_for(), tmp_path / LEARNT))
    with pytest.raises(ModelError, match="fewer than two images"):
        pretrain(pool_of(textures(2, 0)[0], 1), plan_for(), TrainOptions(tmp_path, "cnn"))


def probed(start, array, few, test) -> float:
    """AUROC of a logistic regression on the pooled features of a network, fitted on a few labelled images."""
    torch.manual_seed(0)
    network = build_model("small_cnn", Shape(1, 1, 32), start).eval()
    standard = Standard.of(array, np.arange(len(array)))

    def features(images):
        with torch.no_grad():
            found = network.features(standardised(to_unit(images, CPU), standard))
        return found.mean((2, 3)).numpy()

    line = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    line.fit(features(few[0]), few[1])
    return float(auroc(line.decision_function(features(test[0])), test[1]).value or 0.0)


def test_the_loss_falls_and_few_labels_say_more_than_on_random_weights(tmp_path):
    """400 images without labels, 24 with: the classes become separable by a line."""
    gains = []
    for seed in (0, 1):
        array, _ = textures(400, seed, noise=0.1)
        few, test = textures(24, seed + 50, noise=0.1), textures(300, seed + 100, noise=0.1)
        plan = plan_for(epochs=15, batch_size=50)
        file = pretrain(pool_of(array, 400), plan, TrainOptions(tmp_path / str(seed), "cnn", seed=seed))
        losses = history(file)
        assert losses[-1] < losses[0] - 0.3
        with_it, without = probed(file, array, few, test), probed(None, array, few, test)
        gains.append(with_it - without)
    assert min(gains) > 0
    assert np.mean(gains) > 0.03


@settings(deadline=None, max_examples=100)
@given(st.integers(2, 4), st.floats(0.02, 0.98), st.booleans(), st.integers(0, 2**32 - 1))
def test_what_counts_as_certain_is_so_at_both_frequencies(classes, share, balanced, seed):
    """Bayes' rule, done slowly: shares at one frequency become those at another by the ratio of both."""
    rng = np.random.default_rng(seed)
    counts = np.maximum(np.round(1000 * np.array([share, *[(1 - share) / (classes - 1)] * (classes - 1)])), 1)
    task = ClassificationTask(tuple("abcd"[:classes]))
    labels = np.repeat(np.arange(classes), counts.astype(int))
    targets = labels[:, None] == (np.array([[1]]) if classes == 2 else np.arange(classes)[None])
    rule = PseudoLabels.of(task, targets.astype(np.float32), balanced=balanced)
    outputs = rng.normal(0, 4, (50, task.outputs)).astype(np.float32)
    found = rule.of_outputs(torch.from_numpy(outputs)).numpy()

    logits = np.hstack([np.zeros((50, 1)), outputs]) if classes == 2 else outputs
    trained = np.exp(logits - logits.max(1, keepdims=True))
    there = np.full(classes, 1 / classes) if balanced else counts / counts.sum()
    for row, shares in enumerate(trained):
        worlds = []
        for frequency in (np.full(classes, 1 / classes), counts / counts.sum()):
            odds = shares / there * frequency
            worlds.append(odds / odds.sum())
        lowest = np.min(worlds, axis=0)
        if np.abs(lowest - 0.95).min() < 1e-4:
            continue
        sure = np.flatnonzero(lowest >= 0.95)
        expected = [np.nan] * task.outputs
        if len(sure):
            expected = [float(sure[0])] if classes == 2 else list(np.eye(classes)[sure[0]])
        assert np.array_equal(found[row], expected, equal_nan=True)


def test_at_equal_frequencies_it_is_the_papers_rule():
    """FixMatch (Sohn 2020, equation 4): cross-entropy with the likeliest class where its share is 0.95."""
    task = ClassificationTask(("a", "b", "c"))
    rule = PseudoLabels.of(task, np.eye(3, dtype=np.float32), balanced=False)
    weak = torch.tensor([[5.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 9.0]])
    strong = torch.tensor([[1.0, 2.0, 0.5], [9.0, -9.0, 0.0], [0.1, 0.2, 0.3]])
    shares = np.exp(strong.numpy()) / np.exp(strong.numpy()).sum(1, keepdims=True)
    by_hand = (-math.log(shares[0, 0]) - math.log(shares[2, 2])) / 3
    assert float(rule.loss(strong, rule.of_outputs(weak))) == pytest.approx(by_hand, rel=1e-6)


def test_of_findings_only_the_certain_ones_count():
    task = FindingsTask(("mass", "nodule"))
    rule = PseudoLabels.of(task, np.array([[0, 1], [1, 0]], np.float32), balanced=False)
    labels = rule.of_outputs(torch.tensor([[4.0, 0.5], [-4.0, -9.0]]))
    assert np.array_equal(labels.numpy(), [[1, np.nan], [0, 0]], equal_nan=True)
    strong = torch.zeros(2, 2, requires_grad=True)
    loss = rule.loss(strong, labels)
    assert float(loss.detach()) == pytest.approx(math.log(2) * 3 / 4, rel=1e-6)
    (slope,) = torch.autograd.grad(loss, strong)
    assert torch.isfinite(slope).all()
    assert float(slope[0, 1]) == 0


def test_no_gradient_goes_through_the_weak_view_and_nothing_certain_teaches_nothing():
    rule = PseudoLabels.of(TWO, np.array([[0], [1]], np.float32), balanced=True)
    torch.manual_seed(0)
    network = build_model("small_cnn", Shape(1, 1, 32))
    images = torch.randn(6, 1, 32, 32)
    loss = consistency_loss(network, images, images, rule)
    torch.autograd.backward(loss)
    assert float(loss.detach()) == 0
    assert all(float(p.grad.abs().sum()) == 0 for p in network.parameters())


@pytest.mark.parametrize("half", [False, True])
def test_the_strong_view_teaches_every_layer(half):
    rule = PseudoLabels.of(TWO, np.array([[0], [1]], np.float32), balanced=True)
    torch.manual_seed(0)
    network = build_model("small_cnn", Shape(1, 1, 32))
    with torch.no_grad():
        network.head.bias.fill_(6.0)
    torch.autograd.backward(consistency_loss(network, *torch.randn(2, 6, 1, 32, 32), rule, half=half))
    assert all(p.grad is not None and float(p.grad.abs().sum()) > 0 for p in network.parameters())


def semi(array, targets, seed: int = 0, **learning: object) -> SemiSupervised:
    chosen = Learning.model_validate({"consistency": 1.0, "batch_size": 16, **learning})
    plan = plan_for().model_copy(update={"pretrained": False, "learning": chosen})
    rows = np.arange(len(array))
    return SemiSupervised((array, rows), targets, TWO, plan, TrainOptions(seed=seed, folder=None, reader="x"))


def test_which_images_are_looked_at_depends_on_seed_epoch_and_step_alone():
    array, steep = textures(60, 0)
    targets = steep[:, None].astype(np.float32)
    standard = Standard(0.5, 0.2)
    first, again = semi(array, targets), semi(array, targets)
    first.views((0, 0), 16, standard, CPU)  # What was drawn before changes nothing.
    one, other = first.views((2, 5), 16, standard, CPU), again.views((2, 5), 16, standard, CPU)
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert len(one[0]) == 32
    for different in (
        again.views((2, 6), 16, standard, CPU),
        semi(array, targets, 1).views((2, 5), 16, standard, CPU),
    ):
        assert not torch.equal(one[0], different[0])
    assert not torch.equal(*one)


def test_what_cannot_be_is_refused_in_a_sentence():
    array, steep = textures(8, 0)
    targets = steep[:, None].astype(np.float32)
    plan, options = plan_for(), TrainOptions(folder=None, reader="x")
    with pytest.raises(ModelError, match="there are none"):
        SemiSupervised(None, targets, TWO, plan, options)
    some = (array, np.arange(8))
    with pytest.raises(ModelError, match="no meaning for regression"):
        SemiSupervised(some, targets, RegressionTask.of(np.arange(8.0)), plan, options)
    with pytest.raises(ModelError, match="`columns`"):
        SemiSupervised(some, targets, TWO, plan.model_copy(update={"columns": ("age",)}), options)


def learnt_from(few, array, test, seed: int, *, consistency: float) -> tuple[float, float]:
    """AUROC on test films, and on the same changed far, of a small network after 120 steps."""
    images, steep = few
    targets, rows = steep[:, None].astype(np.float32), np.arange(len(steep))
    standard, rng = Standard.of(images, rows), np.random.default_rng(seed)
    torch.manual_seed(seed)
    network = build_model("small_cnn", Shape(1, 1, 32))
    optimiser = torch.optim.AdamW(network.parameters(), 1e-3)
    further = semi(array, targets, seed)
    for step in range(120):
        views = augment(to_unit(images, CPU), draw(len(rows), Augmentation(), rng))
        outputs = network(standardised(views, standard))
        loss = TWO.loss(outputs, torch.from_numpy(targets)).mean()
        if consistency:
            loss = loss + further.loss(network, (0, step), 16, standard)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    plain = read_images(network, test[0], np.arange(len(test[0])), standard)[:, 0]
    changes = draw(len(test[0]), strong_view(Augmentation()), np.random.default_rng(5))
    with torch.no_grad():
        far = network(standardised(augment(to_unit(test[0], CPU), changes), standard))[:, 0].numpy()
    return tuple(float(auroc(scores, test[1]).value or 0.0) for scores in (plain, far))


def test_beside_twelve_labelled_films_many_without_labels_make_the_reader_steadier():
    """Films as they are were read well already; the same films changed far are read better than without."""
    gains = []
    for seed in (0, 1):
        array, _ = textures(400, seed, noise=0.25)
        few, test = textures(12, seed + 50, noise=0.25), textures(300, seed + 100, noise=0.25)
        alone = learnt_from(few, array, test, seed, consistency=0.0)
        beside = learnt_from(few, array, test, seed, consistency=1.0)
        gains.append(np.subtract(beside, alone))
    plain, far = np.mean(gains, axis=0)
    assert plain > -0.005
    assert far > 0.01
