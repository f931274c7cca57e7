"""Studies are whose they are, every state is kept, and paths lead nowhere else."""

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.archive import create_workspace
from hilum.serving.settings import Settings
from hilum.serving.studies_revisions import read_revision, text_of
from hilum.serving.studies_store import studies_folder
from serving.served import in_memory, running

KOREAN = pd.DataFrame(
    {
        "환자번호": [f"p{n:02}" for n in range(12)],
        "성명": [
            "김철수",
            "이영희",
            "박민수",
            "최지우",
            "정하늘",
            "강바다",
            "조은별",
            "윤슬기",
            "장미란",
            "임꺽정",
            "한가람",
            "오세영",
        ],
        "나이": [40 + n for n in range(12)],
        "사망 여부": ["사망", "생존"] * 6,
        "추적기간(개월)": [1, 12, 3, 24, 5, 36, 2, 30, 9, 18, 4, 40],
    }
)


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    """One server for all of these: each makes a study of its own."""
    with (
        in_memory(tmp_path_factory.mktemp("single")) as folder,
        running(Settings(create_workspace(folder / "workspace"))) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """One server with people for all of these."""
    with (
        in_memory(tmp_path_factory.mktemp("many")) as folder,
        running(Settings(create_workspace(folder / "workspace"), accounts=True)) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def kim(many):
    """The browser of a researcher."""
    many.add("kim", "researcher")
    return many.signed_in("kim")


def film(folder, name):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(abs(hash(name)) % 2**32).integers(0, 255, (40, 40), dtype=np.uint8)
    Image.fromarray(pixels).save(path)


def made(user, title="Does it tell?"):
    answer = user.post("/api/studies", json={"title": title})
    assert answer.status_code == 201, answer.text
    return answer.json()


def brought(user, slug, frame, name="outcomes.xlsx"):
    file = io.BytesIO()
    frame.to_excel(file, index=False) if name.endswith("xlsx") else file.write(
        frame.to_csv(index=False).encode()
    )
    answer = user.post(f"/api/studies/{slug}/tables", files={"file": (name, file.getvalue())})
    assert answer.status_code == 201, answer.text
    return answer.json()["name"]


def changed(user, study, *edits: object):
    wanted = [{"at": list(at), "value": value} for at, value in edits]
    tag = user.get(f"/api/studies/{study}").json()["tag"]
    return user.patch(f"/api/studies/{study}", json={"tag": tag, "edits": wanted})


def test_a_study_grows_by_edits_and_goes_back(single):
    user = single.entered()
    study = made(user)
    slug = study["slug"]
    answer = changed(user, slug, (["cohort", "images"], "images"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["cohort"] == {"images": "images"}
    stale = {"tag": study["tag"], "edits": [{"at": ["title"], "value": "x"}]}
    assert user.patch(f"/api/studies/{slug}", json=stale).status_code == 409
    back = user.post(f"/api/studies/{slug}/revisions/1/restore", json={"tag": answer.json()["tag"]})
    assert back.json()["text"] == study["text"]
    assert [one["number"] for one in user.get(f"/api/studies/{slug}/revisions").json()] == [3, 2, 1]


def test_a_folder_and_a_korean_table_become_a_question(single):
    user = single.entered()
    slug = made(user, "30-day mortality")["slug"]
    place = studies_folder(single.serving) / slug
    for number in range(12):
        film(place / "images", f"p{number:02}.png")
    changed(user, slug, (["cohort", "images"], "images"))
    name = brought(user, slug, KOREAN)
    table = user.get(f"/api/studies/{slug}/tables/{name}").json()
    assert table["patient"]["patient"] == "환자번호"
    assert table["patient"]["sure"]
    assert {one["name"]: one["role"] for one in table["columns"]}["사망 여부"] == "event"
    changed(user, slug, (["cohort", "table"], name), (["cohort", "patient"], "환자번호"))
    first = user.get(f"/api/studies/{slug}/tasks").json()[0]
    assert (first["kind"], first["doubts"]) == ("survival", [])
    taken = {
        "tag": user.get(f"/api/studies/{slug}").json()["tag"],
        "keys": first["keys"],
        "makings": first["makings"],
    }
    answer = user.put(f"/api/studies/{slug}/task", json=taken)
    assert answer.status_code == 200, answer.text
    assert answer.json()["problem"] is None
    cohort = user.get(f"/api/studies/{slug}/cohort").json()
    assert (cohort["problem"], cohort["cases"], cohort["events"]) == ("", 12, 6)
    assert pd.read_csv(place / answer.json()["data"]["cohort"]["table"])["추적기간(개월) -> days"][1] == 365


def test_names_are_hidden_from_those_without_the_right_and_stay_out_of_the_record(many, kim):
    user = kim
    slug = made(user)["slug"]
    name = brought(user, slug, KOREAN)
    table = user.get(f"/api/studies/{slug}/tables/{name}").text
    assert "김철수" not in table
    assert "p03" not in table
    assert "김철수" not in json.dumps(user.get(f"/api/studies/{slug}/tasks").json(), ensure_ascii=False)
    many.add("root", "administrator")
    assert "outcomes" not in many.signed_in("root").get("/api/audit").text


def test_a_study_is_only_for_its_people(many, kim):
    many.add("lee", "researcher")
    number = many.add("vi", "viewer")
    lee, viewer = many.signed_in("lee"), many.signed_in("vi")
    slug = made(kim)["slug"]
    for path in (
        "",
        "/cohort",
        "/revisions",
        "/tables/a.csv",
        "/tasks",
        "/scores",
        "/images",
        "/people",
        "/pictures/aa",
    ):
        for other in (lee, viewer):
            assert other.get(f"/api/studies/{slug}{path}").status_code == 404, path
    assert viewer.get("/api/studies").json()["total"] == 0
    assert lee.post(f"/api/studies/{slug}/run").status_code == 404
    assert viewer.post(f"/api/studies/{slug}/run").status_code == 403
    assert kim.put(f"/api/studies/{slug}/people/{number}", json={"may": "see"}).status_code == 200
    assert viewer.get(f"/api/studies/{slug}").json()["may"] == "see"
    assert changed(viewer, slug, (["title"], "x")).status_code == 403
    assert kim.put(f"/api/studies/{slug}/people/{number}", json={"may": None}).status_code == 200
    assert viewer.get(f"/api/studies/{slug}").status_code == 404


@pytest.mark.parametrize("path", ["/etc", "../other", "../../vault", "/", "images/../../x"])
def test_with_accounts_no_path_leads_out_of_the_study(kim, path):
    user = kim
    slug = made(user)["slug"]
    for key in ("images", "table"):
        assert changed(user, slug, (["cohort", key], path)).status_code == 403
    assert changed(user, slug, (["readers"], {"product": path})).status_code == 403
    text = f'[cohort]\nimages = "{path}"\n'
    tag = user.get(f"/api/studies/{slug}").json()["tag"]
    assert user.put(f"/api/studies/{slug}/text", json={"tag": tag, "text": text}).status_code == 403
    assert user.get("/api/study-folders", params={"under": path}).status_code == 403


def test_a_link_that_leads_out_is_not_followed(many, kim, tmp_path):
    slug = made(kim)["slug"]
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    (studies_folder(many.serving) / slug / "link.csv").symlink_to(secret)
    assert kim.get(f"/api/studies/{slug}/tables/link.csv").status_code == 403


def test_text_that_cannot_be_read_is_kept_and_the_study_stays_as_it_was(single):
    user = single.entered()
    slug = made(user)["slug"]
    good = '# mine\n[cohort]\nimages = "images"\n'
    tag = user.get(f"/api/studies/{slug}").json()["tag"]
    tag = user.put(f"/api/studies/{slug}/text", json={"tag": tag, "text": good}).json()["tag"]
    answer = user.put(f"/api/studies/{slug}/text", json={"tag": tag, "text": good + "tabel = 1"}).json()
    assert answer["text"] == good
    assert answer["draft"] == good + "tabel = 1"
    assert answer["draft_problem"]["line"] == 4
    assert "did you mean `table`" in answer["draft_problem"]["sentence"]
    answer = user.delete(f"/api/studies/{slug}/draft").json()
    assert (answer["draft"], answer["text"]) == (None, good)


def test_a_save_that_was_cut_off_is_finished(single):
    user = single.entered()
    slug = made(user)["slug"]
    folder = studies_folder(single.serving) / slug
    first = (folder / "study.toml").read_bytes()
    answer = changed(user, slug, (["title"], "Another question")).json()
    (folder / "study.toml").write_bytes(first)  # the state was written, the file not yet
    assert text_of(folder) == answer["text"]
    assert user.get(f"/api/studies/{slug}").json()["title"] == "Another question"


def test_a_file_changed_in_a_terminal_is_noticed_and_kept(single):
    user = single.entered()
    study = made(user)
    folder = studies_folder(single.serving) / study["slug"]
    (folder / "study.toml").write_text(study["text"] + '[cohort]\nimages = "mine" # by hand\n')
    stale = {"tag": study["tag"], "edits": [{"at": ["title"], "value": "x"}]}
    assert user.patch(f"/api/studies/{study['slug']}", json=stale).status_code == 409
    assert "# by hand" in changed(user, study["slug"], (["title"], "x")).json()["text"]
    assert read_revision(folder, 2).what == "changed outside the workbench"


def test_a_replaced_table_comes_back_with_its_state(single):
    user = single.entered()
    slug = made(user)["slug"]
    brought(user, slug, pd.DataFrame({"a": [1, 2]}), "t.csv")
    brought(user, slug, pd.DataFrame({"b": [3, 4]}), "t.csv")
    tag = user.get(f"/api/studies/{slug}").json()["tag"]
    assert user.post(f"/api/studies/{slug}/revisions/2/restore", json={"tag": tag}).status_code == 200
    assert user.get(f"/api/studies/{slug}/tables/t.csv").json()["columns"][0]["name"] == "a"


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.exe", b"MZ", 422),
        ("a.xlsx", b"not a workbook", 422),
        ("a.csv", b"a,b\n1\n", 400),
        ("../../x.csv", b"a,b\n1,2\n", 201),
        ("study.toml", b"a = 1", 422),
        ("a.csv", b"", 400),
    ],
)
def test_what_is_brought_is_looked_at_first(single, name, content, status):
    user = single.entered()
    slug = made(user)["slug"]
    answer = user.post(f"/api/studies/{slug}/tables", files={"file": (name, content)})
    assert answer.status_code == status, answer.text
    folder = studies_folder(single.serving) / slug
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} <= {
        "study.toml",
        "x.csv",
    }


def test_a_workbook_that_swells_is_refused(single):
    user = single.entered()
    slug = made(user)["slug"]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    answer = user.post(f"/api/studies/{slug}/tables", files={"file": ("a.xlsx", bomb.getvalue())})
    assert answer.status_code == 413


def test_files_are_only_for_the_owner(single):
    user = single.entered()
    slug = made(user)["slug"]
    brought(user, slug, KOREAN)
    folder = studies_folder(single.serving) / slug
    assert folder.stat().st_mode & 0o077 == 0
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_a_study_is_duplicated_and_put_away_and_brought_back(many):
    many.add("park", "researcher")
    number = many.add("choi", "researcher")
    park, choi = many.signed_in("park"), many.signed_in("choi")
    slug = made(park)["slug"]
    brought(park, slug, KOREAN, "t.csv")
    park.put(f"/api/studies/{slug}/people/{number}", json={"may": "see"})
    copy = choi.post(f"/api/studies/{slug}/duplicate", json={"title": "Mine"}).json()
    assert copy["may"] == "change"
    assert choi.get(f"/api/studies/{copy['slug']}/tables/t.csv").status_code == 200
    assert park.get(f"/api/studies/{copy['slug']}").status_code == 404
    assert park.put(f"/api/studies/{slug}/archived", json={"archived": True}).json()["archived"]
    assert park.get("/api/studies").json()["total"] == 0
    assert park.get("/api/studies", params={"archived": True}).json()["total"] == 1
    assert changed(park, slug, (["title"], "x")).status_code == 409
    park.put(f"/api/studies/{slug}/archived", json={"archived": False})
    assert changed(park, slug, (["title"], "x")).status_code == 200


def test_images_are_uploaded_seen_and_shown_by_keys_that_name_nobody(single, tmp_path):
    user = single.entered()
    slug = made(user)["slug"]
    names = [f"{label}/{name}" for label in ("normal", "sick") for name in ("Kim_1.png", "Lee_2.png")]
    for name in names:
        film(tmp_path, name)
    files = [("files", ("x", (tmp_path / name).read_bytes())) for name in names]
    answer = user.post(f"/api/studies/{slug}/images", files=files, data={"paths": names})
    assert answer.json() == {"folder": "images", "stored": 4, "refused": 0, "sentence": ""}, answer.text
    changed(user, slug, (["cohort", "images"], "images"))
    look = user.get(f"/api/studies/{slug}/images")
    assert look.json()["labels"] == {"normal": 2, "sick": 2}
    assert "Kim" not in look.text
    picture = user.get(f"/api/studies/{slug}/pictures/{look.json()['samples'][0]}")
    assert picture.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (40, 40)
    for bad in ("../../evil.png", "a/../../evil.png", ".hidden/x.png", "x.svg"):
        one = [("files", ("x", (tmp_path / names[0]).read_bytes()))]
        assert (
            user.post(f"/api/studies/{slug}/images", files=one, data={"paths": [bad]}).json()["stored"] == 0
        )
    assert not (studies_folder(single.serving) / "evil.png").exists()
