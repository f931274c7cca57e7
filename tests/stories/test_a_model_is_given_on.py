"""A trained model leaves the house: as ONNX, and as a bundle that MONAI reads without the network."""

import json
import shutil
import warnings

import numpy as np
import onnxruntime
import pytest

from hilum.conduct.bundle import harmless
from hilum.conduct.export import export_model
from hilum.errors import ModelError
from hilum.models import CaseShape, ModelFacts, build_model, export_onnx, load_model, save_model
from hilum.models.onnx_reading import reading_engine
from hilum.readers.trained import TrainedModel
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import prepared_for, small_plan, two_classes

# Of MONAI's schema `meta_schema_20240725.json`, its lists `required`.
METADATA = (
    *("schema", "version", "monai_version", "pytorch_version", "numpy_version", "required_packages_version"),
    *("task", "description", "authors", "copyright", "network_data_format"),
)
TENSOR = ("type", "format", "num_channels", "spatial_shape", "dtype", "value_range")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    cohort, plan = two_classes(folder / "films", n=20), small_plan(epochs=2)
    prepared = prepared_for(cohort, plan, folder / "prepared")
    return cohort, train(cohort, prepared, make_task(cohort), plan, TrainOptions(folder / "cnn", "$cnn"))


def test_monai_reads_the_bundle_and_gives_the_numbers_of_predict(model, tmp_path):
    cohort, folder = model
    bundle = tmp_path / "bundle"
    assert export_model(folder, monai=bundle) == [bundle]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from monai.bundle import ConfigParser
        from monai.bundle.properties import InferProperties

        parser = ConfigParser()
        parser.read_config(str(bundle / "configs" / "inference.json"))
        parser.read_meta(str(bundle / "configs" / "metadata.json"))
        parser["bundle_root"], parser["dataset_dir"] = str(bundle), str(cohort.root)
        found = parser.get_parsed_content("readings")
    expected = TrainedModel.load(folder).predict(sorted(cohort.root.glob("*.png")))
    np.testing.assert_allclose(found["score"], expected["score"], atol=1e-6)
    needed = [facts["id"] for facts in InferProperties.values() if facts["required"]]
    assert set(needed) <= set(parser.config)


def test_the_metadata_have_what_monais_schema_asks_for(model, tmp_path):
    _, folder = model
    export_model(folder, monai=tmp_path / "bundle")
    content = json.loads((tmp_path / "bundle" / "configs" / "metadata.json").read_text())
    assert set(METADATA) <= set(content)
    for kind in ("inputs", "outputs"):
        for tensor in content["network_data_format"][kind].values():
            assert set(TENSOR) <= set(tensor)
    assert "@" not in content["name"][:1]
    assert not content["name"].startswith("$")
    assert harmless("cnn") == "cnn"
    names = {path.relative_to(tmp_path / "bundle").as_posix() for path in (tmp_path / "bundle").rglob("*.*")}
    assert "models/model.safetensors" in names
    assert not [name for name in names if name.endswith((".pt", ".ts", ".pkl"))]
    assert "Not for clinical use" in (tmp_path / "bundle" / "docs" / "README.md").read_text()


def test_the_onnx_file_is_written_beside_and_the_model_stays(model, tmp_path):
    _, folder = model
    before = (folder / "model.json").read_bytes()
    export_model(folder, onnx=tmp_path / "cnn.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "cnn.onnx")
    assert session.run(["output"], {"image": np.zeros((3, 1, 32, 32), np.float32)})[0].shape == (3, 1)
    assert (folder / "model.json").read_bytes() == before
    assert not (folder / "model.onnx").exists()


def test_run_and_predict_ask_the_same_engine(model, tmp_path):
    import torch

    _, folder = model
    copy = shutil.copytree(folder, tmp_path / "1")
    assert reading_engine(copy, 1, torch.device("cpu")) is None
    export_onnx(copy)
    assert reading_engine(copy, 1, torch.device("cpu")) is not None
    assert reading_engine(copy, 1, torch.device("cuda")) is None


def test_what_cannot_be_given_on_is_said(model, tmp_path):
    _, folder = model
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(ModelError, match="is there already: name a new folder"):
        export_model(folder, monai=tmp_path / "full")
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"
    for repeat in ("1", "2"):
        shutil.copytree(folder, tmp_path / "reader" / repeat)
    with pytest.raises(ModelError, match="holds 2 repeats"):
        export_model(tmp_path / "reader", monai=tmp_path / "new")


def test_a_model_that_reads_a_table_says_so(tmp_path):
    network = build_model("small_cnn", CaseShape(1, 1, 32, columns=3))
    facts = ModelFacts("both", 1, "small_cnn", {}, {"model": "small_cnn", "picture": {"size": 32}}, 0.5, 0.2)
    folder = save_model(tmp_path / "1", facts, network.state_dict(), "# card\n")
    for give in (lambda: export_onnx(folder), lambda: export_model(folder, monai=tmp_path / "b")):
        with pytest.raises(ModelError, match="reads several images or a table"):
            give()
    load_model(folder)
