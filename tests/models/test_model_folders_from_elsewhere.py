"""A folder that somebody else made and sealed: whatever it says, one sentence, and nothing is built."""

import hashlib
import json

import pytest
import torch
from safetensors.torch import load, save

from hilum.errors import ModelError
from hilum.models import ModelFacts, Shape, build_model, load_model, save_model
from hilum.models.folder import FACTS, WEIGHTS, write_sealed
from hilum.preparation import Picture, Plan
from hilum.readers.trained import TrainedModel
from hilum.tasks import ClassificationTask

DEEP = "blend(" * 3000 + "resnet18" + ")" * 3000
WIDE = f"blend({', '.join(['resnet18'] * 100_000)})"


@pytest.fixture
def folder(tmp_path):
    network = build_model("small_cnn", Shape(1, ClassificationTask(("no", "yes")).outputs, 32))
    plan = Plan(model="small_cnn", pretrained=False, picture=Picture(size=32)).model_dump(mode="json")
    task = ClassificationTask(("no", "yes")).to_json()
    facts = ModelFacts("small_cnn", 1, "small_cnn", task, plan, 0.5, 0.2)
    return save_model(tmp_path / "1", facts, network.state_dict(), "a card")


def resealed(folder, **changes: object):
    content = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    write_sealed(folder / FACTS, {**content, **changes})


def plan_of(folder):
    return json.loads((folder / FACTS).read_text(encoding="utf-8"))["plan"]


def with_weights(folder, data):
    (folder / WEIGHTS).write_bytes(data)
    hashes = json.loads((folder / FACTS).read_text(encoding="utf-8"))["hashes"]
    resealed(folder, hashes={**hashes, WEIGHTS: hashlib.sha256(data).hexdigest()})


def test_the_folder_is_read_when_nothing_is_wrong(folder):
    assert TrainedModel.load(folder).name == "small_cnn"


@pytest.mark.parametrize(
    "changes",
    [
        *({"plan": 3}, {"plan": {}}, {"task": 3}, {"task": {"kind": "unknown"}}, {"table": 3}),
        *({"table": {"columns": 3}}, {"population": 3}, {"calibration": 3}, {"training": []}),
        *({"mean": "x"}, {"mean": None}, {"deviation": 0}, {"deviation": -1}, {"threshold": "x"}),
        *({"repeat": "x"}, {"reader": 5}, {"reader": "x" * 10**6}, {"hashes": []}, {"hashes": {}}),
        *({"hashes": 3}, {"coming": 3}, {"architecture": 3}),
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_facts_that_no_training_writes_are_refused_in_a_sentence(folder, changes):
    resealed(folder, **changes)
    with pytest.raises(ModelError):
        TrainedModel.load(folder)


@pytest.mark.parametrize(
    "changes",
    [
        *({"model": DEEP}, {"model": WIDE}, {"model": "blend()"}, {"model": 3}, {"unknown": 1}),
        *({"picture": {"size": -4}}, {"picture": {"size": 10**9}}, {"threads": 10**6}),
        {"members": [{"model": "resnet18"}] * 10_000},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_plans_that_no_training_writes_are_refused_before_anything_large_is_built(folder, changes):
    resealed(folder, plan={**plan_of(folder), **changes})
    with pytest.raises(ModelError):
        TrainedModel.load(folder)


@pytest.mark.parametrize("data", [b"abc", (2**62).to_bytes(8, "little") + b"{}", b""])
def test_weights_that_are_no_safetensors_file_are_refused(folder, data):
    with_weights(folder, data)
    with pytest.raises(ModelError):
        load_model(folder)


@pytest.mark.parametrize("shape", [(), (0, 10**9), (7,)])
def test_weights_of_a_table_with_a_shape_of_no_table_are_refused(folder, shape):
    weights = load((folder / WEIGHTS).read_bytes())
    with_weights(folder, save({**weights, "table.0.weight": torch.zeros(shape)}))
    with pytest.raises(ModelError):
        TrainedModel.load(folder)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused_even_when_sealed(folder, word):
    content = json.loads((folder / FACTS).read_text(encoding="utf-8")) | {"threshold": float(word)}
    plain = {key: value for key, value in content.items() if key != "seal"}
    seal = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    text = json.dumps({**plain, "seal": seal}, indent=2, ensure_ascii=False) + "\n"
    (folder / FACTS).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError):
        TrainedModel.load(folder)
