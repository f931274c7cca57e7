import json

import pytest
import torch

from hilum.errors import ModelError
from hilum.models import ModelFacts, load_model, save_model
from hilum.models import folder as model_folder
from hilum.models.folder import replace_card, sealed_file


def saved(tmp_path):
    facts = ModelFacts("cnn", 1, "small_cnn", {}, {}, 0.5, 0.2)
    return save_model(tmp_path / "1", facts, {"a": torch.arange(9.0)}, "# first\n", b"arrays")


def test_a_new_card_is_sealed_and_the_rest_stays(tmp_path):
    folder = saved(tmp_path)
    before = (folder / "weights.safetensors").read_bytes()
    replace_card(folder, "# second\n")
    assert load_model(folder).facts.reader == "cnn"
    assert (folder / "card.md").read_text() == "# second\n"
    assert (folder / "weights.safetensors").read_bytes() == before
    assert sealed_file(folder, "population.safetensors") == b"arrays"
    assert sealed_file(folder, "model.onnx") is None
    assert "coming" not in json.loads((folder / "model.json").read_text())


@pytest.mark.parametrize("survives", [1, 2])
def test_cut_off_at_any_moment_the_folder_is_whole(tmp_path, monkeypatch, survives):
    """Power fails before the card is written (1), or before the last seal (2)."""
    folder = saved(tmp_path)
    write, calls = model_folder.write_atomically, []

    def until_the_power_fails(path, text):
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(path, text)

    def no_card(path):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(model_folder, "write_atomically", until_the_power_fails)
        if survives == 1:
            patch.setattr(model_folder, "replaced_when_done", no_card)
        with pytest.raises(KeyboardInterrupt):
            replace_card(folder, "# second\n")
    load_model(folder)
    assert (folder / "card.md").read_text() == ("# first\n" if survives == 1 else "# second\n")
    replace_card(folder, "# third\n")
    load_model(folder)
    (folder / "card.md").write_text("# forged\n")
    with pytest.raises(ModelError, match="was changed after training"):
        load_model(folder)


def test_a_changed_population_is_refused(tmp_path):
    folder = saved(tmp_path)
    (folder / "population.safetensors").write_bytes(b"Arrays")
    with pytest.raises(ModelError, match=r"population.safetensors in the model folder 1 was changed"):
        load_model(folder)
