"""By what the patients of one part differ from those that the readers were made and tuned on."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Estimate, Floats
from hilum.evaluation.inputs.tables import text_column
from hilum.evaluation.ledger import TRAIN, VALIDATION, Size, Work
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.shift import (
    NOTABLE,
    ks_distance,
    notable,
    standardised_difference,
    standardised_difference_of_groups,
)
from hilum.evaluation.tasks.subgroup_columns import FEW_VALUES, MOST_GROUPS, numbers_of

# Columns that say who a patient is or how the image was made, by the name they usually have.
CHARACTERISTICS = frozenset(
    {
        "age",
        "sex",
        "gender",
        "bmi",
        "race",
        "ethnicity",
        "smoking",
        "site",
        "hospital",
        "centre",
        "center",
        "scanner",
        "manufacturer",
        "vendor",
        "view",
        "modality",
        "성별",
        "나이",
        "병원",
    }
)
Rows = NDArray[np.intp]
NO_READER = ""


def measure_shift(work: Work) -> None:
    """Write down, for every part, how it differs from validation (from train, where there is no validation).

    Characteristics are the columns of `options.subgroups`, columns with usual names (age, sex, site ...) and
    the outcome; each gives a standardised difference and the share that is missing. For each reader goes with
    it how far apart the distributions of its scores are.
    """
    truth = work.alignment.truth
    reference = next((part for part in (VALIDATION, TRAIN) if part in truth.parts), None)
    if reference is None:
        return
    there = np.flatnonzero(truth.in_part(reference))
    for part in work.parts:
        if part == reference:
            continue
        here = np.flatnonzero(truth.in_part(part))
        apart = []
        for name, values in _characteristics(work):
            _measure_missing(work, part, name, (values, here))
            estimate = _measure_column(work, part, name, values, (here, there))
            if estimate is not None and estimate.value is not None and notable(estimate):
                apart.append(f"{name} ({estimate.value:+.2f})")
        if apart:
            work.ledger.warn(
                "cohorts_differ",
                f"the cases of {part} differ from those of {reference} in {', '.join(apart)}, in standard "
                f"deviations; above {NOTABLE:g} is commonly called meaningful: what is found in {part} is "
                "about other patients",
                len(apart),
            )
        _measure_scores(work, part, (here, there))


def _characteristics(work: Work) -> Iterator[tuple[str, "pd.Series[str]"]]:
    truth = work.alignment.truth
    frame = truth.frame
    wanted = [*work.options.subgroups, *(str(name) for name in frame.columns)]
    for name in dict.fromkeys(wanted):
        usual = name.casefold() in CHARACTERISTICS and name not in truth.findings
        if name in frame.columns and (name in work.options.subgroups or usual):
            yield name, frame[name]
    outcome = {"classification": ["label"], "survival": ["event"], "regression": ["value"]}
    for name in outcome.get(truth.kind, list(truth.findings)):
        yield name, frame[name]


def _measure_missing(work: Work, part: str, name: str, where: tuple["pd.Series[str]", Rows]) -> None:
    values, here = where
    missing = (text_column(values.iloc[here]) == "").to_numpy(dtype=np.bool_)
    share = share_of_cases(missing, work.patients(here))
    size = Size(len(here), int(missing.sum()))
    work.ledger.measure((NO_READER, part), "missing_share", share, size, of=name)


def _measure_column(
    work: Work, part: str, name: str, values: "pd.Series[str]", rows: tuple[Rows, Rows]
) -> Estimate | None:
    """The standardised difference of one column, None where it cannot be given."""
    numbers, text = numbers_of(values), text_column(values).to_numpy(dtype=object)
    if numbers is not None and _counts(numbers):
        known = tuple(one[np.isfinite(numbers[one])] for one in rows)
        estimate = _numbers_apart(work, numbers, (known[0], known[1]))
    else:
        known = tuple(one[text[one] != ""] for one in rows)
        if len(set(text) - {""}) > MOST_GROUPS:
            return None
        estimate = _groups_apart(work, text, (known[0], known[1]))
    if estimate is None:
        return None
    if estimate.value is None:
        work.ledger.warn(
            "no_overlap",
            f"`{name}` of {part} has nothing in common with the cases it is set against, or does not vary: "
            "how far apart they are cannot be given in standard deviations",
        )
    size = Size(len(known[0]), 0, len(rows[0]) - len(known[0]))
    work.ledger.measure((NO_READER, part), "standardised_difference", estimate, size, of=name)
    return estimate


def _counts(numbers: Floats) -> bool:
    """Whether a column is a number and not a code for a few kinds; 0 and 1 are a number, a share."""
    distinct = np.unique(numbers[np.isfinite(numbers)])
    whole = np.array_equal(distinct, np.round(distinct))
    return len(distinct) > FEW_VALUES or not whole or set(distinct) <= {0.0, 1.0}


def _people(work: Work, rows: tuple[Rows, Rows]) -> tuple[int, int]:
    return len(np.unique(work.patients(rows[0]))), len(np.unique(work.patients(rows[1])))


def _numbers_apart(work: Work, numbers: Floats, rows: tuple[Rows, Rows]) -> Estimate | None:
    if min(len(rows[0]), len(rows[1])) == 0:
        return None
    return standardised_difference(numbers[rows[0]], numbers[rows[1]], _people(work, rows))


def _groups_apart(work: Work, text: NDArray[np.object_], rows: tuple[Rows, Rows]) -> Estimate | None:
    if min(len(rows[0]), len(rows[1])) == 0:
        return None
    names = sorted(set(text[rows[0]]) | set(text[rows[1]]))
    here, there = ([int(np.sum(text[one] == name)) for name in names] for one in rows)
    if len(names) == 2:
        # Two kinds have a direction: more, or fewer, of the second.
        numbers = np.where(text == names[1], 1.0, 0.0)
        return standardised_difference(numbers[rows[0]], numbers[rows[1]], _people(work, rows))
    return standardised_difference_of_groups(here, there, _people(work, rows))


def _measure_scores(work: Work, part: str, rows: tuple[Rows, Rows]) -> None:
    here, there = rows
    for opinions in work.alignment.opinions:
        if len(opinions.repeats) > 1:
            continue
        for column, values in sorted(opinions.columns.items()):
            if column.startswith(("decision", "read")):
                continue
            scores = values[0]
            known = (here[np.isfinite(scores[here])], there[np.isfinite(scores[there])])
            if min(len(known[0]), len(known[1])) == 0:
                continue
            estimate = ks_distance(scores[known[0]], scores[known[1]], _people(work, known))
            size = Size(len(known[0]), 0, len(here) - len(known[0]))
            of = None if column in {"score", "risk", "value"} else column.removeprefix("score_")
            work.ledger.measure((opinions.reader, part), "ks_distance", estimate, size, of=of)
