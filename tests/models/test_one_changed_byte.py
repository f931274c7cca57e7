import json
import pickle

import numpy as np
import pytest
import torch

from hilum.errors import ModelError
from hilum.models import ModelFacts, freeze_threshold, load_facts, load_model, save_model


@pytest.fixture
def folder(tmp_path):
    facts = ModelFacts(
        reader="cnn",
        repeat=1,
        architecture="small_cnn",
        task={"kind": "classification", "classes": ("normal", "pneumonia")},
        plan={"picture": {"size": 64}},
        mean=0.1 + 0.2,
        deviation=1 / 3,
        training={"history": [{"epoch": 1, "loss": 0.123456789012345}]},
    )
    return save_model(tmp_path / "1", facts, {"a": torch.arange(100.0)}, "# a card\n")


def test_what_is_saved_comes_back(folder):
    found = load_model(folder)
    assert torch.equal(found.weights["a"], torch.arange(100.0))
    assert (found.facts.mean, found.facts.deviation) == (0.1 + 0.2, 1 / 3)
    assert found.facts.threshold is None


@pytest.mark.parametrize("name", ["weights.safetensors", "model.json", "card.md"])
def test_any_changed_byte_is_refused_in_one_sentence(folder, name):
    path = folder / name
    whole = path.read_bytes()
    for place in np.linspace(0, len(whole) - 1, 12).astype(int):
        changed = bytearray(whole)
        changed[place] ^= 0x01
        path.write_bytes(bytes(changed))
        with pytest.raises(ModelError, match="changed after training and cannot be trusted") as error:
            load_model(folder)
        assert name in str(error.value)
        assert "\n" not in str(error.value)
    path.write_bytes(whole)
    load_model(folder)


@pytest.mark.parametrize("name", ["weights.safetensors", "model.json", "card.md"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name} .*missing|missing .*{name}"):
        load_model(folder)


def test_a_frozen_threshold_is_sealed_with_the_rest(folder):
    freeze_threshold(folder, 0.41, "youden")
    assert load_facts(folder).threshold == 0.41
    text = (folder / "model.json").read_text()
    (folder / "model.json").write_text(text.replace("0.41", "0.14"))
    with pytest.raises(ModelError, match="changed after training"):
        load_model(folder)


def test_a_program_in_place_of_weights_is_never_run(folder, tmp_path):
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (str(tmp_path / "sprung"), "w"))

    (folder / "weights.safetensors").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelError):
        load_model(folder)
    assert not (tmp_path / "sprung").exists()


def test_a_path_out_of_the_folder_is_refused_even_when_sealed(folder):
    from hilum.models.folder import write_sealed

    content = json.loads((folder / "model.json").read_text())
    content["hashes"] = {"../../etc/passwd": "0" * 64}
    write_sealed(folder / "model.json", content)
    with pytest.raises(ModelError, match="a model does not have"):
        load_model(folder)


def test_an_empty_folder(tmp_path):
    with pytest.raises(ModelError, match="missing"):
        load_model(tmp_path)
