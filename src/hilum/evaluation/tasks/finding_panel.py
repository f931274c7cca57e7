"""All findings of one reader side by side, and the bootstrap samples of their averages."""

import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.many_findings import (
    ScoredFindings,
    both_kinds,
    counts_of_findings,
    mean_of_counts,
    pooled_of_counts,
)
from hilum.evaluation.tasks.averaged_samples import Named, OfWeights, averaged_samples
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question
from hilum.evaluation.tasks.samples import THRESHOLD_MEASURES, Cases, Sampled

MACRO, MICRO = "macro average", "micro average"
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Panel:
    """One reader's opinions on several findings, for some rows of the truth.

    Attributes:
        findings: Their names.
        rows: Rows of the truth.
        labels: (findings, rows) 1, 0, NaN where unknown.
        scores: (repeats, findings, rows), NaN where a score is missing in any repeat.
        calls: (repeats, findings, rows) 1, 0, NaN where a call is missing in any repeat.
    """

    name: str
    repeats: tuple[int, ...]
    ensemble_of: str | None
    probable: bool
    findings: tuple[str, ...]
    rows: Rows
    labels: Floats
    scores: Floats
    calls: Floats

    @property
    def repeated(self) -> bool:
        """Whether the reader was trained several times."""
        return len(self.repeats) > 1

    @classmethod
    def of(cls, own: list[tuple[Question, BinaryReader]]) -> "Panel":
        """Put a reader's findings side by side, on all rows of the truth."""
        first = own[0][1]
        labels = np.stack([np.where(one.known, one.label.astype(np.float64), np.nan) for one, _ in own])
        shape = (max(len(first.repeats), 1), labels.shape[1])
        scores = np.stack([_complete(reader.score, shape) for _, reader in own], axis=1)
        calls = np.stack([_complete(reader.call, shape) for _, reader in own], axis=1)
        probable = all(reader.is_probability for _, reader in own if reader.score is not None)
        names = tuple(str(question.of) for question, _ in own)
        rows = np.arange(labels.shape[1])
        return cls(first.name, first.repeats, first.ensemble_of, probable, names, rows, labels, scores, calls)

    def within(self, inside: NDArray[np.bool_]) -> "Panel":
        """Only some rows of the truth."""
        kept = np.flatnonzero(inside[self.rows])
        return replace(
            self,
            rows=self.rows[kept],
            labels=self.labels[:, kept],
            scores=self.scores[:, :, kept],
            calls=self.calls[:, :, kept],
        )

    def scored(self) -> "Panel":
        """Only findings that have scores of cases with and without them, and rows with any of these."""
        return self._only(both_kinds(self.scores[0], self.labels), self.scores[0])

    def called(self) -> "Panel":
        """Only findings with calls, and rows with any of these."""
        some = (np.isfinite(self.calls[0]) & np.isfinite(self.labels)).any(axis=1)
        return self._only(some, self.calls[0])

    def _only(self, findings: NDArray[np.bool_], values: Floats) -> "Panel":
        chosen = np.flatnonzero(findings)
        kept = np.flatnonzero((np.isfinite(values) & np.isfinite(self.labels))[chosen].any(axis=0))
        return replace(
            self,
            findings=tuple(self.findings[number] for number in chosen),
            rows=self.rows[kept],
            labels=self.labels[chosen][:, kept],
            scores=self.scores[:, chosen][:, :, kept],
            calls=self.calls[:, chosen][:, :, kept],
        )

    def beside(self, other: "Panel") -> tuple["Panel", "Panel"]:
        """Both on the findings that both have, and each finding on the cases that both scored, or called."""
        common = [name for name in self.findings if name in other.findings]
        mine, theirs = self.of_findings(common), other.of_findings(common)
        scored = np.isfinite(mine.scores[0]) & np.isfinite(theirs.scores[0])
        called = np.isfinite(mine.calls[0]) & np.isfinite(theirs.calls[0])
        return mine.where(scored, called), theirs.where(scored, called)

    def of_findings(self, names: list[str]) -> "Panel":
        """Only these findings, in this order."""
        chosen = [self.findings.index(name) for name in names]
        return replace(
            self,
            findings=tuple(names),
            labels=self.labels[chosen],
            scores=self.scores[:, chosen],
            calls=self.calls[:, chosen],
        )

    def where(self, scored: NDArray[np.bool_], called: NDArray[np.bool_]) -> "Panel":
        """Only these scores and these calls, gaps elsewhere."""
        return replace(
            self, scores=np.where(scored, self.scores, np.nan), calls=np.where(called, self.calls, np.nan)
        )

    def cases(self, part: str, values: Floats) -> Cases:
        """The rows as cases of a part; a patient is ill when one of these findings is present.

        `values` (findings, rows), NaN where not used, name the samples: other gaps, other samples.
        """
        mark = zlib.crc32(np.isfinite(values).tobytes())
        return Cases(part, self.rows, (self.labels == 1).any(axis=0), None, f"{self.findings}{mark}")

    def size(self, part_size: int) -> Size:
        """Cases with any of these findings known and read, those in whom one is present, and the others."""
        return Size(len(self.rows), int((self.labels == 1).any(axis=0).sum()), part_size - len(self.rows))

    def score_samples(self, work: Work, part: str) -> dict[Named, Sampled]:
        """Samples of the mean and of the pooled AUROC and average precision."""

        def of(scores: Floats) -> OfWeights:
            found: list[ScoredFindings] = []

            def values(weights: Floats) -> dict[Named, Floats]:
                if not found:
                    found.append(ScoredFindings.of(scores, self.labels))
                mean, pooled = found[0].means(weights), found[0].pooled_areas(weights)
                return {
                    (name, of): values[name]
                    for of, values in ((MACRO, mean), (MICRO, pooled))
                    for name in ("auroc", "auprc")
                }

            return values

        cases = self.cases(part, self.scores[0])
        return averaged_samples(
            work, "finding areas", self.name, [of(scores) for scores in self.scores], cases
        )

    def call_samples(self, work: Work, part: str) -> dict[Named, Sampled]:
        """Samples of the mean and of the pooled measures of the confusion matrix."""

        def of(calls: Floats) -> OfWeights:
            whole = counts_of_findings(calls, self.labels, np.ones((1, len(self.rows))))

            def values(weights: Floats) -> dict[Named, Floats]:
                drawn = counts_of_findings(calls, self.labels, weights)
                counts = np.concatenate([whole, drawn], axis=2)
                found: dict[Named, Floats] = {}
                for measure in THRESHOLD_MEASURES:
                    found[measure, MACRO] = mean_of_counts(measure, counts)[0][1:]
                    found[measure, MICRO] = pooled_of_counts(measure, drawn)
                return found

            return values

        cases = self.cases(part, self.calls[0])
        return averaged_samples(work, "finding calls", self.name, [of(calls) for calls in self.calls], cases)

    def undefined(self, measure: str) -> list[str]:
        """Findings in which a measure of the confusion matrix is not defined in some repeat."""
        ones = np.ones((1, len(self.rows)))
        defined = [mean_of_counts(measure, counts_of_findings(c, self.labels, ones))[1] for c in self.calls]
        return [name for name, fine in zip(self.findings, np.all(defined, axis=0), strict=True) if not fine]


def _complete(values: Floats | None, shape: tuple[int, int]) -> Floats:
    """Values with a gap in every repeat where there is one in any; gaps throughout where there are none."""
    if values is None:
        return np.full(shape, np.nan)
    return np.where(np.isfinite(values).all(axis=0), values, np.nan)
