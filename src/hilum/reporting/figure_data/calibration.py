"""What was predicted against what happened: groups of like predictions, and a smooth curve with its band."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation import (
    CalibrationPoint,
    calibration_curve,
    choose_risk_cuts,
    observed_by,
    risk_groups,
    sample_to_smooth,
    smooth_calibration_curve,
    survival_calibration_curve,
)
from hilum.reporting.curves import (
    Aligned,
    Floats,
    competes,
    counted_in,
    follow_up_of,
    followed,
    label_of,
    rounded,
    style_of,
)
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.forests import slug
from hilum.reporting.format import at_words, count, listed
from hilum.reporting.looks import Look
from hilum.reporting.story import Story

Rows = NDArray[np.intp]
GROUPS = 10
FEWEST_IN_GROUP = 20
MOST_HORIZONS = 4
# Fewer cases than these give no curve that could be read.
FEWEST_TO_SMOOTH = 100
MOST_SMOOTHED = 10_000
CURVE_POINTS = 60


def calibration(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure a horizon, else one, of every reader whose numbers are probabilities."""
    if data.truth.kind != "survival" and data.truth.positive is None:
        return
    if data.truth.kind not in {"survival", "classification"}:
        return
    ranked = [endpoint for endpoint in story.endpoints if endpoint.measure in {"auroc", "auc_t"}]
    for endpoint in ranked[:MOST_HORIZONS]:
        panels = [p for part in story.parts if (p := _panel(story, data, endpoint, part)) is not None]
        if panels:
            yield _figure(data, endpoint, panels)


def _figure(data: Aligned, endpoint: Endpoint, panels: list[dict[str, Any]]) -> dict[str, Any]:
    how = "observed share"
    if data.truth.kind == "survival":
        how = "Aalen-Johansen estimate" if competes(data.truth) else "Kaplan-Meier estimate"
    smooth = any(line["smooth"] for panel in panels for line in panel["lines"])
    return {
        "id": f"calibration-{slug(endpoint)}",
        "kind": "calibration",
        "title": f"Calibration{at_words(endpoint.at)}",
        "caption": f"Points: mean predicted probability against the {how} in groups of like predictions "
        f"(equal size, ties kept together), with 95 % intervals.{_of_curve(panels) if smooth else ''} The "
        "dotted line is perfect calibration.",
        "alt": "Calibration plot of "
        + listed(sorted({line["label"] for panel in panels for line in panel["lines"]}))
        + f" in {listed([panel['part'] for panel in panels])}.",
        "x_label": "Predicted probability",
        "y_label": "Observed",
        "panels": panels,
    }


def _of_curve(panels: list[dict[str, Any]]) -> str:
    sampled = [panel["part"] for panel in panels if panel["n"] > MOST_SMOOTHED]
    on = f", of {listed(sampled)} on {count(MOST_SMOOTHED)} cases drawn at random" if sampled else ""
    return f" Lines: local regression (loess) with 95 % pointwise band{on}."


def _panel(story: Story, data: Aligned, endpoint: Endpoint, part: str) -> dict[str, Any] | None:
    found = [(look, _read(story, data, look, endpoint, part)) for look in story.drawn]
    read = [(look, given) for look, given in found if given is not None]
    lines = [_line(data, look, given, endpoint) for look, given in read]
    if not lines:
        return None
    label, known = label_of(data.truth, endpoint)
    most = max((rows for _, (rows, _) in read), key=len)
    head = counted_in(story, part, len(most), int((label & known)[most].sum()))
    return {**head, "lines": lines}


def _read(
    story: Story, data: Aligned, look: Look, endpoint: Endpoint, part: str
) -> tuple[Rows, Floats] | None:
    """Cases with a probability of known outcome, and the probabilities."""
    classes = data.truth.kind == "classification"
    column = "score" if classes else f"risk_{endpoint.at}"
    opinions = data.opinions.get(look.name)
    if opinions is None or column not in opinions.columns or len(opinions.repeats) > 1:
        return None
    if classes and not _declared(story, look.name):
        return None
    probability = opinions.single(column)
    known = label_of(data.truth, endpoint)[1] if classes else followed(data.truth)
    rows = np.flatnonzero(np.isfinite(probability) & data.truth.in_part(part) & known)
    return (rows, probability[rows]) if len(rows) >= FEWEST_IN_GROUP else None


def _line(data: Aligned, look: Look, read: tuple[Rows, Floats], endpoint: Endpoint) -> dict[str, Any]:
    drawn = [point for point in _points(data, read, endpoint) if point.observed is not None]
    return {
        **style_of(look),
        "x": rounded([point.predicted for point in drawn]),
        "y": rounded([point.observed for point in drawn]),
        "low": rounded([point.low for point in drawn]),
        "high": rounded([point.high for point in drawn]),
        "size": [point.n for point in drawn],
        "smooth": _smooth(data, read, endpoint),
    }


def _points(data: Aligned, read: tuple[Rows, Floats], endpoint: Endpoint) -> Sequence[CalibrationPoint]:
    rows, probability = read
    groups = max(2, min(GROUPS, len(rows) // FEWEST_IN_GROUP))
    if data.truth.kind == "classification":
        label = label_of(data.truth, endpoint)[0]
        return calibration_curve(probability, label[rows], groups, data.patients(rows))
    day = float(str(endpoint.at)[:-1])
    if competes(data.truth):
        return _competing_points(data, read, groups, day)
    return survival_calibration_curve(probability, follow_up_of(data.truth, rows), day, groups)


def _competing_points(
    data: Aligned, read: tuple[Rows, Floats], groups: int, day: float
) -> list[CalibrationPoint]:
    """Groups of equal size; what was observed is the share with the event, where others may come first."""
    rows, probability = read
    try:
        group = risk_groups(probability, choose_risk_cuts(probability, groups))
    except MeasureError:
        return []
    points = []
    for number in np.unique(group):
        inside = rows[group == number]
        seen = observed_by(follow_up_of(data.truth, inside), day, data.patients(inside))
        predicted = float(probability[group == number].mean())
        points.append(CalibrationPoint(predicted, seen.value, seen.low, seen.high, len(inside)))
    return points


def _smooth(data: Aligned, read: tuple[Rows, Floats], endpoint: Endpoint) -> dict[str, Any] | None:
    """The curve with its band, where every outcome is known and there are enough cases."""
    rows, probability = read
    if data.truth.kind != "classification" or len(rows) < FEWEST_TO_SMOOTH:
        return None
    label = label_of(data.truth, endpoint)[0]
    kept = sample_to_smooth(len(rows), MOST_SMOOTHED)
    try:
        curve = smooth_calibration_curve(
            probability[kept], label[rows[kept]], data.patients(rows[kept]), points=CURVE_POINTS
        )
    except MeasureError:
        return None
    return {
        "x": rounded(curve.predicted),
        "y": rounded(curve.observed),
        "low": rounded(curve.low),
        "high": rounded(curve.high),
    }


def _declared(story: Story, reader: str) -> bool:
    """Whether the evaluation knew the reader's score to be a probability."""
    return any(
        row.reader == reader and row.measure in {"brier", "calibration_slope", "o_e"}
        for row in story.evaluation.measures
    )
