import re

import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from hilum.errors import ModelError
from hilum.models import ModelFacts, Shape, Standard, build_model, read_starting, save_model

# RAD-DINO's network in small: the same layers, a quarter of the weights.
_SMALL_DINO = "vit_small_patch14_dinov2"


def _saved(tensors, path):
    save_file({name: value.contiguous().clone() for name, value in tensors.items()}, path)
    return path


def _as_timm_has_it(network):
    return {name.removeprefix("backbone."): value for name, value in network.state_dict().items()}


def _shaken(network):
    """The network with weights and running means that are not those of a beginning."""
    torch.manual_seed(1)
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if name.endswith("running_var"):
                value.uniform_(0.5, 1.5)
            elif name.endswith(("running_mean", "bias", "cls_token", "pos_embed")):
                value.normal_(0, 0.1)
    return network.eval()


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "efficientnet_b0", "vit_small"])
def test_colour_weights_of_another_size_of_head_are_turned_to_grey(name, tmp_path):
    colour = _shaken(build_model(name, Shape(channels=3, outputs=1000, size=64)))
    file = _saved(_as_timm_has_it(colour), tmp_path / "model.safetensors")

    grey = build_model(name, Shape(1, 1, 64), file).eval()

    image = torch.randn(2, 1, 64, 64)
    expected = colour.features(image.expand(-1, 3, -1, -1))
    assert torch.allclose(grey.features(image), expected, atol=1e-4)
    assert grey.head.out_features == 1


def test_grey_weights_are_spread_over_colours(tmp_path):
    grey = _shaken(build_model("resnet18", Shape(channels=1, outputs=1, size=64)))
    colour = build_model("resnet18", Shape(3, 1, 64), _saved(grey.state_dict(), tmp_path / "w.safetensors"))
    image = torch.randn(2, 1, 64, 64)
    expected = grey.features(image)
    assert torch.allclose(colour.eval().features(image.expand(-1, 3, -1, -1)), expected, atol=1e-4)


def test_a_transformer_reads_larger_images_than_it_learnt_from(tmp_path):
    small = _shaken(build_model("vit_small", Shape(1, 1, 64)))
    with torch.no_grad():
        small.backbone.pos_embed.copy_(small.backbone.pos_embed[:, :1].expand_as(small.backbone.pos_embed))
    file = _saved(small.state_dict(), tmp_path / "w.safetensors")

    large = build_model("vit_small", Shape(1, 1, 96), file)

    # What was the same at each of 4 x 4 places is the same at each of 6 x 6.
    assert large.backbone.pos_embed.shape == (1, 37, 384)
    assert torch.allclose(large.backbone.pos_embed, small.backbone.pos_embed[:, :1], atol=1e-5)
    again = build_model("vit_small", Shape(1, 1, 64), file).eval()
    image = torch.randn(1, 1, 64, 64)
    assert torch.equal(again.features(image), small.features(image))


def test_weights_of_another_architecture_are_refused(tmp_path):
    save_file(build_model("small_cnn", Shape(1, 1, 64)).state_dict(), tmp_path / "small.safetensors")
    with pytest.raises(ModelError, match="does not belong to resnet18"):
        build_model("resnet18", Shape(1, 1, 64), tmp_path / "small.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(ModelError, match="cannot be read"):
        build_model("resnet18", Shape(1, 1, 64), tmp_path / "cut.safetensors")


@pytest.mark.parametrize("old_names", [False, True])
def test_torchxrayvision_s_names_and_grey_scale(tmp_path, old_names):
    """Its DenseNet has torchvision's layers with one channel and 18 outputs (its models.py)."""
    import torchvision

    theirs = torchvision.models.densenet121(num_classes=18)
    theirs.features.conv0 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    theirs = _shaken(theirs)
    tensors = theirs.state_dict()
    if old_names:
        pattern = re.compile(r"(denselayer\d+\.(?:norm|conv))(\d)\.")
        tensors = {pattern.sub(r"\1.\2.", name): value for name, value in tensors.items()}
        assert any("norm.1.weight" in name for name in tensors)
    file = _saved(tensors, tmp_path / "xrv.safetensors")

    network = build_model("torchxrayvision_densenet121", Shape(1, 2, 64), file).eval()

    image = torch.randn(2, 1, 64, 64)
    with torch.no_grad():
        expected = functional.relu(theirs.features(image))
        assert torch.allclose(network.features(image), expected, atol=1e-4)
    # Its images run from -1024 to 1024.
    standard = read_starting(file, "torchxrayvision_densenet121").standard
    assert standard is not None
    assert [(grey - standard.mean) / standard.deviation for grey in (0, 0.5, 1)] == [-1024, 0, 1024]


def test_names_of_the_transformers_library(tmp_path):
    """Names as Dinov2Model has them: embeddings, encoder.layer.N, query, key and value apart."""
    timms = _shaken(build_model(_SMALL_DINO, Shape(3, 1, 28)))
    theirs = {}
    for name, value in _as_timm_has_it(timms).items():
        theirs |= _as_transformers_has_it(name, value)
    theirs["embeddings.mask_token"] = torch.zeros(1, 384)
    assert theirs["encoder.layer.11.attention.attention.key.weight"].shape == (384, 384)
    file = _saved(theirs, tmp_path / "model.safetensors")

    network = build_model(_SMALL_DINO, Shape(3, 2, 28), file)

    given = timms.state_dict()
    for name, value in network.state_dict().items():
        assert name.startswith("head.") or torch.equal(value, given[name])
    assert read_starting(file, "rad_dino").standard is None


def _as_transformers_has_it(name, value):
    if name.startswith("head."):
        return {}
    block = re.fullmatch(r"blocks\.(\d+)\.(.*)", name)
    if block is None:
        outside = {
            "cls_token": "embeddings.cls_token",
            "pos_embed": "embeddings.position_embeddings",
            "patch_embed.proj.weight": "embeddings.patch_embeddings.projection.weight",
            "patch_embed.proj.bias": "embeddings.patch_embeddings.projection.bias",
            "norm.weight": "layernorm.weight",
            "norm.bias": "layernorm.bias",
        }
        return {outside[name]: value}
    layer, rest = f"encoder.layer.{block[1]}", block[2]
    if rest.startswith("attn.qkv."):
        parts = value.chunk(3)
        return {
            f"{layer}.attention.attention.{part}.{rest.rpartition('.')[2]}": parts[index]
            for index, part in enumerate(("query", "key", "value"))
        }
    rest = rest.replace("attn.proj", "attention.output.dense")
    return {f"{layer}.{re.sub(r'ls(.).gamma', r'layer_scale' + chr(92) + '1.lambda1', rest)}": value}


@pytest.fixture
def earlier(tmp_path):
    """The folder of an earlier training."""
    network = _shaken(build_model("resnet18", Shape(1, 3, 32)))
    facts = ModelFacts("resnet18", 1, "resnet18", {}, {"picture": {"size": 32}}, mean=0.4, deviation=0.2)
    return save_model(tmp_path / "resnet18" / "1", facts, network.state_dict(), "# a card\n"), network


def test_an_earlier_training_gives_its_layers_and_its_grey_scale_and_keeps_its_head(earlier):
    folder, before = earlier
    file = folder / "weights.safetensors"
    network = build_model("resnet18", Shape(1, 1, 64), file).eval()
    image = torch.randn(2, 1, 64, 64)
    assert torch.equal(network.features(image), before.features(image))
    assert not torch.allclose(build_model("resnet18", Shape(1, 3, 32), file).head.weight, before.head.weight)
    assert read_starting(file, "resnet18").standard == Standard(0.4, 0.2)


def test_an_earlier_training_that_is_not_what_it_was(earlier):
    folder, _ = earlier
    file = folder / "weights.safetensors"
    with pytest.raises(ModelError, match='a resnet18 and not a densenet121: write model = "resnet18"'):
        build_model("densenet121", Shape(1, 1, 64), file)
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(bytes(changed))
    with pytest.raises(ModelError, match="changed after training"):
        build_model("resnet18", Shape(1, 1, 64), file)
