"""One decision for several files of the quarantine: each looked at, settled and recorded by itself."""

import json

import pytest

from hilum.archive import create_workspace, open_archive
from hilum.serving.settings import Settings
from serving.phantom_films import film_folder, write_name
from serving.served import in_memory, running
from serving.test_archive_over_http import audited

TEXTS = 3


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """A server over a quarantine: two films in which a name is written, and files that are no DICOM."""
    base = tmp_path_factory.mktemp("waiting")
    films = film_folder(base, patients=3)
    _named, second, *others = sorted(films.rglob("*.dcm"))
    write_name(second, "PARK JISUNG 19810225")
    for film in others:
        film.unlink()
    for number in range(TEXTS - 1):
        (films / f"note-{number}.txt").write_text(f"note {number}", encoding="utf-8")
    with in_memory(base) as folder:
        workspace = create_workspace(folder / "workspace")
        (workspace.root / "protocol.toml").write_text("pixels = false\n", encoding="utf-8")
        open_archive(workspace).ingest([films], workers=1)
        with running(Settings(workspace, accounts=True)) as server:
            for name in ("one", "two"):
                server.add(name, "data_manager")
            server.one, server.two = server.signed_in("one"), server.signed_in("two")
            yield server


def entries(client, reason):
    found = client.get("/api/quarantine", params={"status": "waiting", "reason": reason}).json()
    return [one["id"] for one in found["items"]]


def settle(client, names, decision, **more: object):
    body = {"entries": names, "decision": decision, "confirmed": True} | more
    return client.post("/api/quarantine/settle", json=body)


def test_each_is_looked_at_settled_and_recorded_by_itself(waiting):
    client, other = waiting.one, waiting.two
    films, texts = entries(client, "burned-in text"), entries(client, "not DICOM")
    assert (len(films), len(texts)) == (2, TEXTS)

    mixed = settle(client, [films[0], texts[0]], "reject")
    assert (mixed.status_code, "different reasons" in mixed.json()["sentence"]) == (409, True)
    assert settle(client, texts, "reject", confirmed=False).status_code == 422

    # Nobody looked at the pictures: none goes into the archive, whoever else looked.
    for name in films:
        assert other.get(f"/api/quarantine/{name}/pictures/after").status_code == 200
    refused = settle(client, films, "release_blanked").json()
    assert refused["done"] == []
    assert [one["entry"] for one in refused["refused"]] == films
    assert "looked" in refused["refused"][0]["sentence"]
    # What was seen blanked was not seen as it is.
    assert client.get(f"/api/quarantine/{films[0]}/pictures/after").status_code == 200
    assert settle(client, films[:1], "release_as_is").json()["done"] == []
    half = settle(client, films, "release_blanked", why="checked on the grey monitor").json()
    assert (half["done"], [one["entry"] for one in half["refused"]]) == (films[:1], films[1:])
    assert len(open_archive(waiting.settings.workspace).images()) == 1

    # One that is gone does not stop the others, and one that is named twice is settled once.
    answer = settle(client, [*texts, texts[0], "Q" + "0" * 16], "reject", why="notes, no images").json()
    assert answer["done"] == texts
    assert [one["entry"] for one in answer["refused"]] == ["Q" + "0" * 16]
    lines = [
        (what, on, json.loads(detail))
        for what, on, detail in audited(waiting)
        if what.startswith("quarantine_re")
    ]
    assert [(what, on) for what, on, _ in lines] == [
        ("quarantine_released", films[0]),
        *[("quarantine_rejected", name) for name in texts],
    ]
    assert {detail["why"] for _, _, detail in lines} == {"checked on the grey monitor", "notes, no images"}
    assert lines[0][2]["boxes"] >= 1


def test_a_reason_names_nobody(waiting):
    client = waiting.one
    name = entries(client, "burned-in text")[0]
    archive = open_archive(waiting.settings.workspace)
    (known,) = archive.vault.real("patient", [archive.images()["patient"].iloc[0]], "a test")
    answer = settle(client, [name], "reject", why=f"film of {known}")
    assert (answer.status_code, "identifier" in answer.json()["sentence"]) == (422, True)
    assert entries(client, "burned-in text") == [name]
