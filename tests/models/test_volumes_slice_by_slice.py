import importlib

import pytest
import torch

from hilum.catalogue import VOLUME_MODELS
from hilum.errors import ModelError
from hilum.models import (
    CaseShape,
    GatedAttention,
    ModelFacts,
    Shape,
    SliceAttention,
    VolumeNetwork,
    build_model,
    place,
    save_model,
)


@pytest.fixture
def reader():
    torch.manual_seed(0)
    return build_model("slices(resnet18)", Shape(1, 2, 32)).eval()


def test_the_name_says_which_network_looks_at_the_slices(reader):
    assert isinstance(reader, SliceAttention)
    assert type(reader.network).__name__ == "ResNet18"
    with pytest.raises(ModelError, match="did you mean `resnet18`"):
        build_model("slices(resnet81)", Shape(1, 2, 32))


def test_the_order_of_slices_does_not_matter(reader):
    volumes = torch.randn(2, 5, 32, 32)
    shuffled = volumes[:, [3, 1, 4, 0, 2]]
    assert torch.allclose(reader(volumes), reader(shuffled), atol=1e-5)


def test_rows_that_only_fill_up_change_nothing():
    torch.manual_seed(0)
    attention, rows = GatedAttention(7), torch.randn(2, 3, 7)
    filled = torch.cat([rows, 9 * torch.ones(2, 2, 7)], dim=1)
    present = torch.tensor([[True, True, True, False, False]] * 2)
    assert torch.allclose(attention(filled, present), attention(rows), atol=1e-5)
    weights = attention.weights(filled, present)
    assert bool((weights[:, 3:] == 0).all())
    assert torch.allclose(weights.sum(dim=1), torch.ones(2))


@pytest.mark.parametrize("name", ["resnet18", "small_cnn"])
def test_one_slice_is_read_as_its_own_features(name):
    torch.manual_seed(0)
    reader = build_model(f"slices({name})", Shape(1, 2, 32)).eval()
    volumes = torch.randn(2, 1, 32, 32)
    expected = reader.head(reader.network(volumes))
    assert torch.allclose(reader(volumes), expected, atol=1e-5)


def test_every_layer_learns(reader):
    reader.train()
    reader(torch.randn(2, 4, 32, 32)).square().sum().backward()
    for name, parameter in reader.named_parameters():
        assert parameter.grad is not None, name
        assert bool(parameter.grad.isfinite().all()), name
    pooling = reader.over_slices
    for layer in (pooling.content, pooling.gate, pooling.score, reader.head, reader.network.backbone.conv1):
        assert bool(layer.weight.grad.abs().sum() > 0)


def test_a_table_is_read_beside_a_volume():
    torch.manual_seed(0)
    network = build_model("slices(small_cnn)", CaseShape(1, 1, 32, columns=3)).eval()
    shape = CaseShape.of_weights(Shape(1, 1, 32), network.state_dict())
    assert (shape.columns, shape.several) == (3, False)
    assert network(torch.randn(2, 4, 32, 32), torch.randn(2, 3)).shape == (2, 1)


def test_it_starts_from_a_network_for_single_images_or_from_an_own_earlier_one(tmp_path, reader):
    single = build_model("resnet18", Shape(1, 1, 32))
    for number, (name, network) in enumerate([("resnet18", single), ("slices(resnet18)", reader)]):
        facts = ModelFacts(name, 1, name, {}, {"picture": {"size": 32}}, mean=0.5, deviation=0.2)
        folder = save_model(tmp_path / str(number), facts, network.state_dict(), "# a card\n")
        again = build_model("slices(resnet18)", Shape(1, 2, 32), folder / "weights.safetensors")
        looks = network if number == 0 else network.network
        assert torch.equal(again.network.backbone.conv1.weight, looks.backbone.conv1.weight)
        same = torch.equal(again.over_slices.content.weight, reader.over_slices.content.weight)
        assert same == (number == 1)


def test_an_unknown_volume_network_and_a_missing_package(monkeypatch):
    with pytest.raises(ModelError, match="available are densenet121_3d, seresnet50_3d"):
        VolumeNetwork("resnet_3d", Shape(1, 2, 32))

    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ModelError, match="package monai: install it"):
        VolumeNetwork("densenet121_3d", Shape(1, 2, 32))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("record", VOLUME_MODELS, ids=lambda record: record.name)
def test_a_network_of_monai_reads_learns_and_gives_what_monai_gives(record):
    nets = pytest.importorskip("monai").networks.nets
    torch.manual_seed(0)
    network = build_model(record.name, Shape(1, 2, 32))
    place(network, torch.device("cpu"))
    outputs = network(torch.randn(2, 32, 32, 32))
    assert outputs.shape == (2, 2)
    outputs.sum().backward()
    assert all(bool(p.grad.isfinite().all()) for p in network.parameters() if p.grad is not None)
    weights = sum(p.numel() for p in build_model(record.name, Shape(1, 1, 32)).parameters())
    assert weights / 1e6 == pytest.approx(record.parameters, abs=0.1)

    kind, last, width = {
        "densenet121_3d": ("DenseNet121", "class_layers.out", "out_channels"),
        "seresnet50_3d": ("SEResNet50", "last_linear", "num_classes"),
    }[record.name]
    theirs = getattr(nets, kind)(spatial_dims=3, in_channels=1, **{width: 2})
    theirs.load_state_dict(
        {
            key.removeprefix("network."): value
            for key, value in network.state_dict().items()
            if key[:4] != "head"
        }
        | {f"{last}.{key}": value for key, value in network.head.state_dict().items()}
    )
    volumes = torch.randn(1, 32, 32, 32)
    assert torch.allclose(network.eval()(volumes), theirs.eval()(volumes.unsqueeze(1)), atol=1e-4)
