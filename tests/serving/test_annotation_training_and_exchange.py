"""Courses with known answers, proposals of models, and markings out and in through the REST interface."""

import io
import json
import zipfile

import pytest
from typer.testing import CliRunner

from hilum.annotation.tree_check import check_tree
from hilum.annotation.tree_reading import read_tree
from hilum.cli import app
from hilum.errors import HilumError
from hilum.serving.annotation_exchange import unpack
from serving.annotation_world import (
    assign,
    box,
    draw,
    event,
    mark,
    project,
    send,
    served_with_people,
    square,
    submit,
    work,
)


@pytest.fixture(scope="module")
def new_team(tmp_path_factory):
    with served_with_people(tmp_path_factory.mktemp("annotation") / "w") as told:
        yield told


@pytest.fixture
def people(new_team):
    return new_team()


def _accepted(people, **asked: object) -> int:
    """A project whose cases are all marked and accepted."""
    made = project(people["dora"], first_pass=False, opinions=0, **asked)
    assign(people["dora"], made, people.all_of("abe"))
    for number, row in enumerate(work(people["abe"], state="open")):
        shape = (
            square(4 + number, 4, 12 + number, 12) if row["dataset"] == "CCT" else box(4 + number, 4, 12, 12)
        )
        draw(people["abe"], row["marking"], [(0, shape)])
        assert submit(people["abe"], row["marking"])["stage_of_case"] == "accepted"
    return made


def test_only_who_passed_both_courses_is_given_the_second_pass(people):
    made = project(
        people["dora"],
        dataset="XRY",
        first_pass=False,
        opinions=0,
        training_needed=False,
        name=f"t{people.mark}",
    )
    assign(people["dora"], made, people.all_of("abe"))
    for _ in range(2):
        mark(people["abe"], [(0, box(4, 4, 12, 12))])
    cases = (
        people["dora"]
        .get(f"/api/annotation/projects/{made}/cases", params={"stage": "accepted"})
        .json()["items"]
    )
    for case, course in zip(cases, ("basic", "advanced"), strict=True):
        asked = {"case": case["case"], "course": course}
        path = f"/api/annotation/projects/{made}/training-cases"
        assert people["dora"].post(path, json=asked).status_code == 204
    strict = project(
        people["dora"], dataset="XRY", first_pass=False, opinions=0, training_needed=True, most=1
    )
    waiting = assign(people["dora"], strict, people.all_of("ann"))
    assert waiting["assigned"] == 0
    assert "course" in waiting["waiting"][0]["sentence"]

    def take(course, shape, category):
        told = people["ann"].post("/api/annotation/training", json={"project": made, "course": course})
        assert told.status_code == 200, told.text
        (number,) = told.json()["markings"]
        case = people["ann"].get(f"/api/annotation/markings/{number}").json()
        assert case["stage"] == "training"
        assert case["lesions"] == case["earlier"] == case["opinions"] == []
        draw(people["ann"], number, [(0, shape)], category)
        return submit(people["ann"], number)["training"]

    early = people["ann"].post("/api/annotation/training", json={"project": made, "course": "advanced"})
    assert early.status_code == 409
    assert not take("basic", box(20, 20, 30, 30), 1)["passed"]
    passed = take("basic", box(4, 4, 12, 11), 3)  # in its place; the class does not count yet
    assert (passed["passed"], passed["share"], passed["passing"]) == (True, 1.0, 0.9)
    assert not take("advanced", box(4, 4, 12, 12), 3)["passed"]
    assert assign(people["dora"], strict, people.all_of("ann"))["assigned"] == 0
    assert take("advanced", box(4, 4, 12, 12), 1)["passed"]
    assert assign(people["dora"], strict, people.all_of("ann"))["assigned"] == 1
    results = people["dora"].get(f"/api/annotation/projects/{made}/training").json()["items"]
    assert [(one["course"], one["passed"]) for one in results] == [
        ("basic", False),
        ("basic", True),
        ("advanced", False),
        ("advanced", True),
    ]
    states = {
        one["course"]: one["state"] for one in people["ann"].get("/api/annotation/training").json()["courses"]
    }
    assert set(states.values()) == {"passed"}


def test_proposals_of_a_model_wait_until_a_person_says_what_they_are(people):
    made = project(people["dora"], dataset="XRY", most=1, first_pass=False, opinions=0)
    assign(people["dora"], made, people.all_of("ann"))
    (row,) = [one for one in work(people["ann"], state="open") if one["project"] == made]
    from hilum.archive import open_archive

    archive = open_archive(people.served.settings.workspace)
    images = archive.images()
    archive.engine.dispose()
    film = images[images["modality"] == "DX"].iloc[0]
    lesions = [
        {"image": film["instance"], "category": 1, "score": 0.83, "shape": box(4, 4, 12, 12)},
        {"image": film["image"], "category": 3, "score": 0.2, "shape": box(20, 4, 28, 12)},
        {"image": "1.2.3", "category": 1, "shape": box(4, 4, 12, 12)},
    ]
    path = f"/api/annotation/projects/{made}/proposals"
    told = people["dora"].post(path, json={"source": "resnet18-1", "lesions": lesions}).json()
    assert (told["lesions"], told["images"], told["cases"]) == (2, 1, 1)
    assert "1 images are not in the project" in told["notes"][0]
    case = people["ann"].get(f"/api/annotation/markings/{row['marking']}").json()
    assert [one["proposal"]["state"] for one in case["lesions"]] == ["proposed", "proposed"]
    assert sorted(one["proposal"]["score"] for one in case["lesions"]) == [0.2, 0.83]
    assert case["can_undo"] is None
    record = people["ann"].get(f"/api/annotation/markings/{row['marking']}/history").json()["items"]
    begun = {one["lesion"]: one["proposal"] for one in record if one["kind"] == "lesion_created"}
    assert begun == {one["lesion"]: one["proposal"] for one in case["lesions"]}
    done = submit(people["ann"], row["marking"])
    assert {one["code"] for one in done["defects"]} == {"open_proposal"}
    one, other = (lesion["lesion"] for lesion in case["lesions"])
    events = [event("proposal_accepted", lesion=one), event("proposal_declined", lesion=other)]
    assert send(people["ann"], row["marking"], case["revision"], events).status_code == 200
    assert submit(people["ann"], row["marking"])["stage_of_case"] == "accepted"
    kept = people["ann"].get(f"/api/annotation/markings/{row['marking']}").json()["lesions"]
    assert [lesion["proposal"]["source"] for lesion in kept] == ["resnet18-1"] * 2
    answer = people["ruth"].get(f"/api/annotation/projects/{made}/export", params={"form": "coco"})
    content = json.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("annotations.json"))
    assert len(content["annotations"]) == 1  # the declined one is in the record, not in the result


@pytest.mark.parametrize("form", ["guideline", "coco", "seg", "sr", "nifti"])
def test_what_goes_out_comes_in_again_as_it_was_drawn(people, form, tmp_path):
    made = _accepted(people)
    path = f"/api/annotation/projects/{made}/export"
    answer = people["dora"].get(path, params={"form": form})
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        packed.extractall(tmp_path)
    if form == "guideline":
        assert check_tree(tmp_path) == []
        shapes = {shape for case in read_tree(tmp_path).cases for _, _, shape in case.marked()}
        assert len(shapes) == 2
    again = project(people["dora"], first_pass=False, opinions=0)
    files = {"file": ("markings.zip", answer.content, "application/zip")}
    data = {"source": "another hospital", "result": "true"}
    told = people["dora"].post(f"/api/annotation/projects/{again}/import", files=files, data=data)
    assert told.status_code == 201, told.text
    assert (told.json()["lesions"], told.json()["cases"], told.json()["notes"]) == (2, 2, [])
    second = people["dora"].get(f"/api/annotation/projects/{again}/export", params={"form": "coco"})
    first = people["dora"].get(path, params={"form": "coco"})

    def areas(answer):
        content = json.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("annotations.json"))
        return [
            (one["image_id"], one["category_id"], one["area"], one["bbox"]) for one in content["annotations"]
        ]

    assert areas(first) == areas(second)


def test_images_leave_only_with_the_right_to_release_them(people):
    made = _accepted(people, dataset="XRY", most=1)
    path = f"/api/annotation/projects/{made}/export"
    assert people["ruth"].get(path, params={"form": "coco"}).status_code == 200
    assert people["ruth"].get(path, params={"form": "guideline"}).status_code == 403
    assert people["ann"].get(path, params={"form": "coco"}).status_code == 403


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/evil.json", "a\\..\\..\\evil.json"])
def test_a_zip_that_leads_out_of_its_folder_is_refused(people, name):
    made = project(people["dora"], dataset="XRY", most=1, first_pass=False, opinions=0)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(name, "{}")
    files = {"file": ("markings.zip", buffer.getvalue(), "application/zip")}
    answer = people["dora"].post(f"/api/annotation/projects/{made}/import", files=files, data={"source": "x"})
    assert answer.status_code == 400
    assert "outside" in answer.json()["sentence"]


def test_the_command_line_makes_shows_writes_and_reads_projects(people, tmp_path):
    workspace = ["--workspace", str(people.served.settings.workspace.root)]
    name = f"by hand {people.mark}"

    def run(*words: str):
        done = CliRunner().invoke(app, ["annotate", *words, *workspace])
        assert done.exit_code == 0, done.output
        return done.stdout

    run("projects", "--make", name, "--dataset", "XRY", "--no-first-pass", "--opinions", "0", "--no-training")
    told = {one["name"]: one for one in json.loads(run("projects", "--json"))}[name]
    assert told["cases"] == 3
    made = _accepted(people)
    done = json.loads(run("export", str(made), str(tmp_path / "out"), "--json"))
    assert (done["cases"], done["lesions"]) == (2, 2)
    assert CliRunner().invoke(app, ["annotate", "check", str(tmp_path / "out")]).exit_code == 0
    copy = project(people["dora"], first_pass=False, opinions=0)
    assert "2 lesions" in run("import", str(copy), str(tmp_path / "out"), "--result")
    progress = json.loads(run("progress", str(made), "--json"))
    assert progress["stages"]["accepted"] == 2
    assert json.loads(run("agreement", str(made), "--json"))["cases"] == 0
    refused = CliRunner().invoke(app, ["annotate", "progress", "no such", *workspace])
    assert refused.exit_code == 2


@pytest.mark.parametrize(
    "way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_zip_file_of_markings_is_refused_in_a_sentence(way, tmp_path):
    file = tmp_path / "m.zip"
    with zipfile.ZipFile(file, "w", way) as packed:
        packed.writestr("annotations.json", json.dumps(list(range(500))))
    raw = bytearray(file.read_bytes())
    raw[60:120] = bytes(one ^ 0xA5 for one in raw[60:120])
    file.write_bytes(raw)
    with pytest.raises(HilumError, match="is it whole, and without a password"):
        unpack(file, tmp_path / "out")
