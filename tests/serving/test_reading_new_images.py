"""New images are read as `hilum predict` reads them; names of files and of patients stay nowhere."""

import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.archive import find_workspace, open_archive
from hilum.serving.jobs.desk import jobs_beside
from hilum.serving.settings import Settings
from serving.results_world import picture
from serving.served import running
from web.imaging import write_film
from web.shared_workspaces import finished_study

MODEL = {"study": "discs", "run": "discs-1", "reader": "small_cnn"}
NAMES = (b"hong-gildong", b"minji", b"Kim^Test", b"notes of")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The finished study and two films in the archive, served to people."""
    root = tmp_path_factory.mktemp("reading")
    folder = finished_study(tmp_path_factory, root / "workspace")
    for patient in ("11", "21"):
        write_film(root / "films" / patient, patient)
    archive = open_archive(find_workspace(folder))
    archive.ingest([root / "films"], workers=1)
    archive.engine.dispose()
    with running(Settings(find_workspace(folder), accounts=True), (jobs_beside,)) as server:
        server.add("kim", "administrator")
        server.add("lee", "researcher")
        server.add("park", "viewer")
        yield server


@pytest.fixture(scope="module")
def kim(served):
    return served.signed_in("kim")


@pytest.fixture(scope="module")
def new_files(tmp_path_factory):
    """Images as a hospital sends them: names in file names and in tags, a ZIP, notes, a broken file."""
    folder = tmp_path_factory.mktemp("new") / "hong-gildong"
    write_film(folder, "777")
    (folder / "film.dcm").rename(folder / "minji 777.dcm")
    rng = np.random.default_rng(7)
    for number, ill in enumerate((True, False, True)):
        Image.fromarray(picture(rng, ill)).save(folder / f"minji-{number}.png")
    (folder / "minji-broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (folder / "notes of minji.txt").write_text("no image")
    with zipfile.ZipFile(folder / "minji.zip", "w") as packed:
        packed.write(folder / "minji-2.png", "hong-gildong/minji-2.png")
    (folder / "minji-2.png").unlink()
    return folder


def send(client, files: list[tuple[str, bytes]]) -> str:
    announced = {"files": [{"name": name, "size": len(content)} for name, content in files]}
    upload = client.post("/api/readings/uploads", json=announced).json()["upload"]
    for number, (_, content) in enumerate(files):
        client.put(f"/api/readings/uploads/{upload}/files/{number}", params={"offset": 0}, content=content)
    return upload


def until_done(client, reading: str) -> dict:
    for _ in range(1800):
        found = client.get(f"/api/readings/{reading}").json()
        if found["reading"]["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.1)
    raise AssertionError(found)


@pytest.fixture(scope="module")
def begun(kim, new_files):
    """A reading of all of these files; what was answered when it was asked for."""
    paths = sorted(path for path in new_files.iterdir())
    upload = send(kim, [(f"hong-gildong/{path.name}", path.read_bytes()) for path in paths])
    answer = kim.post("/api/readings", json={**MODEL, "upload": upload, "maps": True})
    assert answer.status_code == 202, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def done(kim, begun):
    return until_done(kim, begun["reading"])


def predicted(served, files: list[Path], out: Path) -> pd.DataFrame:
    """What the command line says of the same files."""
    model = served.settings.workspace.root / "runs" / "discs-1" / "models" / "small_cnn"
    words = ["predict", str(model), *map(str, files), "--csv", str(out)]
    subprocess.run([sys.executable, "-m", "hilum.cli", *words], check=False, capture_output=True, timeout=120)
    return pd.read_csv(out, float_precision="round_trip")


def rows_of(client, reading: str, **more: str) -> list[dict]:
    return client.get(f"/api/readings/{reading}/rows", params=more).json()["items"]


def test_the_numbers_are_those_of_the_command_line(served, kim, begun, new_files, tmp_path):
    done = until_done(kim, begun["reading"])
    assert (done["reading"]["state"], done["rows"], done["unread"]) == ("done", 5, 1)
    assert begun["passed_over"] == 1
    sent = sorted(path.name for path in new_files.iterdir())
    assert [sent[one["file"]] for one in begun["images"]] == [name for name in sent if "notes" not in name]
    assert [one["member"] for one in begun["images"] if sent[one["file"]].endswith(".zip")] == [0]
    with zipfile.ZipFile(new_files / "minji.zip") as packed:
        (tmp_path / "inside.png").write_bytes(packed.read("hong-gildong/minji-2.png"))
    files = [
        tmp_path / "inside.png" if name.endswith(".zip") else new_files / name
        for name in sent
        if "notes" not in name and "broken" not in name
    ]
    told = predicted(served, files, tmp_path / "told.csv")
    rows = [row for row in rows_of(kim, begun["reading"]) if row["values"] is not None]
    assert [row["values"]["score"] for row in rows] == told["score"].tolist()
    assert done["thresholds"] == {"score": told["threshold"][0]}
    for row in rows:
        above = row["values"]["score"] >= told["threshold"][0]
        assert row["decision"]["of"] == ["pneumonia" if above else "normal"]
    taken = kim.get(f"/api/readings/{begun['reading']}/readings.csv")
    table = pd.read_csv(io.StringIO(taken.text.lstrip("\ufeff")), float_precision="round_trip")
    assert table["score"].dropna().tolist() == told["score"].tolist()
    assert table["image"].tolist() == [1, 2, 3, 4, 5]


def test_what_is_unusual_and_what_was_not_read_stands_beside_it(kim, begun, done):
    (unread,) = rows_of(kim, begun["reading"], only="unread")
    assert unread["values"] is None
    assert unread["reason"]
    noticed = rows_of(kim, begun["reading"], only="noticed")
    assert len(noticed) == done["noticed"] > 0
    assert any("training images" in text for row in noticed for text in row["notices"])


def test_pictures_and_maps_are_there_under_numbers(kim, begun, done):
    assert done["maps"]
    for row in rows_of(kim, begun["reading"]):
        for image in row["images"]:
            shown = kim.get(f"/api/readings/{begun['reading']}/pictures/{image}")
            mapped = kim.get(f"/api/readings/{begun['reading']}/pictures/{image}", params={"with_map": True})
            assert (shown.status_code == 200) is (row["values"] is not None)
            if shown.status_code == 200:
                assert Image.open(io.BytesIO(shown.content)).mode == "L"
                assert Image.open(io.BytesIO(mapped.content)).mode == "RGB"


def test_no_name_stays_anywhere_and_the_images_are_gone(served, kim, begun, done):
    folder = served.settings.folder
    assert not list((folder / "uploads").iterdir())
    assert not (folder / "readings" / begun["reading"] / "images").exists()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        assert not [name for name in NAMES if name.lower() in content], path
    job = begun["job"]
    said = [
        kim.get(f"/api/{what}").text for what in ("readings", f"jobs/{job}", f"jobs/{job}/history", "audit")
    ]
    said += [json.dumps(rows_of(kim, begun["reading"])), json.dumps(done), json.dumps(begun)]
    for text in said:
        assert not [name for name in NAMES if name.decode().lower() in text.lower()]
    assert (folder / "readings").stat().st_mode & 0o077 == 0


def test_images_of_the_archive_are_read_where_they_lie(served, kim):
    chosen = kim.post("/api/readings/archive", json={"include": ["sex == F"]}).json()
    assert (chosen["kept"], chosen["images"]) == (2, 2)
    begun = kim.post("/api/readings", json={**MODEL, "include": ["modality == DX"]}).json()
    found = until_done(kim, begun["reading"])
    assert found["rows"] == 2
    rows = rows_of(kim, begun["reading"])
    archive = served.settings.workspace.archive_folder
    assert all((archive / row["archived"][0]).is_file() for row in rows)
    assert kim.post("/api/readings", json={**MODEL, "include": ["sex == M"]}).status_code == 422
    assert kim.delete(f"/api/readings/{begun['reading']}").status_code == 204
    assert kim.get(f"/api/readings/{begun['reading']}").status_code == 404
    assert not (served.settings.folder / "readings" / begun["reading"]).exists()
    assert all((archive / row["archived"][0]).is_file() for row in rows)


def test_what_cannot_be_read_is_refused_in_a_sentence_that_names_nobody(kim):
    files = [("hong-gildong/minji.png", b"\x89PNG"), ("minji.csv", b"image,age\nminji.png,7\n")]
    upload = send(kim, files)
    for asked in ({"table": 1}, {"table": 7}, {"include": []}):
        answer = kim.post("/api/readings", json={**MODEL, "upload": upload, **asked})
        assert answer.status_code == 422
        assert "minji" not in answer.text
    assert kim.post("/api/readings", json=MODEL).status_code == 422
    # A refusal costs nothing: what was sent can be asked for again.
    assert kim.get(f"/api/readings/uploads/{upload}").json()["came"] == [len(content) for _, content in files]
    kim.delete(f"/api/readings/uploads/{upload}")
    upload = send(kim, [("minji.txt", b"no image")])
    answer = kim.post("/api/readings", json={**MODEL, "upload": upload})
    assert (answer.status_code, "no image" in answer.text) == (422, True)


def test_only_those_who_may_see_the_model_read_with_it_and_see_what_it_said(served, kim, begun, done):
    reading = begun["reading"]
    lee, park = served.signed_in("lee"), served.signed_in("park")
    paths = ["", "/rows", "/readings.csv", "/pictures/1"]
    assert {park.get(f"/api/readings/{reading}{path}").status_code for path in paths} == {403}
    assert park.post("/api/readings", json={**MODEL, "include": []}).status_code == 403
    assert park.post("/api/readings/uploads", json={"files": [{"name": "a", "size": 1}]}).status_code == 403
    assert {lee.get(f"/api/readings/{reading}{path}").status_code for path in paths} == {404}
    assert lee.delete(f"/api/readings/{reading}").status_code == 404
    assert lee.get("/api/readings").json()["total"] == 0
    upload = send(lee, [("a.png", b"1")])
    assert lee.post("/api/readings", json={**MODEL, "upload": upload}).status_code == 404
    # What another person sends is not there for anybody else.
    assert kim.post("/api/readings", json={**MODEL, "upload": upload}).status_code == 404
    assert lee.delete(f"/api/readings/uploads/{upload}").status_code == 204
    people = {one["name"]: one["id"] for one in kim.get("/api/people").json()["items"]}
    shared = kim.put(f"/api/studies/discs/people/{people['lee']}", json={"may": "see"})
    assert shared.status_code < 300, shared.text
    assert lee.get("/api/readings").json()["items"][0]["mine"] is False
    assert lee.get(f"/api/readings/{reading}/rows").status_code == 200
    assert lee.delete(f"/api/readings/{reading}").status_code == 403
