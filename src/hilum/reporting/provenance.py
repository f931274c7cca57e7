"""Where the numbers come from, as rows of a table: hashes, versions, seed, time."""

from collections.abc import Mapping
from typing import Any

LABELS = {
    "versions": "Versions",
    "machine": "Machine",
    "inputs": "Inputs (SHA-256)",
    "seed": "Seed",
    "seconds": "Seconds",
    "made_at": "Made",
}
MOST_DEPTH = 3


def provenance_rows(provenance: Mapping[str, Any], made_at: str) -> list[dict[str, str]]:
    """One row a fact, nested facts joined by a middle dot.

    Example:
        >>> provenance_rows({"versions": {"hilum": "0.1"}, "seed": 7}, "")
        [{'what': 'Versions · hilum', 'value': '0.1'}, {'what': 'Seed', 'value': '7'}]
    """
    rows = []
    for key, value in provenance.items():
        rows += _rows(LABELS.get(str(key), str(key).replace("_", " ").capitalize()), value, MOST_DEPTH)
    return [*rows, {"what": LABELS["made_at"], "value": made_at}] if made_at else rows


def _rows(name: str, value: Any, depth: int) -> list[dict[str, str]]:
    if isinstance(value, Mapping) and depth:
        return [row for key, inner in value.items() for row in _rows(f"{name} · {key}", inner, depth - 1)]
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(each) for each in value)
    return [{"what": name, "value": f"{value:g}" if isinstance(value, float) else str(value)}]
