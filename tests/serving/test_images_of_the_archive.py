"""Images for the viewer: in the order of the body, whole and in parts, only for those who may see them."""

import io

import pytest
from pydicom import dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian
from sqlalchemy import select

from hilum.archive import open_archive
from hilum.serving.audit import LINES
from serving.annotation_world import assign, project, served_with_people, work


@pytest.fixture(scope="module")
def new_team(tmp_path_factory):
    with served_with_people(tmp_path_factory.mktemp("images") / "w") as told:
        yield told


@pytest.fixture
def people(new_team):
    return new_team()


def _series(served, modality: str, patient_place: int = 0):
    frame = open_archive(served.settings.workspace).images()
    rows = frame[frame["modality"] == modality]
    patient = sorted(rows["patient"].unique())[patient_place]
    return rows[rows["patient"] == patient]


def test_a_series_comes_in_the_order_of_its_slices_and_its_files_whole_or_in_parts(people):
    served = people.served
    rows = _series(served, "PT")
    told = people["dora"].get(f"/api/images/series/{rows['series'].iloc[0]}").json()
    assert told["modality"] == "PT"
    assert told["volume"]
    assert len(told["images"]) == len(rows)
    heights = [image["position"][2] for image in told["images"]]
    assert heights == sorted(heights) or heights == sorted(heights, reverse=True)

    url = told["images"][0]["url"]
    whole = people["dora"].get(url)
    assert whole.headers["content-type"] == "application/dicom"
    assert whole.content[128:132] == b"DICM"
    part = people["dora"].get(url, headers={"Range": "bytes=128-131"})
    assert (part.status_code, part.content) == (206, b"DICM")
    again = people["dora"].get(url, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    film = _series(served, "DX")["instance"].iloc[0]
    picture = people["dora"].get(f"/api/images/{film}/picture", params={"size": 64})
    assert picture.headers["content-type"] == "image/jpeg", picture.text


def test_an_annotator_reaches_only_the_images_of_his_own_cases(people):
    served = people.served
    made = project(people["dora"], most=1, first_pass=False)
    assign(people["dora"], made, people.all_of("ann"))
    (row,) = work(people["ann"], state="open")
    case = people["ann"].get(f"/api/annotation/markings/{row['marking']}").json()
    own = people["ann"].get(case["series"][0]["images"][0]["url"]).content
    frame = open_archive(served.settings.workspace).images()
    reached = {
        one for one in frame["instance"] if people["ann"].get(f"/api/images/{one}/dicom").status_code == 200
    }
    assert 0 < len(reached) < len(frame)
    assert own in {people["ann"].get(f"/api/images/{one}/dicom").content for one in reached}
    for one in set(frame["instance"]) - reached:
        assert people["ann"].get(f"/api/images/{one}/picture").status_code == 404
    for series in frame["series"].unique():
        mine = set(frame[frame["series"] == series]["instance"]) <= reached
        assert people["ann"].get(f"/api/images/series/{series}").status_code == (200 if mine else 404)
    assert people["abe"].get(f"/api/images/{min(reached)}/dicom").status_code == 404


def test_a_deflated_file_is_unpacked_for_browsers_which_cannot_read_it(people):
    served = people.served
    row = _series(served, "DX", 1).iloc[0]
    url = f"/api/images/{row['instance']}/dicom"
    plain = people["dora"].get(url).content
    file = served.settings.workspace.archive_folder / row["image"]
    dataset = dcmread(io.BytesIO(plain))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(file, enforce_file_format=True)
    assert file.stat().st_size < len(plain)
    answer = people["dora"].get(url)
    assert answer.headers["content-type"] == "application/dicom"
    read = dcmread(io.BytesIO(answer.content))
    assert read.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert read == dcmread(file)
    file.write_bytes(file.read_bytes()[:-200])
    assert people["dora"].get(url).content == file.read_bytes()  # damaged: as it lies, and the viewer says so
    file.write_bytes(plain)


def test_what_is_opened_is_recorded_and_nonsense_is_refused_in_a_sentence(people):
    served = people.served
    instance = _series(served, "DX")["instance"].iloc[0]
    assert people["dora"].get(f"/api/images/{instance}/dicom").status_code == 200
    with served.serving.reading() as connection:
        seen = select(LINES.c.concerning).where(
            LINES.c.what == "image_opened", LINES.c.person == people.number("dora")
        )
        assert connection.execute(seen).scalars().all() == [f"image {instance}"]
    for path in ("/api/images/1.2.3/dicom", "/api/images/series/1.2.3", "/api/images/..%2f/dicom"):
        answer = people["dora"].get(path)
        assert answer.status_code in (404, 422)
        assert answer.json()["sentence"]
    assert served.client().get(f"/api/images/{instance}/dicom").status_code == 401
