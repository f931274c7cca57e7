"""The phantom worlds that `hilum phantom` can write, by name. A world more is one record more."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from hilum.errors import HilumError
from hilum.phantom.archive_world import write_archive_world
from hilum.phantom.labelled_folder import write_labelled_films
from hilum.phantom.populations import POPULATIONS, Population
from hilum.phantom.scintigrams import write_scintigrams
from hilum.progress import Progress


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        folder: where.
        films: how many films there are.
        made: how many of them are new.
        files: names in the folder that a person looks for first.
        next: what comes next, in words.

    Example:
        >>> Written(Path("x"), films=3, made=3, files=("dicom",), next="hilum init workspace").films
        3
    """

    folder: Path
    films: int
    made: int
    files: tuple[str, ...]
    next: str


class Writer(Protocol):
    """Writes one world into a folder, or finishes one that was cut off."""

    def __call__(
        self, folder: Path, *, patients: int, seed: int, longest_side: int, workers: int, progress: Progress
    ) -> Written:
        """Write `patients` patients; the same arguments give the same bytes."""


@dataclass(frozen=True)
class World:
    """One phantom world.

    Attributes:
        name: as it is called on the command line.
        sentence: what is in it.
        patients: how many it has where nobody says.
        longest_side: of its films in pixels where nobody says.
        write: the writer.
        one_size: whether its films have that size always.
        write_dicom: the writer of the same films as DICOM beside the pictures; None = there is one form only.

    Example:
        >>> world_named("fracture").longest_side
        512
    """

    name: str
    sentence: str
    patients: int
    longest_side: int
    write: Writer
    one_size: bool = False
    write_dicom: Writer | None = None


def world_named(name: str) -> World:
    """Find a world.

    Raises:
        HilumError: there is none of that name.

    Example:
        >>> world_named("mortality").name
        'mortality'
    """
    for world in WORLDS:
        if world.name == name:
            return world
    known = ", ".join(f"`{world.name}`" for world in WORLDS)
    raise HilumError(f"there is no phantom world `{name}`: choose one of {known}")


def refuse_another_size(world: World, longest_side: int | None) -> None:
    """Refuse a size of films that a world cannot have.

    Args:
        world: the world.
        longest_side: in pixels, as asked for; None = nothing was asked for.

    Raises:
        HilumError: its films have one size, and one was asked for.

    Example:
        >>> refuse_another_size(world_named("lung-scans"), 512)
        Traceback (most recent call last):
        hilum.errors.HilumError: the films of `lung-scans` have one size, 256 pixels at their longest side:
        leave --longest-side out
    """
    if world.one_size and longest_side is not None:
        raise HilumError(
            f"the films of `{world.name}` have one size, {world.longest_side} pixels at their longest side: "
            "leave --longest-side out"
        )


def writer_of(world: World, *, dicom: bool) -> Writer:
    """The writer of a world, in pictures or with DICOM beside them.

    Raises:
        HilumError: DICOM was asked for, and the world has one form only.

    Example:
        >>> writer_of(world_named("fracture"), dicom=True)
        Traceback (most recent call last):
        hilum.errors.HilumError: the films of `fracture` are DICOM already: leave --dicom out
    """
    if not dicom:
        return world.write
    if world.write_dicom is None:
        form = "have no DICOM form" if world.one_size else "are DICOM already"
        raise HilumError(f"the films of `{world.name}` {form}: leave --dicom out")
    return world.write_dicom


def _next_of_folder(name: str, folder: Path) -> str:
    """What comes after a world that is no archive: its study, where one lies beside it."""
    if (folder / "study.toml").is_file():
        return f"hilum run {folder / 'study.toml'}"
    return f"put a study file beside them, such as examples/{name}/study.toml, and `hilum run` it"


def _archive(
    population: Population,
    folder: Path,
    *,
    patients: int,
    seed: int,
    longest_side: int,
    workers: int,
    progress: Progress,
) -> Written:
    made = write_archive_world(
        population,
        folder,
        patients=patients,
        seed=seed,
        longest_side=longest_side,
        workers=workers,
        progress=progress,
    )
    files = (made.dicom_folder.name, made.table.name, made.truth.name)
    return Written(folder, made.films, made.made, files, f"hilum ingest {made.dicom_folder}")


def _films(
    folder: Path,
    *,
    patients: int,
    seed: int,
    longest_side: int,  # noqa: ARG001  # these films have one size
    workers: int,  # noqa: ARG001  # quick enough with one
    progress: Progress,
) -> Written:
    made = write_labelled_films(folder, patients, seed, progress)
    products = tuple(path.name for path in made.products)
    names = (made.films.name, made.table.name, *products, made.truth.name)
    return Written(folder, patients, made.made, names, _next_of_folder("pneumonia-products", folder))


def _scans(
    folder: Path,
    *,
    patients: int,
    seed: int,
    longest_side: int,  # noqa: ARG001  # as above
    workers: int,  # noqa: ARG001  # as above
    progress: Progress,
    dicom: bool = False,
) -> Written:
    made = write_scintigrams(folder, patients, seed, progress, dicom=dicom)
    names: tuple[str, ...] = (made.scans.name, made.table.name, made.truth.name)
    if made.dicom is None:
        return Written(folder, patients, made.made, names, _next_of_folder("lung-scan", folder))
    names = (made.dicom.name, "dicom.csv", *names)
    return Written(folder, patients, made.made, names, f"hilum ingest {made.dicom}")


def _of_population(population: Population, patients: int) -> World:
    return World(
        population.name,
        population.sentence,
        patients=patients,
        longest_side=512,
        write=partial(_archive, population),
    )


WORLDS: tuple[World, ...] = (
    _of_population(POPULATIONS["mortality"], 900),
    _of_population(POPULATIONS["lung-cancer"], 3_000),
    _of_population(POPULATIONS["fracture"], 2_000),
    World(
        "pneumonia-products",
        "Films in two folders, normal and pneumonia, and two products whose operating points are known.",
        patients=2_331,
        longest_side=256,
        write=_films,
        one_size=True,
    ),
    World(
        "lung-scans",
        "Perfusion and ventilation scans of the lungs in two folders.",
        patients=530,
        longest_side=256,
        write=_scans,
        one_size=True,
        write_dicom=partial(_scans, dicom=True),
    ),
)
