"""Copies of the archive and releases through the server: on terms, on record, fetched as they were made."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from hilum.archive import create_workspace, open_archive
from hilum.archive.release_log import ReleaseLog
from hilum.archive.release_package import check_package
from hilum.archive.release_terms import today
from hilum.serving.companions import COMPANIONS
from hilum.serving.settings import Settings
from pacs.pictures import series
from serving.served import in_memory, running
from serving.test_archive_over_http import audited, ended

TERMS = {
    "recipient": "Busan AI Centre",
    "approval": "IRB 2026-014",
    "committee": "Data Review Board",
    "expires": "2090-12-31",
    "purpose": "nodules on CT",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server with accounts over an archive of two patients: a data manager, and people who may not."""
    base = tmp_path_factory.mktemp("house")
    with in_memory(base) as folder:
        workspace = create_workspace(folder / "workspace")
        archive = open_archive(workspace)
        archive.ingest([*series(base, "00123456", 1, 2), *series(base, "00124567", 2, 1)], workers=1)
        with running(Settings(workspace, accounts=True), COMPANIONS) as server:
            for name, role in (("d", "data_manager"), ("r", "researcher")):
                server.add(name, role)
            server.manager, server.other = server.signed_in("d"), server.signed_in("r")
            server.archive = archive
            yield server


def made(client, row) -> dict:
    """A package once its job has ended."""
    assert ended(client, row["job"])["state"] == "done", client.get(f"/api/jobs/{row['job']}").json()
    return next(one for one in client.get("/api/packages").json()["items"] if one["id"] == row["id"])


def fetched(client, row, into: Path) -> Path:
    """The folder in a package's zip file."""
    answer = client.get(f"/api/packages/{row['id']}/content")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        packed.extractall(into)
    return next(into.iterdir())


def table(*rows: tuple[str, ...]) -> tuple[str, bytes]:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return "list.csv", text.getvalue().encode()


def test_a_release_is_made_recorded_fetched_and_called_back(house, tmp_path):
    client = house.manager
    look = client.post("/api/packages/release/look", data=TERMS).json()
    assert (look["patients"], look["images"], look["everything"], look["lacking"]) == (2, 3, True, 0)
    before = len(ReleaseLog(house.archive).entries())
    row = client.post("/api/packages/release", data=TERMS)
    assert row.status_code == 202, row.text
    row = made(client, row.json())
    assert (row["release"], row["patients"], row["images"], row["refused"]) == (before + 1, 2, 3, "")
    assert row["bytes"] > 3 * 2 * 32 * 32

    folder = fetched(client, row, tmp_path)
    assert check_package(folder) == []
    told = json.loads((folder / "RELEASE.json").read_text())
    assert {name: told[name] for name in TERMS} == TERMS
    # It also lies where the row says.
    assert check_package(house.settings.workspace.root / row["place"]) == []

    record = client.get("/api/releases").json()
    assert record["fault"] is None
    assert [record["items"][0][name] for name in ("number", "state", "images")] == [
        row["release"],
        "valid",
        3,
    ]
    address = f"/api/releases/{row['release']}/withdraw"
    assert client.post(address, json={"reason": "films of 00123456"}).status_code == 400
    answer = client.post(address, json={"reason": "consent withdrawn"})
    assert answer.json() == {"recipients": ["Busan AI Centre"], "releases": [row["release"]]}
    assert client.post(address, json={"reason": "again"}).status_code == 409
    assert client.post("/api/releases/999/withdraw", json={"reason": "x"}).status_code == 404
    refused = client.get(f"/api/packages/{row['id']}/content")
    assert (refused.status_code, "withdrawn" in refused.json()["sentence"]) == (409, True)
    assert client.delete(f"/api/packages/{row['id']}").status_code == 204
    assert not (house.settings.workspace.root / row["place"]).exists()
    assert client.get("/api/releases").json()["items"][0]["state"] == "withdrawn"  # the record stays
    done = [line[0] for line in audited(house)]
    for what in ("release_asked_for", "package_fetched", "release_withdrawn", "package_deleted"):
        assert what in done


@pytest.mark.parametrize("missing", TERMS)
def test_without_its_terms_nothing_is_made(house, missing):
    for address in ("/api/packages/release/look", "/api/packages/release"):
        answer = house.manager.post(address, data=TERMS | {missing: " "})
        assert answer.status_code == 422
        assert "missing" in answer.json()["sentence"]
        assert "--" not in answer.json()["sentence"]


def test_an_expired_or_naming_approval_is_refused(house):
    yesterday = (today() - timedelta(days=1)).isoformat()
    before = len(ReleaseLog(house.archive).entries())
    for change, word in (
        ({"expires": yesterday}, "expired"),
        ({"expires": "2030-02-30"}, "no day"),
        ({"purpose": "films of 00123456"}, "identifier"),
        ({"reason": "ACC000001"}, "identifier"),
    ):
        answer = house.manager.post("/api/packages/release", data=TERMS | change)
        assert answer.status_code == 422
        assert word in answer.json()["sentence"]
        assert "00123456" not in answer.text
    assert len(ReleaseLog(house.archive).entries()) == before
    assert not [one for one in house.manager.get("/api/packages").json()["items"] if one["state"] != "done"]


def test_a_withdrawn_approval_is_not_used_again(house):
    client, terms = house.manager, TERMS | {"approval": "IRB 7"}
    row = made(client, client.post("/api/packages/release", data=terms).json())
    answer = client.post(
        f"/api/releases/{row['release']}/withdraw", json={"reason": "stopped", "whole_approval": True}
    )
    assert answer.json()["releases"] == [row["release"]]
    again = client.post("/api/packages/release", data=terms)
    assert (again.status_code, "withdrawn" in again.json()["sentence"]) == (409, True)


def test_only_what_a_list_names_leaves_and_proofs_are_asked_for(house, tmp_path):
    client = house.manager
    mine = house.archive.research_patient(["00123456"])[0]
    chosen = {"choice": table(("patient",), ("00123456",))}  # a real number, translated in memory
    facts = {"facts": table(("patient", "class", "proof"), (mine, "malignant", "CT"))}
    terms = TERMS | {"approval": "IRB 8"}
    look = client.post("/api/packages/release/look", data=terms, files=chosen | facts).json()
    assert (look["patients"], look["images"], look["everything"]) == (1, 2, False)
    assert look["lacking_proofs"] == [{"patient": mine, "why": "malignant without biopsy or surgery"}]
    refused = client.post("/api/packages/release", data=terms, files=chosen | facts)
    assert (refused.status_code, "1 of 1" in refused.json()["sentence"]) == (409, True)
    reason = {"reason": "proof is on paper"}
    row = made(client, client.post("/api/packages/release", data=terms | reason, files=chosen | facts).json())
    folder = fetched(client, row, tmp_path)
    assert len(list((folder / "images").rglob("*.dcm"))) == 2
    assert (
        json.loads((folder / "RELEASE.json").read_text())["accepted_violations"]["reason"] == reason["reason"]
    )
    # The tables that were sent are gone.
    place = house.settings.workspace.root / row["place"]
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    for wrong, word in (
        (table(("patient",), ("nobody",)), "not in the archive"),
        (table(("colour",), ("red",)), "no column"),
        (("list.pdf", b"%PDF"), "CSV"),
    ):
        answer = client.post("/api/packages/release/look", data=terms, files={"choice": wrong})
        assert (answer.status_code, word in answer.json()["sentence"]) == (422, True), answer.text


def test_the_archive_is_copied_in_both_layouts(house, tmp_path):
    client = house.manager
    refused = client.post("/api/packages/export", json={})
    assert (refused.status_code, "table of classes" in refused.json()["sentence"]) == (409, True)
    row = made(client, client.post("/api/packages/export", json={"layout": "plain"}).json())
    folder = fetched(client, row, tmp_path / "plain")
    objects = house.archive.objects()
    assert len(list(folder.rglob("*.dcm"))) == len(objects) == row["images"] == 3
    assert client.put(
        "/api/archive/classes", files={"table": table(("patient", "class"), ("00123456", "benign"))}
    )
    named = {"contributor": "--a name that begins with dashes", "description": "films of 00123456"}
    assert client.post("/api/packages/export", json=named).status_code == 422
    named["description"] = "lung"
    row = made(client, client.post("/api/packages/export", json=named).json())
    assert (row["images"], row["left_out"]) == (2, {"without a class": 1})
    folder = fetched(client, row, tmp_path / "guideline")
    described = json.loads(next((folder / "lung_cancer").rglob("*.json")).read_text())
    assert described["info"]["contributor"] == named["contributor"]


def test_who_may_not_release_reaches_nothing(house):
    for method, address in (
        ("GET", "/api/packages"),
        ("GET", "/api/releases"),
        ("POST", "/api/packages/export"),
        ("POST", "/api/packages/release"),
        ("GET", f"/api/packages/{'0' * 16}/content"),
    ):
        assert house.other.request(method, address, json={} if method == "POST" else None).status_code == 403
    assert house.manager.get(f"/api/packages/{'0' * 16}/content").status_code == 404
