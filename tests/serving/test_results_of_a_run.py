"""Results on the page are those of the run: nothing is counted anew, and nobody is named or seen unasked."""

import io
import json
import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.archive import find_workspace
from hilum.evaluation import Calls, net_benefit
from hilum.serving.settings import Settings
from serving.served import running
from web.shared_workspaces import finished_study

RUN = "/api/results/discs/discs-1"
NAMES = ("hong-gildong", "n7001", "p7001")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A workspace with a finished study."""
    return finished_study(tmp_path_factory, tmp_path_factory.mktemp("results") / "workspace")


@pytest.fixture(scope="module")
def served(world):
    """It is served to the single user."""
    with running(Settings(find_workspace(world))) as server:
        yield server


@pytest.fixture(scope="module")
def user(served):
    """The browser of the single user."""
    return served.entered()


@pytest.fixture(scope="module")
def many(world, tmp_path_factory):
    """The same, served to people; an administrator, and one whom nothing is shared with."""
    copy = tmp_path_factory.mktemp("many") / "workspace"
    shutil.copytree(world, copy, ignore=shutil.ignore_patterns("serve"))
    with running(Settings(find_workspace(copy), accounts=True)) as server:
        server.add("kim", "administrator")
        server.add("lee", "researcher")
        yield server


def evaluation(world):
    return json.loads((world / "runs" / "discs-1" / "evaluation.json").read_text())


def read(user, path, **more: object):
    answer = user.get(path, params=more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_numbers_are_those_of_the_evaluation(user, world):
    found = read(user, RUN)["evidence"]
    told = evaluation(world)
    assert read(user, f"{RUN}/evaluation") == told
    rows = [row for block in found["main_table"]["blocks"] for row in block["rows"]]
    assert {row["reader"] for row in rows} == {"small_cnn", "product"}
    for row in rows:
        cell = row["cells"][0]
        (measure,) = [
            each
            for each in told["measures"]
            if (each["reader"], each["part"], each["measure"], each["of"])
            == (row["reader"], "test", "auroc", None)
        ]
        assert (cell["value"], cell["low"], cell["high"]) == (
            measure["value"],
            measure["low"],
            measure["high"],
        )
    evidence = json.loads((world / "runs" / "discs-1" / "evidence.json").read_text())
    assert found["answer"] == evidence["answer"]
    assert {limit["code"] for limit in found["limits"]} == {limit["code"] for limit in evidence["limits"]}


def test_a_threshold_says_whether_it_was_given_or_chosen(user, world):
    told = {(each["reader"], each["chosen"], each["frozen"]) for each in read(user, f"{RUN}/thresholds")}
    frozen = evaluation(world)["thresholds"]
    assert told == {("small_cnn", "youden", frozen["small_cnn"]), ("product", "given", 55)}


@pytest.mark.parametrize("reader", ["small_cnn", "product"])
def test_thresholds_give_the_counts_of_the_evaluation(user, world, reader):
    told, folder = evaluation(world), world / "runs" / "discs-1"
    grid = read(user, f"{RUN}/thresholds/grid", reader=reader, part="test")
    assert grid["frozen"] == told["thresholds"][reader]
    (point,) = [each for each in grid["points"] if each["threshold"] == grid["frozen"]]
    (matrix,) = [each for each in told["confusions"] if (each["reader"], each["part"]) == (reader, "test")]
    assert [[point["tn"], point["fp"]], [point["fn"], point["tp"]]] == matrix["counts"]
    for name in ("sensitivity", "specificity", "ppv", "npv"):
        (row,) = [
            each
            for each in told["measures"]
            if (each["reader"], each["part"], each["measure"], each["of"]) == (reader, "test", name, None)
            and each["at"].startswith("threshold=")
        ]
        assert point[name] == {key: row[key] for key in ("value", "low", "high")}
    cases = pd.read_parquet(folder / "cohort.parquet").query("part == 'test'")
    readings = pd.read_parquet(folder / "readings" / f"{reader}.parquet").set_index("case")["score"]
    score = readings.reindex(cases["case"]).to_numpy(dtype=float)
    ill = (cases["label"] == "pneumonia").to_numpy()
    patient = pd.factorize(cases["patient"])[0].astype(np.int64)
    assert grid["n"] == len(cases)
    assert grid["events"] == ill.sum()
    assert len(grid["points"]) > 10
    for each in grid["points"]:
        calls = Calls(score >= each["threshold"], ill, patient)
        assert ((each["tn"], each["fp"]), (each["fn"], each["tp"])) == calls.counts
        assert each["sensitivity"]["low"] == calls.share("sensitivity").low
        if reader == "small_cnn" and 0 < each["threshold"] < 1:
            benefit = net_benefit(score, ill, each["threshold"], patient)
            assert each["net_benefit"] == {"value": benefit.value, "low": benefit.low, "high": benefit.high}
    # A product's index is no probability: one cannot act at it.
    assert (reader == "product") == all(each["net_benefit"] is None for each in grid["points"])


def test_the_gallery_holds_each_outcome_of_the_confusion_matrix(user, world):
    told = evaluation(world)
    (matrix,) = [
        each for each in told["confusions"] if (each["reader"], each["part"]) == ("small_cnn", "test")
    ]
    (tn, fp), (fn, tp) = matrix["counts"]
    page = read(user, f"{RUN}/cases", reader="small_cnn", part="test")
    assert {key: page["counts"][key] for key in ("tn", "fp", "fn", "tp")} == {
        "tn": tn,
        "fp": fp,
        "fn": fn,
        "tp": tp,
    }
    wrong = read(user, f"{RUN}/cases", reader="small_cnn", part="test", outcome="tp", limit=2)
    assert wrong["total"] == tp
    assert {each["outcome"] for each in wrong["items"]} == {"tp"}
    near = read(user, f"{RUN}/cases", reader="small_cnn", part="test", order="near")["items"]
    assert [abs(each["margin"]) for each in near] == sorted(abs(each["margin"]) for each in near)
    sure = read(user, f"{RUN}/cases", reader="small_cnn", part="test", order="confident", limit=200)["items"]
    errors = [each for each in sure if each["outcome"] in {"fp", "fn"}]
    assert sure[: len(errors)] == errors
    groups = read(user, f"{RUN}/gallery")["groups"]
    assert set(groups) == {"sex=F", "sex=M"}
    women = read(user, f"{RUN}/cases", reader="small_cnn", group="sex=F", limit=200)
    cohort = pd.read_parquet(world / "runs" / "discs-1" / "cohort.parquet")
    assert {each["number"] for each in women["items"]} == set(np.flatnonzero(cohort["sex"] == "F") + 1)


def test_a_case_shows_its_own_picture_and_its_map(user, world, served):
    page = read(user, f"{RUN}/cases", reader="small_cnn", part="test", maps="true")
    number = page["items"][0]["number"]
    case = read(user, f"{RUN}/cases/{number}")
    cohort = pd.read_parquet(world / "runs" / "discs-1" / "cohort.parquet")
    row = cohort.iloc[number - 1]
    assert case["truth"] == row["label"]
    readings = pd.read_parquet(world / "runs" / "discs-1" / "readings" / "product.parquet").set_index("case")
    said = {each["reader"]: each["score"] for each in case["opinions"]}
    assert said["product"] == readings["score"][row["case"]]
    shown = user.get(f"{RUN}/cases/{number}/images/0")
    assert shown.headers["content-type"] == "image/png"
    own = np.asarray(
        Image.open(world / "studies" / "discs" / "images" / row["image"]).convert("L"), dtype=float
    )
    drawn = np.asarray(Image.open(io.BytesIO(shown.content)).convert("L"), dtype=float)
    assert np.corrcoef(own.ravel(), drawn.ravel())[0, 1] > 0.99
    place = case["maps"][0]["place"]
    layer = Image.open(io.BytesIO(user.get(f"{RUN}/maps/{place}/0").content))
    base = Image.open(io.BytesIO(user.get(f"{RUN}/maps/{place}").content))
    assert (layer.mode, layer.size) == ("RGBA", base.size)
    told = json.loads((world / "runs" / "discs-1" / "explain" / "examples.json").read_text())["examples"]
    assert told[place]["case"] == row["case"]
    lines = served.entered().get("/api/audit", params={"limit": 200}).json()["items"]
    opened = [line for line in lines if line["what"] == "study_case_seen"]
    assert any(str(number) in json.dumps(line["detail"]) for line in opened)


def test_those_without_the_study_find_nothing(many):
    other, all_rights = many.signed_in("lee"), many.signed_in("kim")
    paths = [
        "",
        "/evaluation",
        "/thresholds",
        "/thresholds/grid?reader=small_cnn&part=test",
        "/gallery",
        "/cases?reader=small_cnn",
        "/cases/1",
        "/cases/1/images/0",
        "/maps/0",
        "/maps/0/0",
        "/figures/roc-auroc",
        "/report",
        "/report.pdf",
        "/data.zip",
        "/tables/main-table",
    ]
    for path in paths:
        assert all_rights.get(RUN + path).status_code == 200, path
        assert other.get(RUN + path).status_code == 404, path
    assert other.get("/api/results").json()["items"] == []
    assert other.get("/api/models").json()["items"] == []
    assert other.get("/api/models/discs/discs-1/small_cnn").status_code == 404
    compared = {"run": ["discs/discs-1", "discs/discs-1"]}
    assert other.get("/api/results/compare", params=compared).status_code == 404


def test_nobody_is_named_to_those_who_may_not_see_who_it_is(many):
    user = many.signed_in("kim")  # an administrator sees no identity
    paths = ["", "/evaluation", "/gallery", "/cases?reader=small_cnn&limit=200", "/report", "/cases/1"]
    for path in paths:
        text = user.get(RUN + path).text
        assert not any(name in text for name in NAMES), path
    packed = zipfile.ZipFile(io.BytesIO(user.get(f"{RUN}/data.zip").content))
    for name in packed.namelist():
        text = packed.read(name).decode()
        assert not any(each in text for each in NAMES), name
    audit = user.get("/api/audit", params={"limit": 200}).text
    assert not any(name in audit for name in NAMES)


def test_the_data_taken_is_the_evaluation_and_no_table_of_cases(user, world):
    packed = zipfile.ZipFile(io.BytesIO(user.get(f"{RUN}/data.zip").content))
    names = packed.namelist()
    assert json.loads(packed.read("evaluation.json")) == evaluation(world)
    assert all(name == "evaluation.json" or name.endswith((".csv", ".svg")) for name in names)
    assert not any("cohort" in name or "readings" in name or "vault" in name for name in names)
    measures = pd.read_csv(io.BytesIO(packed.read("tables/measures.csv")))
    assert len(measures) == len(evaluation(world)["measures"])
    one = user.get(f"{RUN}/tables/measures")
    assert one.content == packed.read("tables/measures.csv")


def test_the_report_stands_in_a_frame_of_its_own(user):
    answer = user.get(f"{RUN}/report")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "Do discs show pneumonia?" in answer.text


def test_runs_stand_beside_each_other(user, world):
    (row,) = read(user, "/api/results")["items"]
    assert (row["study"], row["run"]) == ("discs", "discs-1")
    beside = read(user, "/api/results/compare", run=["discs/discs-1", "discs/discs-1"])
    assert beside["differences"] == []
    assert beside["same_cases"] == {"test": True}
    told = evaluation(world)
    found = next(each for each in beside["measures"] if each["reader"] == "small_cnn")
    assert found["rows"][0] in told["measures"]


def test_models_have_their_cards(user, world):
    (row,) = read(user, "/api/models")["items"]
    assert (row["reader"], row["architecture"], row["repeats"]) == ("small_cnn", "small_cnn", 1)
    assert row["threshold"] == pytest.approx(evaluation(world)["thresholds"]["small_cnn"])
    card = read(user, "/api/models/discs/discs-1/small_cnn")
    assert card["place"] == "runs/discs-1/models/small_cnn"
    assert card["card"] == (world / "runs" / "discs-1" / "models" / "small_cnn" / "card.md").read_text()


@pytest.mark.parametrize(
    "path",
    [
        "/api/results/discs/discs-2",
        "/api/results/discs/discs-1/cases/99999",
        "/api/results/discs/discs-1/cases/1/images/7",
        "/api/results/discs/discs-1/maps/99/0",
        "/api/results/discs/discs-1/figures/nothing",
        "/api/results/discs/discs-1/tables/cohort",
        "/api/results/discs/discs-1/thresholds/grid?reader=nobody&part=test",
        "/api/models/discs/discs-1/nobody",
        "/api/results/nothing/discs-1",
    ],
)
def test_what_is_not_there_is_not_found(user, path):
    assert user.get(path).status_code == 404
