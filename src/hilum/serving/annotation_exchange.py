"""Accepted markings out of the database in the forms of others, and markings of others in as proposals."""

import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, select

from hilum.annotation.coco import FoundShape, from_coco, to_coco
from hilum.annotation.guideline_tree import write_tree
from hilum.annotation.marked_case import CaseImage, MarkedCase, label_of
from hilum.annotation.passes import ACCEPTED
from hilum.annotation.placing import PlacedImage
from hilum.annotation.tree_reading import read_tree
from hilum.archive.guideline import ROOT
from hilum.archive.guideline_export import GuidelineInfo
from hilum.errors import HilumError, ImageError
from hilum.files import write_atomically
from hilum.progress import Progress, silent
from hilum.serving.annotation_proposals import Proposed
from hilum.serving.annotation_store import images_of, plan_of, sizes_of, state_of
from hilum.serving.annotation_tables import CASES, PROJECTS
from hilum.zip_damage import zip_damage_told_as

FORMS = ("guideline", "coco", "seg", "sr", "nifti")
MOST_UNPACKED = 4 << 30
MOST_FILES = 100_000


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        cases: how many.
        lesions: in all of them.
        files: how many.
        notes: what the form has no place for.
    """

    cases: int
    lesions: int
    files: int
    notes: tuple[str, ...]


def accepted_cases(connection: Connection, project: int, archive_folder: Path) -> list[MarkedCase]:
    """The cases of a project that are accepted, with the lesions that count.

    Cases of training are left out.
    """
    code = plan_of(connection.execute(select(PROJECTS).where(PROJECTS.c.id == project)).mappings().one()).code
    rows = connection.execute(
        select(CASES)
        .where(CASES.c.project == project, CASES.c.stage == ACCEPTED, CASES.c.course == "")
        .order_by(CASES.c.id)
    ).mappings()
    found = []
    for row in rows:
        images = images_of(dict(row))
        state = state_of(connection, row["accepted"], sizes_of(images))
        placed = _images(images, archive_folder)
        label = state.label or label_of(code, state.counted)
        found.append(MarkedCase(row["name"], code, label, placed, state.counted))
    return found


def _images(images: Sequence[PlacedImage], archive_folder: Path) -> tuple[CaseImage, ...]:
    return tuple(
        CaseImage(
            key,
            archive_folder.joinpath(*one.image.split("/")),
            one.instance,
            one.series,
            one.facts,
            one.frame,
        )
        for key, one in enumerate(images)
    )


def export_cases(
    cases: Sequence[MarkedCase], form: str, out: Path, info: GuidelineInfo, progress: Progress = silent
) -> Exported:
    """Write cases in one form.

    Args:
        cases: of `accepted_cases`.
        form: guideline (images, masks and JSON), coco, seg, sr or nifti.
        out: a folder that is there.
        info: what the guideline's JSON and COCO say of the whole.
        progress: is told how far it is.

    Raises:
        HilumError: there is no such form, or no case is accepted.
    """
    if form not in FORMS:
        raise HilumError(f"markings are written as {', '.join(FORMS)}")
    if not cases:
        raise HilumError("no case of the project is accepted yet, so there is nothing to write")
    notes: tuple[str, ...] = ()
    if form == "guideline":
        notes = write_tree(out, cases, info.to_dict(), progress).notes
    elif form == "coco":
        write_atomically(
            out / "annotations.json", json.dumps(to_coco(cases, info.to_dict()), ensure_ascii=False)
        )
    else:
        for done, case in enumerate(cases, 1):
            _write_case(case, form, out)
            progress(done, len(cases), "writing cases")
    files = sum(1 for path in out.rglob("*") if path.is_file())
    return Exported(len(cases), sum(len(case.lesions) for case in cases), files, notes)


def _write_case(case: MarkedCase, form: str, out: Path) -> None:
    folder = out / case.name
    folder.mkdir(exist_ok=True)
    if form == "seg":
        from hilum.annotation.dicom_seg import write_segmentations

        write_segmentations(folder, case)
    elif form == "sr":
        from hilum.annotation.dicom_sr import write_report

        write_report(folder, case)
    else:
        from hilum.annotation.nifti import write_masks

        write_masks(folder, case)


def zip_folder(folder: Path, file: Path) -> None:
    """Pack a folder; the same content gives the same bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                with path.open("rb") as given, packed.open(member, "w", force_zip64=True) as made:
                    while block := given.read(1 << 20):
                        made.write(block)


def unpack(file: Path, folder: Path) -> None:
    """Unpack a zip of anyone: no member leaves the folder, none is a link, and all together have a limit.

    Raises:
        HilumError: it is no zip file, is damaged or locked, or is larger than the limit.
        OSError: the disk is full.
    """
    damaged = HilumError("the zip file cannot be unpacked: is it whole, and without a password?")
    with zip_damage_told_as(damaged), zipfile.ZipFile(file) as packed:
        members = [one for one in packed.infolist() if not one.is_dir()]
        if len(members) > MOST_FILES:
            raise HilumError(f"the zip file holds more than {MOST_FILES} files: send parts of it")
        left = MOST_UNPACKED
        for member in members:
            left = _unpack_member(packed, member, folder, left)


def _unpack_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, left: int) -> int:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if not parts or ".." in parts or parts[0] == "/" or len(parts) > 20 or ":" in parts[0]:
        raise HilumError("a file of the zip would lie outside its folder: it was not unpacked")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(member) as given, target.open("wb") as made:
        while block := given.read(1 << 20):
            left -= len(block)
            if left < 0:
                raise HilumError("the zip file holds more than is taken at once: send parts of it")
            made.write(block)
    return left


def found_in(path: Path, code: str, cases: Sequence[MarkedCase]) -> tuple[list[Proposed], list[str]]:
    """The shapes of files of any of the forms: a file, or a folder with several.

    Args:
        path: COCO JSON, DICOM SEG or SR, a NIfTI mask, a table of readings, the guideline's tree, or a folder
            of these.
        code: the data set of the project.
        cases: of the project, by which masks without names of images find theirs.

    Returns:
        The shapes; and notes on what was left out.
    """
    if path.is_dir() and ((path / ROOT).is_dir() or path.name == ROOT):
        return _from_tree(path)
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    found: list[Proposed] = []
    notes: list[str] = []
    series = {name: images for case in cases for name, images in case.volumes()}
    for file in files:
        try:
            found += [_proposed(one, file.stem) for one in _from_file(file, code, series)]
        except HilumError as error:
            notes.append(f"{file.name} was left out: {error}")
    return found, notes


def _proposed(one: FoundShape, file: str) -> Proposed:
    lesion = one.lesion if one.lesion.isdigit() else f"{file} {one.lesion}" if one.lesion else ""
    return Proposed(one.image, one.shape, one.category, one.score, lesion, one.frame)


def _from_tree(folder: Path) -> tuple[list[Proposed], list[str]]:
    read = read_tree(folder)
    found = [
        Proposed(image.instance or image.facts.name, shape, lesion.category, None, lesion.id, image.frame)
        for case in read.cases
        for image, lesion, shape in case.marked()
    ]
    return found, list(read.notes)


def _from_file(file: Path, code: str, series: Mapping[str, Sequence[CaseImage]]) -> list[FoundShape]:
    from hilum.annotation.dicom_seg import read_segmentation
    from hilum.annotation.dicom_sr import read_report
    from hilum.annotation.nifti import read_masks, series_named
    from hilum.annotation.proposals import is_readings, shapes_of_readings
    from hilum.annotation.tree_files import read_json

    name = file.name.lower()
    if name.endswith(".json"):
        return from_coco(read_json(file), code)
    if is_readings(file):
        from hilum.study import read_table

        return shapes_of_readings(read_table(file), code)
    if name.endswith((".nii", ".nii.gz")):
        images = series.get(series_named(file.name) or "", ())
        if not images:
            raise ImageError("its name is not SERIES_lesion-NUMBER_category-NUMBER.nii.gz of the project")
        return read_masks(file, images)
    try:
        return read_segmentation(file)
    except ImageError:
        return read_report(file)


def scratch(workspace: Path) -> "tempfile.TemporaryDirectory[str]":
    """A folder on the disk of the workspace, gone when it is no longer needed."""
    place = workspace / "serve"
    place.mkdir(mode=0o700, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=place, prefix="annotation-")


def every_case(connection: Connection, project: int, archive_folder: Path) -> list[MarkedCase]:
    """All cases of a project with their images, without lesions."""
    rows = connection.execute(select(CASES).where(CASES.c.project == project).order_by(CASES.c.id)).mappings()
    project_row = connection.execute(select(PROJECTS).where(PROJECTS.c.id == project)).mappings().one()
    code = plan_of(project_row).code
    found = []
    for row in rows:
        placed = _images(images_of(dict(row)), archive_folder)
        found.append(MarkedCase(row["name"], code, "", placed, ()))
    return found
