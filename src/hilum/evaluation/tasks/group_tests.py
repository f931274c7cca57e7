"""One measure of one reader, or of two, in groups of patients: estimates, test between them, largest gap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats, repeats_patients
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.interaction import (
    group_covariance,
    heterogeneity,
    largest_gap,
    shares_heterogeneity,
)
from hilum.evaluation.tasks.subgroup_columns import Grouping

Rows = NDArray[np.intp]
Influence = Callable[[Rows], tuple[float, Floats]]
Shares = Callable[[Rows], tuple[float, float]]
FEW = 10


@dataclass(frozen=True)
class Judged:
    """What is set against itself between groups.

    Attributes:
        measure: Its name in the catalogue.
        rows: Rows of the truth, of one part, that can be used.
        events: (rows,) which of them have the condition, or an event.
        estimate: From some rows the measure in them.
        influence: From some rows the value and each row's influence on it; None where no test is made.
        at: Horizon or operating point.
        shares: From some rows successes and cases, where the measure is a share.
    """

    measure: str
    rows: Rows
    events: NDArray[np.bool_]
    estimate: Callable[[Rows], Estimate]
    influence: Influence | None
    at: str | None = None
    shares: Shares | None = None


@dataclass(frozen=True)
class JudgedPair:
    """The difference of two readers, set against itself between groups. As `Judged`."""

    measure: str
    rows: Rows
    events: NDArray[np.bool_]
    difference: Callable[[Rows], Difference]
    influence: Influence | None
    at: str | None = None


@dataclass
class SmallGroups:
    """Groups with few cases of one kind, to be said once for all readers."""

    found: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, part: str, of: str, size: Size, *, both: bool) -> None:
        """Keep a group with fewer than ten cases with (or, if `both`, without) the condition."""
        fewest = min(size.events, size.n - size.events) if both else size.events
        if fewest < FEW:
            self.found[part, of] = min(fewest, self.found.get((part, of), fewest))

    def warn(self, work: Work, kind: str, about: str = "") -> None:
        """Write the caution down, one for each part; `kind` says of what there are few."""
        for part in dict.fromkeys(part for part, _ in self.found):
            groups = [f"{of} ({count})" for (where, of), count in self.found.items() if where == part]
            work.ledger.warn(
                "small_subgroups",
                f"in {part}{about} these groups hold fewer than {FEW} {kind} (how many): {', '.join(groups)}"
                "; what is found in them is uncertain",
                len(groups),
            )


def judge_groups(
    work: Work, where: tuple[str, str], judged: Judged, grouping: Grouping, small: SmallGroups, *, both: bool
) -> None:
    """Write down a reader's measure in every group, the test between the groups and the largest gap."""
    reader, part = where
    for number, inside in _groups(judged.rows, grouping, unknown=True):
        size = Size(
            len(inside), int(judged.events[inside].sum()), _excluded(work, part, grouping, number, inside)
        )
        of = grouping.of(number)
        small.note(part, of, size, both=both)
        try:
            estimate = judged.estimate(inside)
        except MeasureError:
            estimate = Estimate(None)
        work.ledger.measure(where, judged.measure, estimate, size, at=judged.at, of=of)
    size = Size(len(judged.rows), int(judged.events.sum()))
    for result in _tests(work, judged.rows, judged.influence, grouping, judged.shares):
        place = (reader, None, part)
        work.ledger.compare(place, judged.measure, result, size, at=judged.at, of=grouping.column)


def judge_pair_in_groups(
    work: Work, where: tuple[str, str, str], judged: JudgedPair, grouping: Grouping
) -> None:
    """Write down the difference of two readers in every group, and whether it differs between groups."""
    for number, inside in _groups(judged.rows, grouping, unknown=True):
        size = Size(len(inside), int(judged.events[inside].sum()))
        try:
            difference = judged.difference(inside)
        except MeasureError:
            continue
        of = grouping.of(number)
        work.ledger.compare(where, judged.measure, difference, size, at=judged.at, of=of)
    size = Size(len(judged.rows), int(judged.events.sum()))
    for result in _tests(work, judged.rows, judged.influence, grouping, None)[:1]:
        work.ledger.compare(where, judged.measure, result, size, at=judged.at, of=grouping.column)


def _groups(rows: Rows, grouping: Grouping, *, unknown: bool) -> list[tuple[int, Rows]]:
    """Places within `rows` of each group that has any."""
    code = grouping.code[rows]
    numbers = [*range(len(grouping.names)), *([-1] if unknown else [])]
    found = [(number, np.flatnonzero(code == number)) for number in numbers]
    return [(number, inside) for number, inside in found if len(inside)]


def _excluded(work: Work, part: str, grouping: Grouping, number: int, inside: Rows) -> int:
    group = work.alignment.truth.in_part(part) & (grouping.code == number)
    return int(group.sum()) - len(inside)


@dataclass(frozen=True)
class _Group:
    """What the tests know of one group."""

    value: float
    influence: Floats
    patient: NDArray[np.int64]
    shares: tuple[float, float] | None

    @property
    def varies(self) -> bool:
        """Whether there is variation to go by."""
        finite = bool(np.isfinite(self.influence).all())
        return finite and (self.shares is not None or bool(np.any(np.abs(self.influence) > 1e-12)))


def _tests(
    work: Work, rows: Rows, influence: Influence | None, grouping: Grouping, shares: Shares | None
) -> Sequence[Difference]:
    """The test between groups and the largest gap, of the groups in which there is variation to go by."""
    found = []
    for _, inside in _groups(rows, grouping, unknown=False) if influence is not None else []:
        try:
            value, moved = influence(inside) if influence is not None else (0.0, np.zeros(0))
        except MeasureError:
            continue
        counts = None if shares is None else shares(inside)
        found.append(_Group(value, moved, work.patients(rows[inside]), counts))
    groups = [group for group in found if group.varies]
    if len(groups) < 2:
        return ()
    values, covariance = np.array([group.value for group in groups]), _covariance(work, groups)
    try:
        test, gap = heterogeneity(values, covariance), largest_gap(values, covariance)
    except MeasureError:
        return ()
    if shares is not None and not repeats_patients(work.patients(rows)):
        counted = np.array([group.shares for group in groups if group.shares is not None])
        test = shares_heterogeneity(counted[:, 0], counted[:, 1])
    return (test, gap)


def _covariance(work: Work, groups: Sequence[_Group]) -> Floats:
    """Covariance of the groups' estimates; that of a share no smaller than with one case more each way."""
    count = int(work.alignment.patient.max()) + 1
    covariance = group_covariance(
        [group.influence for group in groups], [group.patient for group in groups], count=count
    )
    floors = [0.0 if group.shares is None else _least_variance(*group.shares) for group in groups]
    covariance[np.diag_indices_from(covariance)] = np.maximum(np.diag(covariance), floors)
    return covariance


def _least_variance(successes: float, total: float) -> float:
    """Variance of a share with one success and one failure more, so that 20 of 20 is not taken for certain.

    Reference: Agresti & Caffo, American Statistician 2000.
    """
    share = (successes + 1) / (total + 2)
    return share * (1 - share) / (total + 2)
