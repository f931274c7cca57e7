"""A simulated study: pneumonia patients of three sites, readers of known quality, evaluated as a run "
"would."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort, build_cohort, check, table_one
from hilum.evaluation import Evaluation, EvaluationOptions, Readings, Truth, evaluate
from hilum.phantom import simulate_patients
from hilum.readers import fit_combination, score
from hilum.reporting import EvidenceInput, Example, build_evidence, render_html
from hilum.study import Study, parse_study
from reporting.worlds import TASKS, world

STUDY = """
version = 1
title = "30-day mortality in community-acquired pneumonia from the chest X-ray"
[cohort]
images = "archive"
table = "outcomes.csv"
patient = "patient_id"
include = ["age >= 30", "sex in {F, M}", "respiratory_rate < 45"]
[task]
kind = "survival"
time_days = "days"
event = "died"
horizons_days = [30]
[split]
by = "patient"
parts = { train = 0.6, validation = 0.2, test = 0.2 }
external = { "cohort A" = "site == 'A'", "cohort B" = "site == 'B'" }
seed = 7
[[readers]]
model = "resnet18"
repeats = 3
[[readers]]
model = "small_cnn"
[[readers]]
score = "curb65"
[[readers]]
combine = ["resnet18", "curb65"]
"""


def patients(n: int, seed: int = 7) -> pd.DataFrame:
    table = simulate_patients(n, seed, site=None).drop(columns=["clinical_state", "log_hazard", "curb65"])
    table.insert(0, "patient_id", [f"P{number:05d}" for number in range(n)])
    return table


def simulated_cohort(folder: Path, n: int) -> tuple[Study, Cohort]:
    table = patients(n)
    table.to_csv(folder / "outcomes.csv", index=False)
    tables_only = parse_study(STUDY.split("[[readers]]", maxsplit=1)[0].replace('images = "archive"\n', ""))
    columns = ("severity", "sex", *score("curb65").columns(list(table.columns)))
    return parse_study(STUDY), build_cohort(tables_only, folder, None, columns)


def model_readings(cohort: Cohort, name: str, noise: float, repeats: int) -> Readings:
    severity = cohort.cases["severity"].to_numpy(dtype=float)
    frames = []
    for repeat in range(1, repeats + 1):
        rng = np.random.default_rng([3, repeat, int(noise * 100)])
        logit = (
            -3.1
            + 3.2 * (severity - np.mean(severity)) / np.std(severity) * 0.45
            + rng.normal(0, noise, len(severity))
        )
        risk = 1 / (1 + np.exp(-logit))
        frame = cohort.cases[["case", "patient", "part"]].copy()
        frame["repeat"] = repeat if repeats > 1 else None
        frames.append(frame.assign(reader=name, risk=risk, risk_30d=risk))
    return Readings.from_frame(pd.concat(frames, ignore_index=True))


def simulated_input(folder: Path, n: int = 1500) -> EvidenceInput:
    study, cohort = simulated_cohort(folder, n)
    resnet, cnn = model_readings(cohort, "resnet18", 0.5, 3), model_readings(cohort, "small_cnn", 1.4, 1)
    curb, noticed = score("curb65").read_with_warnings(cohort)
    combination, said = fit_combination([resnet, curb], cohort)
    readings = [resnet, cnn, curb, combination.read([resnet, curb], cohort)]
    options = EvaluationOptions(
        horizons_days=(30.0,),
        probabilities=frozenset({"resnet18", "small_cnn", "resnet18+curb65"}),
        comparator="curb65",
        bootstrap=200,
    )
    evaluation: Evaluation = evaluate(readings, cohort.truth(), options)
    return EvidenceInput(
        evaluation=evaluation,
        readings=readings,
        study=study,
        cohort=cohort,
        table_one=table_one(cohort),
        findings=check(cohort),
        examples=simulated_examples(),
        warnings=(*noticed, *said),
        combinations=(combination,),
        provenance={
            "versions": {"hilum": "0.1.0", "numpy": "2.0"},
            "inputs": {"study": "ab" * 32},
            "seed": 7,
        },
        made_at="2026-01-02 03:04 UTC",
    )


def simulated_examples() -> tuple[Example, ...]:
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[-1:1:160j, -1:1:160j]
    made = []
    for place, right in enumerate((True, True, False, False)):
        lungs = np.exp(-((abs(columns) - 0.45) ** 2 / 0.07 + rows**2 / 0.45))
        spot = np.exp(-((columns - 0.4 + 0.2 * place) ** 2 + (rows - 0.3) ** 2) / 0.03)
        film = np.clip(0.75 - 0.6 * lungs + 0.4 * spot + rng.normal(0, 0.02, rows.shape), 0, 1)
        made.append(
            Example(
                case=f"C{place}",
                part="test",
                truth="event on day 12" if place % 2 else "no event in 90 days",
                scores={"resnet18": 0.8 - 0.2 * place, "curb65": 3.0},
                picture=film.astype(np.float32),
                map=spot[::10, ::10].astype(np.float32),
                right=right,
                reader="resnet18",
            )
        )
    return tuple(made)


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> EvidenceInput:
    return simulated_input(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="session")
def evidence(given: EvidenceInput) -> dict:
    return build_evidence(given)


@pytest.fixture(scope="session")
def page(evidence: dict) -> str:
    return render_html(evidence)


@pytest.fixture(scope="session")
def two_classes() -> tuple[Evaluation, list[Readings], Truth]:
    """Three readers of two classes: a probability, a score of another scale, decisions only."""
    rng = np.random.default_rng(11)
    n = 400
    ill = rng.random(n) < 0.4
    cases = [f"case {number}" for number in range(n)]
    truth = Truth.from_frame(
        pd.DataFrame(
            {
                "case": cases,
                "part": np.where(np.arange(n) < 150, "validation", "test"),
                "label": np.where(ill, "pneumonia", "normal"),
            }
        )
    )
    logit = 2.4 * ill - 1.4 + rng.normal(0, 1, n)
    tables = {
        "cnn": {"score": 1 / (1 + np.exp(-logit))},
        "vuno": {"score": 10 * ill + rng.normal(0, 8, n)},
        "lunit": {"decision": np.where(1.2 * ill + rng.normal(0, 0.8, n) > 0.6, "pneumonia", "normal")},
    }
    readings = [
        Readings.from_frame(pd.DataFrame({"case": cases} | columns), name) for name, columns in tables.items()
    ]
    options = EvaluationOptions(probabilities=frozenset({"cnn"}), bootstrap=200)
    return evaluate(readings, truth, options), readings, truth


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EvidenceInput]:
    folder = tmp_path_factory.mktemp("masks")
    return {name: world(name, folder) for name in TASKS}


@pytest.fixture(scope="session")
def evidences(worlds: dict[str, EvidenceInput]) -> dict[str, dict]:
    return {name: build_evidence(given) for name, given in worlds.items()}


@pytest.fixture(scope="session")
def pages(evidences: dict[str, dict]) -> dict[str, str]:
    return {name: render_html(evidence) for name, evidence in evidences.items()}
