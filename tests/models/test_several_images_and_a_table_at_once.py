"""A network that reads a case: several images in any order, filling without effect, a table beside them."""

import numpy as np
import pytest
import torch

from hilum.models import CaseNetwork, CaseShape, Shape, Standard, build_model, place, read_images, steady


def _network(name="small_cnn", columns=3, several=True, size=32):
    with steady(1, seed=0) as device:
        network = build_model(name, CaseShape(1, 2, size, columns, several))
        place(network, device)
    return network


def _films(n=60, size=32):
    return np.random.default_rng(0).integers(0, 256, (n, size, size)).astype(np.uint8)


def _bags(n=41, most=5, images=60):
    rng = np.random.default_rng(1)
    bags = np.full((n, most), -1)
    for row in bags:
        count = rng.integers(1, most + 1)
        row[:count] = rng.choice(images, count, replace=False)
    return bags


def test_without_a_table_and_with_one_image_it_is_the_network_itself():
    assert not isinstance(build_model("small_cnn", CaseShape(1, 2, 32)), CaseNetwork)
    network = _network(columns=0).eval()
    plain = build_model("small_cnn", Shape(1, 2, 32)).eval()
    plain.load_state_dict(
        dict(network.network.state_dict())
        | {f"head.{name}": value for name, value in network.head.state_dict().items()}
    )
    images = torch.randn(3, 1, 32, 32)
    one = torch.ones(3, 1, dtype=torch.bool)
    assert torch.allclose(network(images, one), plain(images), atol=1e-6)


@pytest.mark.parametrize("name", ["small_cnn", "resnet18"])
@pytest.mark.parametrize(("columns", "several"), [(3, False), (0, True), (3, True)])
def test_a_case_gets_the_same_number_alone_as_among_others_to_the_last_bit(name, columns, several):
    films, rng = _films(), np.random.default_rng(2)
    rows = _bags() if several else np.arange(41)
    table = rng.normal(size=(41, columns)).astype(np.float32) if columns else None
    standard = Standard(0.5, 0.29)
    with steady(1):
        network = _network(name, columns, several)

        def read(chosen, views=1):
            beside = None if table is None else table[chosen]
            return read_images(network, films, rows[chosen], standard, views, table=beside)

        together = read(np.arange(41))
        assert together.shape == (41, 2)
        for case in (0, 17, 40):
            np.testing.assert_array_equal(read(np.array([case]))[0], together[case])
        shuffled = rng.permutation(41)
        np.testing.assert_array_equal(read(shuffled), together[shuffled])
        moved = read(np.arange(20), views=3)
        np.testing.assert_array_equal(read(np.array([7]), views=3)[0], moved[7])
        assert not np.allclose(moved, together[:20], atol=1e-4)
    assert read(np.array([], dtype=np.int64)).shape == (0, 2)


def test_reading_in_batches_is_the_network_itself():
    films, bags = _films(), _bags(9)
    table = np.random.default_rng(2).normal(size=(9, 3)).astype(np.float32)
    network = _network("resnet18").eval()
    with steady(1), torch.inference_mode():
        found = read_images(network, films, bags, Standard(0.5, 0.29), table=table)
        images = (torch.from_numpy(films[bags.clip(0).flatten()]).float() / 255).unsqueeze(1)
        direct = network((images - 0.5) / 0.29, torch.from_numpy(table), torch.from_numpy(bags >= 0))
    np.testing.assert_allclose(found, direct.numpy(), atol=1e-5)


def test_the_order_of_a_cases_images_does_not_matter():
    films, network = _films(), _network("resnet18", columns=0)
    bags = _bags(12)
    turned = bags.copy()
    for row in turned:
        count = int((row >= 0).sum())
        row[:count] = np.random.default_rng(3).permutation(row[:count])
    assert (turned != bags).any()
    with steady(1):
        first, second = (read_images(network, films, rows, Standard(0.5, 0.29)) for rows in (bags, turned))
    np.testing.assert_allclose(first, second, atol=1e-5)
    assert np.abs(first - first.mean(axis=0)).max() > 1e-3  # they do differ from case to case


def test_filling_is_not_looked_at_even_in_training():
    torch.manual_seed(0)
    images, present = torch.randn(6, 1, 32, 32), torch.tensor([[True, True, False], [True, False, False]])
    outputs, running = [], []
    for filling in (0.0, 1e6, float("nan")):
        given = images.clone()
        given[~present.flatten()] = filling
        network = _network("resnet18", columns=0).train()
        outputs.append(network(given, present))
        running.append(network.network.backbone.bn1.running_var.clone())
    for other in (1, 2):
        assert torch.equal(outputs[0], outputs[other])
        assert torch.equal(running[0], running[other])


def test_every_layer_learns():
    network = _network("resnet18").train()
    present = torch.tensor([[True, True], [True, True], [True, False]])
    outputs = network(torch.randn(6, 1, 32, 32), torch.randn(3, 3), present)
    outputs.square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert bool(parameter.grad.isfinite().all()), name
    for layer in (network.attention.content, network.table[0], network.head, network.network.backbone.conv1):
        assert bool(layer.weight.grad.abs().sum() > 0)


def test_weights_say_which_shape_they_belong_to():
    for columns, several in ((4, True), (4, False), (0, True)):
        weights = _network(columns=columns, several=several).state_dict()
        assert CaseShape.of_weights(Shape(1, 2, 32), weights) == CaseShape(1, 2, 32, columns, several)
    plain = build_model("small_cnn", Shape(1, 2, 32)).state_dict()
    assert not CaseShape.of_weights(Shape(1, 2, 32), plain).beyond_one_image


def test_the_gradient_map_of_one_image_adds_up_to_its_output():
    """One linear layer after the mean: map and output differ by what the bias and the table say alone."""
    network = _network("resnet18", size=64).eval()
    images = torch.randn(2, 1, 64, 64)
    features = network.features(images).detach().requires_grad_(True)
    outputs = network.classify(features)
    (gradient,) = torch.autograd.grad(outputs[:, 0].sum(), features)
    told = (features * gradient).sum(dim=(1, 2, 3))
    rest = outputs[:, 0] - told
    assert torch.allclose(rest[0], rest[1], atol=1e-4)
