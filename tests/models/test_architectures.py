import pytest
import torch
from safetensors.torch import save_file

from hilum.errors import ModelError
from hilum.models import MODELS, Shape, build_model, place


@pytest.mark.parametrize("entry", MODELS, ids=lambda entry: entry.name)
def test_every_architecture_keeps_the_promises_of_a_network(entry):
    network = build_model(entry.name, Shape(channels=1, outputs=3, size=64)).eval()
    images = torch.randn(2, 1, 64, 64)
    features = network.features(images)
    assert features.ndim == 4
    assert torch.equal(network(images), network.classify(features))
    assert network(images).shape == (2, 3)
    assert network.head.out_features == 3
    assert entry.sentence.endswith(".")
    if network.pooled:
        expected = network.head(features.mean(dim=(2, 3)))
        assert torch.allclose(network.classify(features), expected)


def test_an_unknown_name_and_a_too_small_image():
    with pytest.raises(ModelError, match="did you mean `small_cnn`"):
        build_model("small-cnn", Shape(1, 1, 64))
    with pytest.raises(ModelError, match="at least 32 pixels"):
        build_model("resnet18", Shape(1, 1, 16))


def test_colour_weights_of_another_size_of_head_are_turned_to_grey(tmp_path):
    torch.manual_seed(0)
    colour = build_model("resnet18", Shape(channels=3, outputs=1000, size=64))
    given = {
        name.removeprefix("backbone."): value.contiguous() for name, value in colour.state_dict().items()
    }
    save_file(given, tmp_path / "model.safetensors")

    grey = build_model("resnet18", Shape(1, 1, 64), tmp_path / "model.safetensors").eval()

    image = torch.randn(2, 1, 64, 64)
    colour.eval()
    assert torch.allclose(grey.features(image), colour.features(image.expand(-1, 3, -1, -1)), atol=1e-4)


def test_weights_of_another_architecture_are_refused(tmp_path):
    save_file(build_model("small_cnn", Shape(1, 1, 64)).state_dict(), tmp_path / "small.safetensors")
    with pytest.raises(ModelError, match="does not belong to resnet18"):
        build_model("resnet18", Shape(1, 1, 64), tmp_path / "small.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(ModelError, match="cannot be read"):
        build_model("resnet18", Shape(1, 1, 64), tmp_path / "cut.safetensors")


def test_a_network_on_its_device_is_laid_out_for_convolutions():
    network = build_model("small_cnn", Shape(1, 1, 32))
    place(network, torch.device("cpu"))
    second = [m for m in network.modules() if isinstance(m, torch.nn.Conv2d)][1]
    assert second.weight.is_contiguous(memory_format=torch.channels_last)
