"""Truth and opinions side by side, and what all figures do with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation import FollowUp, Opinions, Truth, align, known_status
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.looks import Look
from hilum.reporting.sizes import events_of
from hilum.reporting.story import Story

Floats = NDArray[np.float64]
MOST_POINTS = 240


@dataclass(frozen=True)
class Aligned:
    """Truth and opinions side by side, for drawing.

    Attributes:
        truth: The reference standard.
        patient: Patient's number of each case.
        opinions: Opinions by reader, ensembles included.
    """

    truth: Truth
    patient: NDArray[np.int64]
    opinions: dict[str, Opinions]

    @property
    def clustered(self) -> bool:
        """Whether patients have several cases."""
        return len(np.unique(self.patient)) < len(self.patient)

    def patients(self, rows: NDArray[np.intp]) -> NDArray[np.int64] | None:
        """Patients of some rows, None where every case is its own."""
        return self.patient[rows] if self.clustered else None


def align_for_figures(given: EvidenceInput) -> Aligned | None:
    """Truth and readings side by side; None where there is no truth or there are no readings to draw."""
    truth = given.known_truth
    if truth is None or not given.readings:
        return None
    found = align(list(given.readings), truth, unpaired=True)
    return Aligned(truth, found.patient, {each.reader: each for each in found.opinions})


def label_of(truth: Truth, endpoint: Endpoint) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is positive, and of whom it is known."""
    if truth.kind == "findings":
        values = truth.frame[str(endpoint.of)].to_numpy(dtype=np.float64)
        return values == 1, np.isfinite(values)
    if truth.kind == "classification":
        labels = truth.frame["label"].to_numpy(dtype=str)
        return labels == truth.positive, labels != ""
    time = truth.frame["time"].to_numpy(dtype=np.float64)
    event = truth.frame["event"].to_numpy(dtype=np.float64)
    status = known_status(time, event, float(str(endpoint.at)[:-1]))
    known = status.known & np.isfinite(time) & np.isfinite(event)
    return status.event & known, known


def score_of(opinions: Opinions, truth: Truth, endpoint: Endpoint) -> Floats | None:
    """What ranks the cases: the score, or for survival the probability at the horizon, else the risk."""
    names = {
        "classification": ["score", f"score_{truth.positive}"],
        "findings": [f"score_{endpoint.of}"],
    }.get(truth.kind, [f"risk_{endpoint.at}", "risk", "score"])
    for name in names:
        if name in opinions.columns and not (opinions.repeats and len(opinions.repeats) > 1):
            return opinions.single(name)
    return None


def thinned(count: int, most: int = MOST_POINTS) -> NDArray[np.intp]:
    """Places of at most so many points, ends included."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.intp))


def followed(truth: Truth) -> NDArray[np.bool_]:
    """Of whom time and event are known."""
    time = truth.frame["time"].to_numpy(dtype=np.float64)
    event = truth.frame["event"].to_numpy(dtype=np.float64)
    known: NDArray[np.bool_] = np.isfinite(time) & np.isfinite(event)
    return known


def follow_up_of(truth: Truth, rows: NDArray[np.intp]) -> FollowUp:
    """Time and event of some cases."""
    time = truth.frame["time"].to_numpy(dtype=np.float64)[rows]
    return FollowUp.of(time, truth.frame["event"].to_numpy(dtype=np.float64)[rows])


def competes(truth: Truth) -> bool:
    """Whether something else may happen first."""
    return truth.kind == "survival" and bool((truth.frame["event"].to_numpy(dtype=np.float64) == 2).any())


def counted_in(story: Story, part: str, n: int, events: int) -> dict[str, Any]:
    """A panel's head: its part, cases and events."""
    return {"part": part, "n": n, "events": events_of(story.outcome, events), "noun": noun_of(story)}


def noun_of(story: Story) -> str:
    """What the events of a panel are called."""
    return story.outcome.few


def style_of(look: Look) -> dict[str, Any]:
    """How a reader's line looks, for the page and the drawing."""
    return {
        "reader": look.name,
        "label": look.short,
        "colour": look.colour,
        "text": look.text,
        "dashed": look.dashed,
    }


def rounded(values: Sequence[float | None] | Floats) -> list[float | None]:
    """Numbers for drawing, at five decimals; nan becomes None."""
    return [None if value is None or not np.isfinite(value) else round(float(value), 5) for value in values]
