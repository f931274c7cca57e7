import torch
from torch import nn
from torch.nn import functional

from hilum.models import Shape, build_model


def test_three_convolutions_of_16_32_and_64_filters_and_one_linear_layer():
    network = build_model("small_cnn", Shape(channels=1, outputs=1, size=224))
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    assert [(c.in_channels, c.out_channels, c.kernel_size) for c in convolutions] == [
        (1, 16, (3, 3)),
        (16, 32, (3, 3)),
        (32, 64, (3, 3)),
    ]
    assert network.head.in_features == 64 * 28 * 28
    # weights and biases, counted by hand
    expected = (9 * 16 + 16) + (9 * 16 * 32 + 32) + (9 * 32 * 64 + 64) + (64 * 28 * 28 + 1)
    assert sum(p.numel() for p in network.parameters()) == expected


def test_pooling_before_relu_gives_the_numbers_of_relu_before_pooling():
    torch.manual_seed(0)
    network = build_model("small_cnn", Shape(channels=1, outputs=3, size=32))
    images = torch.randn(4, 1, 32, 32)
    expected = images
    for layer in (m for m in network.modules() if isinstance(m, nn.Conv2d)):
        expected = functional.max_pool2d(functional.relu(layer(expected)), 2, 2)
    assert torch.equal(network.features(images), expected)
    assert torch.equal(network(images), network.head(expected.flatten(1)))
