"""Files that come to be read get numbers for names, whatever their names, tables and ZIP files hold."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw, ImageFont

from hilum.conduct.reading_pictures import without_writing
from hilum.deid.burned_in import TextSearch
from hilum.serving.failures import Refusal
from hilum.serving.images.uploads import UploadFile
from hilum.serving.jobs.asked import PredictAsked
from hilum.serving.jobs.kinds import kind_named
from hilum.serving.readings_images import Sent, Taken, room_for, take_sent, unpacked
from hilum.serving.readings_outcome import Asked, decision, plain
from hilum.serving.readings_store import RESULT
from hilum.serving.readings_table import keep_table
from web.imaging import write_ct, write_film

PNG = io.BytesIO()
Image.new("L", (4, 4)).save(PNG, "PNG")
SURVIVAL = Asked("survival", ("risk", "risk_30d", "risk_365d"), ())


def zipped(path, members: dict[str, bytes], how=zipfile.ZIP_STORED) -> UploadFile:
    with zipfile.ZipFile(path, "w", how) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return UploadFile(path.name, path.stat().st_size)


def test_members_of_a_zip_file_leave_it_under_numbers_only(tmp_path):
    members = {"../../hong.png": PNG.getvalue(), "/abs/kim.png": PNG.getvalue(), "__MACOSX/._kim.png": b"x"}
    file = zipped(tmp_path / "disc.zip", {**members, "notes of hong.txt": b"no image"})
    sent = unpacked(tmp_path, [file], None, room_for(tmp_path / "room"))
    taken = take_sent(sent, tmp_path / "images", volumes=False)
    assert [(one.path.name, one.file, one.member) for one in taken] == [
        ("0001.png", 0, 0),
        ("0002.png", 0, 1),
    ]
    there = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert there[0] == "disc.zip"
    assert not [path for path in there[1:] if "hong" in path or "kim" in path]
    assert not list(tmp_path.parent.glob("hong*"))


@pytest.mark.parametrize("what", ["swollen", "damaged", "spoilt", "locked"])
def test_a_zip_file_that_cannot_be_unpacked_is_refused_in_a_sentence(what, tmp_path):
    path = tmp_path / "hong.zip"
    content = bytes(20_000_000) if what == "swollen" else PNG.getvalue()
    file = zipped(path, {"hong.png": content}, zipfile.ZIP_DEFLATED)
    raw = bytearray(path.read_bytes())
    if what == "damaged":
        raw[40:60] = bytes(20)
    if what == "spoilt":  # inside the compressed bytes
        raw[45:75] = bytes(one ^ 0xA5 for one in raw[45:75])
    if what == "locked":
        raw[6] |= 1
        raw[raw.find(b"PK\1\2") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(Refusal) as refused:
        unpacked(tmp_path, [file], None, room_for(tmp_path / "room"))
    assert refused.value.status in (413, 422)
    assert "hong" not in refused.value.sentence


def test_slices_of_one_folder_are_one_volume_and_films_are_images_each(tmp_path):
    write_ct(tmp_path / "kim" / "a", "21", 3, 16)
    write_ct(tmp_path / "kim" / "b", "21", 2, 16)
    write_film(tmp_path / "kim", "21", 16, 16)
    paths = sorted(path for path in (tmp_path / "kim").rglob("*.dcm"))
    sent = [Sent(path, path.relative_to(tmp_path).as_posix(), number) for number, path in enumerate(paths)]
    volumes = take_sent(sent, tmp_path / "volumes", volumes=True)
    assert [(one.name, len(list(one.path.iterdir()))) for one in volumes] == [
        ("kim/a", 3),
        ("kim/b", 2),
        ("kim", 1),
    ]
    images = take_sent(sent, tmp_path / "images", volumes=False)
    assert [one.path.name for one in images] == [f"{number:04d}.dcm" for number in range(1, 7)]


def taken(tmp_path, *names: str) -> list[Taken]:
    return [Taken(tmp_path / f"{number:04d}.png", name, number) for number, name in enumerate(names, start=1)]


def test_a_table_keeps_what_the_model_reads_and_no_name(tmp_path):
    rows = {
        "image": ["b/kim.png", "hong.png", "nobody.png"],
        "case": ["Kim Minji", "Kim Minji", "x"],
        "age": [61, 72.5, 1],
        "name": ["Kim Minji", "Hong Gildong", "Nobody"],
    }
    images = taken(tmp_path, "new/hong.png", "new/b/kim.png")
    path = keep_table(pd.DataFrame(rows), images, ["age"], tmp_path, several=True)
    kept = pd.read_parquet(path)
    assert kept.to_dict("list") == {
        "image": ["0001.png", "0002.png"],
        "case": ["1", "1"],
        "age": [72.5, 61.0],
    }
    assert path.stat().st_mode & 0o077 == 0
    assert not [name for name in (b"Kim", b"hong", b"Nobody") if name in path.read_bytes()]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"image": ["hong.png"]}, "`age`"),
        ({"file": ["hong.png"], "age": [1]}, "`image`"),
        ({"image": ["other.png"], "age": [1]}, "no row"),
        ({"image": ["hong.png", "hong.png"], "age": [1, 2]}, "second time"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_and_names_nobody(rows, said, tmp_path):
    with pytest.raises(Refusal, match=said) as refused:
        keep_table(pd.DataFrame(rows), taken(tmp_path, "a/hong.png"), ["age"], tmp_path, several=False)
    assert "hong" not in refused.value.sentence


def test_one_row_for_two_images_of_one_name_is_refused(tmp_path):
    images = taken(tmp_path, "a/hong.png", "b/hong.png")
    rows = pd.DataFrame({"image": ["hong.png"], "age": [1]})
    with pytest.raises(Refusal, match="folders") as refused:
        keep_table(rows, images, ["age"], tmp_path, several=False)
    assert "hong" not in refused.value.sentence


@pytest.mark.parametrize(
    ("asked", "values", "thresholds", "kind", "of"),
    [
        (
            Asked("classification", ("score",), ("no", "ill")),
            {"score": 0.5},
            {"score": 0.5},
            "positive",
            ["ill"],
        ),
        (
            Asked("classification", ("score",), ("no", "ill")),
            {"score": 0.49},
            {"score": 0.5},
            "negative",
            ["no"],
        ),
        (Asked("classification", ("score",), ("no", "ill")), {"score": 0.5}, {}, "", []),
        (
            Asked("classification", ("score_a", "score_b", "score_c"), ("a", "b", "c")),
            {"score_a": 0.2, "score_b": 0.5, "score_c": 0.3},
            {},
            "most_probable",
            ["b"],
        ),
        (
            Asked("findings", ("score_mass", "score_nodule"), ("mass", "nodule")),
            {"score_mass": 0.2, "score_nodule": 0.5},
            {"score_mass": 0.1, "score_nodule": 0.6},
            "findings",
            ["mass"],
        ),
        (SURVIVAL, {"risk": 0.9, "risk_30d": 0.1, "risk_365d": 0.9}, {"risk_30d": 0.2}, "negative", []),
        (Asked("regression", ("value",), ()), {"value": 61.0}, {}, "", []),
    ],
)
def test_the_decision_is_that_of_the_frozen_threshold(asked, values, thresholds, kind, of):
    found = decision(asked, values, thresholds)
    assert (found["kind"], found["of"]) == (kind, of)


def test_sentences_of_the_command_name_images_by_number():
    path = "serve/readings/0123456789abcdef/images"
    assert plain(f"{path}/0007/00003.dcm is cut: replace it") == "image 7 is cut: replace it"
    assert (
        plain(f"none of 2, because: {path}/0001 cannot be opened")
        == "none of 2, because: image 1 cannot be opened"
    )


def test_work_that_was_cut_off_after_its_end_is_not_done_again(tmp_path):
    asked = PredictAsked(model="m", place=str(tmp_path), images=["images/0001.png"])
    assert kind_named("predict").words(asked, tmp_path)[0] == "predict"
    (tmp_path / RESULT).write_text("{}")
    assert kind_named("predict").words(asked, tmp_path) == ["--version"]


def test_writing_in_a_small_picture_is_blanked():
    page = Image.fromarray(np.random.default_rng(0).normal(90, 8, (300, 260)).clip(0, 255).astype(np.uint8))
    ImageDraw.Draw(page).text((20, 40), "HONG GILDONG", fill=255, font=ImageFont.load_default(size=20))
    grey, search = np.array(page), TextSearch()
    assert without_writing(grey, search)
    assert grey[40:62, 20:170].max() < 200
    assert without_writing(grey, search) == []
