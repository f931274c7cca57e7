"""A network that only timm names is trained, loaded, explained, and begun from anew."""

import numpy as np
import pytest

from hilum.explanation import explain
from hilum.preparation import find_weights
from hilum.readers.trained import TrainedModel
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import prepared_for, small_plan, two_classes


@pytest.mark.parametrize("name", ["resnet10t", "vit_tiny_patch16_224"])
def test_trained_loaded_explained_and_begun_from_anew(name, tmp_path):
    cohort = two_classes(tmp_path / "films", n=20)
    plan = small_plan(epochs=1).model_copy(update={"model": name})
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    folder = tmp_path / "models" / name
    model = train(cohort, prepared, make_task(cohort), plan, TrainOptions(folder, name))

    reader = TrainedModel.load(folder)
    assert reader.read(cohort, prepared).frame["score"].between(0, 1).all()
    film = tmp_path / "films" / cohort.cases["image"].iloc[0]
    picture, evidence = explain(reader, [film])[0]
    assert picture.shape == evidence.shape
    assert bool(np.isfinite(evidence).all())

    weights, note = find_weights(name, f"models/{name}", tmp_path)
    assert weights == model / "weights.safetensors"
    assert f"the earlier model {name}, repeat 1" in note
    # A rate of almost nothing leaves the weights where they began; the last layer is new.
    begun = small_plan(epochs=1, learning_rate=1e-12, averaging=0.0).model_copy(
        update={"model": name, "pretrained": str(weights)}
    )
    again = train(cohort, prepared, make_task(cohort), begun, TrainOptions(tmp_path / "again", name, seed=1))
    before = reader.models[0].network.state_dict()
    for key, value in TrainedModel.load(again).models[0].network.state_dict().items():
        if key == "head.weight":
            assert not np.allclose(value, before[key], atol=1e-3)
        elif "running" not in key and "batches" not in key and key != "head.bias":
            np.testing.assert_allclose(value, before[key], atol=1e-6, err_msg=key)
