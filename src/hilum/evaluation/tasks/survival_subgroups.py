"""Risks with censored follow-up in groups of patients: Harrell's C, and AUC(t) at a horizon."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Difference, Estimate, Floats
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.censoring import auc_t, auc_t_difference, auc_t_influence
from hilum.evaluation.measures.concordance import Concordance, harrell_c, harrell_c_difference
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.tasks.group_tests import (
    Judged,
    JudgedPair,
    Rows,
    SmallGroups,
    judge_groups,
    judge_pair_in_groups,
)
from hilum.evaluation.tasks.subgroup_columns import groupings


@dataclass(frozen=True)
class Followed:
    """Follow-up of all rows of the truth, and at which horizon it is looked at; None for Harrell's C.

    Attributes:
        time: Days, NaN where unknown.
        event: 1 where the event was observed, 0 where not, 2 where another came first; NaN where unknown.
        horizon: Days, or None.
    """

    time: Floats
    event: Floats
    horizon: float | None = None

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows with time and event."""
        return np.asarray(np.isfinite(self.time) & np.isfinite(self.event), dtype=np.bool_)

    @property
    def at(self) -> str | None:
        """The horizon's name in the results."""
        return None if self.horizon is None else f"{self.horizon:g}d"

    @property
    def measure(self) -> str:
        """What is measured."""
        return "harrell_c" if self.horizon is None else "auc_t"

    def of(self, rows: Rows) -> FollowUp:
        """Follow-up of some rows."""
        return FollowUp.of(self.time[rows], self.event[rows])

    def events(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of some rows have the event (by the horizon)."""
        by = self.time[rows] <= (np.inf if self.horizon is None else self.horizon)
        return np.asarray((self.event[rows] == 1) & by, dtype=np.bool_)

    def estimate(self, risk: Floats, rows: Rows, patient: NDArray[np.int64]) -> Estimate:
        """The measure in some rows."""
        if self.horizon is None:
            return harrell_c(risk, self.of(rows), patient)
        return auc_t(risk, self.of(rows), self.horizon, patient)

    def difference(
        self, risk_a: Floats, risk_b: Floats, rows: Rows, patient: NDArray[np.int64]
    ) -> Difference:
        """The difference of two readers in some rows."""
        if self.horizon is None:
            return harrell_c_difference(risk_a, risk_b, self.of(rows), patient)
        return auc_t_difference(risk_a, risk_b, self.of(rows), self.horizon, patient)

    def influence(self, risk: Floats, rows: Rows) -> tuple[float, Floats]:
        """The measure in some rows, and each row's influence on it."""
        if self.horizon is None:
            found = Concordance.of(risk, self.of(rows))
            return found.c, found.influence
        return auc_t_influence(risk, self.of(rows), self.horizon)


def measure_survival_subgroups(work: Work, risks: Mapping[str, Floats], followed: Followed) -> None:
    """Write down Harrell's C, or AUC(t) at a horizon, of each reader in each group of `options.subgroups`.

    With it go the test between the groups, the largest gap, and the same for the difference of two readers.

    Args:
        work: The evaluation.
        risks: By reader that was trained once, (rows of truth,) risks, NaN where missing.
        followed: What happened.

    Raises:
        ReadingsError: the truth has no such column.
    """
    columns = groupings(work)
    if not columns:
        return
    small = SmallGroups()
    for part in work.parts:
        inside = work.alignment.truth.in_part(part) & followed.known
        for reader, risk in risks.items():
            rows = np.flatnonzero(inside & np.isfinite(risk))
            judged = _judged(work, risk, rows, followed)
            for grouping in columns if len(rows) else ():
                judge_groups(work, (reader, part), judged, grouping, small, both=False)
    for part in () if work.options.unpaired else work.compared_parts:
        inside = work.alignment.truth.in_part(part) & followed.known
        for (name_a, risk_a), (name_b, risk_b) in itertools.combinations(risks.items(), 2):
            rows = np.flatnonzero(inside & np.isfinite(risk_a) & np.isfinite(risk_b))
            pair = _judged_pair(work, (risk_a, risk_b), rows, followed)
            if len(rows) and name_a != f"{name_b}-ensemble" and name_b != f"{name_a}-ensemble":
                for grouping in columns:
                    judge_pair_in_groups(work, (name_a, name_b, part), pair, grouping)
    small.warn(work, "events", "" if followed.at is None else f" at {followed.at}")


def _judged(work: Work, risk: Floats, rows: Rows, followed: Followed) -> Judged:
    def estimate(inside: Rows) -> Estimate:
        chosen = rows[inside]
        return followed.estimate(risk[chosen], chosen, work.patients(chosen))

    def influence(inside: Rows) -> tuple[float, Floats]:
        return followed.influence(risk[rows[inside]], rows[inside])

    return Judged(followed.measure, rows, followed.events(rows), estimate, influence, followed.at)


def _judged_pair(work: Work, risks: tuple[Floats, Floats], rows: Rows, followed: Followed) -> JudgedPair:
    first, second = risks

    def difference(inside: Rows) -> Difference:
        chosen = rows[inside]
        return followed.difference(first[chosen], second[chosen], chosen, work.patients(chosen))

    def influence(inside: Rows) -> tuple[float, Floats]:
        value_a, moved_a = followed.influence(first[rows[inside]], rows[inside])
        value_b, moved_b = followed.influence(second[rows[inside]], rows[inside])
        return value_a - value_b, moved_a - moved_b

    return JudgedPair(followed.measure, rows, followed.events(rows), difference, influence, followed.at)
