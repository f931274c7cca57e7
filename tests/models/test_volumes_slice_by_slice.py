import importlib

import pytest
import torch

from hilum.errors import ModelError
from hilum.models import VOLUME_NETWORKS, Shape, SliceAttention, VolumeNetwork, build_model


@pytest.fixture
def reader():
    torch.manual_seed(0)
    return SliceAttention(build_model("resnet18", Shape(1, 1, 32)), maps=512, outputs=2).eval()


def test_the_order_of_slices_does_not_matter(reader):
    volumes = torch.randn(2, 1, 5, 32, 32)
    shuffled = volumes[:, :, [3, 1, 4, 0, 2]]
    assert torch.allclose(reader(volumes), reader(shuffled), atol=1e-5)


def test_slices_that_only_fill_up_change_nothing(reader):
    volumes = torch.randn(2, 1, 3, 32, 32)
    filled = torch.cat([volumes, 9 * torch.ones(2, 1, 2, 32, 32)], dim=2)
    present = torch.tensor([[True, True, True, False, False]] * 2)
    assert torch.allclose(reader(filled, present), reader(volumes), atol=1e-5)
    weights = reader.attention.weights(reader.slice_features(filled), present)
    assert bool((weights[:, 3:] == 0).all())
    assert torch.allclose(weights.sum(dim=1), torch.ones(2))


def test_one_slice_is_read_as_its_own_features(reader):
    volumes = torch.randn(2, 1, 1, 32, 32)
    expected = reader.head(reader.network.features(volumes[:, :, 0]).mean(dim=(2, 3)))
    assert torch.allclose(reader(volumes), expected, atol=1e-5)


def test_every_layer_learns(reader):
    reader.train()
    reader(torch.randn(2, 1, 4, 32, 32)).square().sum().backward()
    for name, parameter in reader.named_parameters():
        assert parameter.grad is not None, name
        assert bool(parameter.grad.isfinite().all()), name
    pooling = reader.attention
    for layer in (pooling.content, pooling.gate, pooling.score, reader.head, reader.network.backbone.conv1):
        assert bool(layer.weight.grad.abs().sum() > 0)


def test_an_unknown_volume_network_and_a_missing_package(monkeypatch):
    with pytest.raises(ModelError, match="available are densenet121_3d, seresnet50_3d"):
        VolumeNetwork("resnet_3d", 1, 2)

    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ModelError, match="package monai: install it"):
        VolumeNetwork("densenet121_3d", 1, 2)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("record", VOLUME_NETWORKS, ids=lambda record: record.name)
def test_a_network_of_monai_reads_and_learns(record):
    pytest.importorskip("monai")
    torch.manual_seed(0)
    network = VolumeNetwork(record.name, channels=1, outputs=2)
    outputs = network(torch.randn(2, 1, 32, 32, 32))
    assert outputs.shape == (2, 2)
    outputs.sum().backward()
    assert all(bool(p.grad.isfinite().all()) for p in network.parameters() if p.grad is not None)
