"""McNemar's test: two readers' calls of the same cases, and what can be said when the pairs are not known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Difference, chi_squared_p, patient_sums
from hilum.evaluation.measures.proportions import newcombe_paired


def mcnemar_exact(only_a: int, only_b: int) -> float:
    """Two-sided exact p from the numbers of cases that only one of two readers gets right.

    Example:
        >>> round(mcnemar_exact(16, 2), 11), mcnemar_exact(3, 0)
        (0.00131225586, 0.25)
    """
    return float(_p_values(np.array([only_a]), np.array([only_b]), mid=False)[0])


def mcnemar_mid_p(only_a: int, only_b: int) -> float:
    """Two-sided mid-p: the exact p less half of what the observed table itself adds on each side.

    Reference:
        Fagerland, Lydersen & Laake, BMC Medical Research Methodology 2013.

    Example:
        >>> round(mcnemar_mid_p(16, 2), 11)
        0.00072860718
    """
    return float(_p_values(np.array([only_a]), np.array([only_b]), mid=True)[0])


def _p_values(only_a: NDArray[np.int64], only_b: NDArray[np.int64], *, mid: bool) -> NDArray[np.float64]:
    fewer, total = np.minimum(only_a, only_b), only_a + only_b
    tail = bdtr(fewer, total, 0.5)
    twice = 2 * tail
    if mid:
        below = np.where(fewer > 0, bdtr(np.maximum(fewer - 1, 0), total, 0.5), 0.0)
        twice = twice - (tail - below)
    p: NDArray[np.float64] = np.where(total == 0, 1.0, np.minimum(twice, 1.0))
    return p


@dataclass(frozen=True)
class Paired:
    """How two readers agree on the same cases: both right, only a, only b, neither.

    Example:
        >>> Paired(14, 5, 0, 22).difference("mcnemar_exact").p
        0.0625
    """

    both: int
    only_a: int
    only_b: int
    neither: int

    @classmethod
    def of(cls, right_a: NDArray[np.bool_], right_b: NDArray[np.bool_]) -> "Paired":
        """Count the agreement of two readers case by case.

        Example:
            >>> Paired.of(np.array([True, True, False]), np.array([True, False, False]))
            Paired(both=1, only_a=1, only_b=0, neither=1)
        """
        return cls(
            int(np.sum(right_a & right_b)),
            int(np.sum(right_a & ~right_b)),
            int(np.sum(~right_a & right_b)),
            int(np.sum(~right_a & ~right_b)),
        )

    def difference(self, method: str) -> Difference:
        """Share right of a minus that of b: p by `mcnemar_exact` or `mcnemar_mid_p`, interval by Newcombe.

        Example:
            >>> round(Paired(263, 18, 34, 0).difference("mcnemar_mid_p").difference, 4)
            -0.0508
        """
        test = mcnemar_mid_p if method.startswith("mcnemar_mid_p") else mcnemar_exact
        p = test(self.only_a, self.only_b)
        return newcombe_paired(self.both, self.only_a, self.only_b, self.neither, method=method, p=p)


@dataclass(frozen=True)
class Margins:
    """What is known of two readers without their pairs: n cases, of which each got so many right.

    Example:
        >>> Margins(300, 297, 281).pairings()[:2]
        [Paired(both=281, only_a=16, only_b=0, neither=3), Paired(both=280, only_a=17, only_b=1, neither=2)]
    """

    n: int
    right_a: int
    right_b: int

    def __post_init__(self) -> None:
        if not (0 <= self.right_a <= self.n and 0 <= self.right_b <= self.n):
            raise MeasureError("a reader cannot be right in more cases than there are: check the counts")

    def least_only_b(self) -> int:
        """Fewest cases that only b can have right.

        Example:
            >>> Margins(300, 281, 297).least_only_b()
            16
        """
        return max(0, self.right_b - self.right_a)

    def most_only_b(self) -> int:
        """Most cases that only b can have right.

        Example:
            >>> Margins(300, 297, 281).most_only_b()
            3
        """
        return min(self.n - self.right_a, self.right_b)

    def pairings(self) -> list[Paired]:
        """All ways in which the two readers' cases can agree.

        Example:
            >>> len(Margins(300, 297, 281).pairings())
            4
        """
        return _pairings(self, self.least_only_b(), self.most_only_b())


def _pairings(margins: Margins, least: int, most: int) -> list[Paired]:
    ahead = margins.right_a - margins.right_b
    return [
        Paired(margins.right_b - only_b, only_b + ahead, only_b, margins.n - margins.right_b - only_b - ahead)
        for only_b in range(least, most + 1)
    ]


def mcnemar_range(margins: Margins, *more: Margins, mid: bool = False) -> tuple[Paired, Paired]:
    """The pairings with the smallest and the largest p among all that the counts allow.

    Several margins (diseased and non-diseased) are added: the range for the accuracy over all cases, where
    the pairs of each group are limited by its own counts.

    Example:
        >>> smallest, largest = mcnemar_range(Margins(300, 297, 281))
        >>> smallest.only_b, largest.only_b
        (0, 3)
    """
    groups = (margins, *more)
    whole = Margins(
        sum(group.n for group in groups),
        sum(group.right_a for group in groups),
        sum(group.right_b for group in groups),
    )
    least = sum(group.least_only_b() for group in groups)
    most = sum(group.most_only_b() for group in groups)
    only_b = np.arange(least, most + 1)
    p = _p_values(only_b + whole.right_a - whole.right_b, only_b, mid=mid)
    smallest, largest = least + int(p.argmin()), least + int(p.argmax())
    return _pairings(whole, smallest, smallest)[0], _pairings(whole, largest, largest)[0]


def mcnemar_clustered(
    right_a: NDArray[np.bool_], right_b: NDArray[np.bool_], patient: NDArray[np.int64]
) -> Difference:
    """McNemar's test for several cases of one patient; interval with the variance summed over patients.

    Reference:
        Obuchowski, Statistics in Medicine 1998; 17: 1495-1507.

    Example:
        >>> result = mcnemar_clustered(
        ...     np.array([True, True, True, False]),
        ...     np.array([False, True, False, False]),
        ...     np.array([0, 0, 1, 2]),
        ... )
        >>> round(result.difference, 2), result.df
        (0.5, 1.0)
    """
    change = right_a.astype(np.float64) - right_b.astype(np.float64)
    total, sums = len(change), patient_sums(change, patient)
    clusters, difference = len(sums), float(change.mean())
    if clusters < 2:
        return Difference(difference, method="not_estimable")
    spread = float(np.sum(sums**2)) * clusters / (clusters - 1)
    statistic = float(sums.sum()) ** 2 / spread if spread > 0 else 0.0
    residual = patient_sums(change - difference, patient)
    se = float(np.sqrt(clusters / (clusters - 1) * np.sum(residual**2)) / total)
    return Difference(
        difference,
        difference - Z95 * se,
        difference + Z95 * se,
        se,
        statistic,
        1.0,
        chi_squared_p(statistic, 1),
        "mcnemar_clustered",
    )
