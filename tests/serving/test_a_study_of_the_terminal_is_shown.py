"""A study that was placed and run without the workbench is there, finished, once the workbench is served."""

import pytest

from hilum.conduct.study_placed import place_study
from hilum.conduct.study_run import run_study
from hilum.phantom import write_features_only
from hilum.serving.access.entry import new_entry_token

QUESTION = "30-day mortality in community-acquired pneumonia: severity, CURB-65, both (phantom, no films)"


@pytest.fixture
def made(tmp_path):
    """A study file and its table, as somebody wrote them."""
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "study.toml").write_text(f'version = 1\ntitle = "{QUESTION}"\n')
    (folder / "table.csv").write_text("patient,died\nP1,1\n")
    return folder


@pytest.fixture
def placed(workspace, made):
    """The study in the workspace."""
    return place_study(workspace.root, "mortality", made / "study.toml", [made / "table.csv"])


@pytest.mark.slow
def test_a_finished_study_is_listed_by_its_question_with_its_run_and_results(workspace, tmp_path, single):
    world = tmp_path / "world"
    write_features_only(world, patients=1000, seed=7)
    tables = [world / "table.csv", world / "severity.csv"]
    run = run_study(place_study(workspace.root, "mortality", world / "study.toml", tables))
    assert run.folder.name == "mortality-1"
    browser = single.entered()
    listed = browser.get("/api/studies").json()
    assert [(one["slug"], one["title"], one["may"]) for one in listed["items"]] == [
        ("mortality", QUESTION, "change")
    ]
    runs = browser.get("/api/results", params={"study": "mortality"}).json()
    assert (runs["total"], runs["items"][0]["run"]) == (1, "mortality-1")
    results = browser.get("/api/results/mortality/mortality-1").json()
    assert (results["study_title"], results["task"]) == (QUESTION, "survival")
    measured = browser.get("/api/results/mortality/mortality-1/evaluation").json()
    assert measured == run.evaluation.to_dict()


def test_people_with_accounts_do_not_see_it_but_for_an_administrator(placed, many):
    for name, role, count in (("chief", "administrator", 1), ("lee", "researcher", 0)):
        many.add(name, role)
        assert many.signed_in(name).get("/api/studies").json()["total"] == count


def test_a_study_whose_file_says_no_question_is_listed_by_its_name(placed, single):
    browser = single.entered()
    for text in ("not toml [", "version = 1", 'title = ""', "title = 3", ""):
        placed.write_text(text)
        assert [one["title"] for one in browser.get("/api/studies").json()["items"]] == ["mortality"], text


def test_what_was_changed_there_stays_when_it_is_placed_again(placed, workspace, made):
    placed.write_text("# mine")
    (placed.parent / "table.csv").unlink()
    again = place_study(workspace.root, "mortality", made / "study.toml", [made / "table.csv"])
    assert again.read_text() == "# mine"
    assert (again.parent / "table.csv").read_bytes() == (made / "table.csv").read_bytes()


def test_the_address_of_entry_leads_to_a_study_and_nowhere_else(single):
    pages = {"mortality": "/studies/mortality", "": "/", "//example.org": "/", "../api/session": "/"}
    for named, page in {**pages, "a\r\nSet-Cookie: b=c": "/", "a\n": "/"}.items():
        token = new_entry_token(single.serving)
        answer = single.client().get("/enter", params={"token": token, "study": named})
        assert (answer.status_code, answer.headers["location"]) == (303, page), named
