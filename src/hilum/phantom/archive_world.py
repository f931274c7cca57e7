"""A phantom hospital for one question: DICOM films, the table of outcomes, and the ceilings."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from hilum.errors import HilumError
from hilum.phantom.ceilings import find_ceilings, found_in
from hilum.phantom.orders import FilmOrder, order_film
from hilum.phantom.populations import Population
from hilum.phantom.workers import make_films
from hilum.phantom.writing import (
    emptied,
    json_bytes,
    same_facts,
    whole_numbers,
    workbook_bytes,
    write_whole,
)
from hilum.progress import Progress, silent

MOST_PATIENTS = 20_000
TRUTH_PATIENTS = 300_000
TRUTH_SEED = 20_011
_FORM = 1


@dataclass(frozen=True)
class ArchiveWorld:
    """Where a phantom hospital lies.

    Attributes:
        folder: the folder of everything.
        dicom_folder: the export of the PACS, one folder a site and patient.
        table: `outcomes.xlsx`.
        truth: `truth.json`: ceilings, what perfect readers have among these patients, and for every film the
            signs on it.
        films: how many films there are.
        made: how many of them were made by this call.

    Example:
        >>> ArchiveWorld(Path("a"), Path("a/dicom"), Path("t"), Path("j"), films=9, made=0).films
        9
    """

    folder: Path
    dicom_folder: Path
    table: Path
    truth: Path
    films: int
    made: int


def write_archive_world(
    population: Population,
    folder: Path,
    *,
    patients: int = 900,
    seed: int = 7,
    longest_side: int = 512,
    truth_patients: int = TRUTH_PATIENTS,
    workers: int = 2,
    progress: Progress = silent,
) -> ArchiveWorld:
    """Write a phantom hospital for one question, or finish one that was cut off.

    Films that are there are not made again, and other files of the folder, such as a study, are left alone.
    The same arguments give the same bytes on the same machine type.

    Args:
        population: the question.
        folder: made if it is not there.
        patients: how many, 3 to 20,000; one film each.
        seed: of the whole phantom world.
        longest_side: of the largest films, pixels, 64 to 1,024.
        truth_patients: how many simulated patients a hospital the ceilings rest on.
        workers: processes that make films; a script that asks for more than 1 needs the usual
            ``if __name__ == "__main__":``.
        progress: told how far it is.

    Returns:
        Where everything lies.

    Raises:
        HilumError: a number out of its range, or the folder holds a world made with other arguments.

    Example:
        >>> import tempfile
        >>> from hilum.phantom.populations import population_named
        >>> sizes = {"patients": 3, "longest_side": 64, "truth_patients": 2000, "workers": 1}
        >>> made = write_archive_world(population_named("fracture"), Path(tempfile.mkdtemp()), **sizes)
        >>> made.films, made.table.name
        (3, 'outcomes.xlsx')
    """
    _check(patients, longest_side)
    partial = folder / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    facts: dict[str, object] = {"form": _FORM, "world": population.name, "patients": patients, "seed": seed}
    facts["longest_side"] = longest_side
    same_facts(folder, facts, partial)
    people = population.simulate(patients, seed, None)
    people["number"] = people.groupby("site").cumcount()
    orders = _orders(population, people, seed, longest_side)
    people.insert(0, "accession", [order.identity.accession for order in orders])
    people.insert(0, "patient_id", [order.identity.patient_id for order in orders])
    world = ArchiveWorld(
        folder, folder / "dicom", folder / "outcomes.xlsx", folder / "truth.json", len(orders), made=0
    )
    made = make_films(orders, world.dicom_folder, partial, workers, progress)
    if not world.table.is_file():
        table = people[["patient_id", "accession", *population.table]]
        write_whole(world.table, workbook_bytes(whole_numbers(table, population.whole)), partial)
    if made or not world.truth.is_file():
        truth = {**facts, **_truth(population, people, truth_patients), "films": _films(people, orders)}
        write_whole(world.truth, json_bytes(truth), partial)
    emptied(partial)
    return replace(world, made=made)


def _check(patients: int, longest_side: int) -> None:
    if not 3 <= patients <= MOST_PATIENTS:
        raise HilumError(
            f"{patients} patients were asked for, and a phantom hospital has 3 to {MOST_PATIENTS} of them: "
            "ask for a number between"
        )
    if not 64 <= longest_side <= 1024:
        raise HilumError(f"films of {longest_side} pixels were asked for: their longest side is 64 to 1024")


def _orders(population: Population, people: pd.DataFrame, seed: int, longest_side: int) -> list[FilmOrder]:
    persons = population.persons(people, ["PA"] * len(people))
    places = zip(people["site"].tolist(), people["number"].tolist(), persons, strict=True)
    return [
        order_film(
            seed,
            site,
            number,
            age=person.age,
            sex=person.sex,
            severity=person.severity,
            longest_side=longest_side,
            signs=person.signs,
        )
        for site, number, person in places
    ]


def _truth(population: Population, people: pd.DataFrame, truth_patients: int) -> dict[str, object]:
    simulated = {site: population.simulate(truth_patients, TRUTH_SEED, site) for site in population.sites}
    ceilings = find_ceilings(simulated, population.arms, population.asked)
    here = {
        site: found_in(people[people["site"] == site], population.arms, population.asked, ceilings)
        for site in population.sites
    }
    readers = {arm.name: arm.sentence for arm in population.arms}
    return {"readers": readers, **ceilings.to_dict(), "in_this_table": here, "signs": list(population.signs)}


def _films(people: pd.DataFrame, orders: list[FilmOrder]) -> list[dict[str, object]]:
    signs = ("severity", "nodules", "emphysema", "bone", "crushed", "log_hazard")
    columns = ["patient_id", "accession", "site", *(name for name in signs if name in people)]
    rows = people[columns].round(6).to_dict("records")
    return [
        {
            **{str(key): value for key, value in row.items()},
            "view": order.person.view,
            "says_view": order.says_view,
            "burned_in_text": order.burned_in,
            "file": f"dicom/{order.relative_path}",
        }
        for row, order in zip(rows, orders, strict=True)
    ]
