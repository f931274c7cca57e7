import json

import numpy as np
import pytest
import torch

from hilum.errors import ModelError
from hilum.models import (
    ModelFacts,
    OnnxModel,
    Shape,
    Standard,
    build_model,
    can_export,
    export_onnx,
    freeze_threshold,
    load_model,
    onnx_export,
    read_images,
    save_model,
)

needs_exporter = pytest.mark.skipif(not can_export(), reason="onnx and onnxscript are not installed")


def _folder(tmp_path, name, size):
    torch.manual_seed(0)
    network = build_model(name, Shape(1, 2, size))
    network(3 * torch.randn(8, 1, size, size))
    with torch.no_grad():
        network.head.weight.mul_(20)
    facts = ModelFacts(name, 1, name, {}, {"picture": {"size": size}}, mean=0.45, deviation=0.25)
    return save_model(tmp_path / "1", facts, network.state_dict(), "# a card\n"), network.eval()


@needs_exporter
@pytest.mark.parametrize(
    ("name", "size"),
    [("small_cnn", 32), ("resnet18", 64), pytest.param("vit_small", 32, marks=pytest.mark.slow)],
)
def test_a_written_model_reads_as_torch_does(tmp_path, name, size):
    folder, network = _folder(tmp_path, name, size)
    films = np.random.default_rng(1).integers(0, 256, (20, size, size)).astype(np.uint8)
    rows = np.arange(20)

    assert export_onnx(folder, films) == folder / "model.onnx"

    found = OnnxModel.load(folder, threads=1)
    assert found is not None
    for views in (1, 3):
        expected = read_images(network, films, rows, Standard(0.45, 0.25), views)
        np.testing.assert_allclose(found.read_images(films, rows, views), expected, rtol=1e-4, atol=1e-4)
        assert expected.std() > 0.01
    assert found.read_images(films, np.array([], dtype=np.int64)).shape == (0, 2)
    with pytest.raises(ModelError, match="prepare them by the model's own plan"):
        found.read_images(films[:, 1:, 1:], rows)
    said = json.loads((folder / "model.json").read_text())["files"]["model.onnx"]
    assert said["largest_difference"] <= 1e-4
    assert said["images"] == 23
    freeze_threshold(folder, 0.4, "youden")
    assert load_model(folder).facts.threshold == 0.4


@needs_exporter
def test_a_changed_or_missing_file_is_refused(tmp_path):
    folder, _ = _folder(tmp_path, "small_cnn", 32)
    path = export_onnx(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    for read in (lambda: OnnxModel.load(folder, 1), lambda: load_model(folder)):
        with pytest.raises(ModelError, match=r"model.onnx in the model folder 1 was changed after training"):
            read()
    path.unlink()
    with pytest.raises(ModelError, match=r"model.onnx is missing"):
        OnnxModel.load(folder, 1)


@needs_exporter
def test_a_file_that_would_give_other_numbers_is_not_written(tmp_path, monkeypatch):
    folder, _ = _folder(tmp_path, "small_cnn", 32)
    before = (folder / "model.json").read_bytes()
    monkeypatch.setattr(onnx_export, "_difference", lambda *_: 1.1e-4)
    with pytest.raises(ModelError, match=r"would differ from the trained model by 0.00011"):
        export_onnx(folder)
    assert not (folder / "model.onnx").exists()
    assert (folder / "model.json").read_bytes() == before


def test_a_folder_without_one_and_a_file_that_is_none(tmp_path):
    folder, _ = _folder(tmp_path, "small_cnn", 32)
    assert OnnxModel.load(folder, threads=1) is None
    with pytest.raises(ModelError, match=r"model.onnx cannot be read"):
        OnnxModel.of(b"no model at all", threads=1)


def test_missing_packages_are_named(tmp_path, monkeypatch):
    folder, _ = _folder(tmp_path, "small_cnn", 32)
    monkeypatch.setattr(onnx_export, "can_export", lambda: False)
    with pytest.raises(ModelError, match="packages onnx and onnxscript"):
        export_onnx(folder)
