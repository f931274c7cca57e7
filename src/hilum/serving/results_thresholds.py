"""What a reader would reach at other thresholds, for looking: counts, shares and net benefit on a grid."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.serving.results_questions import (
    Asked,
    Floats,
    frozen_threshold,
    labels_of,
    numbers_of,
    patients_of,
    questions_of,
    reader_of,
)
from hilum.serving.results_runs import OpenedRun

if TYPE_CHECKING:
    from hilum.evaluation import Estimate

SHARES = ("sensitivity", "specificity", "ppv", "npv")
STEPS = 120
_FEWEST = 2


@dataclass(frozen=True)
class Choice:
    """One reader on one part for one question, of which a threshold can be moved."""

    reader: str
    part: str
    asked: Asked


@dataclass(frozen=True)
class Reached:
    """What is reached at one threshold.

    Attributes:
        threshold: A case is called positive where the number is this or more.
        counts: True negatives, false positives, false negatives, true positives.
        shares: Sensitivity, specificity, PPV and NPV with their intervals, by name.
        net_benefit: Of acting at this probability; None where the number is no probability.
    """

    threshold: float
    counts: tuple[int, int, int, int]
    shares: "dict[str, Estimate]"
    net_benefit: "Estimate | None"


@dataclass(frozen=True)
class Grid:
    """What a reader reaches along thresholds.

    Attributes:
        frozen: The threshold that was given, or chosen on validation; None where there is none.
        points: In rising order of thresholds; the frozen one is among them.
        n: Cases read whose status is known.
        events: Those with the condition among them.
        benefit_n: Cases that net benefit rests on: with follow-up, those cut off early count in part.
    """

    frozen: float | None
    points: tuple[Reached, ...]
    n: int
    events: int
    benefit_n: int


def choices_of(run: OpenedRun) -> list[Choice]:
    """Every reader, part and question with a threshold to move."""
    found = []
    for asked in questions_of(run):
        label, known = labels_of(run, asked)
        for part in run.evaluation.parts:
            inside = known & run.aligned.truth.in_part(part)
            for opinions in run.aligned.opinions:
                score = numbers_of(run, opinions, asked)
                if score is None:
                    continue
                rows = inside & np.isfinite(score)
                if label[rows].any() and not label[rows].all():
                    found.append(Choice(opinions.reader, part, asked))
    return found


def grid_of(run: OpenedRun, choice: Choice) -> Grid | None:
    """What a reader reaches along thresholds; None where no threshold can be moved."""
    opinions = reader_of(run, choice.reader)
    score = None if opinions is None else numbers_of(run, opinions, choice.asked)
    if score is None or choice not in choices_of(run):
        return None
    label, known = labels_of(run, choice.asked)
    rows = np.flatnonzero(known & run.aligned.truth.in_part(choice.part) & np.isfinite(score))
    frozen = frozen_threshold(run, choice.reader, choice.asked)
    benefits = _Benefits(run, choice, score, rows)
    points = tuple(
        _reached(run, score[rows], label[rows], patients_of(run, rows), threshold, benefits)
        for threshold in thresholds_of(score[rows], frozen)
    )
    return Grid(frozen, points, len(rows), int(label[rows].sum()), len(benefits.rows))


def thresholds_of(score: Floats, frozen: float | None) -> list[float]:
    """Thresholds half-way between neighbouring scores, thinned, with the frozen one among them.

    Example:
        >>> thresholds_of(np.array([0.25, 0.75]), 0.4)
        [0.25, 0.4, 0.5, 0.75]
    """
    levels = np.unique(score)
    between = levels[:-1] + np.diff(levels) / 2
    if len(between) > STEPS:
        # Half of the places where the cases are, half evenly over the numbers, so that both ends are seen.
        ranks = np.quantile(score, np.linspace(0, 1, STEPS // 2), method="inverted_cdf")
        between = np.concatenate([ranks, np.linspace(levels[0], levels[-1], STEPS // 2)])
    own = [] if frozen is None else [frozen]
    return [float(each) for each in np.unique(np.concatenate([levels[:1], between, levels[-1:], own]))]


def _reached(  # noqa: PLR0917  # one point of a grid
    run: OpenedRun,
    score: Floats,
    label: NDArray[np.bool_],
    patient: NDArray[np.int64] | None,
    threshold: float,
    benefits: "_Benefits",
) -> Reached:
    from hilum.evaluation import Calls

    calls = Calls(score >= threshold, label, patient)
    (tn, fp), (fn, tp) = calls.counts
    shares = {name: calls.share(name, run.options.share_interval) for name in SHARES}
    return Reached(threshold, (tn, fp, fn, tp), shares, benefits.at(threshold))


class _Benefits:
    """Net benefit at thresholds that are probabilities at which one would act."""

    def __init__(self, run: OpenedRun, choice: Choice, score: Floats, rows: NDArray[np.intp]) -> None:
        self._run, self._score = run, score
        self._day = float(choice.asked.at[:-1]) if choice.asked.at is not None else None
        measured = any(
            row.reader == choice.reader and row.measure == "net_benefit" and row.of in {None, choice.asked.of}
            for row in run.evaluation.measures
        )
        self.rows = self._rows(choice, rows) if measured else rows[:0]
        self._label = labels_of(run, choice.asked)[0]

    def at(self, threshold: float) -> "Estimate | None":
        """At one threshold; None where it says nothing."""
        if len(self.rows) < _FEWEST or not 0 < threshold < 1:
            return None
        from hilum.evaluation import net_benefit, net_benefit_t

        patient = patients_of(self._run, self.rows)
        try:
            if self._day is None:
                return net_benefit(self._score[self.rows], self._label[self.rows], threshold, patient)
            from hilum.reporting.curves import follow_up_of

            follow_up = follow_up_of(self._run.aligned.truth, self.rows)
            return net_benefit_t(self._score[self.rows], follow_up, self._day, threshold, patient)
        except MeasureError:
            return None

    def _rows(self, choice: Choice, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        if self._day is None:
            return rows
        from hilum.reporting.curves import followed

        truth = self._run.aligned.truth
        opinions = reader_of(self._run, choice.reader)
        column = f"risk_{choice.asked.at}"
        if opinions is None or column not in opinions.columns:
            return rows[:0]
        inside = followed(truth) & truth.in_part(choice.part) & np.isfinite(self._score)
        return np.flatnonzero(inside)
