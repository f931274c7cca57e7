"""The workbench with a real Orthanc: echo, question, list, two signatures, images in the archive."""

from contextlib import ExitStack

import pydicom
import pytest

from hilum.archive import create_workspace, open_archive
from hilum.pacs.store import send
from hilum.serving.companions import COMPANIONS
from hilum.serving.settings import Settings
from pacs.pictures import series
from serving.served import running
from serving.test_archive_over_http import acknowledge, audited, ended

SECRETS = ("00123", "00124", "홍", "ACC0", "1.2.826.0.1.3680043.8.498.77")


@pytest.fixture
def hospital(orthanc, tmp_path):
    """Two patients with three studies in the PACS."""
    folder = tmp_path / "hospital"
    files = series(folder, "00123", 1, 3) + series(folder, "00123", 2, 2) + series(folder, "00124", 3, 2)
    send(orthanc.peer, files)
    return orthanc


@pytest.fixture
def serve(tmp_path):
    with ExitStack() as stack:
        workspace = create_workspace(tmp_path / "workspace")
        yield lambda **more: stack.enter_context(running(Settings(workspace, **more), COMPANIONS))


def connected(client, orthanc) -> None:
    """Say who we are, and who the PACS is, by DIMSE and by DICOMweb."""
    own = {"ae_title": "HILUM", "port": orthanc.our_port}
    assert client.put("/api/pacs/own", json=own).json()["port"] == orthanc.our_port
    facts = {"ae_title": "ORTHANC", "host": "127.0.0.1", "port": orthanc.dicom_port, "retrieve": "move"}
    assert client.put("/api/pacs/peers/orthanc", json=facts).status_code == 200
    assert client.put("/api/pacs/peers/web", json={"url": orthanc.web.url}).status_code == 200


def asked(client, **question: str):
    return client.post("/api/pacs/queries", json={"peer": "orthanc"} | question)


def test_two_people_fetch_what_a_question_found(hospital, serve, tmp_path):
    server = serve(accounts=True)
    for name, role in (("kim", "data_manager"), ("lee", "data_manager"), ("admin", "administrator")):
        server.add(name, role)
    kim, lee, admin = (server.signed_in(name) for name in ("kim", "lee", "admin"))
    connected(kim, hospital)
    for peer in ("orthanc", "web"):
        answer = kim.post(f"/api/pacs/peers/{peer}/echo")
        assert (answer.status_code, "answers" in answer.json()["sentence"]) == (200, True), answer.text

    found = asked(kim, patient_name="홍길동", modality="CT", description="chest").json()
    assert (found["total"], found["patients"], found["images"]) == (3, 2, 7)
    assert [one["patient_id"] for one in found["items"]] == ["00124", "00123", "00123"]
    assert [one["patient"] for one in found["items"]] == [1, 2, 2]
    assert {one["patient_name"] for one in found["items"]} == {"홍^길동"}
    assert asked(kim, patient_id="00123", description="knee").json()["total"] == 0
    assert asked(kim, patient_name="kim").json()["total"] == 0
    by_web = asked(kim, peer="web", date_from="2024-03-02", date_to="2024-03-03").json()
    assert sorted(one["date"] for one in by_web["items"]) == ["2024-03-02", "2024-03-03"]
    assert lee.get(f"/api/pacs/queries/{found['id']}").status_code == 404  # only for who asked

    # Without the right to see identities: counts and lines, and no question for a person.
    opaque = asked(admin, date_from="2024-03-01", date_to="2024-03-31")
    assert (opaque.json()["total"], opaque.json()["patients"], opaque.json()["identities"]) == (3, 2, False)
    assert not any(secret in opaque.text for secret in (*SECRETS, "2024-03", "CHEST"))
    assert asked(admin, patient_id="00123").status_code == 403
    assert asked(admin, patient_name="홍길동").status_code == 403
    for everything in ({}, {"modality": "CT"}, {"description": "chest"}):
        assert asked(kim, **everything).status_code == 400

    # Both studies of the first patient go on a list, which two people look at and sign.
    numbers = [one["number"] for one in found["items"] if one["patient_id"] == "00123"]
    made = kim.post(f"/api/pacs/queries/{found['id']}/list", json={"numbers": numbers})
    assert made.status_code == 201, made.text
    kept = made.json()["id"]
    assert (made.json()["rows"], made.json()["peer"], made.json()["problems"]) == (2, "orthanc", [])
    rows = lee.get(f"/api/pacs/lists/{kept}/rows").json()["items"]
    assert {(one["patient_id"], tuple(one["modalities"])) for one in rows} == {("00123", ("CT",))}
    assert not any(secret in admin.get(f"/api/pacs/lists/{kept}/rows").text for secret in SECRETS)
    pull = {"peer": "orthanc"}
    address = f"/api/pacs/lists/{kept}"
    assert "protocol" in kim.post(f"{address}/pull", json=pull).json()["sentence"]
    acknowledge(kim)
    assert kim.post(f"{address}/pull", json=pull).status_code == 409  # nobody has signed
    assert admin.post(f"{address}/sign").status_code == 403  # cannot see what would be signed
    assert kim.post(f"{address}/sign").json()["signed"] == ["kim"]
    assert kim.post(f"{address}/sign").status_code == 400  # not twice
    refused = kim.post(f"{address}/pull", json=pull | {"unchecked": "in a hurry"})
    assert (refused.status_code, "second person" in refused.json()["sentence"]) == (409, True)
    assert lee.post(f"{address}/sign").json()["checked"] is True
    job = ended(kim, kim.post(f"{address}/pull", json=pull).json()["job"])
    assert (job["state"], job["result"]) == ("done", {"rows": {"done": 2}, "archived": 5, "quarantined": 0})

    archive = open_archive(server.settings.workspace)
    images = archive.images()
    assert (len(images), images["patient"].nunique(), images["study"].nunique()) == (5, 1, 2)
    for image in images["image"]:
        told = str(pydicom.dcmread(archive.path(image), stop_before_pixels=True))
        assert not any(secret in told for secret in SECRETS)
    said = str(audited(server)) + str(kim.get("/api/jobs").json())
    said += kim.get(f"/api/jobs/{job['id']}/history").text
    assert not any(secret in said for secret in SECRETS)
    assert {"pacs_asked", "pull_list_made", "pull_list_seen", "pull_asked_for"} <= {
        line[0] for line in audited(server)
    }


def test_the_single_user_signs_and_says_why_nobody_else_does(hospital, serve):
    server = serve()
    client = server.entered()
    connected(client, hospital)
    acknowledge(client)
    found = asked(client, accession="ACC000003").json()
    kept = client.post(f"/api/pacs/queries/{found['id']}/list", json={}).json()["id"]
    address, pull = f"/api/pacs/lists/{kept}", {"peer": "web", "unchecked": "I work alone"}
    assert client.post(f"{address}/pull", json=pull).status_code == 409  # not without an own signature
    assert client.post(f"{address}/sign").json()["checked"] is False
    assert client.post(f"{address}/pull", json=pull | {"unchecked": " "}).status_code == 409
    job = ended(client, client.post(f"{address}/pull", json=pull).json()["job"])
    assert (job["state"], job["result"]["archived"]) == ("done", 2)
    assert len(open_archive(server.settings.workspace).images()) == 2
    assert client.delete("/api/pacs/peers/web").status_code == 200
    assert [one["name"] for one in client.get("/api/pacs/peers").json()["peers"]] == ["orthanc"]
