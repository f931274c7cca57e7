"""A cohort without films: what the wards charted, and a product that read the severity without error."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hilum.errors import HilumError
from hilum.phantom.patients import simulate_patients
from hilum.phantom.sites import site_named
from hilum.phantom.study_files import FEATURES_ONLY
from hilum.phantom.truth import true_performance
from hilum.phantom.writing import csv_bytes, json_bytes, whole_numbers, write_whole

TABLE_COLUMNS = (
    "patient_id",
    "site",
    "sex",
    "age",
    "confusion",
    "urea_mmol_l",
    "respiratory_rate",
    "systolic_bp",
    "diastolic_bp",
    "days",
    "died",
)
WHOLE = ("age", "confusion", "respiratory_rate", "systolic_bp", "diastolic_bp", "days", "died")


@dataclass(frozen=True)
class FeaturesOnly:
    """A cohort without films.

    Attributes:
        folder: where everything lies.
        table: `table.csv`, one row a patient, no truth in it.
        product: `severity.csv` with `patient_id` and `score` (0 to 1).
        truth: `truth.json`: the true performance of severity, CURB-65 and both.
        study: `study.toml`: the study that compares the three.

    Example:
        >>> from pathlib import Path
        >>> FeaturesOnly(*[Path(".")] * 5).folder.name
        ''
    """

    folder: Path
    table: Path
    product: Path
    truth: Path
    study: Path


def write_features_only(
    folder: Path, patients: int = 10_000, seed: int = 7, site: str = "home", truth_patients: int = 1_000_000
) -> FeaturesOnly:
    """Write a large cohort without films, with its true answers beside it.

    Args:
        folder: made if it is not there; files of the same names are replaced, but a truth that was computed
            from the same arguments is kept.
        patients: how many, at most 9,000,000.
        seed: same seed, same bytes.
        site: the hospital they come to.
        truth_patients: how many simulated patients a hospital the true values rest on (a million: about
        10 s).

    Returns:
        The files.

    Raises:
        HilumError: no such hospital, or fewer than one patient or more than 9,000,000.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> made = write_features_only(Path(tempfile.mkdtemp()), patients=50, truth_patients=4000)
        >>> len(made.table.read_text().splitlines())
        51
    """
    site_named(site)
    if patients > 9_000_000:
        raise HilumError(
            f"{patients} patients were asked for: ask for at most 9000000, which the numbers suffice for"
        )
    people = simulate_patients(patients, seed, site)
    # A seven-digit number that does not tell the order of arrival: 7,654,321 and 9,000,011 have no
    # common divisor.
    numbers = 1_000_000 + pd.Series(range(patients)).mul(7_654_321).mod(9_000_011)
    people.insert(0, "patient_id", numbers.astype(str))
    made = FeaturesOnly(
        folder, folder / "table.csv", folder / "severity.csv", folder / "truth.json", folder / "study.toml"
    )
    folder.mkdir(parents=True, exist_ok=True)
    table = whole_numbers(people[list(TABLE_COLUMNS)], WHOLE)
    product = people[["patient_id"]].assign(score=people["severity"].round(5))
    facts = {"site": site, "seed": seed, "patients": patients, "patients_per_site": truth_patients}
    write_whole(made.table, csv_bytes(table), folder)
    write_whole(made.product, csv_bytes(product), folder)
    if not _already_known(made.truth, facts):
        truth = {**facts, **true_performance(truth_patients).to_dict()}
        write_whole(made.truth, json_bytes(truth), folder)
    write_whole(made.study, FEATURES_ONLY.encode(), folder)
    return made


def _already_known(path: Path, facts: dict[str, object]) -> bool:
    """Whether the truth of these very arguments lies there, whole."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(known, dict) and "measures" in known and facts.items() <= known.items()
