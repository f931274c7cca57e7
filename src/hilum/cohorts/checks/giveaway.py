"""Columns that give the answer away: written after the outcome, or a trace of how cases were collected."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts.checks.record import Check, Look
from hilum.cohorts.cohort import Cohort
from hilum.cohorts.findings import Finding
from hilum.study.values import missing_in, numbers_of, texts_of

ALMOST_PERFECT = 0.99
_FEWEST = 10  # of each outcome: below that, perfect separation happens by chance
_MOST_GROUPS = 20
_AFTERWARDS = re.compile(
    r"(date|day|time|cause)s?[ _-]*(of|to)?[ _-]*(death|decease|dying)|death[ _-]*(date|day|time)|"
    r"^dod$|deceased|"
    r"post[ _-]?mortem|autopsy|사망|부검",
    re.IGNORECASE,
)


def look(what: Look) -> Iterator[Finding]:
    """Find columns that separate the outcomes almost perfectly, or whose name says that they came after."""
    separates = _separator(what.cohort)
    for column in what.cohort.variables:
        if _AFTERWARDS.search(column):
            yield Finding(
                "written_after_outcome",
                "warning",
                f"the column `{column}` sounds as if it was written after the outcome: it must not be read "
                "by any reader",
                int((~missing_in(what.cohort.cases[column])).sum()),
            )
        told = separates(what.cohort.cases[column])
        if told is not None:
            yield Finding(
                "column_gives_answer",
                "warning",
                f"the column `{column}` alone tells {told}: it may have been "
                "written after the outcome, or cases with and without it were collected differently",
                len(what.cohort),
            )


def _separator(cohort: Cohort) -> Callable[["pd.Series[str]"], str | None]:
    """What says which outcome a column tells almost perfectly, and how well; None where it tells none."""
    cases = cohort.cases
    if cohort.task.kind == "regression":
        number = cases["value"].to_numpy(dtype=np.float64)
        return lambda column: _follows(column, number)
    if cohort.task.kind == "survival":
        outcomes = {"the outcome": np.asarray(cases["event"], dtype=np.float64)}
    elif cohort.task.kind == "findings":
        outcomes = {
            f"the finding `{name}`": cases[name].to_numpy(np.float64) for name in cohort.task.findings
        }
    elif cohort.positive:
        outcomes = {"the outcome": np.asarray(cases["label"] == cohort.positive, dtype=np.float64)}
    else:
        outcomes = {}

    def told(column: "pd.Series[str]") -> str | None:
        for name, outcome in outcomes.items():
            known = np.isfinite(outcome)
            auroc = _separates(column[known], outcome[known] == 1)
            if auroc >= ALMOST_PERFECT:
                return f"{name} almost perfectly (AUROC {auroc:.3f})"
        return None

    return told


def _follows(column: "pd.Series[str]", number: NDArray[np.float64]) -> str | None:
    """Whether the ranks of a column are almost those of the number."""
    from scipy.stats import rankdata

    values = numbers_of(column)
    known = np.isfinite(values)
    if int(known.sum()) < 2 * _FEWEST or len(np.unique(values[known])) < 3:
        return None
    if np.isnan(values[~missing_in(column)]).any() or len(np.unique(number[known])) < 3:
        return None
    rho = float(np.corrcoef(rankdata(values[known]), rankdata(number[known]))[0, 1])
    return f"the number almost perfectly (rank correlation {rho:.3f})" if abs(rho) >= ALMOST_PERFECT else None


def _separates(column: "pd.Series[str]", outcome: NDArray[np.bool_]) -> float:
    """The AUROC of a column, whichever way it points; of groups, by each group's share of the outcome."""
    numbers = numbers_of(column)
    known = ~missing_in(column)
    if not np.isnan(numbers[known]).any():
        return _auroc(numbers[known], outcome[known])
    texts = np.array(texts_of(column), dtype=object)[known]
    if len(set(texts)) > _MOST_GROUPS:
        return 0.0
    share = pd.Series(outcome[known]).groupby(texts).transform("mean").to_numpy(dtype=np.float64)
    return _auroc(share, outcome[known])


def _auroc(values: NDArray[np.float64], outcome: NDArray[np.bool_]) -> float:
    """The Mann-Whitney statistic; ties count one half."""
    from scipy.stats import rankdata

    positive, negative = int(outcome.sum()), int((~outcome).sum())
    if min(positive, negative) < _FEWEST:
        return 0.0
    above = rankdata(values)[outcome].sum() - positive * (positive + 1) / 2
    auroc = float(above / (positive * negative))
    return max(auroc, 1 - auroc)


CHECK = Check(
    "giveaway",
    "No column gives the answer away.",
    ("written_after_outcome", "column_gives_answer"),
    look,
    "Kaufman 2012, leakage in data mining (doi 10.1145/2382577.2382579)",
)
