"""A workspace as a large hospital fills it: a hundred thousand cases in the archive, to mark, and in a run.

Their rows are written into the tables that a real ingest, a project of annotation and a run write; no file
lies behind them. One series is real: a CT of 300 slices, ingested.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from slices import Place, slice_of
from sqlalchemy import insert

from hilum.annotation.passes import Plan
from hilum.archive import Archive, Workspace, create_workspace, open_archive
from hilum.archive.index import IMAGES
from hilum.archive.index import writing as index_writing
from hilum.cohorts import Cohort
from hilum.conduct.opinions import save_readings
from hilum.evaluation import EvaluationOptions, Readings, evaluate
from hilum.serving.access.people import add_account
from hilum.serving.access.rights import ROLES
from hilum.serving.access.sessions import begin_session
from hilum.serving.annotation_store import images_to_json
from hilum.serving.annotation_tables import CASES, MARKINGS, PROJECTS
from hilum.serving.jobs.records import JobRecords, State
from hilum.serving.state import Serving
from hilum.serving.studies_store import STUDIES
from hilum.study import parse_study
from workbench.rows import put

SLICES = 300
STUDY = "pneumonia-in-many"
RUN = f"{STUDY}-1"
_BATCH = 5_000
_STUDY_FILE = """version = 1
title = "Is there pneumonia?"
[cohort]
images = "archive"
table = "table.csv"
patient = "patient"
[task]
kind = "classification"
label = "diagnosis"
positive = "pneumonia"
[[readers]]
product = "product.csv"
name = "product"
mapping = { case = "patient", score = "index" }
"""


def make_hospital(folder: Path, cases: int, index: str | None = None, slices: int = SLICES) -> Workspace:
    """Make the workspace with its archive.

    Args:
        folder: where; it must not exist.
        cases: series in the archive, two images each.
        index: URL of a PostgreSQL database for the index of the archive; None is a file.
        slices: of the CT that is really there; none where it is 0.
    """
    workspace = create_workspace(folder, index)
    archive = open_archive(workspace)
    if slices:
        _ingest_ct(archive, folder.parent / "export", slices)
    write_index(archive, cases)
    archive.engine.dispose()
    return workspace


def write_ct(folder: Path, slices: int, patient: int = 0) -> None:
    """Write a CT as a scanner does, one file a slice."""
    folder.mkdir(parents=True)
    for number in range(slices):
        slice_of(Place(patient, 0, number, slices)).save_as(
            folder / f"{number:04d}.dcm", enforce_file_format=True
        )


def _ingest_ct(archive: Archive, export: Path, slices: int) -> None:
    write_ct(export, slices)
    report = archive.ingest([export])
    if report.archived != slices:
        raise RuntimeError(f"the CT did not come in whole: {report}")


def write_index(archive: Archive, cases: int) -> None:
    """Write rows of so many series of two images each; every fourth patient has two studies."""
    rng = np.random.default_rng(1)
    with index_writing(archive.engine) as connection:
        for begin in range(0, cases, _BATCH):
            numbers = range(begin, min(begin + _BATCH, cases))
            put(connection, IMAGES, [row for n in numbers for row in _images(n, rng)])


def _images(number: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    patient, study, series = f"P{number // 4:08d}", f"2.25.1{number // 2:09d}", f"2.25.2{number:09d}"
    common = {
        "patient": patient,
        "study": study,
        "series": series,
        "accession": f"A{number // 2:09d}",
        "modality": str(rng.choice(["DX", "CR", "CT", "PT"])),
        "view": str(rng.choice(["PA", "AP", "unknown"])),
        "sex": str(rng.choice(["F", "M", ""])),
        "age": float(rng.integers(18, 90)),
        "study_date": f"20{rng.integers(15, 25)}-03-04",
        "manufacturer": str(rng.choice(["Hanbit Imaging", "Meridian X-Ray"])),
        "body_part": "CHEST",
        "photometric": "MONOCHROME2",
        "laterality": "",
        "acquired": "",
        "transfer_syntax": "1.2.840.10008.1.2.1",
        "sop_class": "1.2.840.10008.5.1.4.1.1.1.1",
    }
    numbers = {"rows": 2048, "columns": 2048, "frames": 1, "bits_stored": 12, "kind": "image"}
    return [
        {
            **common,
            **numbers,
            "image": f"{patient}/{study}/{series}/{place}.dcm",
            "instance": f"2.25.3{number:09d}{place}",
            "file_sha256": f"{number:063x}{place}",
            "pixel_sha256": f"{number:063x}{place}",
            "source": f"synthetic {number} {place}",
        }
        for place in (0, 1)
    ]


def add_people(serving: Serving) -> dict[str, str]:
    """An account of each role; the secret of a session of each."""
    with serving.writing() as connection:
        return {
            role: begin_session(connection, serving.settings, add_account(connection, f"a {role}", [role]))
            for role in ROLES
        }


def write_worklist(serving: Serving, person: int, cases: int) -> int:
    """A project of so many cases, all of them given to one person; its number."""
    plan = json.dumps(dataclasses.asdict(Plan("XRY")))
    row = {"name": "many films", "code": "XRY", "plan": plan, "made": "2026-11-21T10:00:00.000+00:00"}
    team = json.dumps({"people": [person], "per_day": 0})
    with serving.writing() as connection:
        made = connection.execute(insert(PROJECTS).values(**row, team=team)).inserted_primary_key
        assert made is not None
        for begin in range(0, cases, _BATCH):
            numbers = range(begin, min(begin + _BATCH, cases))
            put(connection, CASES, [_case(made[0], number) for number in numbers])
            put(connection, MARKINGS, [_marking(number, person) for number in numbers])
    return int(made[0])


def _case(project: int, number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "project": project,
        "name": f"C{number + 1:06d}",
        "patient": f"P{number // 4:08d}",
        "study": f"2.25.1{number // 2:09d}",
        "stage": "first",
        "round": 1,
        "course": "",
        "pictures": 2,
        "images": images_to_json(()),
        "proposals": "[]",
    }


def _marking(number: int, person: int) -> dict[str, Any]:
    done = number % 3 == 0
    return {
        "case": number + 1,
        "stage": "first",
        "round": 1,
        "person": person,
        "state": "submitted" if done else "open",
        "revision": 0,
        "made": "2026-11-21T10:00:00.000+00:00",
        "submitted": "2026-11-20T10:00:00.000+00:00" if done else None,
        "seconds": 30.0 if done else None,
    }


def write_run(serving: Serving, owner: int, cases: int) -> None:
    """A study of so many cases, and its run by a product."""
    workspace = serving.workspace
    rng = np.random.default_rng(2)
    ill = rng.random(cases) < 0.3
    table = pd.DataFrame(
        {
            "case": [f"2.25.1{number:09d}" for number in range(cases)],
            "patient": [f"P{number // 2:08d}" for number in range(cases)],
            "part": np.where(np.arange(cases) % 5 == 0, "validation", "test"),
            "image": [f"P{n // 2:08d}/2.25.1{n:09d}/2.25.2{2 * n:09d}/0.dcm" for n in range(cases)],
            "label": np.where(ill, "pneumonia", "normal"),
            "sex": rng.choice(["F", "M"], cases),
        }
    )
    study = parse_study(_STUDY_FILE, "study.toml")
    home, run = workspace.root / "studies" / STUDY, workspace.runs_folder / RUN
    for place in (home, run):
        place.mkdir(parents=True)
        (place / "study.toml").write_text(_STUDY_FILE, encoding="utf-8")
    cohort = Cohort(table, study.task, workspace.archive_folder, (), ("normal", "pneumonia"), "pneumonia", ())
    cohort.save(run / "cohort.parquet")
    scores = pd.DataFrame({"case": table["case"], "score": rng.normal(ill * 1.2, 1.0)})
    readings = Readings.from_frame(scores, reader="product")
    save_readings(run, readings)
    evaluate([readings], cohort.truth(), EvaluationOptions(bootstrap=100)).save(run / "evaluation.json")
    (run / "inputs.json").write_text("{}", encoding="utf-8")
    jobs = JobRecords(serving.engine)
    jobs.add("made", "run", (owner, "an administrator"), STUDY, {})
    jobs.change("made", state=State.done, result=json.dumps({"run": RUN}))
    with serving.writing() as connection:
        row = {"slug": STUDY, "title": "Is there pneumonia?", "owner": owner, "made": 0.0, "changed": 0.0}
        connection.execute(insert(STUDIES).values(**row))
