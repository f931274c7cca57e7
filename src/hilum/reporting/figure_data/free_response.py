"""Free-response ROC: lesions found against false positives an image."""

from collections.abc import Iterable
from typing import Any

from hilum.reporting.curves import Aligned, style_of
from hilum.reporting.format import listed
from hilum.reporting.story import Story

POINT = "fp_per_image="


def free_response(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure, one panel a part, at the rates that were measured."""
    del data  # Everything drawn was measured.
    panels = []
    for part in story.parts:
        lines = []
        for look in story.drawn:
            rows = [
                row
                for row in story.evaluation.measures
                if (row.reader, row.part, row.measure, row.of) == (look.name, part, "froc", None)
                and (row.at or "").startswith(POINT)
                and row.value is not None
            ]
            rows.sort(key=lambda row: float(str(row.at).removeprefix(POINT)))
            if rows:
                lines.append(
                    {
                        **style_of(look),
                        "x": [float(str(row.at).removeprefix(POINT)) for row in rows],
                        "y": [row.value for row in rows],
                        "low": [row.low for row in rows],
                        "high": [row.high for row in rows],
                        "n": rows[0].n,
                        "events": rows[0].events,
                    }
                )
        if lines:
            sizes = {"n": lines[0]["n"], "events": lines[0]["events"], "noun": "lesions"}
            panels.append({"part": part, **sizes, "lines": lines})
    if panels:
        names = listed(list(dict.fromkeys(line["label"] for panel in panels for line in panel["lines"])))
        yield {
            "id": "froc",
            "kind": "froc",
            "title": "Lesions found against false positives per image (FROC)",
            "caption": "Share of lesions found at 1/8 to 8 false positives an image (logarithmic axis), with "
            "95 % confidence intervals.",
            "alt": f"FROC of {names}.",
            "panels": panels,
        }
