"""A case from the first line to the accepted marking, through people who see only what they may."""

import pytest

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

LINE = {"kind": "line", "points": [[4, 4], [12, 12]]}


@pytest.fixture(scope="module")
def new_team(tmp_path_factory):
    with served_with_people(tmp_path_factory.mktemp("annotation") / "w") as told:
        yield told


@pytest.fixture
def people(new_team):
    return new_team()


def test_ct_goes_from_lines_to_polygons_to_two_blind_opinions_that_agree(people):
    made = project(people["dora"], most=1)
    assert assign(people["dora"], made, people.all_of("sam", "sue", "sid", "ann"))["assigned"] == 1

    (first,) = work(people["sam"])
    case = people["sam"].get(f"/api/annotation/markings/{first['marking']}").json()
    assert (case["dataset"], case["stage"], case["tools"]) == ("CCT", "first", ["line"])
    assert [len(series["images"]) for series in case["series"]] == [6]
    image = people["sam"].get(case["series"][0]["images"][2]["url"])
    assert image.headers["content-type"] == "application/dicom"
    assert image.content[128:132] == b"DICM"
    assert mark(people["sam"], [(2, LINE)], None)["stage_of_case"] == "second"

    (second,) = work(people["ann"])
    case = people["ann"].get(f"/api/annotation/markings/{second['marking']}").json()
    assert [lesion["shapes"]["2"] for lesion in case["earlier"][0]["lesions"]] == [LINE]
    shapes = [(2, square(4, 4, 12, 12)), (3, square(5, 5, 11, 11))]
    assert mark(people["ann"], shapes)["stage_of_case"] == "opinion"

    # Sam drew the lines: the two others give the opinions, and see nothing of anybody.
    assert not work(people["sam"], state="open")
    for name in ("sue", "sid"):
        (row,) = work(people[name], state="open")
        case = people[name].get(f"/api/annotation/markings/{row['marking']}").json()
        assert case["stage"] == "opinion"
        assert case["earlier"] == case["opinions"] == case["lesions"] == case["differences"] == []
    assert mark(people["sue"], shapes)["sentence"] == "the other opinion is awaited"
    done = mark(people["sid"], [(2, square(4, 4, 12, 11)), (3, square(5, 5, 11, 11))])
    assert done["stage_of_case"] == "accepted"

    told = people["ruth"].get(f"/api/annotation/projects/{made}/agreements").json()
    assert told["share"]["value"] == 1
    assert told["items"][0]["findings"][0]["agree"]
    assert told["by_annotator"][0]["person"] == people.number("ann")
    progress = people["dora"].get(f"/api/annotation/projects/{made}/progress").json()
    assert progress["stages"]["accepted"] == 1
    mine = next(row for row in progress["people"] if row["person"] == people.number("ann"))
    assert (mine["done"], mine["open"], mine["median_seconds"], mine["agreement"]) == (1, 0, 12.5, 1)


def test_below_ninety_per_cent_it_goes_back_to_the_same_annotator_with_all_that_was_drawn(people):
    made = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], made, people.all_of("sue", "sid", "ann", "abe"))
    author = "ann" if work(people["ann"]) else "abe"
    mark(people[author], [(0, square(20, 20, 24, 24))])
    right = [(2, square(4, 4, 12, 12))]
    mark(people["sue"], right)
    done = mark(people["sid"], right)
    assert done["stage_of_case"] == "second"
    assert "less than 90 %" in done["sentence"]
    (row,) = work(people[author], state="open")
    assert row["back"]
    assert row["round"] == 2
    case = people[author].get(f"/api/annotation/markings/{row['marking']}").json()
    assert case["lesions"][0]["shapes"]["0"] == square(20, 20, 24, 24)
    assert case["opinions"] == []  # the opinions stay hidden from whoever marks again
    events = [event("lesion_deleted", lesion="a"), event("lesion_created", lesion="b", category=1)]
    events.append(event("shape_drawn", lesion="b", image=2, shape=right[0][1]))
    assert send(people[author], row["marking"], case["revision"], events).status_code == 200
    assert submit(people[author], row["marking"])["stage_of_case"] == "accepted"
    progress = people["dora"].get(f"/api/annotation/projects/{made}/progress").json()
    assert next(one for one in progress["people"] if one["person"] == people.number(author))["sent_back"] == 1


def test_different_opinions_go_to_an_adjudicator_who_sees_all_of_them_and_no_name(people):
    made = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], made, people.all_of("sue", "sid", "ann", "adam"))
    mark(people["ann"], [(2, square(4, 4, 12, 12))])
    mark(people["sue"], [(2, square(4, 4, 12, 12))])
    done = mark(people["sid"], [(2, square(4, 4, 12, 12))], category=3)
    assert done["stage_of_case"] == "adjudication"
    (row,) = work(people["adam"])
    answer = people["adam"].get(f"/api/annotation/markings/{row['marking']}")
    case = answer.json()
    assert [one["name"] for one in case["opinions"]] == ["opinion A", "opinion B", "opinion C"]
    assert sorted(one["lesions"][0]["category"] for one in case["opinions"]) == [1, 1, 3]
    assert not any(name in answer.text for name in ("sue", "sid", "ann1", "ann2"))
    assert sum(not one["findings"][0]["agree"] for one in case["differences"]) == 2
    draw(people["adam"], row["marking"], [(2, square(4, 4, 12, 12))], category=3)
    assert submit(people["adam"], row["marking"])["stage_of_case"] == "accepted"
    cases = people["dora"].get(f"/api/annotation/projects/{made}/cases").json()["items"]
    stages = [one["stage"] for one in cases[0]["markings"]]
    assert sorted(stages) == ["adjudication", "opinion", "opinion", "second"]
    assert cases[0]["accepted"] == row["marking"]


def test_nobody_reaches_what_is_not_his(people):
    made = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], made, people.all_of("ann"))
    (row,) = work(people["ann"])
    path = f"/api/annotation/markings/{row['marking']}"
    for name in ("abe", "sam", "adam"):
        assert people[name].get(path).status_code == 404
        assert people[name].get(f"{path}/images/0").status_code == 404
        assert people[name].get(f"{path}/history").status_code == 404
        assert send(people[name], row["marking"], 0, [event("label_set", label="normal")]).status_code == 404
        assert people[name].get("/api/annotation/projects").status_code == 403
        assert people[name].get(f"/api/annotation/projects/{made}/agreements").status_code == 403
    assert people["ruth"].get(path).status_code == 200
    assert send(people["ruth"], row["marking"], 0, [event("label_set", label="normal")]).status_code == 403


def test_check_one_keeps_a_marking_open_and_says_why(people):
    made = project(people["dora"], dataset="XRY", most=1, first_pass=False, opinions=0)
    assign(people["dora"], made, people.all_of("ann"))
    (row,) = work(people["ann"])
    draw(people["ann"], row["marking"], [(0, box(3, 3, 9, 9))], category=None)
    done = submit(people["ann"], row["marking"])
    assert done["state"] == "open"
    assert [one["code"] for one in done["defects"]] == ["no_category"]
    revision = people["ann"].get(f"/api/annotation/markings/{row['marking']}").json()["revision"]
    send(people["ann"], row["marking"], revision, [event("category_set", lesion="a", category=3)])
    assert submit(people["ann"], row["marking"])["stage_of_case"] == "accepted"
    checks = people["dora"].get(f"/api/annotation/projects/{made}/checks").json()
    assert [len(one["defects"]) for one in checks["items"]] == [1, 0]


def test_everything_seen_and_changed_is_in_the_audit_log(people):
    made = project(people["dora"], dataset="XRY", most=1, first_pass=False, opinions=0)
    assign(people["dora"], made, people.all_of("ann"))
    mark(people["ann"], [(0, box(3, 3, 9, 9))])
    from sqlalchemy import select

    from hilum.serving.audit import LINES

    with people.served.serving.reading() as connection:
        told = list(connection.execute(select(LINES.c.person, LINES.c.what, LINES.c.concerning)))
    mine = {
        what
        for person, what, on in told
        if person == people.number("ann") and on == f"annotation/{made}/C0001"
    }
    assert {"marking_seen", "marking_changed", "marking_submitted"} <= mine
    assert people.served.serving.audit.fault() is None
