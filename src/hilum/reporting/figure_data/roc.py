"""ROC curves with bands and frozen operating points, one panel a part or a finding."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation import Curve, roc_curve, share_of_cases
from hilum.reporting.curves import (
    MOST_POINTS,
    Aligned,
    Floats,
    counted_in,
    label_of,
    rounded,
    score_of,
    style_of,
    thinned,
)
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.forests import slug
from hilum.reporting.format import at_words, estimate, listed
from hilum.reporting.looks import Look
from hilum.reporting.story import Story

MOST_FINDINGS = 15
MOST_HORIZONS = 4
FEW_POINTS = 25
MOST_BANDS = 5
# Many small panels need fewer points each.
POINTS_OF_FINDING = 80


def roc(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure a horizon, else one; of findings one for all of them."""
    if data.truth.kind == "findings":
        yield from _roc_of_findings(story, data)
    if data.truth.kind != "survival" and data.truth.positive is None:
        return
    ranked = [endpoint for endpoint in story.endpoints if endpoint.measure in {"auroc", "auc_t"}]
    for endpoint in ranked[:MOST_HORIZONS]:
        yield from _roc(story, data, endpoint)


def _roc(story: Story, data: Aligned, endpoint: Endpoint) -> Iterable[dict[str, Any]]:
    panels = roc_panels(story, data, endpoint)
    if not panels:
        return
    averaged = [look.short for look in story.drawn if look.ensemble_of and _in_panels(look, panels)]
    ensembles = f" {listed(averaged)}: the mean score of repeated trainings." if averaged else ""
    points = any(line["point"] for panel in panels for line in panel["lines"])
    circle = " Open circles: thresholds frozen on the validation part." if points else ""
    few = [line["label"] for line in panels[0]["lines"] if line["few"]]
    dots = f" {listed(few)}: every possible cut-off, bars instead of a band." if few else ""
    yield {
        "id": f"roc-{slug(endpoint)}",
        "kind": "roc",
        "title": f"Discrimination{at_words(endpoint.at)}",
        "caption": f"Receiver operating characteristic with {endpoint.label.partition(' at ')[0]} (95 % "
        f"confidence interval).{_bands(panels)}{dots}{circle}{ensembles}{_lost(endpoint)}",
        "alt": _roc_words(panels),
        "panels": panels,
    }


def _roc_of_findings(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One panel a finding, on the part of the headline."""
    panels = []
    named = [row.of for row in story.evaluation.measures if row.measure == "auroc" and row.of is not None]
    for finding in [name for name in dict.fromkeys(named) if name in data.truth.findings][:MOST_FINDINGS]:
        endpoint = Endpoint("auroc", None, "AUROC", finding)
        found = [each for each in roc_panels(story, data, endpoint) if each["part"] == story.main_part]
        panels += [{**each, "part": finding, "noun": "with it"} for each in found]
    if panels:
        yield {
            "id": "roc-findings",
            "kind": "roc",
            "title": f"Discrimination of each finding, {story.main_part}",
            "caption": "Receiver operating characteristic with AUROC (95 % confidence interval), on cases "
            f"in which the finding is known to be present or absent; n and how many have it.{_bands(panels)}",
            "alt": _roc_words(panels),
            "panels": panels,
        }


def _lost(endpoint: Endpoint) -> str:
    if endpoint.at is None:
        return ""
    left = " The curves leave out cases lost to follow-up before the horizon"
    return f"{left}; AUC(t) weights the others for them." if endpoint.measure == "auc_t" else f"{left}."


def _bands(panels: list[dict[str, Any]]) -> str:
    if any(len(panel["lines"]) > MOST_BANDS for panel in panels):
        return ""
    return " Bands: 95 % pointwise interval of the sensitivity (Wilson)."


def _in_panels(look: Look, panels: list[dict[str, Any]]) -> bool:
    return any(line["reader"] == look.name for panel in panels for line in panel["lines"])


def _roc_words(panels: list[dict[str, Any]]) -> str:
    words = []
    for panel in panels:
        lines = listed(
            [f"{line['label']} {estimate(*line['auroc'])}" for line in panel["lines"] if line["auroc"]]
        )
        words.append(f"{panel['part']}: {lines}")
    return f"ROC curves. Areas in {'; '.join(words)}."


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
            panels.append({**counted_in(story, part, len(inside), events), "lines": lines})
    return panels


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
    at = thinned(len(curve.x), MOST_POINTS if endpoint.of is None else POINTS_OF_FINDING)
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
