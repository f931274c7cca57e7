"""Filled workspaces that are made once a session, whichever process of the tests asks first."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from sqlalchemy import insert, select

from hilum.archive import Workspace, open_archive
from hilum.archive.index import IMAGES
from serving.results_world import make_world
from web.imaging import (
    THICKNESS_MM,
    ct_pixels,
    filled_workspace,
    write_ct,
    write_curved_films,
    write_enhanced_ct,
    write_film,
    write_pet,
)

FILM, SLICE, SLICES = (400, 320), (256, 256), 12
"""Rows and columns of the film and of the CT, and how many slices that has."""
LONG, FRAMES = 300, 9


def shared(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that one process of the session builds, while the others wait for it.

    Args:
        factory: pytest's; the processes of `pytest -n` have their temporary folders beside each other.
        name: of the folder.
        build: fills the folder that it is given, which is there and empty.
    """
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, begun = base / f"shared-{name}", base / f"begun-{name}"
    with (base / f"lock-{name}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            build(begun)
            begun.rename(folder)
    return folder


def film_and_ct(factory: pytest.TempPathFactory, folder: Path) -> Path:
    """A workspace of one's own at a new folder, with a film of one person and a CT of another."""

    def build(made: Path) -> None:
        write_film(made / "images" / "film", "11", *FILM)
        write_ct(made / "images" / "ct", "21", SLICES, SLICE[0])
        filled_workspace(made / "workspace", made / "images")

    shutil.copytree(shared(factory, "film-and-ct", build) / "workspace", folder)
    return folder


def films_of_two_kinds(factory: pytest.TempPathFactory, folder: Path, each: int = 14) -> Path:
    """A workspace of one's own with films of people with a bright shadow and without, and one slice of a CT.

    The hospital's numbers are 1000 and up for those without, 2000 and up for those with it.
    """

    def build(made: Path) -> None:
        random = np.random.default_rng(11)
        for first, bright in ((1000, 0), (2000, 1500)):
            for number in range(first, first + each):
                write_film(made / "images" / str(number), str(number), 96, 80)
                file = made / "images" / str(number) / "film.dcm"
                dataset = dcmread(file)
                pixels = random.normal(1500, 250, (96, 80))
                pixels[30:60, 25:50] -= bright + random.normal(0, 150)
                dataset.PixelData = np.clip(pixels, 0, 4095).astype("<u2").tobytes()
                dataset.save_as(file, enforce_file_format=True)
        write_ct(made / "images" / "ct", "3000", 1, 64)
        filled_workspace(made / "workspace", made / "images")

    shutil.copytree(shared(factory, "films-of-two-kinds", build) / "workspace", folder)
    return folder


def pet_on_ct(factory: pytest.TempPathFactory, folder: Path) -> Path:
    """A workspace of one's own with a PET-CT, films with tables and windows, and a CT in one file."""

    def build(made: Path) -> None:
        write_ct(made / "images" / "ct", "31", 24, 128, study="1.2.3.1", frame="1.2.3.2")
        write_pet(made / "images" / "pt", "31", 24, study="1.2.3.1", frame="1.2.3.2")
        write_curved_films(made / "images" / "films")
        write_enhanced_ct(made / "images" / "enhanced", "51", FRAMES)
        filled_workspace(made / "workspace", made / "images")

    shutil.copytree(shared(factory, "pet-on-ct", build) / "workspace", folder)
    return folder


def finished_study(factory: pytest.TempPathFactory, folder: Path) -> Path:
    """A workspace of one's own at a new folder, with the study of discs that was run."""

    def build(made: Path) -> None:
        make_world(made / "workspace")

    shutil.copytree(shared(factory, "finished-study", build) / "workspace", folder)
    return folder


def long_ct(factory: pytest.TempPathFactory) -> Path:
    """A workspace with a CT of 300 slices of 512 by 512 pixels; it is served as it is.

    One slice comes in as all images do. The others are written beside it: the tests of the archive say that
    many come in, here they only have to be there.
    """

    def build(made: Path) -> None:
        write_ct(made / "images", "41", 1)
        filled_workspace(made / "workspace", made / "images")
        _lengthen(Workspace(made / "workspace"))

    return shared(factory, "long-ct", build) / "workspace"


def _lengthen(workspace: Workspace) -> None:
    archive = open_archive(workspace)
    with archive.engine.begin() as connection:
        first = dict(connection.execute(select(IMAGES)).mappings().one())
        file = archive.path(first["image"])
        dataset = dcmread(file)
        for number, pixels in enumerate(ct_pixels(LONG, 512)):
            if number == 0:
                continue
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"2.25.41{number:04d}"
            dataset.InstanceNumber, dataset.PixelData = number + 1, pixels.astype("<i2").tobytes()
            dataset.ImagePositionPatient[2] = number * THICKNESS_MM
            new = file.with_name(f"{number:016x}.dcm")
            dataset.save_as(new, enforce_file_format=True)
            unlike = {
                "instance": dataset.SOPInstanceUID,
                "source": hashlib.sha256(new.name.encode()).hexdigest(),
            }
            unlike["image"] = str(new.relative_to(workspace.archive_folder))
            unlike |= {"file_sha256": unlike["source"], "pixel_sha256": unlike["source"]}
            connection.execute(insert(IMAGES).values({**first, **unlike}))
    archive.engine.dispose()
