import hashlib

import pytest
import torch
from torch import nn

from hilum.errors import ModelError
from hilum.models import MODELS, Shape, build_model, place
from hilum.models.network import Network

# Built and trained for a step here; the others are built without memory, and their weights counted.
LIGHT = tuple(
    entry for entry in MODELS if entry.record.parameters < 30 and not entry.name.startswith("torchxray")
)


def _side(entry) -> int:
    return -(-entry.smallest // entry.record.multiple) * entry.record.multiple


@pytest.mark.parametrize(
    ("entry", "channels"),
    [*((entry, 1) for entry in LIGHT), *((entry, 3) for entry in LIGHT if entry.record.parameters < 12)],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_every_architecture_keeps_the_promises_of_a_network(entry, channels):
    torch.manual_seed(0)
    side = _side(entry)
    network = build_model(entry.name, Shape(channels=channels, outputs=3, size=side))
    assert network.training
    images = torch.randn(2, channels, side, side)
    network(images).square().sum().backward()
    assert all(p.grad is not None and bool(p.grad.isfinite().all()) for p in network.parameters())

    network.eval()
    features = network.features(images)
    assert features.ndim == 4
    assert torch.equal(network(images), network.classify(features))
    assert network(images).shape == (2, 3)
    assert network.head.out_features == 3
    assert network.mapped == (entry.record.map != "none")
    if network.pooled:
        expected = network.head(features.mean(dim=(2, 3)))
        assert torch.allclose(network.classify(features), expected, atol=1e-5)
    assert network.pooled == (entry.record.map != "by gradient")


@pytest.mark.parametrize("entry", MODELS, ids=lambda entry: entry.name)
def test_what_the_catalogue_says_of_size_and_work_is_so(entry):
    with torch.device("meta"):
        network = entry.build(Shape(channels=1, outputs=1, size=224)).eval()
        assert network(torch.zeros(1, 1, 224, 224)).shape == (1, 1)
        parameters = sum(parameter.numel() for parameter in network.parameters()) / 1e6
        assert parameters == pytest.approx(entry.record.parameters, rel=0.02)
        assert _work(network, 224) / 1e9 == pytest.approx(entry.record.work, rel=0.05)


@pytest.mark.parametrize("entry", MODELS, ids=lambda entry: entry.name)
def test_the_smallest_image_is_read_and_a_smaller_one_refused_in_a_sentence(entry):
    side = _side(entry)
    assert side == entry.smallest
    with torch.device("meta"):
        network = entry.build(Shape(channels=3, outputs=2, size=side)).eval()
        assert network(torch.zeros(2, 3, side, side)).shape == (2, 2)
    with pytest.raises(ModelError, match=f"needs images of at least {side} pixels, not {side - 1}"):
        build_model(entry.name, Shape(1, 1, side - 1))
    assert all(size >= side and size % entry.record.multiple == 0 for size in entry.record.sizes)
    assert list(entry.record.sizes) == sorted(entry.record.sizes)


def _work(network: Network, side: int) -> int:
    """Multiplications of convolutions and linear layers for one image."""
    total = []

    def convolution(module, _, output):
        total.append(output.numel() * module.weight[0].numel())

    def linear(module, _, output):
        total.append(output.numel() * module.in_features)

    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(convolution)
        elif isinstance(module, nn.Linear):
            module.register_forward_hook(linear)
    network(torch.zeros(1, 1, side, side))
    return sum(total)


def test_an_unknown_name_and_a_side_that_does_not_suit():
    with pytest.raises(ModelError, match="did you mean `small_cnn`"):
        build_model("small-cnn", Shape(1, 1, 64))
    with pytest.raises(ModelError, match="did you mean `mobilenetv3_small_100`"):
        build_model("mobilenetv3_smal_100", Shape(1, 1, 64))
    with pytest.raises(ModelError, match=r"unknown: available are small_cnn, .* and timm's names"):
        build_model("??", Shape(1, 1, 64))
    with pytest.raises(ModelError, match="multiple of 16 pixels, not 100: write size = 96 or 112"):
        build_model("vit_small", Shape(1, 1, 100))


@pytest.mark.parametrize(
    ("name", "size", "mapped"),
    [
        ("resnet10t", 32, True),
        ("resnet18.a1_in1k", 32, True),
        ("vit_tiny_patch16_224", 32, True),
        ("swin_tiny_patch4_window7_224", 56, True),
        ("mobilenetv3_small_050", 32, True),
        ("mixer_s32_224", 64, False),
    ],
)
def test_a_network_that_only_timm_names(name, size, mapped):
    torch.manual_seed(0)
    network = build_model(name, Shape(1, 2, size))
    assert network.training
    images = torch.randn(2, 1, size, size)
    network(images).sum().backward()
    network.eval()
    assert network.mapped == mapped
    features = network.features(images)
    assert features.ndim == 4
    assert torch.equal(network.classify(features), network(images))
    if network.pooled:
        assert torch.allclose(network(images), network.head(features.mean(dim=(2, 3))), atol=1e-5)


def test_a_network_that_cannot_read_such_images_says_so():
    with pytest.raises(ModelError, match="crossvit_9_240 cannot read images of 224 x 224 pixels"):
        build_model("crossvit_9_240", Shape(1, 1, 224))


def test_a_network_on_its_device_is_laid_out_for_convolutions():
    network = build_model("small_cnn", Shape(1, 1, 32))
    place(network, torch.device("cpu"))
    second = [m for m in network.modules() if isinstance(m, torch.nn.Conv2d)][1]
    assert second.weight.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("small_cnn", "d8f9ea408a665816d9487896667cacdff9047b264bf179b14e36b4b998fc82b5"),
        ("resnet18", "0e6e71c2a8295561e6bfc99d0574c4ba9d7674eb59a58e4bdcbcad7b036b2b8a"),
    ],
)
def test_the_first_two_networks_begin_with_the_weights_that_they_always_had(name, expected):
    """Hashes of the weights of seed 0, taken when these two were the whole catalogue (torch 2.13)."""
    torch.manual_seed(0)
    network = build_model(name, Shape(1, 1, 64))
    digest = hashlib.sha256()
    for key, value in network.state_dict().items():
        digest.update(key.encode() + value.numpy().tobytes())
    assert digest.hexdigest() == expected
