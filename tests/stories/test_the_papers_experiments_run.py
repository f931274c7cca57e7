"""The designs of two papers, shortened: their study files run from simulated images to a report."""

import csv
import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from hilum.phantom.labelled_folder import write_labelled_films
from hilum.phantom.scintigrams import write_scintigrams

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _study(name: str) -> str:
    return (EXAMPLES / name / "study.toml").read_text(encoding="utf-8")


def test_an_own_network_beside_two_products(hilum, tmp_path):
    write_labelled_films(tmp_path, patients=60)
    text = _study("pneumonia-products").replace("epochs = 5", "epochs = 1").replace("size = 224", "size = 64")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    done = hilum("run", tmp_path / "study.toml")
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs" / "study-1"
    assert "beside two products" in (run / "report.html").read_text(encoding="utf-8")
    result = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))
    assert result["readers"] == ["own network", "product_a", "product_b"]
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))["own network"]["learning"]
    assert (plan["optimiser"], plan["momentum"], plan["learning_rate"], plan["batch_size"]) == (
        "sgd",
        0.9,
        1e-4,
        32,
    )
    measured = {(row["reader"], row["measure"]) for row in result["measures"] if row["part"] == "test"}
    for reader in result["readers"]:
        assert {(reader, name) for name in ("accuracy", "ppv", "sensitivity", "f1", "auroc")} <= measured
    assert {row["reader"] for row in result["confusions"] if row["part"] == "test"} == set(result["readers"])


def test_four_networks_five_times_each_shortened_to_two_small_ones(hilum, tmp_path):
    write_scintigrams(tmp_path, patients=48)
    whole = tomllib.loads(_study("lung-scan"))
    assert [(r["model"], r["repeats"], r["epochs"]) for r in whole["readers"]] == [
        (name, 5, 100) for name in ("vgg16", "resnet18", "inception_resnet_v2", "seresnext101")
    ]
    head, *readers = _study("lung-scan").split("[[readers]]")
    short = [
        part.replace("size = 224", "size = 32")
        .replace("epochs = 100", "epochs = 1")
        .replace("repeats = 5", "repeats = 2")
        for part in readers[:2]
    ]
    short = [
        short[0].replace('"vgg16"', '"small_cnn"'),
        short[1].replace('"resnet18"', '"resnet18"\npretrained = false'),
    ]
    (tmp_path / "study.toml").write_text("[[readers]]".join([head, *short]), encoding="utf-8")
    done = hilum("run", tmp_path / "study.toml")
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs" / "study-1"
    assert (run / "report.html").is_file()
    result = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))
    assert result["positive"] == "perfusion"
    assert {"small_cnn", "small_cnn-ensemble", "resnet18", "resnet18-ensemble"} == set(result["readers"])
    facts = json.loads((run / "models" / "resnet18" / "2" / "model.json").read_text(encoding="utf-8"))
    assert facts["plan"]["learning"]["class_balance"] == "upsampling"
    assert facts["plan"]["learning"]["monitor"] == "accuracy"
    assert facts["plan"]["picture"]["normalisation"] == "min-max"
    assert facts["plan"]["picture"]["steps"]["centre"] == "lungs"
    (table,) = (run / "prepared").glob("*/placed.csv")
    ways = [row["centred_by"] for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())]
    assert len(ways) == 48
    assert set(ways) == {"lungs", "mutual information"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_network_of_the_full_setting_takes_a_batch_of_its_size(hilum, tmp_path):
    """Four networks at 224 pixels with the file's own settings, one batch each instead of 100 passes."""
    write_scintigrams(tmp_path, patients=24)
    table = pd.read_csv(tmp_path / "scans.csv", dtype=str)
    few = table.groupby([table.image.str.split("/").str[0], "part"]).head(2)
    few.to_csv(tmp_path / "scans.csv", index=False)
    text = _study("lung-scan").replace("epochs = 100", "epochs = 1").replace("repeats = 5", "repeats = 1")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    done = hilum("run", tmp_path / "study.toml", timeout=800)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs" / "study-1"
    plans = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    assert set(plans) == {"vgg16", "resnet18", "inception_resnet_v2", "seresnext101"}
    for name, plan in plans.items():
        assert plan["picture"]["size"] == 224
        assert plan["picture"]["steps"]["centre"] == "lungs"
        assert (run / "models" / name / "1" / "model.json").is_file()
    assert (run / "atlas").is_dir()
    assert "pixel" in (run / "report.html").read_text(encoding="utf-8")
