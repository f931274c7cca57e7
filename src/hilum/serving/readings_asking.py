"""New images are laid out for a model, and the work that reads them is asked for."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.errors import HilumError
from hilum.serving.access.person import Person
from hilum.serving.failures import Refusal
from hilum.serving.images.uploads import Uploads
from hilum.serving.jobs.desk import start_job
from hilum.serving.readings_images import Taken, room_for, take_archived, take_sent, unpacked
from hilum.serving.readings_store import ARCHIVED, IMAGES, add_reading, new_folder
from hilum.serving.readings_table import keep_table
from hilum.serving.results_models import ModelPlace
from hilum.serving.results_runs import kept
from hilum.serving.state import Serving
from hilum.serving.studies_private import write_private
from hilum.serving.studies_tables import see_upload

if TYPE_CHECKING:
    import pandas as pd

_WEIGHTS = "weights.safetensors"


@dataclass(frozen=True)
class Needs:
    """What a model reads.

    Attributes:
        columns: Of a table, beside the image.
        several: Whether several images of a case are read together.
        volumes: Whether it reads volumes.
    """

    columns: tuple[str, ...]
    several: bool
    volumes: bool

    @property
    def table(self) -> bool:
        """Whether a table can be read beside the images."""
        return bool(self.columns) or self.several


@dataclass(frozen=True)
class Begun:
    """A reading that was begun.

    Attributes:
        id: Its name.
        job: The work.
        images: What is read, in the order of its numbers.
        passed_over: How many files were no images.
    """

    id: str
    job: str
    images: tuple[Taken, ...]
    passed_over: int


def needs_of(here: Serving, model: ModelPlace) -> Needs:
    """What a model reads.

    Raises:
        Refusal: 409, its folder is damaged.
    """
    return kept(here, model.folder / "1" / "model.json", _needs)


@dataclass(frozen=True)
class Wanted:
    """Who wants new images to be read, and how.

    Attributes:
        person: Asks.
        model: Reads; the person was seen to be allowed to see it.
        maps: Whether maps of where it looked are made as well.
    """

    person: Person
    model: ModelPlace
    maps: bool


def begin_with_files(here: Serving, wanted: Wanted, upload: str, table: int | None) -> Begun:
    """Read files that were sent; the upload is then deleted.

    Args:
        here: The server.
        wanted: Who wants it, and how.
        upload: An upload of that person of which everything has come.
        table: The number of the file in it that is the table; None for none.

    Raises:
        Refusal: Files are missing, there is no image among them, or the table does not fit.
    """
    uploads, needs = Uploads(here.settings), needs_of(here, wanted.model)
    place = uploads.whole(upload, wanted.person.id)
    files = uploads.files(upload, wanted.person.id)
    if table is not None and not 0 <= table < len(files):
        raise Refusal(422, "the table is none of the files that were sent: begin again")
    frame = None if table is None else _table(place / files[table].path)
    _see_table(needs, given=frame is not None)
    folder = new_folder(here)
    try:
        sent = unpacked(place, files, table, room_for(folder / "unpacked"))
        taken = take_sent(sent, folder / IMAGES, volumes=needs.volumes)
        shutil.rmtree(folder / "unpacked")
        kept_table = None
        if frame is not None:
            kept_table = keep_table(frame, taken, needs.columns, folder, several=needs.several)
        slices = sum(len(list(one.path.iterdir())) if one.path.is_dir() else 1 for one in taken)
        job = _begin(here, wanted, "files", taken, kept_table)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    uploads.delete(upload)
    return Begun(folder.name, job, tuple(taken), len(sent) - slices)


def begin_with_archive(here: Serving, wanted: Wanted, include: Sequence[str]) -> Begun:
    """Read images of the archive.

    Raises:
        FilterError: A criterion cannot be understood.
        Refusal: The model needs a table, or the criteria keep no image, or too many.
    """
    needs = needs_of(here, wanted.model)
    _see_table(needs, given=False)
    folder = new_folder(here)
    try:
        taken = take_archived(here, include, folder / IMAGES, volumes=needs.volumes)
        write_private(folder / ARCHIVED, json.dumps([one.name for one in taken]).encode())
        job = _begin(here, wanted, "archive", taken, None)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Begun(folder.name, job, tuple(taken), 0)


def _begin(here: Serving, wanted: Wanted, source: str, taken: Sequence[Taken], table: Path | None) -> str:
    root, model = here.workspace.root, wanted.model
    folder = taken[0].path.parents[1]
    asked = {
        "model": str(model.folder),
        "place": str(folder),
        # As seen from where the command runs: nothing of the machine's folders stands in its sentences.
        "images": [os.path.relpath(one.path, root) for one in taken],
        "table": "" if table is None else os.path.relpath(table, root),
        "maps": wanted.maps,
    }
    facts = {"study": model.study.slug, "run": model.run, "reader": model.reader}
    with here.writing():
        job = start_job(here, wanted.person, "predict", asked, model.study.slug)
        more = {"id": folder.name, "job": job, "source": source, "images": len(taken)}
        add_reading(here, wanted.person, {**facts, **more})
    return job


def _see_table(needs: Needs, *, given: bool) -> None:
    if needs.columns and not given:
        named = ", ".join(f"`{name}`" for name in needs.columns)
        raise Refusal(
            422, f"this model reads {named} beside each image: bring a table with these columns too"
        )
    if given and not needs.table:
        raise Refusal(422, "this model reads one image and no table: leave the table out")


def _table(path: Path) -> "pd.DataFrame":
    """The table that was sent; no message says what its file is called."""
    from hilum.study import read_table

    try:
        see_upload(path, f"table{path.suffix}")
        return read_table(path)
    except (HilumError, ValueError, TypeError, KeyError, IndexError, OSError):
        raise Refusal(
            422, "the table cannot be read: save it as Excel (.xlsx), CSV or Parquet with one heading row"
        ) from None


def _needs(path: Path) -> Needs:
    from safetensors import SafetensorError, safe_open

    from hilum.models import CaseShape, Shape, load_facts
    from hilum.preparation import Plan
    from hilum.preparation.table import TableEncoding

    try:
        facts = load_facts(path.parent)
        plan = Plan.model_validate(dict(facts.plan))
        with safe_open(path.parent / _WEIGHTS, framework="pt") as file:
            every: list[str] = list(file.keys())
            names = [name for name in every if name.startswith(("attention.", "table."))]
            shape = CaseShape.of_weights(Shape(1, 1, 1), {name: file.get_tensor(name) for name in names})
    except (HilumError, OSError, ValueError, SafetensorError):
        raise Refusal(
            409, "this model cannot be read, a file of it is damaged: run the study again"
        ) from None
    return Needs(TableEncoding.from_json(facts.table).read, shape.several, plan.picture.depth > 1)
