import pytest
import torch

from hilum.models import ModelFacts, Shape, architecture, build_model, load_model, save_model


@pytest.mark.parametrize("name", ["small_cnn", "resnet18", "densenet121", "efficientnet_b0", "vit_small"])
def test_a_loaded_folder_gives_the_same_numbers(name, tmp_path):
    torch.manual_seed(0)
    side = architecture(name).smallest
    network = build_model(name, Shape(1, 2, side)).to(memory_format=torch.channels_last)
    images = torch.randn(3, 1, side, side)
    network(images)  # moves the running means
    network.eval()
    facts = ModelFacts(name, 1, name, {}, {}, mean=0.5, deviation=0.25)
    save_model(tmp_path / "1", facts, network.state_dict(), "# a card\n")

    torch.manual_seed(1)
    again = build_model(name, Shape(1, 2, side)).to(memory_format=torch.channels_last)
    again.load_state_dict(load_model(tmp_path / "1").weights)

    assert torch.equal(again.eval()(images), network(images))
