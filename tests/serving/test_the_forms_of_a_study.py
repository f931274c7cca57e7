"""Forms: what is wrong is said at once, findings are chosen singly, a second table becomes a cohort."""

import io
import json

import pandas as pd
import pytest

from hilum.archive import create_workspace
from hilum.serving.settings import Settings
from hilum.serving.studies_store import studies_folder
from hilum.study import parse_study
from serving.served import in_memory, running

FIRST = pd.DataFrame(
    {
        "patient": [f"{n:03}" for n in range(40)],
        "days": [10 + 20 * n for n in range(40)],
        "died": [int(n % 2 == 0) for n in range(40)],
        "nodule": (["yes", "no", "unsure", None] * 10),
        "age": [40 + n for n in range(40)],
        "seen": [f"20{20 + n // 10}-03-01" for n in range(40)],
    }
)
STUDY = """\
# ours
[cohort]
table = "first.csv"
patient = "patient"

[task]
time_days = "days"
event = "died"
horizons_days = [30, 365]

[[readers]]
product = "readings.csv"
"""


@pytest.fixture(scope="module")
def user(tmp_path_factory):
    """The browser of a single user; every test makes a study of its own."""
    with (
        in_memory(tmp_path_factory.mktemp("forms")) as folder,
        running(Settings(create_workspace(folder / "workspace"))) as server,
    ):
        client = server.entered()
        client.folder = studies_folder(server.serving)  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def study(user):
    """A study of a time to an event, from a table alone."""
    made = user.post("/api/studies", json={"title": "Forms"}).json()
    bring(user, made["slug"], "first.csv", FIRST)
    tag = user.get(f"/api/studies/{made['slug']}").json()["tag"]
    answer = user.put(f"/api/studies/{made['slug']}/text", json={"tag": tag, "text": STUDY})
    assert answer.json()["problem"] is None, answer.text
    return made["slug"]


def bring(user, slug, name, frame):
    file = io.BytesIO(frame.to_csv(index=False).encode())
    answer = user.post(f"/api/studies/{slug}/tables", files={"file": (name, file.getvalue())})
    assert answer.status_code == 201, answer.text


def tag_of(user, slug):
    return user.get(f"/api/studies/{slug}").json()["tag"]


def tried(user, slug, at, value):
    wanted = {"tag": tag_of(user, slug), "edits": [{"at": at, "value": value}]}
    return user.post(f"/api/studies/{slug}/settings/tried", json=wanted).json()["sentence"]


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (["split", "parts"], {"train": 0.8, "test": 0.3}, "must add up to 1"),
        (["split", "external", "late"], "sen >= '2022-01-01'", "did you mean `seen`?"),
        (["split", "external", "late"], "seen >=", "cannot be read"),
        (["evaluation", "subgroups"], ["aeg"], "did you mean `age`?"),
        (["evaluation", "margins", "auroc"], 5, "write 0.05 for 5 points"),
        (["preparation", "crop"], "lung", "did you mean `lungs`?"),
        (["preparation", "spacing_mm"], "wide", "must be a number"),
        (["explanation", "lesions"], "../../vault/keys.csv", "leads elsewhere"),
        (["task", "horizons_days"], [30, "x"], "must be a number"),
        (["readers", 0, "threshold_rule"], "sensitivity of curb", "no other reader `curb`"),
        (["readers", 0, "threshold_rule"], "best", "is no rule"),
        (["readers", 0, "threshold"], 0.4, ""),
        (["cohort", "choose"], "all", ""),
        (["evaluation", "subgroups"], ["age"], ""),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_saved(user, study, at, value, said):
    before = user.get(f"/api/studies/{study}").json()["text"]
    sentence = tried(user, study, at, value)
    assert (said in sentence) if said else sentence == ""
    assert user.get(f"/api/studies/{study}").json()["text"] == before


def test_a_study_of_which_only_the_question_is_there_is_tried_too(user):
    slug = user.post("/api/studies", json={"title": "Later"}).json()["slug"]
    assert tried(user, slug, ["preparation", "crop"], "lungs") == ""
    assert "did you mean" in tried(user, slug, ["preparation", "crop"], "lung")


def test_the_cohort_says_events_by_each_horizon_and_who_is_not_followed_for_so_long(user, study):
    frame = FIRST.copy()
    frame.loc[0, "died"] = None
    bring(user, study, "first.csv", frame)
    shown = user.get(f"/api/studies/{study}/cohort").json()
    assert shown["problem"] == "", shown
    left = frame[frame["died"].notna()]
    for told, day in zip(shown["horizons"], (30, 365), strict=True):
        assert told["days"] == day
        assert told["events"] == int(((left["died"] == 1) & (left["days"] <= day)).sum())
        assert told["lost"] == int(((left["died"] == 0) & (left["days"] < day)).sum())
    assert shown["horizons"][0]["events"] < shown["horizons"][1]["events"] < shown["events"] == 19
    assert shown["unknown"] == 1


def test_findings_are_chosen_singly_with_label_and_positive_value(user, study):
    making = {"new": "Nodule", "how": "equals", "columns": ["nodule"], "numbers": {"yes": 1}}
    keys = {"kind": "findings", "findings": ["Nodule", "died"]}
    wanted = {"tag": tag_of(user, study), "keys": keys, "makings": [making]}
    answer = user.put(f"/api/studies/{study}/task", json=wanted)
    assert answer.json()["problem"] is None, answer.text
    made = pd.read_csv(user.folder / study / answer.json()["data"]["cohort"]["table"])
    assert made["Nodule"].fillna(-1).tolist()[:4] == [1, 0, 0, -1]
    assert "# ours" in answer.json()["text"]
    told = user.get(f"/api/studies/{study}/tables/{answer.json()['data']['cohort']['table']}").json()["made"]
    assert told == ["`Nodule`: 1 where `nodule` is yes, 0 where it is something else"]


def second():
    frame = FIRST.iloc[:6].rename(columns={"patient": "No", "days": "Days"})
    return frame.assign(days2=1).drop(columns="age")


def join(user, slug, **more: object):
    wanted = {
        "tag": tag_of(user, slug),
        "name": "Seoul",
        "table": "second.csv",
        "columns": {"patient": "No", "days": "Days"},
        **more,
    }
    return user.put(f"/api/studies/{slug}/external", json=wanted)


def test_a_second_table_is_an_external_cohort_that_is_only_tested(user, study):
    bring(user, study, "second.csv", second())
    offered = user.get(f"/api/studies/{study}/settings").json()
    assert set(offered["needed"]) == {"patient", "days", "died"}
    assert {"first.csv", "second.csv"} <= set(offered["tables"])
    answer = join(user, study, apart=True)
    assert answer.status_code == 200, answer.text
    assert answer.json()["text"].startswith("# ours\n")
    joined = pd.read_csv(user.folder / study / answer.json()["data"]["cohort"]["table"], dtype=str)
    assert joined["patient"].tolist()[:2] == ["000", "001"]
    assert joined["patient"].tolist()[-6:] == [f"Seoul {n:03}" for n in range(6)]
    shown = user.get(f"/api/studies/{study}/cohort").json()
    assert shown["problem"] == "", shown
    assert shown["parts"]["Seoul"] == 6
    assert sum(shown["parts"].values()) == 46


def test_a_number_that_stands_in_both_tables_is_one_person_unless_it_is_said_that_it_is_not(user, study):
    bring(user, study, "second.csv", second())
    assert join(user, study).status_code == 200
    assert (
        "6 patients have several different rows" in user.get(f"/api/studies/{study}/cohort").json()["problem"]
    )


def test_a_cohort_that_is_taken_out_takes_its_rows_along(user, study):
    bring(user, study, "second.csv", second())
    join(user, study, apart=True)
    out = user.post(f"/api/studies/{study}/external/Seoul/out", json={"tag": tag_of(user, study)})
    assert out.status_code == 200, out.text
    assert "external" not in out.json()["data"].get("split", {})
    shown = user.get(f"/api/studies/{study}/cohort").json()
    assert sum(shown["parts"].values()) == 40
    assert parse_study(out.json()["text"]).split.external == {}


def test_columns_that_were_made_are_made_for_the_second_table_too(user, study):
    making = {"new": "time", "how": "scaled", "columns": ["days"], "unit": "weeks"}
    keys = {"kind": "survival", "time_days": "time", "event": "died", "horizons_days": [365]}
    wanted = {"tag": tag_of(user, study), "keys": keys, "makings": [making]}
    assert user.put(f"/api/studies/{study}/task", json=wanted).status_code == 200
    bring(user, study, "second.csv", second())
    assert set(user.get(f"/api/studies/{study}/settings").json()["needed"]) == {"patient", "days", "died"}
    answer = join(user, study, apart=True)
    assert answer.status_code == 200, answer.text
    joined = pd.read_csv(user.folder / study / answer.json()["data"]["cohort"]["table"])
    assert joined["time"].tolist()[-6:] == [7 * days for days in second()["Days"]]


def test_a_table_that_the_study_reads_stays_as_it_is_where_a_cohort_cannot_be_joined(user, study):
    bring(user, study, "second.csv", second())
    read = join(user, study, apart=True).json()["data"]["cohort"]["table"]
    before = (user.folder / study / read).read_bytes()
    for more, status in (
        ({"name": "train"}, 422),
        ({"name": "Seoul"}, 422),
        ({"name": "B", "tag": "x"}, 409),
    ):
        assert join(user, study, **more).status_code == status
    assert (user.folder / study / read).read_bytes() == before
    assert join(user, study, name="Busan", apart=True).status_code == 200
    assert (user.folder / study / read).read_bytes() == before
    parts = user.get(f"/api/studies/{study}/cohort").json()["parts"]
    assert (parts["Seoul"], parts["Busan"], sum(parts.values())) == (6, 6, 52)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"columns": {"patient": "No"}}, "lacks `days`"),
        ({"table": "../first.csv"}, ""),
        ({"name": "test"}, "name of a part"),
        ({"name": "it's"}, ""),
    ],
)
def test_a_second_table_that_does_not_fit_is_refused_in_a_sentence(user, study, more, said):
    bring(user, study, "second.csv", second())
    answer = join(user, study, **more)
    assert 400 <= answer.status_code < 500, answer.text
    assert said in answer.json()["sentence"]
    assert "external" not in json.dumps(user.get(f"/api/studies/{study}").json()["data"])
