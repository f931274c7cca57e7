"""Opinions of an image model on its own training cases, given by models that did not see them.

A model knows its training cases by heart, so a combination fitted on its opinions of them would trust it too
much. The training patients are therefore dealt into folds; for each fold a model is trained on the others and
reads it (stacking: Wolpert, Neural Networks 1992). What these models say of these cases also tells how far
the validation part misled the calibration; they serve for nothing else.
"""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.files import replaced_when_done
from hilum.models import load_facts
from hilum.preparation import Prepared
from hilum.preparation.bags import has_image, rows_of_cases
from hilum.readers.trained import TrainedModel
from hilum.tasks import task_from_json
from hilum.training import Opinions

LEFT_OUT = "left out"
LEFT_OUT_FILE = "left-out.parquet"


def fold_cohorts(cohort: Cohort, folds: int, seed: int) -> list[Cohort]:
    """The cohort once for each fold, with the fold's training cases set apart as the part "left out".

    Args:
        cohort: A cohort with a part "train".
        folds: How many folds.
        seed: Which deal; the same seed gives the same folds.

    Returns:
        Cohorts with the parts "train", "validation" and "left out"; each training patient is left out once.

    Example:
        >>> fold_cohorts.__name__
        'fold_cohorts'
    """
    training = cohort.cases.loc[cohort.cases["part"] == "train"]
    outcome = training["label"] if "label" in training else training["event"]
    fold_of = _deal(training.assign(_outcome=outcome.astype(str)), folds, seed)
    used = cohort.cases.loc[cohort.cases["part"].isin(["train", "validation"])]
    made = []
    for fold in range(folds):
        part = used["part"].mask(used["patient"].map(fold_of) == fold, LEFT_OUT)
        made.append(dataclasses.replace(cohort, cases=used.assign(part=part).reset_index(drop=True)))
    return made


def read_left_out(folder: Path, cohort: Cohort, prepared: Prepared) -> pd.DataFrame:
    """Let a fold's model read the cases that were left out, and keep its outputs for them beside it.

    Args:
        folder: The model's.
        cohort: One of `fold_cohorts`.
        prepared: Its images.

    Returns:
        Readings columns, the cases being those of the part "train" again.

    Raises:
        ModelError: No case that was left out has a readable image.
    """
    model, left = TrainedModel.load(folder), cohort.part(LEFT_OUT)
    rows = rows_of_cases(left, prepared)
    there = has_image(rows)
    if not there.any():
        raise ModelError(f"{model.name} can read no case: none has a readable image")
    one, cases = model.models[0], left.cases.loc[there].reset_index(drop=True)
    outputs = one.outputs_of_rows(prepared.array, rows[there], cases[list(left.variables)])
    kept = pd.DataFrame(outputs, columns=[str(number) for number in range(outputs.shape[1])])
    with replaced_when_done(folder / LEFT_OUT_FILE) as path:
        kept.assign(case=cases["case"]).to_parquet(path)
    said = one.task.predict(outputs)
    return cases[["case", "patient"]].assign(part="train", reader=model.name, **said)


def opinions_on_left_out(folder: Path, cohort: Cohort) -> Opinions:
    """What `read_left_out` kept, with the truth of the cases.

    Args:
        folder: The fold's model's.
        cohort: The whole cohort.
    """
    kept = pd.read_parquet(folder / LEFT_OUT_FILE)
    cases = cohort.cases.set_index("case", drop=False).loc[kept.pop("case")].reset_index(drop=True)
    task = task_from_json(load_facts(folder).task)
    return Opinions(task, kept.to_numpy(np.float32), cases)


def _deal(training: pd.DataFrame, folds: int, seed: int) -> dict[str, int]:
    """Deal patients into folds, outcome by outcome, so that each fold has its share."""
    patients = training.groupby("patient", sort=True)["_outcome"].max()
    rng = np.random.default_rng([seed, 0xF01D])
    dealt: dict[str, int] = {}
    for outcome in sorted(patients.unique()):
        names = rng.permutation(np.array(sorted(patients.index[patients == outcome])))
        dealt |= {str(name): (len(dealt) + i) % folds for i, name in enumerate(names)}
    return dealt
