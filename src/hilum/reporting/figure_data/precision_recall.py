"""Precision against recall, with the prevalence that a reader who knows nothing would reach."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation import precision_recall_curve
from hilum.reporting.curves import Aligned, counted_in, label_of, rounded, score_of, style_of, thinned
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import at_words, listed
from hilum.reporting.labels import measure_label
from hilum.reporting.looks import Look
from hilum.reporting.story import Story


def precision_recall(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure for the headline, one panel a part."""
    if not story.endpoints or story.endpoints[0].measure not in {"auroc", "auc_t"}:
        return
    if story.evaluation.task not in {"classification", "survival"} or _several_classes(story):
        return
    at = story.endpoints[0].at
    panels = [panel for part in story.parts if (panel := _panel(story, data, part, at)) is not None]
    if not panels:
        return
    names = listed(list(dict.fromkeys(line["label"] for panel in panels for line in panel["lines"])))
    yield {
        "id": "precision-recall",
        "kind": "precision_recall",
        "title": f"Precision and recall{at_words(at)}",
        "caption": "Precision (PPV) against recall (sensitivity) with the average precision (95 % confidence "
        "interval), which is the sum over steps. The dotted line is the prevalence, which a reader who "
        "knows nothing would reach.",
        "alt": f"Precision-recall curves of {names} in {listed([panel['part'] for panel in panels])}.",
        "panels": panels,
    }


def _several_classes(story: Story) -> bool:
    return story.evaluation.task == "classification" and story.evaluation.positive is None


def _panel(story: Story, data: Aligned, part: str, at: str | None) -> dict[str, Any] | None:
    endpoint = Endpoint("auprc", at, measure_label("auprc", at))
    label, known = label_of(data.truth, endpoint)
    inside = np.flatnonzero(data.truth.in_part(part) & known)
    lines = []
    for look in story.drawn:
        line = _line(story, data, look, (endpoint, part), inside=inside, label=label)
        if line is not None:
            lines.append(line)
    if not lines:
        return None
    return {
        **counted_in(story, part, len(inside), int(label[inside].sum())),
        "prevalence": round(float(label[inside].mean()), 5),
        "lines": lines,
    }


def _line(
    story: Story,
    data: Aligned,
    look: Look,
    where: tuple[Endpoint, str],
    *,
    inside: NDArray[np.intp],
    label: NDArray[np.bool_],
) -> dict[str, Any] | None:
    endpoint, part = where
    opinions = data.opinions.get(look.name)
    score = None if opinions is None else score_of(opinions, data.truth, endpoint)
    measured = story.measure(look.name, part, endpoint)
    if score is None or measured is None or measured.value is None:
        return None
    rows = inside[np.isfinite(score[inside])]
    try:
        curve = precision_recall_curve(score[rows], label[rows])
    except MeasureError:
        return None
    at = thinned(len(curve.x))
    return {
        **style_of(look),
        "x": rounded(curve.x[at]),
        "y": rounded(curve.y[at]),
        "threshold": [float(value) for value in curve.threshold[at]],
        "auprc": [measured.value, measured.low, measured.high],
        "n": measured.n,
    }
