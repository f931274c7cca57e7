"""The flow of the cohort as numbers: who was there, who was left out, into which parts the rest went."""

from typing import Any

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.evaluation import Truth
from hilum.reporting.format import counted, share
from hilum.reporting.story import Story


def flow_of(cohort: Cohort | None, truth: Truth | None, story: Story) -> dict[str, Any]:
    """Steps of the flow (none without a cohort) and its parts with their events."""
    steps = []
    if cohort is not None:
        steps = [
            {
                "rule": step.rule,
                "excluded": step.excluded,
                "cases": step.remaining_cases,
                "patients": step.remaining_patients,
            }
            for step in cohort.flow
        ]
    parts = [] if truth is None else [_part(truth, part, story) for part in _in_order(truth)]
    return {"steps": steps, "parts": parts}


def _in_order(truth: Truth) -> list[str]:
    first = [part for part in ("train", "validation", "test") if part in truth.parts]
    return first + [part for part in truth.parts if part not in first]


def _part(truth: Truth, part: str, story: Story) -> dict[str, Any]:
    rows = truth.frame[truth.in_part(part)]
    n = len(rows)
    entry: dict[str, Any] = {
        "part": part,
        "cases": n,
        "patients": int(rows["patient"].nunique()),
        "lines": [],
    }
    if entry["patients"] != n:
        entry["lines"].append(counted(entry["patients"], "patient"))
    if truth.kind == "survival":
        entry["events"] = int((rows["event"].to_numpy(dtype=float) == 1).sum())
        noun = story.outcome.event if entry["events"] == 1 else story.outcome.events
        entry["lines"].append(f"{share(entry['events'], n)} {noun}")
    elif truth.kind == "classification":
        counts = {name: int((rows["label"] == name).sum()) for name in truth.classes}
        entry["classes"] = counts
        entry["events"] = counts.get(str(truth.positive))
        entry["lines"] += [f"{share(number, n)} {name}" for name, number in reversed(counts.items())][:4]
    else:
        entry["events"], entry["lines"] = _other(truth, rows, entry["lines"])
    return entry


def _other(truth: Truth, rows: pd.DataFrame, lines: list[str]) -> tuple[int | None, list[str]]:
    """Tasks without one label a case: findings, numbers, lesions and outlines."""
    if truth.kind == "findings":
        events = int((rows[list(truth.findings)].to_numpy(dtype=float) == 1).any(axis=1).sum())
        return events, [*lines, f"{share(events, len(rows))} with a finding"]
    if truth.kind == "regression":
        values = rows["value"].to_numpy(dtype=float)
        known = values[np.isfinite(values)]
        return None, [*lines, f"median {np.median(known):.3g}"] if len(known) else lines
    if truth.kind == "detection" and truth.marks is not None:
        lesions = truth.marks[truth.marks["x"].notna()]
        events = int(lesions["row"].isin(rows.index).sum())
        return events, [*lines, counted(events, "lesion")]
    return None, lines
