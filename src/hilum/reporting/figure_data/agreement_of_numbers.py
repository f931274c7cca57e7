"""Bland and Altman's plot: how far a reader's numbers are from the true ones, over their range."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation import bland_altman
from hilum.reporting.curves import Aligned, rounded, style_of
from hilum.reporting.format import count, estimate, listed
from hilum.reporting.looks import Look
from hilum.reporting.story import Story

MOST_DOTS = 1500


def agreement_of_numbers(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure, one panel a reader, on the part of the headline."""
    if data.truth.kind != "regression":
        return
    panels = [panel for look in story.drawn if (panel := _panel(story, data, look)) is not None]
    if not panels:
        return
    shown = [f"{panel['part']} bias {estimate(*panel['bias'])}" for panel in panels]
    yield {
        "id": "bland-altman",
        "kind": "bland_altman",
        "title": f"Agreement with the true value, {story.main_part}",
        "caption": "Difference (reader minus truth) against the mean of both. Full line: bias; broken lines: "
        "95 % limits of agreement; bands: their 95 % confidence intervals."
        f"{_shown(panels)}",
        "alt": f"Bland-Altman plots: {listed(shown)}.",
        "x_label": "Mean of reader and truth",
        "y_label": "Reader \u2212 truth",
        "panels": panels,
    }


def _shown(panels: list[dict[str, Any]]) -> str:
    if all(panel["n"] <= MOST_DOTS for panel in panels):
        return ""
    return f" Dots: {count(MOST_DOTS)} cases, evenly spread; lines are of all cases."


def _panel(story: Story, data: Aligned, look: Look) -> dict[str, Any] | None:
    opinions = data.opinions.get(look.name)
    column = next((c for c in ("value", "score") if opinions is not None and c in opinions.columns), None)
    if opinions is None or column is None or len(opinions.repeats) > 1:
        return None
    said, true = opinions.columns[column][0], data.truth.frame["value"].to_numpy(dtype=float)
    rows = np.flatnonzero(data.truth.in_part(story.main_part) & np.isfinite(said) & np.isfinite(true))
    try:
        found = bland_altman(said[rows], true[rows], data.patients(rows))
    except MeasureError:
        return None
    # Beyond so many dots nothing is seen; an evenly spread choice keeps the page small.
    dots = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_DOTS)).round().astype(int))
    order = np.argsort(found.mean, kind="stable")[dots]
    levels = {"bias": found.bias, "limit_low": found.limit_low, "limit_high": found.limit_high}
    return {
        "part": look.short,
        "n": len(rows),
        "events": None,
        **style_of(look),
        **{name: [level.value, level.low, level.high] for name, level in levels.items()},
        "x": rounded(found.mean[order]),
        "y": rounded(found.difference[order]),
    }
