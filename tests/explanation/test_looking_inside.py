"""Looking inside: layers are kept as they were, the arithmetic is the network's, a step is a true step."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from hilum.errors import ModelError
from hilum.explanation.inside import look_inside
from hilum.explanation.inside_arithmetic import (
    convolve,
    output,
    pool,
    pool_by_chance,
    relu,
    sigmoid,
    softmax,
    squared_error,
    stepped,
    window_at,
)
from hilum.explanation.inside_layers import layers_of, seen_layers
from hilum.explanation.inside_learning import step_of_learning, target_of
from hilum.explanation.inside_output import answer_of
from hilum.models import Shape, Standard, build_model, standardised, steady, to_unit
from hilum.tasks.classification import ClassificationTask
from hilum.tasks.findings import FindingsTask

STANDARD = Standard(0.4, 0.3)
TWO = ClassificationTask(("normal", "pneumonia"))
THREE = ClassificationTask(("a", "b", "c"))
FILM = np.random.default_rng(3).integers(0, 256, (64, 64)).astype(np.uint8)


def _network(name: str, outputs: int = 1):
    with steady(1, seed=1):
        return build_model(name, Shape(1, outputs, 64)).eval()


def _given(network):
    return standardised(to_unit(FILM[np.newaxis], torch.device("cpu")), STANDARD)


@settings(max_examples=40, deadline=None)
@given(
    channels=st.integers(1, 3),
    side=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    rows=st.integers(5, 11),
    seed=st.integers(0, 99),
)
def test_convolution_by_hand_is_torchs(*, channels, side, stride, padding, rows, seed):
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(channels, rows, rows + 2)), rng.normal(size=(channels, side, side))
    theirs = functional.conv2d(
        torch.from_numpy(image)[None],
        torch.from_numpy(kernel)[None],
        torch.tensor([0.7], dtype=torch.float64),
        stride,
        padding,
    )
    ours = convolve(image, kernel, 0.7, stride, padding)
    np.testing.assert_allclose(ours, theirs[0, 0].numpy(), atol=1e-12)
    window = window_at(image, kernel, 0, 0, stride=stride, padding=padding)
    assert output(window, kernel, 0.7) == pytest.approx(ours[0, 0])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(5, 12), st.integers(0, 99))
def test_pooling_and_relu_by_hand_are_torchs(size, stride, rows, seed):
    values = np.random.default_rng(seed).normal(size=(rows, rows + 3))
    tensor = torch.from_numpy(values)[None, None]
    padding = size // 2
    largest = functional.max_pool2d(tensor, size, stride, padding)[0, 0].numpy()
    mean = functional.avg_pool2d(tensor, size, stride, padding)[0, 0].numpy()
    np.testing.assert_allclose(pool(values, size, "max", stride, padding), largest)
    np.testing.assert_allclose(pool(values, size, "mean", stride, padding), mean, atol=1e-12)
    np.testing.assert_allclose(relu(values), functional.relu(tensor)[0, 0].numpy())


def test_chance_pooling_draws_each_value_as_often_as_it_is_large():
    rng = np.random.default_rng(0)
    drawn = [pool_by_chance([[0, 1], [0, 3]], rng)[0, 0] for _ in range(4000)]
    assert set(drawn) == {1.0, 3.0}
    assert np.mean(np.array(drawn) == 3) == pytest.approx(0.75, abs=0.03)
    with pytest.raises(ModelError, match="ReLU"):
        pool_by_chance([[-1, 0], [0, 0]], rng)


def test_a_kernel_that_does_not_fit_is_refused():
    with pytest.raises(ModelError, match="does not fit"):
        convolve(np.ones((2, 2)), np.ones((3, 3)))
    with pytest.raises(ModelError, match="does not fit"):
        convolve(np.ones((2, 5, 5)), np.ones((3, 3)))


def test_the_worked_example_does_what_the_paper_says():
    """Hong, Park & Jung 2020, chapter III: its text, as the numbers of its figures are not printed in it.

    A 6x6 image of a 2 and a 3x3 diagonal kernel: the map is smaller than the image, the likeness is highest
    where the image is diagonal, ReLU is max(0, z), the sigmoid is 1 / (1 + exp(-z)), the error is half the
    sum of squares, and a step subtracts the gradient times the learning rate (0.2). Gradients are torch's.
    """
    two = np.zeros((6, 6))
    for row, columns in enumerate(([1, 2, 3, 4], [0, 5], [4], [3], [2], [1, 2, 3, 4, 5])):
        two[row, columns] = 1
    diagonal = np.fliplr(np.eye(3))
    found = convolve(two, diagonal)
    assert found.shape == (4, 4)
    assert found.max() == 3
    assert sorted(zip(*np.nonzero(found == 3), strict=True)) == [(1, 3), (2, 2), (3, 1)]
    activated = relu(found - 1)
    assert (activated == np.maximum(0, found - 1)).all()
    pooled = pool(activated)
    weights = np.array([[[-0.5, 0.25], [0.25, 0.25]], [[0.5, -0.25], [0.0, -0.25]]])
    biases = np.array([-1.0, 0.5])
    z = np.array([output(pooled, w, b) for w, b in zip(weights, biases, strict=True)])
    a = sigmoid(z)
    assert a == pytest.approx(1 / (1 + np.exp(-z)))
    truth = np.array([1.0, 0.0])
    error = squared_error(truth, a)
    assert error == pytest.approx(((truth - a) ** 2).sum() / 2)

    kernel, last, bias = (
        torch.tensor(each, requires_grad=True) for each in (diagonal.copy(), weights, biases)
    )
    maps = functional.conv2d(torch.from_numpy(two)[None, None], kernel[None, None]) - 1
    theirs = functional.max_pool2d(functional.relu(maps), 2)[0, 0]
    loss = 0.5 * ((torch.from_numpy(truth) - torch.sigmoid((theirs * last).sum((1, 2)) + bias)) ** 2).sum()
    loss.backward()
    assert float(loss.detach()) == pytest.approx(error)
    by_hand = ((a - truth) * a * (1 - a))[:, None, None] * pooled
    np.testing.assert_allclose(by_hand, last.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(stepped(weights, by_hand, 0.2), weights - 0.2 * by_hand)


@pytest.mark.parametrize("name", ["small_cnn", "resnet18"])
def test_every_layer_is_kept_as_it_was_when_it_was_made(name):
    """Layers that work in place change what stands before them; what is shown must not be changed."""
    network = _network(name)
    wanted: dict[str, torch.Tensor] = {}
    for path, module in network.named_modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d | nn.MaxPool2d):
            module.register_forward_hook(
                lambda _m, _g, made, path=path: wanted.__setitem__(path, made.clone())
            )
    with torch.inference_mode():
        network(_given(network))
    again = _network(name)
    kept = {seen.name: seen.made for group in seen_layers(again, _given(again)) for seen in group}
    compared = [path for path in kept if path in wanted]
    assert len(compared) >= 6
    for path in compared:
        torch.testing.assert_close(kept[path], wanted[path])


@pytest.mark.parametrize(("name", "stages"), [("small_cnn", [64, 32, 16]), ("resnet18", [32, 16, 8, 4, 2])])
def test_the_first_the_last_and_one_convolution_of_each_stage_are_shown(name, stages):
    network = _network(name)
    layers = layers_of(seen_layers(network, _given(network)))
    convolutions = [layer for layer in layers if layer.kind == "convolution"]
    assert [layer.shape[1] for layer in convolutions] == stages
    assert {"ReLU", "max pooling"} <= {layer.what for layer in layers}
    for layer in layers:
        assert layer.maps.shape == (len(layer.shown), *layer.shape[1:])
        assert layer.low <= layer.maps.min() <= layer.maps.max() <= layer.high
        assert layer.what != "ReLU" or layer.low >= 0
    assert all(not any(module._forward_hooks) for module in network.modules())


def test_the_first_layers_by_hand_are_the_networks_own():
    for name in ("small_cnn", "resnet18"):
        found = look_inside(_network(name), FILM, STANDARD, TWO).by_hand
        assert found is not None
        assert {check.what for check in found.checks} >= {"convolution", "ReLU", "max pooling"}
        assert all(check.difference < 1e-5 for check in found.checks)
        assert found.value == pytest.approx((found.window * found.weights).sum() + found.bias)
        assert found.value == pytest.approx(found.own, abs=1e-5)


@pytest.mark.parametrize("name", ["small_cnn", "resnet18", "linear"])
def test_shares_rest_and_bias_are_the_output(name):
    network = _network(name, 3)
    answer = answer_of(network, _given(network), THREE)
    with torch.inference_mode():
        outputs = network(_given(network))[0].double().numpy()
    assert answer.place == outputs.argmax()
    assert answer.total == pytest.approx(outputs[answer.place], abs=1e-5)
    products = sum(share.product for share in answer.shares) + answer.rest + answer.bias
    assert products == pytest.approx(answer.total)
    assert all(s.value * s.weight == pytest.approx(s.product) for s in answer.shares)
    assert answer.squashed == pytest.approx(softmax(outputs).tolist())
    assert list(answer.readings.values()) == pytest.approx(answer.squashed)


@pytest.mark.parametrize("name", ["small_cnn", "resnet18"])
def test_a_gradient_is_how_the_loss_changes(name):
    """Against finite differences, weight by weight, in numbers of 64 bits."""
    network = _network(name)
    step = step_of_learning(network, _given(network), TWO, "pneumonia", 1e-6)
    assert [change.role for change in step.changes] == [
        "first kernel",
        "last layer",
        "bias of the last layer",
    ]
    for change in step.changes:
        assert change.after == pytest.approx(change.before - 1e-6 * change.gradient, abs=1e-15)
        fall = (step.loss_before - change.loss_after) / 1e-6
        assert fall == pytest.approx(change.gradient**2, rel=1e-3)
    assert step.loss_after < step.loss_before
    assert step.weights == sum(weight.numel() for weight in network.parameters())


def test_a_step_on_a_copy_leaves_the_network_alone():
    network = _network("small_cnn")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    look_inside(network, FILM, STANDARD, TWO, truth="normal", learning_rate=10.0)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
    assert all(weight.grad is None for weight in network.parameters())


def test_the_loss_is_that_of_training():
    network = _network("small_cnn", 3)
    step = step_of_learning(network, _given(network), THREE, "b", 0.01)
    with torch.inference_mode():
        shares = torch.softmax(network.double()(_given(network).double())[0], dim=0)
    assert step.loss_before == pytest.approx(-float(torch.log(shares[1])))


def test_truths_are_understood_or_refused_with_what_is_known():
    findings = FindingsTask(("mass", "no air"))
    assert np.isnan(target_of(findings, "mass").numpy()).tolist() == [[False, True]]
    assert target_of(findings, "mass")[0, 0] == 1
    assert target_of(findings, "no mass")[0, 0] == 0
    assert target_of(findings, "no air")[0, 1] == 1
    with pytest.raises(ModelError, match="normal, pneumonia"):
        target_of(TWO, "tuberculosis")
    with pytest.raises(ModelError, match="mass"):
        target_of(findings, "nodule")
    with pytest.raises(ModelError, match="above 0"):
        step_of_learning(_network("small_cnn"), _given(None), TWO, "normal", 0.0)


def test_a_network_without_such_layers_says_so():
    linear = look_inside(_network("linear"), FILM, STANDARD, TWO, truth="normal")
    assert linear.kernels is None
    assert linear.layers == ()
    assert "no convolution" in linear.notes[0]
    assert linear.step is not None
    assert linear.step.changes[0].role == "last layer"


def test_a_transformer_shows_patches_and_what_they_looked_at():
    transformer = look_inside(_network("vit_tiny_patch16_224"), FILM, STANDARD, TWO)
    assert transformer.attention is not None
    assert transformer.attention.shape == (4, 4)
    assert transformer.attention.sum() <= 1 + 1e-5
    assert [layer.kind for layer in transformer.layers] == ["convolution"]
    assert "transformer" in transformer.notes[0]


def test_a_volume_is_refused():
    with pytest.raises(ModelError, match="single images"):
        look_inside(_network("small_cnn"), np.zeros((4, 64, 64), np.uint8), STANDARD, TWO)


def test_maps_of_networks_that_keep_them_last_are_turned():
    layers = look_inside(_network("convnext_tiny"), FILM, STANDARD, TWO).layers
    for layer in layers:
        assert layer.kind != "activation" or layer.shape[1] == layer.shape[2] <= 16
