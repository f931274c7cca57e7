"""Opinions of an image model on its own training cases, given by models that did not see them.

A model knows its training cases by heart, so a combination fitted on its opinions of them would trust it too
much. The training patients are therefore dealt into folds; for each fold a model is trained on the others and
reads it (stacking: Wolpert, Neural Networks 1992). These models serve for nothing else.
"""

import dataclasses

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort

LEFT_OUT = "left out"


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


def _deal(training: pd.DataFrame, folds: int, seed: int) -> dict[str, int]:
    """Deal patients into folds, outcome by outcome, so that each fold has its share."""
    patients = training.groupby("patient", sort=True)["_outcome"].max()
    rng = np.random.default_rng([seed, 0xF01D])
    dealt: dict[str, int] = {}
    for outcome in sorted(patients.unique()):
        names = rng.permutation(np.array(sorted(patients.index[patients == outcome])))
        dealt |= {str(name): (len(dealt) + i) % folds for i, name in enumerate(names)}
    return dealt
