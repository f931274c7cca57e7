"""Several cases of a patient, several findings of a case, several lesions and false marks."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from hilum.evaluation import (
    Difference,
    Estimate,
    FollowUp,
    auroc,
    auroc_difference,
    harrell_c,
    share_of_cases,
)
from hilum.evaluation.measures.detections import Detections
from hilum.evaluation.measures.froc import false_positives_per_image, lesion_sensitivity
from hilum.evaluation.measures.many_findings import findings_auroc
from hilum.evaluation.measures.wafroc import wafroc

PATIENTS, MOST = 250, 3  # patients, each with one to three cases
SHIFT, CUT = np.array([1.2, 0.8]), 0.6
FINDINGS = np.array([1.6, 1.2, 0.8, 0.5])  # how far the ill lie above the well, for each finding
READ, LESIONS, FALSE = 250, 3, 0.8
Floats = NDArray[np.float64]


def cases(rng: np.random.Generator) -> tuple[Floats, NDArray[np.bool_], NDArray[np.int64]]:
    """Scores of two readers, who is ill, and whose case it is; cases of a patient are alike in both."""
    patient = np.repeat(np.arange(PATIENTS), rng.integers(1, MOST + 1, PATIENTS))
    n = len(patient)
    label = 0.8 * rng.normal(size=PATIENTS)[patient] + 0.6 * rng.normal(size=n) > 0.5
    habit = rng.normal(size=PATIENTS)[patient]
    return 0.8 * habit + 0.6 * rng.normal(size=(2, n)) + SHIFT[:, None] * label, label, patient


def followed(
    rng: np.random.Generator, patients: int = PATIENTS
) -> tuple[Floats, FollowUp, NDArray[np.int64]]:
    """Risks and follow-up of several cases of a patient."""
    patient = np.repeat(np.arange(patients), rng.integers(1, MOST + 1, patients))
    n = len(patient)
    severity = 0.8 * rng.normal(size=patients)[patient] + 0.6 * rng.normal(size=n)
    death, end = rng.exponential(2 * np.exp(-severity)), rng.uniform(0.2, 4.0, n)
    risk = severity + 0.8 * rng.normal(size=patients)[patient]
    return risk, FollowUp.of(np.minimum(death, end), death <= end), patient


def findings(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """(findings, n) scores and labels of findings that go together; one label in ten is unknown."""
    shape = (len(FINDINGS), n)
    labels = (0.6 * rng.normal(size=n) + 0.8 * rng.normal(size=shape) > 0.7).astype(float)
    scores = 0.6 * rng.normal(size=n) + 0.8 * rng.normal(size=shape) + FINDINGS[:, None] * labels
    labels[rng.random(shape) < 0.1] = np.nan
    return scores, labels


def marks(rng: np.random.Generator, n: int) -> Detections:
    """Marks on n cases, four in ten with one to three lesions; a lesion may stay without a mark."""
    lesions = np.where(rng.random(n) < 0.4, rng.integers(1, LESIONS + 1, n), 0)
    lesion_case = np.repeat(np.arange(n), lesions)
    alike = rng.normal(size=n)[lesion_case]
    marked = 0.7 * alike + 0.7 * rng.normal(size=len(lesion_case)) > -0.7
    found = np.where(marked, 1.2 + rng.normal(size=len(lesion_case)), -np.inf)
    # How prone to false marks a case is differs from case to case.
    false_case = np.repeat(np.arange(n), rng.poisson(rng.gamma(2.0, FALSE / 2, n)))
    return Detections.of(
        np.concatenate([lesion_case[marked], false_case]),
        np.concatenate([found[marked], rng.normal(size=len(false_case))]),
        np.repeat([1, 0], [int(marked.sum()), len(false_case)]),
        lesion_case,
        found,
        images=np.ones(n, dtype=np.int64),
    )


def truths() -> dict[str, float]:
    """The true values: by formula, or by very many cases."""
    rng = np.random.default_rng(2026)
    areas = ndtr(SHIFT / np.sqrt(2))
    scores, labels = findings(rng, 1_000_000)
    known = np.isfinite(labels)
    many = marks(rng, 1_000_000)
    risk, seen, _ = followed(rng, 1_000_000)
    return {
        "AUROC, several cases of a patient": areas[0],
        "difference of AUROC, several cases": areas[0] - areas[1],
        "sensitivity, several cases of a patient": float(ndtr(SHIFT[0] - CUT)),
        "Harrell's C, several cases of a patient": harrell_c(risk, seen).value or 0.0,
        "macro AUROC of findings": float(np.mean(ndtr(FINDINGS / np.sqrt(2)))),
        "micro AUROC of findings": auroc(scores[known], labels[known] == 1).value or 0.0,
        "wAFROC": wafroc(many).value or 0.0,
        "lesions found": lesion_sensitivity(many).value or 0.0,
        "false positives per image": false_positives_per_image(many).value or 0.0,
    }


def intervals(rng: np.random.Generator) -> Iterator[tuple[str, Estimate | Difference]]:
    """The intervals of one cohort."""
    scores, label, patient = cases(rng)
    yield "AUROC, several cases of a patient", auroc(scores[0], label, patient)
    difference = auroc_difference(scores[0], scores[1], label, patient)
    yield "difference of AUROC, several cases", difference
    called = share_of_cases(scores[0, label] > CUT, patient[label])
    yield "sensitivity, several cases of a patient", called
    risk, seen, person = followed(rng)
    yield "Harrell's C, several cases of a patient", harrell_c(risk, seen, person)
    values, labels = findings(rng, PATIENTS)
    yield "macro AUROC of findings", findings_auroc(values, labels)
    known = np.isfinite(labels)
    people = np.broadcast_to(np.arange(PATIENTS), known.shape)[known]
    yield "micro AUROC of findings", auroc(values[known], labels[known] == 1, people)
    made = marks(rng, READ)
    yield "wAFROC", wafroc(made)
    yield "lesions found", lesion_sensitivity(made)
    yield "false positives per image", false_positives_per_image(made)
