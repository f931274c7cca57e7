"""The phantom hospital: films of three sites, the table of outcomes, the truth, and the study that asks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hilum.errors import HilumError
from hilum.phantom.features_only import TABLE_COLUMNS, WHOLE
from hilum.phantom.orders import FilmOrder, order_film
from hilum.phantom.patients import simulate_patients
from hilum.phantom.study_files import FILMS
from hilum.phantom.truth import true_performance
from hilum.phantom.workers import make_films
from hilum.phantom.writing import emptied, json_bytes, same_facts, whole_numbers, workbook_bytes, write_whole
from hilum.progress import Progress, silent

_FORM = 1
_STREAM = 403
MINORS = 0.01
TRUTH_PATIENTS = 300_000


@dataclass(frozen=True)
class Hospital:
    """Where the phantom hospital lies.

    Attributes:
        folder: the folder of everything.
        dicom_folder: the export of the PACS, one folder a site and patient.
        table: `outcomes.xlsx`.
        truth: `truth.json`: true performance by site, and for every patient severity, view, file and
            whether text is burned in.
        study: `study.toml`.
        films: how many films there are.
        made: how many of them were made by this call; the others were there.

    Example:
        >>> Hospital(Path("a"), Path("a/dicom"), Path("t"), Path("j"), Path("s"), films=9, made=0).films
        9
    """

    folder: Path
    dicom_folder: Path
    table: Path
    truth: Path
    study: Path
    films: int
    made: int


def build_hospital(
    folder: Path,
    patients: int = 900,
    seed: int = 7,
    *,
    longest_side: int = 1024,
    workers: int = 2,
    progress: Progress = silent,
) -> Hospital:
    """Build the phantom hospital, or finish one that was cut off.

    About 5/9 of the patients come to the home hospital, 2/9 each to A and B; one film a patient. Films that
    are there are not made again; the same arguments give the same bytes on the same machine type. One
    patient of a hundred is given an age of 15 to 17, so that a criterion on age has somebody to exclude.

    Args:
        folder: made if it is not there.
        patients: how many, 3 to 20,000.
        seed: of the whole phantom world.
        longest_side: of the largest films, pixels, 64 to 1,024.
        workers: processes that make films; a script that asks for more than 1 needs the usual
            ``if __name__ == "__main__":``.
        progress: told how far it is.

    Returns:
        Where everything lies.

    Raises:
        HilumError: a number out of its range, or the folder holds a phantom hospital made with other
        arguments.

    Example:
        >>> import tempfile
        >>> hospital = build_hospital(Path(tempfile.mkdtemp()), patients=3, longest_side=64, workers=1)
        >>> hospital.films, hospital.study.name
        (3, 'study.toml')
    """
    _check(patients, longest_side)
    partial = folder / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    facts = {"form": _FORM, "patients": patients, "seed": seed, "longest_side": longest_side}
    same_facts(folder, facts, partial)
    people = _people(patients, seed)
    orders = _orders(people, seed, longest_side)
    people.insert(0, "accession", [order.identity.accession for order in orders])
    people.insert(0, "patient_id", [order.identity.patient_id for order in orders])
    dicom = folder / "dicom"
    made = make_films(orders, dicom, partial, workers, progress)
    table = whole_numbers(people[["patient_id", "accession", *TABLE_COLUMNS[1:]]], WHOLE)
    hospital = Hospital(
        folder,
        dicom,
        folder / "outcomes.xlsx",
        folder / "truth.json",
        folder / "study.toml",
        len(orders),
        made,
    )
    if made or not hospital.truth.is_file():
        truth = {**facts, **true_performance(TRUTH_PATIENTS).to_dict(), "films": _film_truths(people, orders)}
        write_whole(hospital.truth, json_bytes(truth), partial)
    if not hospital.table.is_file():
        write_whole(hospital.table, workbook_bytes(table), partial)
    if not hospital.study.is_file():  # a person may have edited it
        write_whole(hospital.study, FILMS.encode(), partial)
    emptied(partial)
    return hospital


def _check(patients: int, longest_side: int) -> None:
    if not 3 <= patients <= 20_000:
        raise HilumError(f"{patients} patients were asked for: a phantom hospital has 3 to 20000")
    if not 64 <= longest_side <= 1024:
        raise HilumError(f"films of {longest_side} pixels were asked for: their longest side is 64 to 1024")


def _people(patients: int, seed: int) -> pd.DataFrame:
    people = simulate_patients(patients, seed, site=None)
    people["number"] = people.groupby("site").cumcount()
    rng = np.random.default_rng([seed, _STREAM])
    young = rng.random(patients) < MINORS
    people.loc[young, "age"] = rng.integers(15, 18, size=int(young.sum())).astype(np.float64)
    return people


def _orders(people: pd.DataFrame, seed: int, longest_side: int) -> list[FilmOrder]:
    columns = [people[name].tolist() for name in ("site", "number", "age", "sex", "severity")]
    return [
        order_film(seed, site, number, age=age, sex=sex, severity=severity, longest_side=longest_side)
        for site, number, age, sex, severity in zip(*columns, strict=True)
    ]


def _film_truths(people: pd.DataFrame, orders: list[FilmOrder]) -> list[dict[str, object]]:
    columns = ["patient_id", "accession", "site", "severity", "clinical_state", "log_hazard", "curb65"]
    rows = people[columns].round(6).to_dict("records")
    return [
        {
            **{str(key): value for key, value in row.items()},
            "view": order.person.view,
            "says_view": order.says_view,
            "burned_in_text": order.burned_in,
            "photometric": "MONOCHROME1" if order.inverted else "MONOCHROME2",
            "transfer_syntax": order.transfer_syntax,
            "file": f"dicom/{order.relative_path}",
        }
        for row, order in zip(rows, orders, strict=True)
    ]
