"""A marking is opened again with a reason, a case taken out and put back; what was done stays on record."""

import pytest
from sqlalchemy import delete, select, update

from hilum.serving.annotation_tables import SNAPSHOTS, STEPS
from serving.annotation_world import (
    assign,
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

LINE = {"kind": "line", "points": [[4, 4], [12, 12]]}
HERE = [(2, square(4, 4, 12, 12))]
WHY = {"reason": "a lesion was forgotten"}


@pytest.fixture(scope="module")
def new_team(tmp_path_factory):
    with served_with_people(tmp_path_factory.mktemp("annotation") / "w") as told:
        yield told


@pytest.fixture
def people(new_team):
    return new_team()


def _reopen(browser, marking: int, body=WHY):
    return browser.post(f"/api/annotation/markings/{marking}/reopen", json=body)


def _told(browser, marking: int) -> dict:
    return browser.get(f"/api/annotation/markings/{marking}").json()


def _history(people, made: int, case: str = "C0001") -> list[dict]:
    answer = people["dora"].get(f"/api/annotation/projects/{made}/cases/{case}/history")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_the_author_opens_his_lines_again_and_the_next_pass_waits_with_what_it_drew(people):
    made = project(people["dora"], most=1)
    assign(people["dora"], made, people.all_of("sam", "ann"))
    (first,) = work(people["sam"])
    mark(people["sam"], [(2, LINE)], None)
    (second,) = work(people["ann"])
    draw(people["ann"], second["marking"], HERE)

    assert _told(people["sam"], first["marking"])["can_reopen"]
    for body in ({}, {"reason": ""}, {"reason": "     "}):
        assert _reopen(people["sam"], first["marking"], body).status_code == 422
    answer = _reopen(people["sam"], first["marking"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["stage_of_case"] == "first"
    assert not work(people["ann"], state="open")
    revision = _told(people["sam"], first["marking"])["revision"]
    refused = send(people["ann"], second["marking"], 99, [event("label_set", label="normal")])
    assert refused.status_code == 409
    assert "is kept" in refused.json()["sentence"]
    more = [event("lesion_created", lesion="b")]
    more.append(event("shape_drawn", lesion="b", image=3, shape=LINE))
    assert send(people["sam"], first["marking"], revision, more).status_code == 200
    assert submit(people["sam"], first["marking"])["stage_of_case"] == "second"

    (again,) = work(people["ann"], state="open")
    assert again["marking"] == second["marking"]
    case = _told(people["ann"], again["marking"])
    assert case["lesions"][0]["shapes"]["2"] == HERE[0][1]
    assert len(case["earlier"][0]["lesions"]) == 2
    told = [(one["what"], one["reason"]) for one in _history(people, made)]
    assert told == [("handed_in", ""), ("reopened", WHY["reason"]), ("handed_in", "")]


def test_what_somebody_checked_is_opened_by_who_leads_and_blind_opinions_stay(people):
    made = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], made, people.all_of("sue", "sid", "ann"))
    (row,) = work(people["ann"])
    mark(people["ann"], HERE)
    assert _told(people["ann"], row["marking"])["can_reopen"]  # nobody has looked at it yet
    mark(people["sue"], HERE)
    assert not _told(people["ann"], row["marking"])["can_reopen"]
    refused = _reopen(people["ann"], row["marking"])
    assert refused.status_code == 409
    assert "has checked it" in refused.json()["sentence"]
    for name in ("sue", "sid", "abe"):
        assert _reopen(people[name], row["marking"]).status_code == 404

    assert mark(people["sid"], HERE)["stage_of_case"] == "accepted"
    rows = people["dora"].get(f"/api/annotation/projects/{made}/cases").json()["items"][0]["markings"]
    assert all(one["can_reopen"] for one in rows)
    assert _reopen(people["dora"], row["marking"]).json()["stage_of_case"] == "second"
    export = people["dora"].get(f"/api/annotation/projects/{made}/export", params={"form": "coco"})
    assert export.status_code != 200  # nothing is accepted now
    assert _told(people["ann"], row["marking"])["state"] == "open"
    # The opinions were given blind, so that check 2 follows at once.
    assert submit(people["ann"], row["marking"])["stage_of_case"] == "accepted"
    what = [one["what"] for one in _history(people, made)]
    assert what == [*["handed_in"] * 3, "check_two", "reopened", "handed_in", "check_two"]


def test_an_opinion_opened_again_takes_back_what_was_given_out_because_of_it(people):
    made = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], made, people.all_of("sue", "sid", "ann", "adam"))
    mark(people["ann"], HERE)
    mark(people["sue"], HERE)
    (row,) = work(people["sid"], state="open")
    assert mark(people["sid"], HERE, category=3)["stage_of_case"] == "adjudication"
    (given,) = work(people["adam"])
    assert _reopen(people["sid"], row["marking"]).status_code == 409  # check 2 was done: dora decides
    assert _reopen(people["dora"], row["marking"]).status_code == 200
    assert not work(people["adam"])
    revision = _told(people["sid"], row["marking"])["revision"]
    send(people["sid"], row["marking"], revision, [event("category_set", lesion="a", category=1)])
    assert submit(people["sid"], row["marking"])["stage_of_case"] == "accepted"

    # The adjudicator may open his own decision, and nothing that it was built on while it stands.
    other = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], other, people.all_of("sue", "sid", "ann", "adam"))
    mark(people["ann"], HERE, project=other)
    mark(people["sue"], HERE, project=other)
    mark(people["sid"], HERE, category=3, project=other)
    (given,) = work(people["adam"], state="open")
    draw(people["adam"], given["marking"], HERE)
    assert submit(people["adam"], given["marking"])["stage_of_case"] == "accepted"
    (opinion,) = (one for one in work(people["sue"]) if one["project"] == other)
    assert "built on it" in _reopen(people["dora"], opinion["marking"]).json()["sentence"]
    assert _reopen(people["adam"], given["marking"]).json()["stage_of_case"] == "adjudication"
    assert submit(people["adam"], given["marking"])["stage_of_case"] == "accepted"


def test_a_case_is_taken_out_and_put_back_with_all_that_was_drawn(people):
    made = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], made, people.all_of("sue", "sid", "ann"))
    (row,) = work(people["ann"])
    draw(people["ann"], row["marking"], HERE)
    path = f"/api/annotation/projects/{made}/cases/C0001"
    for name in ("ann", "ruth"):
        assert people[name].post(f"{path}/take-out", json=WHY).status_code == 403
    assert people["dora"].post(f"{path}/take-out", json={"reason": ""}).status_code == 422
    assert people["dora"].post(f"{path}/take-out", json=WHY).json()["stage"] == "taken_out"
    assert people["dora"].post(f"{path}/take-out", json=WHY).status_code == 409
    assert not work(people["ann"])
    assert people["ann"].get(f"/api/annotation/markings/{row['marking']}/images/0").status_code == 404
    told = people["dora"].get(f"/api/annotation/projects/{made}").json()
    assert told["stages"]["taken_out"] == 1
    assert assign(people["dora"], made, people.all_of("sue", "sid", "ann"))["assigned"] == 0
    assert people["dora"].post(f"{path}/put-back", json=WHY).json() == {
        "case": "C0001",
        "stage": "second",
        "sentence": "",
    }
    assert _told(people["ann"], row["marking"])["lesions"][0]["shapes"]["2"] == HERE[0][1]
    assert submit(people["ann"], row["marking"])["stage_of_case"] == "opinion"
    assert [one["what"] for one in _history(people, made)] == ["taken_out", "put_back", "handed_in"]
    serving = people.served.serving
    for change in (delete(STEPS), update(STEPS).values(reason="none")):
        with pytest.raises(Exception, match="append-only"), serving.writing() as connection:
            connection.execute(change)


def test_a_case_leaves_its_course_and_those_who_learn_go_on_without_it(people):
    made = project(people["dora"], dataset="CCT", most=2, first_pass=False, opinions=0)
    assign(people["dora"], made, people.all_of("ann"))
    for _ in range(2):
        mark(people["ann"], HERE)
    for case in ("C0001", "C0002"):
        body = {"case": case, "course": "basic"}
        assert (
            people["dora"].post(f"/api/annotation/projects/{made}/training-cases", json=body).status_code
            == 204
        )
    course = people["abe"].post("/api/annotation/training", json={"project": made, "course": "basic"}).json()
    assert len(course["markings"]) == 2
    draw(people["abe"], course["markings"][0], HERE)
    submit(people["abe"], course["markings"][0])
    path = f"/api/annotation/projects/{made}/training-cases/C0002/take-out"
    assert people["abe"].post(path, json=WHY).status_code == 403
    assert people["dora"].post(path, json=WHY).status_code == 204
    (told,) = people["abe"].get("/api/annotation/training").json()["courses"]
    assert (told["state"], told["score"], told["cases"]) == ("passed", 1.0, 1)
    assert _history(people, made, "C0002")[-1]["what"] == "out_of_course"


def test_a_long_marking_opens_from_a_snapshot_and_is_the_same_as_from_its_beginning(people):
    made = project(people["dora"], most=1, first_pass=False, opinions=0)
    assign(people["dora"], made, people.all_of("ann"))
    (row,) = work(people["ann"])
    marking, revision = row["marking"], 0
    first = [event("lesion_created", lesion="a", category=1)]
    for batch in range(4):
        shapes = [square(1, 1, 5 + (batch * 180 + place) % 20, 9) for place in range(180)]
        drawn = [
            event("shape_drawn", lesion="a", image=place % 6, shape=shape)
            for place, shape in enumerate(shapes)
        ]
        answer = send(people["ann"], marking, revision, first + drawn)
        revision, last = answer.json()["revision"], (first + drawn)[-1]["event"]
        first = []
    with people.served.serving.reading() as connection:
        kept = list(
            connection.execute(select(SNAPSHOTS.c.revision).where(SNAPSHOTS.c.marking == marking)).scalars()
        )
    assert len(kept) == 2
    case = _told(people["ann"], marking)
    assert case["revision"] == revision == 721
    assert case["lesions"][0]["shapes"]["5"] == shapes[-1]
    assert case["can_undo"] == last
    # What lies before the snapshots is undone: they no longer hold, and none of them is used.
    begun = people["ann"].get(f"/api/annotation/markings/{marking}/history", params={"limit": 1}).json()
    send(people["ann"], marking, revision, [event("undone", target=begun["items"][0]["event"])])
    assert _told(people["ann"], marking)["lesions"] == []
    send(people["ann"], marking, revision + 1, [event("redone", target=begun["items"][0]["event"])])
    assert _told(people["ann"], marking)["lesions"] == case["lesions"]
