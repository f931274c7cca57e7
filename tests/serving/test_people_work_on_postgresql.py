"""`hilum serve --users --database postgresql://...`: accounts, markings, jobs and record outlive a kill."""

import json
import os
import signal
import time

import httpx
from typer.testing import CliRunner

from archive.guideline_images import Examination, image
from archive.postgresql import PASSWORD as OF_THE_DATABASE
from hilum.cli import app
from serving.annotation_world import assign, draw, project, square, work, workspace_at
from serving.served import PASSWORD, started


def _hilum(*words: str) -> str:
    told = {"HILUM_PASSWORD": PASSWORD, "PGPASSWORD": OF_THE_DATABASE}
    done = CliRunner().invoke(app, ["serve", *words], env=told)
    assert done.exit_code == 0, done.output
    return done.stdout


def _signed_in(address: str, name: str) -> httpx.Client:
    browser = httpx.Client(base_url=address, timeout=60)
    answer = browser.post("/api/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return browser


def _moved(browser: httpx.Client, address: str) -> httpx.Client:
    """The same browser, at the address of the server that was started again."""
    browser.close()
    return httpx.Client(base_url=address, cookies=browser.cookies, headers=browser.headers, timeout=60)


def _import(browser: httpx.Client) -> str:
    read = browser.get("/api/protocol").json()["sha256"]
    assert browser.post("/api/protocol/acknowledge", json={"sha256": read}).status_code == 200
    answer = browser.post("/api/imports", json={"folders": [{"root": 0, "path": []}]})
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]


def _ended(browser: httpx.Client, job: str) -> dict:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = browser.get(f"/api/jobs/{job}").json()
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.2)
    raise AssertionError("the job did not end")


def test_what_was_done_on_postgresql_is_there_after_a_kill(postgresql, quick_folder):
    workspace = workspace_at(quick_folder / "workspace")
    source = quick_folder / "disc"
    source.mkdir()
    for number in range(1, 4):
        (source / f"{number}.dcm").write_bytes(image(Examination("00000901", "DX", number), number))
    with (workspace.root / "hilum.toml").open("a") as file:
        file.write(f"[serve]\nfolders = ['{source}']\n")
    by_socket = postgresql.new_database("people")
    here = ("--workspace", str(workspace.root), "--database", postgresql.over_network("people"))
    _hilum("user", "add", "dora", "--role", "data_manager", *here)
    _hilum("user", "add", "ann", "--role", "annotator", *here)
    secret, options = {"PGPASSWORD": OF_THE_DATABASE}, ("--users", "--database", by_socket)

    with started(workspace.root, *options, environment=secret) as (address, process):
        dora, ann = _signed_in(address, "dora"), _signed_in(address, "ann")
        made = project(dora, most=1, first_pass=False, opinions=0)
        assign(dora, made, [ann.get("/api/session").json()["person"]["id"]])
        marking = work(ann)[0]["marking"]
        revision = draw(ann, marking, [(0, square(2, 2, 9, 9))])
        job = _import(dora)
        os.kill(process, signal.SIGKILL)
    assert not (workspace.root / "serve" / "workbench.sqlite").exists()

    with started(workspace.root, *options, environment=secret) as (address, _):
        dora, ann = _moved(dora, address), _moved(ann, address)
        told = ann.get(f"/api/annotation/markings/{marking}").json()
        assert (told["revision"], len(told["lesions"])) == (revision, 1)
        done = _ended(dora, job)
        assert (done["state"], done["kind"]) == ("done", "ingest"), done["sentence"]
        assert dora.get("/api/archive/statistics").json()["lines"][0]["images"] == 24
        assert draw(ann, marking, [(0, square(12, 12, 20, 20))], lesion="b") > revision
        for browser in (dora, ann):
            browser.close()
    assert json.loads(_hilum("audit", "verify", "--json", *here))["whole"] is True
    assert not (workspace.root / "serve" / "queues.sqlite").exists()
