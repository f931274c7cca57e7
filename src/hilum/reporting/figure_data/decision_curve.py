"""Net benefit along the probabilities at which one would act, beside treating all and treating none."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation import decision_curve, net_benefit_t, observed_by
from hilum.reporting.curves import (
    Aligned,
    competes,
    counted_in,
    follow_up_of,
    followed,
    label_of,
    rounded,
    style_of,
)
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import at_words, listed
from hilum.reporting.looks import Look
from hilum.reporting.story import Story

Rows = NDArray[np.intp]
STEPS = 50


def decision_curves(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure, at the first horizon where there are several; one panel a part."""
    if story.evaluation.task not in {"classification", "survival"} or not story.endpoints:
        return
    if story.evaluation.task == "survival" and not story.evaluation.horizons_days:
        return
    at = story.endpoints[0].at
    if story.evaluation.task == "survival" and at is None:  # nothing at a horizon could be measured
        at = f"{story.evaluation.horizons_days[0]:g}d"
    endpoint = Endpoint("net_benefit", at, "")
    panels = [panel for part in story.parts if (panel := _panel(story, data, part, endpoint)) is not None]
    if not panels:
        return
    names = listed(list(dict.fromkeys(line["label"] for panel in panels for line in panel["lines"])))
    counted = "Aalen-Johansen" if competes(data.truth) else "Kaplan-Meier"
    how = f"; events counted by {counted}" if data.truth.kind == "survival" else ""
    yield {
        "id": "decision-curve",
        "kind": "decision_curve",
        "title": f"Decision curve{at_words(endpoint.at)}",
        "caption": "Net benefit of acting on everyone whose probability reaches the one on the axis"
        f"{how}: cases with the condition found per case, less the others acted on at the odds of that "
        "probability. Grey: acting on all. A reader is of use where its line lies above both acting on all "
        "and zero. Bands: 95 % pointwise.",
        "alt": f"Decision curves of {names} in {listed([panel['part'] for panel in panels])}.",
        "panels": panels,
    }


def _panel(story: Story, data: Aligned, part: str, endpoint: Endpoint) -> dict[str, Any] | None:
    probable = {row.reader for row in story.evaluation.measures if row.measure == "net_benefit"}
    label, known = label_of(data.truth, endpoint)
    survival = data.truth.kind == "survival"
    inside = data.truth.in_part(part) & (followed(data.truth) if survival else known)
    column = f"risk_{endpoint.at}" if survival else "score"
    lines: list[dict[str, Any]] = []
    at = np.array([])
    for look in story.drawn:
        opinions = data.opinions.get(look.name)
        if look.name not in probable or opinions is None or column not in opinions.columns:
            continue
        probability = opinions.columns[column][0]
        rows = np.flatnonzero(inside & np.isfinite(probability))
        if len(rows) < 2 or len(opinions.repeats) > 1:
            continue
        at = at if len(at) else _thresholds(float(label[rows].mean()), probability[rows])
        line = _line(data, look, (rows, probability), at, (label, endpoint))
        if line is not None:
            lines.append(line)
    if not lines:
        return None
    rows = np.flatnonzero(inside)
    share = _share(data, rows, label, endpoint)
    return {
        **counted_in(story, part, len(rows), int((label & known)[rows].sum())),
        "x": rounded(at),
        "treat_all": rounded(share - (1 - share) * at / (1 - at)),
        "lines": lines,
    }


def _thresholds(share: float, probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 1 % to three times the share with the condition, or to where hardly anyone is acted on."""
    end = float(np.clip(max(3 * share, np.quantile(probability, 0.95)), 0.1, 0.9))
    return np.linspace(0.01, end, STEPS)


def _share(data: Aligned, rows: Rows, label: NDArray[np.bool_], endpoint: Endpoint) -> float:
    """Share with the condition, estimated where follow-up is cut off or something else may happen first."""
    if data.truth.kind != "survival":
        return float(label[rows].mean())
    return observed_by(follow_up_of(data.truth, rows), float(str(endpoint.at)[:-1])).value or 0.0


def _line(
    data: Aligned,
    look: Look,
    read: tuple[Rows, NDArray[np.float64]],
    at: NDArray[np.float64],
    what: tuple[NDArray[np.bool_], Endpoint],
) -> dict[str, Any] | None:
    (rows, probability), (label, endpoint) = read, what
    patient = data.patients(rows)
    try:
        if data.truth.kind == "survival":
            follow_up, day = follow_up_of(data.truth, rows), float(str(endpoint.at)[:-1])
            found = [net_benefit_t(probability[rows], follow_up, day, float(t), patient) for t in at]
            value, low, high = ([getattr(one, key) for one in found] for key in ("value", "low", "high"))
        else:
            curve = decision_curve(probability[rows], label[rows], at, patient)
            value, low, high = list(curve.net_benefit), list(curve.low), list(curve.high)
    except MeasureError:
        return None
    return {
        **style_of(look),
        "x": rounded(at),
        "y": rounded(value),
        "low": rounded(low),
        "high": rounded(high),
    }
