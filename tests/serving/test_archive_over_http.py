"""A folder comes in through the server: protocol, upload, progress, statistics, quarantine, checks."""

import json
import time
from contextlib import ExitStack

import pytest

from hilum.serving.companions import COMPANIONS
from hilum.serving.images.index_view import views_of
from hilum.serving.settings import Settings
from serving.phantom_films import film_folder
from serving.served import running


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    return film_folder(tmp_path_factory.mktemp("disc"))


@pytest.fixture
def serve(workspace):
    """Starts servers that do jobs."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(running(Settings(workspace, **more), COMPANIONS))


@pytest.fixture
def careful(workspace):
    """A workspace in which a person looks at every picture with writing."""
    (workspace.root / "protocol.toml").write_text("pixels = false\n", encoding="utf-8")
    return workspace


def ended(client, job, seconds=120):
    """Wait for a job; how it ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = client.get(f"/api/jobs/{job}").json()
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def acknowledge(client):
    told = client.get("/api/protocol").json()
    assert not told["acknowledged"]
    answer = client.post("/api/protocol/acknowledge", json={"sha256": told["sha256"]})
    assert answer.json()["acknowledged"]
    return told["sha256"]


def upload(client, folder, piece=100_000):
    """Send a folder piece by piece, as a browser does."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = [{"name": f"disc/{path.relative_to(folder)}", "size": path.stat().st_size} for path in files]
    begun = client.post("/api/imports/uploads", json={"files": told})
    assert begun.status_code == 201, begun.text
    name = begun.json()["upload"]
    for number, path in enumerate(files):
        content = path.read_bytes()
        for at in range(0, len(content), piece):
            address = f"/api/imports/uploads/{name}/files/{number}"
            answer = client.put(address, params={"offset": at}, content=content[at : at + piece])
            assert answer.status_code == 200, answer.text
    return name


def brought(client, films):
    """Everything of a folder in the archive or in quarantine; the job's end."""
    acknowledge(client)
    answer = client.post("/api/imports", json={"upload": upload(client, films)})
    assert answer.status_code == 202, answer.text
    return ended(client, answer.json()["job"])


def audited(server):
    from sqlalchemy import select

    from hilum.serving.audit import LINES

    with server.serving.reading() as connection:
        return [(row.what, row.concerning, row.detail) for row in connection.execute(select(LINES))]


def test_nothing_comes_in_before_the_protocol_was_read(serve):
    single = serve()
    client = single.entered()
    folder = {"folders": [{"root": 0, "path": []}]}
    for answer in (
        client.post("/api/imports", json=folder),
        client.post("/api/imports/uploads", json={"files": [{"name": "a", "size": 1}]}),
    ):
        assert answer.status_code == 409
        assert "protocol" in answer.json()["sentence"]
    assert client.post("/api/protocol/acknowledge", json={"sha256": "0" * 64}).status_code == 409
    sha256 = acknowledge(client)
    assert ("protocol_acknowledged", "protocol", json.dumps({"sha256": sha256})) in audited(single)


def test_from_upload_to_release(careful, serve, films):
    server = serve()
    client = server.entered()
    job = brought(client, films)
    assert job["state"] == "done", job
    counts = job["result"]
    assert counts == {"files": 6, "archived": 4, "quarantined": 2, "skipped": 0}
    assert not list((careful.root / "serve" / "uploads").iterdir())  # what came is accounted for, and gone

    total = client.get("/api/archive/statistics").json()["lines"][0]
    assert (total["by"], total["images"], total["patients"]) == ("all", 4, 4)

    waiting = client.get("/api/quarantine").json()
    assert waiting["reasons"] == {"burned-in text": 1, "not DICOM": 1}
    entry = next(one for one in waiting["items"] if one["has_picture"])
    assert entry["boxes"]
    for which in ("before", "after"):
        picture = client.get(f"/api/quarantine/{entry['id']}/pictures/{which}")
        assert picture.content[1:4] == b"PNG"
        assert picture.headers["cache-control"] == "no-store"
    seen = [line for line in audited(server) if line[0] == "quarantine_picture_seen"]
    assert [line[1] for line in seen] == [entry["id"], entry["id"]]

    address = f"/api/quarantine/{entry['id']}/release"
    assert client.post(address, json={"boxes": entry["boxes"]}).status_code == 422  # not confirmed
    answer = client.post(address, json={"boxes": entry["boxes"], "confirmed": True})
    assert answer.status_code == 200, answer.text
    assert client.get(f"/api/quarantine/{entry['id']}/pictures/before").status_code == 404
    other = next(one for one in waiting["items"] if not one["has_picture"])
    assert client.post(f"/api/quarantine/{other['id']}/reject", json={"confirmed": True}).status_code == 200
    assert client.get("/api/quarantine", params={"status": "waiting"}).json()["total"] == 0
    views_of(server.serving)._view = None  # lists are a few seconds old at most
    assert client.get("/api/archive/statistics").json()["lines"][0]["images"] == 5


def test_lists_pictures_and_checks(serve, films):
    server = serve()
    client = server.entered()
    assert brought(client, films)["state"] == "done"
    series = client.get("/api/archive/series", params={"limit": 2}).json()
    assert (len(series["items"]), series["total"], series["next"]) == (2, 5, 2)
    second = client.get("/api/archive/series", params={"after": 4}).json()
    assert (len(second["items"]), second["next"]) == (1, None)
    one = series["items"][0]
    found = client.get("/api/archive/series", params={"text": one["patient"].lower()}).json()
    assert [row["series"] for row in found["items"]] == [one["series"]]
    modality = one["modality"][0]
    assert client.get("/api/archive/patients", params={"modality": modality}).json()["total"] >= 1
    assert client.get("/api/archive/patients", params={"modality": "XX"}).json()["total"] == 0
    assert len(client.get(f"/api/archive/series/{one['series']}").json()["images"]) == one["images"]

    address = "/api/archive/thumbnails/picture"
    picture = client.get(address, params={"image": one["cover"], "size": 64})
    assert picture.headers["content-type"] == "image/jpeg"
    again = client.get(
        address,
        params={"image": one["cover"], "size": 64},
        headers={"If-None-Match": picture.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    for asked, longer in ((16, 64), (64, 64), (200, 256), (512, 512)):
        shown, same = (
            client.get(address, params={"image": one["cover"], "size": size}) for size in (asked, longer)
        )
        assert shown.status_code == 200, shown.text
        assert shown.headers["etag"] == same.headers["etag"]
    for size in (0, 15, 513, "large"):
        assert client.get(address, params={"image": one["cover"], "size": size}).status_code == 422
    for wrong in ("../hilum.toml", "/etc/passwd", "x.dcm"):
        assert client.get(address, params={"image": wrong, "size": 64}).status_code == 404

    job = client.post("/api/archive/checks/verify", json={}).json()["job"]
    assert ended(client, job)["result"]["unchanged"] is True
    checks = client.get("/api/archive/checks/verify").json()["checks"]
    assert [one["failed"] for one in checks] == [0, 0, 0, 0]
    assert client.get("/api/archive/checks/series").json() == {"job": None, "ended": None, "checks": []}


def test_a_cut_upload_goes_on_where_it_was(serve):
    client = serve().entered()
    acknowledge(client)
    begun = client.post("/api/imports/uploads", json={"files": [{"name": "a/IM1", "size": 6}]}).json()
    address = f"/api/imports/uploads/{begun['upload']}"
    assert client.put(f"{address}/files/0", params={"offset": 0}, content=b"abc").json() == {"came": 3}
    assert client.get(address).json() == {"came": [3]}
    assert client.put(f"{address}/files/0", params={"offset": 0}, content=b"abc").status_code == 409
    assert client.put(f"{address}/files/0", params={"offset": 3}, content=b"defg").status_code == 413
    assert client.post("/api/imports", json={"upload": begun["upload"]}).status_code == 409
    assert client.put(f"{address}/files/0", params={"offset": 3}, content=b"def").json() == {"came": 6}
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_only_allowed_folders_can_be_chosen(serve, tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "disc" / "IMAGES").mkdir(parents=True)
    (home / "disc" / "IM1").write_bytes(b"x")
    (tmp_path / "secret").mkdir()
    (home / "way out").symlink_to(tmp_path / "secret")
    monkeypatch.setenv("HOME", str(home))
    client = serve().entered()
    assert client.get("/api/imports/roots").json() == {"roots": [str(home)]}
    look = lambda path: client.post("/api/imports/folders", json={"root": 0, "path": path})  # noqa: E731
    assert look(["disc"]).json() == {"folders": ["IMAGES"], "files": 1, "more": False}
    assert look([]).json()["folders"] == ["disc"]
    for path in (["way out"], [".."], ["disc", "..", ".."], ["/"], ["disc/IMAGES"], ["none"], ["\x00"]):
        assert look(path).status_code == 404, path
    assert client.post("/api/imports/folders", json={"root": 1, "path": []}).status_code == 404


def test_rights_hold(serve, films):
    server = serve(accounts=True)
    for name, role in (("v", "viewer"), ("r", "researcher"), ("d", "data_manager"), ("a", "administrator")):
        server.add(name, role)
    viewer, researcher, manager = (server.signed_in(name) for name in "vrd")
    assert viewer.get("/api/archive/series").status_code == 403
    assert researcher.get("/api/archive/series").status_code == 200
    for client in (viewer, researcher):
        assert client.get("/api/quarantine").status_code == 403
        assert client.get("/api/imports/roots").status_code == 403
        assert client.get("/api/pacs/peers").status_code == 403
    assert manager.get("/api/imports/roots").json() == {"roots": []}  # nobody allowed any
    assert brought(manager, films)["state"] == "done"
    named = manager.get("/api/quarantine").json()["items"][0]
    assert named["file"].endswith("readme.txt")
    administrator = server.signed_in("a")
    assert administrator.get("/api/quarantine").json()["items"][0]["file"] is None
    jobs = manager.get("/api/jobs").json()["items"]
    assert [job["kind"] for job in jobs] == ["ingest"]
    assert viewer.get("/api/jobs").json()["total"] == 0
    assert viewer.get(f"/api/jobs/{jobs[0]['id']}").status_code == 404
    assert viewer.get(f"/api/jobs/{jobs[0]['id']}/events").status_code == 404


def test_events_are_told_once_and_after_a_cut_from_where_they_were(serve, films):
    client = serve().entered()
    job = brought(client, films)
    address = f"/api/jobs/{job['id']}/events"

    def heard(last):
        headers = {"Last-Event-ID": str(last)} if last else {}
        with client.stream("GET", address, headers=headers) as answer:
            lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
        return answer.status_code, [json.loads(line.removeprefix("data: ")) for line in lines]

    status, events = heard(0)
    assert status == 200
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["state"] == "done"
    assert heard(2)[1] == events[2:]
    assert heard(events[-1]["n"]) == (204, [])
    told = json.dumps(events) + json.dumps(job) + json.dumps(client.get("/api/jobs").json())
    assert str(films) not in told
    assert "uploads" not in told
