"""From readings and truth to an evaluation."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from hilum.errors import ReadingsError
from hilum.evaluation.common.estimates import repeats_patients
from hilum.evaluation.inputs.alignment import Alignment, align
from hilum.evaluation.inputs.readings import Readings
from hilum.evaluation.inputs.truth import Truth
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.notices import joined_notices
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.results import Evaluation
from hilum.evaluation.tasks.classification import evaluate_classification
from hilum.evaluation.tasks.detection import evaluate_detection
from hilum.evaluation.tasks.findings import evaluate_findings
from hilum.evaluation.tasks.non_inferiority import add_non_inferiority
from hilum.evaluation.tasks.reading_times import add_reading_times
from hilum.evaluation.tasks.recalibrated_readers import SUFFIX
from hilum.evaluation.tasks.regression import evaluate_regression
from hilum.evaluation.tasks.segmentation import evaluate_segmentation
from hilum.evaluation.tasks.shift import measure_shift
from hilum.evaluation.tasks.survival import evaluate_survival

DEFAULTS = EvaluationOptions()
_EVALUATORS: dict[str, Callable[[Work], None]] = {
    "classification": evaluate_classification,
    "findings": evaluate_findings,
    "regression": evaluate_regression,
    "detection": evaluate_detection,
    "segmentation": evaluate_segmentation,
}
EXPECTED_PARTS = {"val": "validation", "valid": "validation", "dev": "validation", "training": "train"}


def evaluate(readings: Sequence[Readings], truth: Truth, options: EvaluationOptions = DEFAULTS) -> Evaluation:
    """Measure every reader on every part and compare every two on the cases that both read.

    Training cases are not measured. Thresholds and risk groups are chosen on the part `validation` alone
    and held fixed for all others. Repeated trainings are measured as their mean, and as the ensemble of
    their mean score under the name `<reader>-ensemble`.

    Args:
        readings: One or more tables of readings, each of one reader or several.
        truth: The reference standard.
        options: What is asked for beyond the usual.

    Raises:
        ReadingsError: the readings do not fit the truth.

    Example:
        >>> import pandas as pd
        >>> truth = Truth.from_frame(pd.DataFrame({"case": list("abcd"), "label": ["0", "0", "1", "1"]}))
        >>> table = pd.DataFrame({"case": list("abcd"), "score": [0.1, 0.4, 0.35, 0.8]})
        >>> evaluate([Readings.from_frame(table, "cnn")], truth).find("cnn", "test", "auroc").value
        0.75
    """
    if options.positive is not None and truth.kind == "classification" and truth.positive != options.positive:
        truth = Truth.from_frame(truth.frame, options.positive, "classification")
    alignment = align(readings, truth, unpaired=options.unpaired)
    ledger = Ledger()
    ledger.notices.extend(alignment.notices)
    work = Work(alignment, options, ledger)
    if not work.parts:
        raise ReadingsError("all cases of the truth are in `train`: readers are measured on other cases only")
    _warn_of_parts(work)
    horizons: tuple[float, ...] = ()
    if truth.kind == "survival":
        horizons = evaluate_survival(work)
    else:
        _EVALUATORS[truth.kind](work)
    measure_shift(work)
    add_reading_times(work)
    add_non_inferiority(work)
    return _evaluation(work, alignment, horizons)


def evaluate_files(
    truth: str | Path, readings: Sequence[str | Path], options: EvaluationOptions = DEFAULTS
) -> Evaluation:
    """The same from files: truth and readings as CSV or Parquet.

    A file without `reader` is named by its stem.

    Raises:
        ReadingsError: a file cannot be read, or the readings do not fit the truth.

    Example:
        >>> evaluate_files("truth.csv", ["cnn.csv"])
        Traceback (most recent call last):
        hilum.errors.ReadingsError: there is no file truth.csv: check the path of truth and readings
    """
    reference = Truth.load(truth, options.positive, options.task)
    return evaluate([Readings.load(path) for path in readings], reference, options)


def _warn_of_parts(work: Work) -> None:
    truth, ledger = work.alignment.truth, work.ledger
    for part in truth.parts:
        meant = EXPECTED_PARTS.get(part.casefold())
        if meant is not None:
            ledger.warn(
                "part_name",
                f"the part `{part}` is taken for an external cohort: name it `{meant}` if that is what it is",
            )
    for part in work.parts:
        rows = np.flatnonzero(truth.in_part(part))
        if repeats_patients(work.patients(rows)):
            people = len(np.unique(work.patients(rows)))
            ledger.warn(
                "several_cases_of_a_patient",
                f"the {len(rows)} cases of {part} are of {people} patients: intervals and tests treat each "
                "patient's cases as one cluster",
                len(rows) - people,
            )
    if not truth.patients_known:
        ledger.warn(
            "patients_unknown", "the truth names no patients: every case counts as a patient of its own"
        )
    if any(len(opinions.repeats) > 1 for opinions in work.alignment.opinions):
        ledger.warn(
            "repeated_training",
            "a reader trained several times is shown as the mean of its repeats, with an interval over "
            "patients and repeats; its repeats are never pooled as if they were other cases",
        )


def _readers(work: Work, alignment: Alignment) -> Iterator[str]:
    """Every reader, each followed by its recalibrated self where there is one."""
    measured = {row.reader for row in work.ledger.measures}
    for opinions in alignment.opinions:
        yield opinions.reader
        if f"{opinions.reader}{SUFFIX}" in measured:
            yield f"{opinions.reader}{SUFFIX}"


def _evaluation(work: Work, alignment: Alignment, horizons: tuple[float, ...]) -> Evaluation:
    truth, ledger = alignment.truth, work.ledger
    measured = {row.part for row in ledger.measures}
    evaluation = Evaluation(
        task=truth.kind,
        classes=truth.classes,
        positive=truth.positive,
        readers=tuple(_readers(work, alignment)),
        parts=tuple(part for part in work.parts if part in measured),
        horizons_days=horizons,
        comparator=work.options.comparator,
        measures=tuple(ledger.measures),
        comparisons=tuple(ledger.comparisons),
        confusions=tuple(ledger.confusions),
        thresholds=dict(ledger.thresholds),
        risk_cuts=dict(ledger.risk_cuts),
        recalibrations=dict(ledger.recalibrations),
    )
    names = [opinions.reader for opinions in alignment.opinions]
    said = joined_notices(ledger.notices, names, truth.parts, (*truth.findings, *truth.classes))
    return dataclasses.replace(evaluation, warnings=said)
