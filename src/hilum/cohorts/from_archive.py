"""Rows of a table joined to the archive's images."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hilum.cohorts.columns import NamedColumns
from hilum.cohorts.dates import is_date_column, shift_dates
from hilum.cohorts.flow import CASE, IMAGE, PATIENT, ROW, WHEN, Candidates
from hilum.cohorts.identity import Identifiers, Translated, translate
from hilum.errors import CohortError
from hilum.study import CohortOptions
from hilum.study.values import texts_of

if TYPE_CHECKING:
    from hilum.archive import Archive

# What a criterion may ask of an image beside the table's columns.
IMAGE_COLUMNS = (
    *("modality", "view", "laterality", "body_part", "study_date", "acquired", "sex", "age", "manufacturer"),
    *("rows", "columns", "frames", "bits_stored", "photometric", "transfer_syntax", "sop_class"),
    "slices",
)


_UNKNOWN = "\x00"  # no identifier: an image without accession number must not meet a row without one


@dataclass(frozen=True)
class TableRows:
    """A table with its name, and what the study names in it."""

    frame: pd.DataFrame
    name: str
    named: NamedColumns


def join_archive(table: TableRows, archive: "Archive", options: CohortOptions) -> Candidates:
    """Give every row of the table the archive's images of its patient, or of its examination.

    Real identifiers are translated in memory; dates in the named columns are moved by the patient's own days.

    Args:
        table: The table.
        archive: The archive.
        options: The study's `[cohort]`.

    Returns:
        Rows with their images; rows without image and images without row are counted.

    Raises:
        CohortError: The archive is empty, knows none of the identifiers, or a date cannot be read.
    """
    images = _images(archive, volumes=options.volumes)
    by = "patient" if options.case is None else "accession"
    column = str(options.patient if options.case is None else options.case)
    found = _research(table, column, archive, options.identifiers, by)
    rows = table.frame[list(table.named.used)].copy()
    rows[ROW] = np.arange(len(rows))
    rows[" key"] = [text or _UNKNOWN for text in found.research]
    joined = rows.merge(
        images.assign(**{" key": images[by].astype(str)}), on=" key", how="left", suffixes=("", " of image")
    )
    joined[CASE] = joined[PATIENT] if options.case is None else joined[" key"]
    candidates = Candidates(joined.drop(columns=" key"), archive.folder, has_dates=True)
    candidates = candidates.say(found.note).begin(f"rows in {table.name}")
    unused = int((~images[by].isin(set(rows[" key"]))).sum())
    candidates = candidates.count(f"images in the archive without a row in {table.name}", unused)
    candidates = candidates.keep(candidates.frame[IMAGE].notna().to_numpy(), "no image in the archive")
    candidates = _same_patient(candidates, table, archive, found.identifiers, options)
    return _dates_moved(candidates, table, archive, found.identifiers)


def archive_alone(archive: "Archive", options: CohortOptions) -> Candidates:
    """Every image of the archive as a row, for a study without a table.

    Args:
        archive: The archive.
        options: The study's `[cohort]`.

    Returns:
        One row an image.

    Raises:
        CohortError: The archive is empty.
    """
    images = _images(archive, volumes=options.volumes)
    images[ROW] = np.arange(len(images))
    columns = tuple(column for column in IMAGE_COLUMNS if column in images.columns)
    return Candidates(images, archive.folder, from_images=columns, has_dates=True).begin(
        "images in the archive"
    )


def _images(archive: "Archive", *, volumes: bool) -> pd.DataFrame:
    """One row an image, or a series; an image of several frames counts them as its slices."""
    images = archive.images().reset_index(drop=True)
    if images.empty:
        raise CohortError("the archive holds no images: bring some in with `hilum ingest FOLDER`")
    images["slices"] = images["frames"].fillna(1).clip(lower=1).astype("int64")
    if volumes:
        images = _series(images)
    acquired = pd.Series(texts_of(images["acquired"]), dtype=object)
    images[WHEN] = acquired.where(acquired != "", pd.Series(texts_of(images["study_date"]), dtype=object))
    return images.rename(columns={"image": IMAGE}).assign(
        **{PATIENT: images["patient"].astype(str), CASE: images["instance"].astype(str)}
    )


def _series(images: pd.DataFrame) -> pd.DataFrame:
    """One row a series, with the folder that the archive keeps it in; its first image tells the rest."""
    slices = images.groupby("series")["slices"].sum()
    ordered = images.sort_values(["series", "acquired", "instance"], kind="stable")
    series = ordered.drop_duplicates("series").reset_index(drop=True)
    folders = [PurePosixPath(image).parent.as_posix() for image in series["image"]]
    return series.assign(
        image=folders, slices=series["series"].map(slices).astype("int64"), instance=series["series"]
    )


def _research(
    table: TableRows, column: str, archive: "Archive", told: Identifiers | None, by: str
) -> Translated:
    written = texts_of(table.frame[column])
    known = frozenset(archive.images()[by].astype(str)) - {""}
    vault = archive.research_patient if by == "patient" else archive.research_accession
    what = f"{'patients' if by == 'patient' else 'examinations'} in {table.name}"
    return translate(written, known, vault, told, what)


def _same_patient(
    candidates: Candidates,
    table: TableRows,
    archive: "Archive",
    identifiers: Identifiers,
    options: CohortOptions,
) -> Candidates:
    """Where rows name examinations, leave out those whose patient is another one in the archive."""
    if options.case is None or options.patient is None:
        return candidates
    written = texts_of(table.frame[options.patient])
    research: Sequence[str | None] = archive.research_patient(written) if identifiers == "real" else written
    of_row = np.array([text or "" for text in research], dtype=object)[candidates.frame[ROW].to_numpy()]
    same = (of_row == candidates.frame[PATIENT].to_numpy()) | (of_row == "")
    return candidates.keep(same, f"{table.name} and the archive name different patients for the examination")


def _dates_moved(
    candidates: Candidates, table: TableRows, archive: "Archive", identifiers: Identifiers
) -> Candidates:
    frame = candidates.frame.copy()
    dated = [c for c in table.named.used if c == table.named.date or is_date_column(table.frame[c])]
    if identifiers == "real" and dated:
        patients = frame[PATIENT].drop_duplicates().tolist()
        days = dict(zip(patients, archive.date_offset_days(patients), strict=True))
        of_row = [days[patient] for patient in frame[PATIENT]]
        for column in dated:
            frame[column] = shift_dates(frame[column], of_row, column, table.name)
    named = set(table.named.used)
    columns = tuple(c for c in IMAGE_COLUMNS if c in frame.columns and c not in named)
    notes = [f"`{c}` is taken from {table.name}, not from the images" for c in IMAGE_COLUMNS if c in named]
    if dated and identifiers == "research":
        notes.append(
            f"dates in {table.name} are taken as already moved, since its identifiers are research ones"
        )
    moved = Candidates(frame, candidates.root, candidates.flow, candidates.notes, columns, has_dates=True)
    return moved.say(*notes)
