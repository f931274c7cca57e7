"""How the images of a run were centred and cropped, counted from the table beside the prepared images."""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hilum.conduct.run_folder import digest
from hilum.preparation.prepared import TABLE


def placed_counts(run: Path, plan: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """How many images took which way.

    Args:
        run: the run's folder.
        plan: one reader's plan, as it stands in `plan.json`.

    Returns:
        `centred` and `cropped`, images by way; empty where the plan does neither, or the run's prepared
        images are gone.

    Example:
        >>> placed_counts(Path("no-run"), {"picture": {}})
        {}
    """
    steps = plan.get("picture", {}).get("steps", {})
    path = run / "prepared" / digest(plan.get("picture", {}))[:12] / TABLE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    if steps.get("centre", "none") != "none":
        found["centred"] = dict(Counter(row["centred_by"] for row in rows).most_common())
    if steps.get("crop") == "lungs":
        found["cropped"] = dict(Counter(row["cropped_by"] for row in rows).most_common())
    return found
