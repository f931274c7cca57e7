"""Many small films in a plain folder, with table, study and the ceilings of exactly these patients."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from hilum.errors import HilumError
from hilum.phantom.ceilings import Ceilings, arm_risk, find_ceilings, found_in
from hilum.phantom.populations import Population, population_named
from hilum.phantom.small_films import SmallFilm, png_bytes
from hilum.phantom.study_files import folder_study
from hilum.phantom.workers import make_files
from hilum.phantom.writing import csv_bytes, emptied, json_bytes, same_facts, whole_numbers, write_whole
from hilum.progress import Progress, silent

PARTS = ("train", "validation", "test")
_FORM = 1
_STREAM = 404
_WIDTH = 0.84
_TRUTH_SEED = 20_011


@dataclass(frozen=True)
class FolderWorld:
    """Where small films lie, with what belongs to them.

    Attributes:
        folder: the folder of everything.
        films: the folder of the pictures, `<patient_id>.png`.
        table: `table.csv`: `patient_id, file, part` and what a hospital would have in its table.
        study: `study.toml`.
        perfect: `perfect.csv`: a product that reads the signs on every film without error.
        truth: `truth.json`: ceilings of the population, and what the perfect readers have in the test part.
        made: how many films this call made; the others were there.

    Example:
        >>> FolderWorld(*[Path(".")] * 6, made=0).made
        0
    """

    folder: Path
    films: Path
    table: Path
    study: Path
    perfect: Path
    truth: Path
    made: int


@dataclass(frozen=True)
class _Asked:
    """What was asked for, checked."""

    population: Population
    patients: int
    seed: int
    longest_side: int
    parts: tuple[float, float, float]
    site: str | None

    @property
    def facts(self) -> dict[str, object]:
        """The arguments that decide on the bytes."""
        return {
            "form": _FORM,
            "world": self.population.name,
            "patients": self.patients,
            "seed": self.seed,
            "longest_side": self.longest_side,
            "parts": list(self.parts),
            "site": self.site or "all",
        }


def write_folder_world(
    folder: Path,
    patients: int = 10_000,
    seed: int = 7,
    longest_side: int = 96,
    parts: tuple[float, float, float] = (0.4, 0.1, 0.5),
    *,
    world: str = "mortality",
    site: str | None = "first",
    truth_patients: int = 300_000,
    workers: int = 2,
    progress: Progress = silent,
) -> FolderWorld:
    """Write the patients of a phantom world as small films in a folder, or finish a cut one.

    Films are PA, 8-bit PNG, made four times finer and averaged; nothing is archived or de-identified. In
    `mortality` about one patient in five dies by day 30, and nobody is lost before day 90.

    Args:
        folder: made if it is not there.
        patients: how many, 10 to 200,000.
        seed: same seed, same bytes on the same machine type.
        longest_side: height of the films in pixels, 32 to 512.
        parts: shares of train, validation and test; they sum to 1.
        world: "mortality", "lung-cancer" or "fracture".
        site: a hospital of that world; "first" is its first, None mixes all.
        truth_patients: how many simulated patients the ceilings rest on.
        workers: processes that make films; a script that asks for more than 1 needs the usual
            ``if __name__ == "__main__":``.
        progress: told how far it is.

    Returns:
        Where everything lies.

    Raises:
        HilumError: a number out of its range, or the folder holds a world made with other arguments.

    Example:
        >>> import tempfile
        >>> made = write_folder_world(
        ...     Path(tempfile.mkdtemp()), patients=10, longest_side=32, truth_patients=4000, workers=1
        ... )
        >>> made.made, len(list(made.films.iterdir()))
        (10, 10)
    """
    population = population_named(world)
    chosen = population.sites[0] if site == "first" else site
    asked = _Asked(population, patients, seed, longest_side, parts, chosen)
    _check(asked)
    at = _at(folder)
    partial = folder / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    same_facts(folder, asked.facts, partial)
    people = _people(asked)
    made = make_files(
        _orders(asked, people), png_bytes, at.films, partial, workers=workers, progress=progress
    )
    if made or not at.truth.is_file():
        _write_tables(at, asked, people, truth_patients, partial)
    emptied(partial)
    return replace(at, made=made)


def _at(folder: Path) -> FolderWorld:
    names = ("films", "table.csv", "study.toml", "perfect.csv", "truth.json")
    films, table, study, perfect, truth = (folder / name for name in names)
    return FolderWorld(folder, films, table, study, perfect, truth, made=0)


def _check(asked: _Asked) -> None:
    if not 10 <= asked.patients <= 200_000:
        raise HilumError(f"{asked.patients} patients were asked for: ask for 10 to 200000")
    if not 32 <= asked.longest_side <= 512:
        raise HilumError(f"films of {asked.longest_side} pixels were asked for: small films have 32 to 512")
    if min(asked.parts) <= 0 or abs(sum(asked.parts) - 1) > 1e-9:
        raise HilumError(
            f"the parts {', '.join(map(str, asked.parts))} were asked for: name the shares of train, "
            "validation and test, each above 0, together 1"
        )


def _people(asked: _Asked) -> pd.DataFrame:
    people = asked.population.simulate(asked.patients, asked.seed, asked.site)
    numbers = 1_000_000 + pd.Series(range(asked.patients)).mul(7_654_321).mod(9_000_011)
    people.insert(0, "patient_id", numbers.astype(str))
    people["file"] = people["patient_id"] + ".png"
    ends = np.rint(np.cumsum(asked.parts) * asked.patients).astype(np.int64)
    order = np.random.default_rng([asked.seed, _STREAM]).permutation(asked.patients)  # sites are in a row
    people["part"] = np.repeat(PARTS, np.diff(ends, prepend=0))[order]
    return people


def _orders(asked: _Asked, people: pd.DataFrame) -> list[SmallFilm]:
    rows, columns = asked.longest_side, round(_WIDTH * asked.longest_side)
    persons = asked.population.persons(people, ["PA"] * len(people))
    return [
        SmallFilm(file, person, (asked.seed, _STREAM, index), rows, columns)
        for index, (file, person) in enumerate(zip(people["file"].tolist(), persons, strict=True))
    ]


def _write_tables(
    at: FolderWorld, asked: _Asked, people: pd.DataFrame, truth_patients: int, partial: Path
) -> None:
    population = asked.population
    table = people[["patient_id", "file", "part", *population.table]]
    write_whole(at.table, csv_bytes(whole_numbers(table, population.whole)), partial)
    if not at.study.is_file():  # a person may have edited it
        study = folder_study(population.sentence, population.task, population.score)
        write_whole(at.study, study.encode(), partial)
    ceilings = _ceilings(asked, truth_patients)
    risk = arm_risk(people, population.arms[0], ceilings.weights)
    perfect = people[["patient_id"]].assign(score=population.perfect(risk).round(6))
    write_whole(at.perfect, csv_bytes(perfect), partial)
    test = people[people["part"] == "test"]
    truth = {
        **asked.facts,
        "readers": {arm.name: arm.sentence for arm in population.arms},
        **ceilings.to_dict(),
        "in_the_test_part": found_in(test, population.arms, population.asked, ceilings),
    }
    write_whole(at.truth, json_bytes(truth), partial)


def _ceilings(asked: _Asked, truth_patients: int) -> Ceilings:
    population = asked.population
    simulated = population.simulate(truth_patients, _TRUTH_SEED, asked.site)
    # Hospitals stand in a row; the twenty parts that give the standard error must each be a mixture.
    mixed = simulated.iloc[np.random.default_rng(_TRUTH_SEED).permutation(truth_patients)]
    return find_ceilings({asked.site or "all": mixed}, population.arms, population.asked)
