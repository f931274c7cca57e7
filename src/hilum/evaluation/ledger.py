"""Where the results are written down while an evaluation runs."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Difference, Estimate
from hilum.evaluation.common.resampling import PatientDraws
from hilum.evaluation.inputs.alignment import Alignment
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.results import Comparison, Confusion, Measure, Notice

VALIDATION, TRAIN = "validation", "train"
Found = TypeVar("Found")


@dataclass(frozen=True)
class Size:
    """How many cases a number rests on.

    Example:
        >>> Size(531, 300).n
        531
    """

    n: int
    events: int
    n_excluded: int = 0


@dataclass(frozen=True)
class Ledger:
    """Lists that grow; what is added is checked against the catalogue by the rows themselves.

    Example:
        >>> ledger = Ledger()
        >>> ledger.warn("few_events", "only 3 events in test", 3)
        >>> ledger.notices[0].n
        3
    """

    measures: list[Measure] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    confusions: list[Confusion] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    thresholds: dict[str, float] = field(default_factory=dict)
    risk_cuts: dict[str, tuple[float, ...]] = field(default_factory=dict)
    recalibrations: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    def measure(
        self,
        where: tuple[str, str],
        measure: str,
        estimate: Estimate,
        size: Size,
        *,
        at: str | None = None,
        of: str | None = None,
    ) -> None:
        """Write down a measure of (reader, part).

        Example:
            >>> ledger = Ledger()
            >>> ledger.measure(("cnn", "test"), "auroc", Estimate(0.8), Size(10, 5))
            >>> ledger.measures[0].value
            0.8
        """
        reader, part = where
        self.measures.append(
            Measure(
                reader,
                part,
                measure,
                of,
                at,
                estimate.value,
                estimate.low,
                estimate.high,
                estimate.se,
                estimate.statistic,
                estimate.df,
                estimate.method,
                size.n,
                size.events,
                size.n_excluded,
            )
        )

    def compare(
        self,
        where: tuple[str, str | None, str],
        measure: str,
        result: Difference,
        size: Size,
        *,
        at: str | None = None,
        of: str | None = None,
        margin: float | None = None,
    ) -> None:
        """Write down a comparison of (reader a, reader b, part); with a margin p is that of non-inferiority.

        Example:
            >>> ledger = Ledger()
            >>> ledger.compare(("a", "b", "test"), "auroc", Difference(0.1), Size(10, 5))
            >>> ledger.comparisons[0].difference
            0.1
        """
        reader_a, reader_b, part = where
        self.comparisons.append(
            Comparison(
                reader_a,
                reader_b,
                part,
                measure,
                of,
                at,
                result.scale,
                result.difference,
                result.low,
                result.high,
                result.se,
                result.statistic,
                result.df,
                result.p,
                margin,
                result.method,
                size.n,
                size.events,
            )
        )

    def warn(self, code: str, text: str, n: int | None = None) -> None:
        """Write down a warning, each text once.

        Example:
            >>> ledger = Ledger()
            >>> ledger.warn("a", "b"); ledger.warn("a", "b")
            >>> len(ledger.notices)
            1
        """
        notice = Notice(code, text, n)
        if notice not in self.notices:
            self.notices.append(notice)


@dataclass(frozen=True)
class Work:
    """What every step of an evaluation is given: aligned readers, options, and the ledger to write to."""

    alignment: Alignment
    options: EvaluationOptions
    ledger: Ledger
    memory: dict[tuple[object, ...], Any] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        """Parts to measure: all but the training cases, validation last."""
        parts = [part for part in self.alignment.truth.parts if part not in {TRAIN, VALIDATION}]
        return tuple(parts) + ((VALIDATION,) if VALIDATION in self.alignment.truth.parts else ())

    @property
    def compared_parts(self) -> tuple[str, ...]:
        """Parts in which readers are compared: validation only where there is nothing else."""
        return tuple(part for part in self.parts if part != VALIDATION) or self.parts

    def patients(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Patient codes of some rows of the truth."""
        return self.alignment.patient[rows]

    def draws(self, part: str, rows: NDArray[np.intp], outcome: NDArray[np.bool_]) -> PatientDraws:
        """Bootstrap samples of some rows: the same for every reader of the same cases."""
        return PatientDraws(self.patients(rows), outcome, self.options.bootstrap, self.seed("patients", part))

    def seed(self, *words: str) -> tuple[int, ...]:
        """Numbers that fix a drawing by what it is for."""
        return (self.options.seed, *(zlib.crc32(word.encode("utf-8")) for word in words))

    def remember(self, key: tuple[object, ...], make: Callable[[], Found]) -> Found:
        """What was made before under this key, else make it.

        Bootstrap samples are drawn once for each reader and case set.
        """
        if key not in self.memory:
            self.memory[key] = make()
        found: Found = self.memory[key]
        return found
