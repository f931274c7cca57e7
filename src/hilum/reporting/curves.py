"""The numbers behind the figures: ROC, calibration and survival curves of every part, as plain lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation import (
    Curve,
    FollowUp,
    Opinions,
    Truth,
    align,
    calibration_curve,
    kaplan_meier,
    known_status,
    risk_groups,
    roc_curve,
    share_of_cases,
    survival_calibration_curve,
)
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.story import Look, Story

Floats = NDArray[np.float64]
MOST_POINTS = 240
FEW_POINTS = 25
CALIBRATION_GROUPS = 10
FEWEST_IN_GROUP = 20


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


def roc_panels(story: Story, data: Aligned, endpoint: Endpoint) -> list[dict[str, Any]]:
    """One ROC panel a part: curves with bands, operating points, AUROC as measured."""
    label, known = label_of(data.truth, endpoint)
    panels = []
    for part in story.parts:
        inside = np.flatnonzero(data.truth.in_part(part) & known)
        lines = []
        for look in story.drawn:
            line = _roc_line(story, data, look, endpoint, inside=inside, label=label)
            if line is not None:
                measured = story.measure(look.name, part, endpoint)
                line["auroc"] = None if measured is None else [measured.value, measured.low, measured.high]
                line["n"] = None if measured is None else measured.n
                lines.append(line)
        if lines:
            events = int(label[inside].sum())
            panels.append(
                {"part": part, "n": len(inside), "events": events, "noun": noun_of(story), "lines": lines}
            )
    return panels


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


def _roc_line(
    story: Story,
    data: Aligned,
    look: Look,
    endpoint: Endpoint,
    *,
    inside: NDArray[np.intp],
    label: NDArray[np.bool_],
) -> dict[str, Any] | None:
    score = score_of(data.opinions[look.name], data.truth, endpoint) if look.name in data.opinions else None
    if score is None:
        return None
    rows = inside[np.isfinite(score[inside])]
    try:
        curve = roc_curve(score[rows], label[rows])
    except MeasureError:
        return None
    if len(curve.x) <= 3 and len(np.unique(score[rows])) == 2:
        return None  # One operating point is no curve.
    at = thinned(len(curve.x))
    low, high = _sensitivity_limits(data, score, rows[label[rows]], curve, at)
    cut = _threshold(story, look, endpoint)
    return {
        **style_of(look),
        "x": rounded(curve.x[at]),
        "y": rounded(curve.y[at]),
        "low": rounded(low),
        "high": rounded(high),
        "threshold": [None if not np.isfinite(value) else float(value) for value in curve.threshold[at]],
        "point": _operating_point(curve, cut),
        "few": len(curve.x) <= FEW_POINTS,
    }


def _threshold(story: Story, look: Look, endpoint: Endpoint) -> float | None:
    """The frozen threshold of this horizon or finding."""
    kept = story.evaluation.thresholds
    if endpoint.of is not None:
        return kept.get(f"{look.name}:{endpoint.of}")
    first = not story.evaluation.horizons_days or endpoint.at == f"{story.evaluation.horizons_days[0]:g}d"
    return kept.get(look.name if first else f"{look.name}@{endpoint.at}")


def _sensitivity_limits(
    data: Aligned, score: Floats, ill: NDArray[np.intp], curve: Curve, at: NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Pointwise interval of the sensitivity at each point shown; cases of one patient are a cluster."""
    limits = [share_of_cases(score[ill] >= curve.threshold[i], data.patients(ill)) for i in at]
    low = np.array([each.low if each.low is not None else np.nan for each in limits])
    high = np.array([each.high if each.high is not None else np.nan for each in limits])
    return low, high


def _operating_point(curve: Curve, cut: float | None) -> dict[str, float] | None:
    if cut is None:
        return None
    place = int(np.flatnonzero(curve.threshold >= cut)[-1])
    return {
        "x": round(float(curve.x[place]), 5),
        "y": round(float(curve.y[place]), 5),
        "threshold": float(cut),
    }


def thinned(count: int) -> NDArray[np.intp]:
    """Places of at most so many points, ends included."""
    if count <= MOST_POINTS:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, MOST_POINTS).round().astype(np.intp))


def calibration_panels(story: Story, data: Aligned, endpoint: Endpoint) -> list[dict[str, Any]]:
    """One calibration panel a part, for every reader whose numbers are probabilities."""
    panels = []
    for part in story.parts:
        lines = []
        sizes = (0, 0)
        for look in story.drawn:
            found = _calibration_line(story, data, look, endpoint, part)
            if found is not None:
                line, n, events = found
                sizes = max(sizes, (n, events))
                lines.append(line)
        if lines:
            panels.append(
                {"part": part, "n": sizes[0], "events": sizes[1], "noun": noun_of(story), "lines": lines}
            )
    return panels


def _calibration_line(
    story: Story, data: Aligned, look: Look, endpoint: Endpoint, part: str
) -> tuple[dict[str, Any], int, int] | None:
    column = "score" if data.truth.kind == "classification" else f"risk_{endpoint.at}"
    opinions = data.opinions.get(look.name)
    if opinions is None or column not in opinions.columns or len(opinions.repeats) > 1:
        return None
    if data.truth.kind == "classification" and not _declared(story, look.name):
        return None
    probability = opinions.single(column)
    label, known = label_of(data.truth, endpoint)
    time_known = np.isfinite(probability) & data.truth.in_part(part)
    rows = np.flatnonzero(
        time_known & (known if data.truth.kind == "classification" else followed(data.truth))
    )
    if len(rows) < FEWEST_IN_GROUP:
        return None
    groups = max(2, min(CALIBRATION_GROUPS, len(rows) // FEWEST_IN_GROUP))
    if data.truth.kind == "classification":
        points = calibration_curve(probability[rows], label[rows], groups, data.patients(rows))
    else:
        frame = data.truth.frame
        follow_up = FollowUp.of(
            frame["time"].to_numpy(dtype=np.float64)[rows], frame["event"].to_numpy(dtype=np.float64)[rows]
        )
        points = survival_calibration_curve(
            probability[rows], follow_up, float(str(endpoint.at)[:-1]), groups
        )
    drawn = [point for point in points if point.observed is not None]
    line = {
        **style_of(look),
        "x": rounded([point.predicted for point in drawn]),
        "y": rounded([point.observed for point in drawn]),
        "low": rounded([point.low for point in drawn]),
        "high": rounded([point.high for point in drawn]),
        "size": [point.n for point in drawn],
    }
    return line, len(rows), int((label & known)[rows].sum())


def followed(truth: Truth) -> NDArray[np.bool_]:
    """Of whom time and event are known."""
    time = truth.frame["time"].to_numpy(dtype=np.float64)
    event = truth.frame["event"].to_numpy(dtype=np.float64)
    known: NDArray[np.bool_] = np.isfinite(time) & np.isfinite(event)
    return known


def _declared(story: Story, reader: str) -> bool:
    """Whether the evaluation knew the reader's score to be a probability."""
    return any(
        row.reader == reader and row.measure in {"brier", "calibration_slope", "o_e"}
        for row in story.evaluation.measures
    )


def survival_panels(story: Story, data: Aligned, look: Look, names: Sequence[str]) -> list[dict[str, Any]]:
    """One Kaplan-Meier panel a part: a curve a risk group, with numbers at risk and the log-rank test.

    Args:
        story: Who is compared.
        data: Truth and opinions.
        look: The reader whose risk makes the groups.
        names: The groups' names from low to high.
    """
    cuts = story.evaluation.risk_cuts[look.name]
    opinions = data.opinions[look.name]
    risk = _risk(opinions)
    if risk is None:
        return []
    frame = data.truth.frame
    time, event = frame["time"].to_numpy(dtype=np.float64), frame["event"].to_numpy(dtype=np.float64)
    group = risk_groups(risk, cuts)
    panels = []
    for part in story.parts:
        inside = data.truth.in_part(part) & followed(data.truth) & (group >= 0)
        if not inside.any():
            continue
        limit = _last_day(time[inside], story.evaluation.horizons_days)
        ticks = _ticks(limit)
        lines = [
            _survival_line(
                name, time[inside & (group == number)], event[inside & (group == number)], limit, ticks
            )
            for number, name in enumerate(names)
            if (inside & (group == number)).any()
        ]
        test = next(
            (
                r
                for r in story.evaluation.comparisons
                if (r.reader_a, r.part, r.measure) == (look.name, part, "log_rank")
            ),
            None,
        )
        panels.append(
            {
                "part": part,
                "n": int(inside.sum()),
                "events": int(event[inside].sum()),
                "noun": noun_of(story),
                "limit": limit,
                "ticks": ticks,
                "lines": lines,
                "p": None if test is None else test.p,
                "statistic": None if test is None else test.statistic,
                "df": None if test is None else test.df,
            }
        )
    return panels


def _risk(opinions: Opinions) -> Floats | None:
    """The number that ordered the cases: risk, else score, else the probability at the longest horizon."""
    for name in ("risk", "score"):
        if name in opinions.columns:
            return opinions.single(name)
    horizons = sorted(
        (name for name in opinions.columns if name.startswith("risk_")), key=lambda name: float(name[5:-1])
    )
    return opinions.single(horizons[-1]) if horizons else None


def _survival_line(
    name: str, time: Floats, event: Floats, limit: float, ticks: list[float]
) -> dict[str, Any]:
    curve = kaplan_meier(time, event)
    shown = np.flatnonzero((curve.time <= limit) & (curve.events > 0))
    shown = shown[thinned(len(shown))] if len(shown) else shown
    return {
        "name": name,
        "n": len(time),
        "events": int(np.sum(event == 1)),
        "x": rounded(np.concatenate([[0.0], curve.time[shown]])),
        "y": rounded(np.concatenate([[1.0], curve.survival[shown]])),
        "low": rounded(np.concatenate([[1.0], curve.low[shown]])),
        "high": rounded(np.concatenate([[1.0], curve.high[shown]])),
        "end": float(min(limit, time.max())),
        "at_risk": [int(n) for n in curve.numbers_at_risk(np.array(ticks))],
    }


def _last_day(time: Floats, horizons: tuple[float, ...]) -> float:
    """The axis ends where a tenth is still followed, never before the longest horizon that was reached."""
    last = float(np.quantile(time, 0.9, method="lower"))
    reached = [horizon for horizon in horizons if horizon <= time.max()]
    return max([last, *reached]) or 1.0


def _ticks(limit: float) -> list[float]:
    """Four to seven round days from 0 to the axis' end."""
    for step in (1, 2, 5, 7, 10, 20, 30, 50, 60, 90, 100, 180, 365, 730, 1825, 3650):
        if limit / step <= 6:
            return [float(day) for day in np.arange(0, limit + step / 1e6, step)]
    return [0.0, float(limit)]


def noun_of(story: Story) -> str:
    """What the events of a panel are called."""
    return "positive" if story.evaluation.task == "classification" else story.outcome.events


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
