"""Does more data still help? What was reached with fewer training cases, and the curve through it."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation import Estimate, LearningCurve
from hilum.reporting.curves import rounded, style_of
from hilum.reporting.format import count, difference, listed
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.labels import in_sentence
from hilum.reporting.looks import Look
from hilum.reporting.story import Story

STEPS = 40
Z95 = 1.96
FURTHER = 2.0


def learning_curve(given: EvidenceInput, story: Story) -> Iterable[dict[str, Any]]:
    """One figure with a line a reader, where training on fewer cases was tried."""
    if not story.endpoints:
        return
    lines = [
        line
        for look in story.drawn
        if (points := given.learning_curve.get(look.ensemble_of or look.name))
        and (line := _line(look, sorted(points))) is not None
    ]
    if not lines:
        return
    label = story.endpoints[0].label
    yield {
        "id": "learning-curve",
        "kind": "learning_curve",
        "title": "Does more data still help?",
        "caption": f"{label} after training on fewer cases, with 95 % confidence interval; the curve is an "
        "inverse power law through the points, its broken end and band say what twice the data would give. "
        + " ".join(_gained(line, label) for line in lines),
        "alt": f"Learning curves of {listed([line['label'] for line in lines])}.",
        "x_label": "Training cases",
        "y_label": label,
        "lines": lines,
    }


def _gained(line: dict[str, Any], label: str) -> str:
    if line["gain"] is None:
        return f"{line['label']}: {line['reason']}."
    value, low, high = line["gain"]
    gain = difference(value, low, high, digits=3)
    return f"{line['label']}: twice as many cases would add {gain} to its {in_sentence(label)}."


def _line(look: Look, points: list[tuple[float, float, float]]) -> dict[str, Any] | None:
    sizes, values, errors = (np.array(column, dtype=np.float64) for column in zip(*points, strict=True))
    try:
        curve = LearningCurve.fit(sizes, values, errors)
    except MeasureError:
        return None
    fitted = _fitted(curve) if curve.ceiling is not None else {"x": [], "y": [], "low": [], "high": []}
    gain = curve.gain(FURTHER) if curve.ceiling is not None else Estimate(None)
    return {
        **style_of(look),
        "sizes": [count(size) for size in sizes],
        "x": rounded(sizes),
        "y": rounded(values),
        "low": rounded(values - Z95 * errors),
        "high": rounded(values + Z95 * errors),
        "curve": fitted,
        "gain": None if gain.value is None else [gain.value, gain.low, gain.high],
        "reason": curve.reason,
    }


def _fitted(curve: LearningCurve) -> dict[str, Any]:
    """The curve from the smallest size to twice the largest."""
    at = np.geomspace(curve.sizes[0], FURTHER * curve.sizes[-1], STEPS)
    found = [curve.predict(float(size), samples=200) for size in at]
    return {
        "x": rounded(at),
        "y": rounded([one.value for one in found]),
        "low": rounded([one.low for one in found]),
        "high": rounded([one.high for one in found]),
        "known_to": float(curve.sizes[-1]),
    }
