"""Further measures of all cases: what a task calls for beside its main table, not everything everywhere."""

import re
from typing import Any

from hilum.evaluation import Measure
from hilum.reporting.format import at_words
from hilum.reporting.labels import measure_label
from hilum.reporting.operating import horizons_of, plain
from hilum.reporting.story import Story

BY_TASK: dict[str, tuple[str, ...]] = {
    "classification": (
        "auprc",
        "brier",
        "multiclass_brier",
        "calibration_slope",
        "citl",
        "o_e",
        "ici",
        "e90",
    ),
    "findings": (),
    "survival": ("auroc", "auc_t", "auprc", "brier_t", "scaled_brier_t", "calibration_slope", "o_e"),
    "regression": ("rmse", "limit_low", "limit_high", "proportional_bias", "r2", "pearson", "ccc"),
    "detection": ("lesion_sensitivity", "lesion_ppv", "fp_per_image", "map"),
    "segmentation": ("dice_median", "hd95_median", "nsd_median", "voxel_sensitivity", "volume_difference"),
}
SEVERAL_CLASSES = ("auprc", "multiclass_brier", "kappa", "weighted_kappa")
# Shown at an operating point or rule of the reader's own, without its words in the head of the column.
OWN_POINT = frozenset({"lesion_sensitivity", "lesion_ppv", "fp_per_image"})
ELSEWHERE = re.compile(r"recalibrated|prevalence=|(.*,)?equal |.* of |.*,threshold=|iou=(?!0\.50)")


def further_table(story: Story) -> dict[str, Any] | None:
    """Measures in columns, readers in rows, grouped by part and horizon."""
    wanted = _wanted(story)
    present = [row for row in story.evaluation.measures if _is_further(story, row, wanted)]
    columns = sorted({_column(row) for row in present}, key=lambda c: (wanted.index(c[0]), c[1] or ""))
    if not columns:
        return None
    found = {(row.part, _horizon(row), row.reader, _column(row)): row for row in reversed(present)}
    rows = []
    for part in story.parts:
        for at in horizons_of(story):
            for look in story.looks:
                cells = [plain(found.get((part, at, look.name, column))) for column in columns]
                if any(cell["value"] is not None for cell in cells):
                    group = f"{part},{at_words(at)}" if len(horizons_of(story)) > 1 else part
                    place = {"part": part, "at": at, "group": group}
                    rows.append({**place, "reader": look.name, "label": look.label, "cells": cells})
    if not rows:
        return None
    heads = [{"measure": m, "at": at, "label": measure_label(m, at)} for m, at in columns]
    return {"columns": heads, "rows": rows}


def _wanted(story: Story) -> tuple[str, ...]:
    if story.evaluation.task == "classification" and story.evaluation.positive is None:
        return SEVERAL_CLASSES
    return BY_TASK.get(story.evaluation.task, ())


def _is_further(story: Story, row: Measure, wanted: tuple[str, ...]) -> bool:
    if row.of is not None or row.value is None or row.measure not in wanted or row.part not in story.parts:
        return False
    leads = any((row.measure, row.at) == (each.measure, each.at) for each in story.endpoints)
    return not leads and not ELSEWHERE.match(row.at or "")


def _horizon(row: Measure) -> str | None:
    return row.at if row.at is not None and re.fullmatch(r"[\d.]+d", row.at) else None


def _column(row: Measure) -> tuple[str, str | None]:
    """Measure and what its head says of it: nothing of a horizon, which the group names."""
    if _horizon(row) is not None or row.measure in OWN_POINT or (row.at or "").startswith("threshold="):
        return row.measure, None
    return row.measure, row.at
