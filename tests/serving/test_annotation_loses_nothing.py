"""Every stroke is kept: sent twice, from two pages, after the server was killed, in SQLite and PostgreSQL."""

import os
import signal
import subprocess
import sys
import time

import httpx
import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from hilum.serving.annotation_tables import EVENTS
from serving.annotation_world import (
    assign,
    box,
    draw,
    event,
    project,
    send,
    served_with_people,
    square,
    submit,
    work,
    workspace_at,
)
from serving.served import free_port, secret_in


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def new_team(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("annotation") / "w"
    if request.param == "SQLite":
        with served_with_people(folder) as told:
            yield told
        return
    server = request.getfixturevalue("postgresql")
    with served_with_people(folder, database=server.new_database("annotation")) as told:
        yield told


@pytest.fixture
def people(new_team):
    return new_team()


@pytest.fixture
def marking(people):
    made = project(people["dora"], most=1, first_pass=False, opinions=0)
    assign(people["dora"], made, people.all_of("ann"))
    return work(people["ann"])[0]["marking"]


def _state(people, marking):
    answer = people["ann"].get(f"/api/annotation/markings/{marking}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_is_sent_twice_is_stored_once(people, marking):
    events = [
        event("lesion_created", lesion="a", category=1),
        event("shape_drawn", lesion="a", image=0, shape=box(2, 2, 9, 9)),
    ]
    first = send(people["ann"], marking, 0, events).json()
    again = send(people["ann"], marking, 0, [*events, event("comment_set", lesion="a", comment="나")]).json()
    assert (first["revision"], first["stored"], first["known"]) == (2, 2, 0)
    assert (again["revision"], again["stored"], again["known"], again["missed"]) == (3, 1, 2, [])
    (lesion,) = _state(people, marking)["lesions"]
    assert (lesion["comment"], lesion["shapes"]) == ("나", {"0": box(2, 2, 9, 9)})


def test_two_pages_with_the_same_case_both_keep_what_they_drew_and_are_told(people, marking):
    draw(people["ann"], marking, [(0, box(2, 2, 9, 9))])
    one = event("shape_moved", lesion="a", image=0, shape=box(3, 3, 10, 10))
    other = event("shape_moved", lesion="a", image=0, shape=box(5, 5, 12, 12))
    elsewhere = event("shape_drawn", lesion="a", image=1, shape=box(5, 5, 12, 12))
    assert send(people["ann"], marking, 2, [one], "tab1").json()["missed"] == []
    told = send(people["ann"], marking, 2, [other, elsewhere], "tab2").json()
    assert [missed["event"] for missed in told["missed"]] == [one["event"]]
    assert told["missed"][0]["shape"] == one["shape"]
    assert told["conflicts"] == [other["event"]]
    assert _state(people, marking)["lesions"][0]["shapes"]["0"] == other["shape"]
    kept = people["ann"].get(f"/api/annotation/markings/{marking}/history").json()
    assert [item["event"] for item in kept["items"]][-3:] == [
        one["event"],
        other["event"],
        elsewhere["event"],
    ]
    # Whoever did not see all of it cannot hand it in.
    asked = {"revision": 3}
    assert people["ann"].post(f"/api/annotation/markings/{marking}/submit", json=asked).status_code == 409


def test_undo_and_redo_are_events_and_nothing_leaves_the_record(people, marking):
    draw(people["ann"], marking, [(0, box(2, 2, 9, 9))])
    moved = event("shape_moved", lesion="a", image=0, shape=box(3, 3, 10, 10))
    send(people["ann"], marking, 2, [moved])
    state = _state(people, marking)
    assert state["can_undo"] == moved["event"]
    send(people["ann"], marking, 3, [event("undone", target=moved["event"])])
    state = _state(people, marking)
    assert state["lesions"][0]["shapes"]["0"] == box(2, 2, 9, 9)
    assert state["can_redo"] == moved["event"]
    assert state["undone"] == [moved["event"]]
    send(people["ann"], marking, 4, [event("redone", target=moved["event"])])
    assert _state(people, marking)["lesions"][0]["shapes"]["0"] == box(3, 3, 10, 10)
    assert people["ann"].get(f"/api/annotation/markings/{marking}/history").json()["total"] == 5


def test_merge_subtract_copy_and_interpolation_are_kept_as_drawn(people, marking):
    path = f"/api/annotation/markings/{marking}"
    draw(people["ann"], marking, [(0, square(4, 4, 12, 12))])
    asked = {"operation": "subtract", "image": 0, "first": square(4, 4, 12, 12), "second": square(6, 6, 8, 8)}
    cut = people["ann"].post(f"{path}/combine", json=asked).json()["shape"]
    assert len(cut["rings"]) == 2
    events = [
        event("shape_subtracted", lesion="a", image=0, shape=cut, stroke=square(6, 6, 8, 8)),
        event("shape_copied", lesion="a", image=4, shape=square(8, 8, 16, 16)),
    ]
    assert send(people["ann"], marking, 2, events).status_code == 200
    between = (
        people["ann"].post(f"{path}/interpolate", json={"lesion": "a", "from": 0, "to": 4}).json()["shapes"]
    )
    assert sorted(between) == ["1", "2", "3"]
    filled = [
        event("shape_interpolated", lesion="a", image=int(image), shape=shape)
        for image, shape in between.items()
    ]
    assert send(people["ann"], marking, 4, filled).status_code == 200
    (lesion,) = _state(people, marking)["lesions"]
    assert sorted(lesion["shapes"]) == ["0", "1", "2", "3", "4"]
    assert lesion["shapes"]["0"] == cut
    events = [
        event("lesion_created", lesion="b", category=1),
        event("shape_drawn", lesion="b", image=5, shape=square(1, 1, 5, 5)),
        event("lesions_merged", lesion="a", other="b"),
        event("shape_deleted", lesion="a", image=1),
    ]
    assert send(people["ann"], marking, 7, events).status_code == 200
    first, second = _state(people, marking)["lesions"]
    assert sorted(first["shapes"]) == ["0", "2", "3", "4", "5"]
    assert second["deleted"]
    assert submit(people["ann"], marking)["stage_of_case"] == "accepted"


@pytest.mark.parametrize(
    "wrong",
    [
        event("shape_drawn", lesion="a", image=0, shape=box(0, 0, 500, 500)),
        event("shape_drawn", lesion="a", image=99, shape=box(0, 0, 5, 5)),
        event("shape_drawn", lesion="a", shape=box(0, 0, 5, 5)),
        event("shape_drawn", lesion="a", image=0),
        event("lesion_created", lesion="a", category=50),
        event("lesion_created"),
        event("undone"),
        event("nonsense", lesion="a"),
        event("shape_drawn", lesion="a", image=0, shape={"kind": "polygon", "rings": [[[0, 0], [1, 1]]]}),
        event("shape_drawn", lesion="../x", image=0, shape=box(0, 0, 5, 5)),
        {**event("lesion_deleted", lesion="a"), "event": "no id!"},
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_of_the_batch_is_stored(people, marking, wrong):
    answer = send(people["ann"], marking, 0, [event("lesion_created", lesion="ok"), wrong])
    assert answer.status_code in (400, 422)
    assert answer.json()["sentence"]
    assert _state(people, marking)["revision"] == 0


def test_what_was_handed_in_is_changed_by_nobody(people, marking):
    draw(people["ann"], marking, [(0, square(4, 4, 12, 12))])
    submit(people["ann"], marking)
    late = send(people["ann"], marking, 2, [event("lesion_deleted", lesion="a")])
    assert late.status_code == 409
    assert "handed in" in late.json()["sentence"]
    assert not _state(people, marking)["lesions"][0]["deleted"]


def test_the_database_itself_refuses_to_change_or_remove_events(people, marking):
    draw(people["ann"], marking, [(0, square(4, 4, 12, 12))])
    serving = people.served.serving
    for change in (
        delete(EVENTS),
        update(EVENTS).values(content="{}"),
        text("DELETE FROM annotation_events"),
    ):
        with pytest.raises(DatabaseError), serving.writing() as connection:
            connection.execute(change)
    assert _state(people, marking)["revision"] == 2


def test_every_answered_stroke_is_there_after_the_server_was_killed(tmp_path):
    workspace = workspace_at(tmp_path / "w")
    sent, revision = [], 0
    for turn in range(2):
        server = _Process(workspace.root)
        try:
            browser = server.entered()
            if turn == 0:
                number = project(browser, dataset="XRY", most=1, first_pass=False)
                assert (
                    browser.post(f"/api/annotation/projects/{number}/assign", json={}).json()["assigned"] == 1
                )
            (row,) = work(browser)
            state = browser.get(f"/api/annotation/markings/{row['marking']}").json()
            kept = browser.get(f"/api/annotation/markings/{row['marking']}/history").json()["items"]
            assert [one["event"] for one in kept] == sent
            assert state["revision"] == revision == len(sent)
            for place in range(10):
                one = event("lesion_created", lesion=f"l{turn}-{place}", category=1)
                assert send(browser, row["marking"], revision, [one]).status_code == 200
                sent.append(one["event"])
                revision += 1
        finally:
            server.kill()


class _Process:
    """A server of its own, to be killed."""

    def __init__(self, root) -> None:
        self.port = free_port()
        command = [
            sys.executable,
            "-m",
            "hilum.cli",
            "serve",
            "--workspace",
            str(root),
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.browser = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        self.address = ""
        for line in self.process.stdout:
            if "token=" in line:
                self.address = line
                break

    def entered(self):
        browser = self.browser
        end = time.monotonic() + 30
        while True:
            try:
                answer = browser.get("/enter", params={"token": secret_in(self.address)})
                break
            except httpx.TransportError:
                assert time.monotonic() < end
                time.sleep(0.1)
        assert answer.status_code == 303, answer.text
        browser.headers["X-CSRF-Token"] = browser.get("/api/session").json()["csrf"]
        return browser

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.browser.close()
