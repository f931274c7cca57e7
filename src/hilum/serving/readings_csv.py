"""The readings of a reading as one table, and the decision of the threshold in words."""

from collections.abc import Mapping, Sequence
from typing import Any

_MARK = "\ufeff"  # spreadsheets then read Korean


def csv_of(told: Mapping[str, Any], reader: str, archived: Sequence[str] = ()) -> str:
    r"""The readings as CSV: one row a case, images by their numbers, numbers as `hilum predict` writes them.

    Args:
        told: What came of the reading.
        reader: The model.
        archived: What the archive calls the images, by their numbers; for those who may see it.

    Example:
        >>> row = {"images": [1], "case": None, "values": {"score": 0.5}, "notices": [], "reason": "",
        ...        "decision": {"kind": "negative", "of": ["normal"], "column": "score", "threshold": 0.6}}
        >>> told = {"columns": ["score"], "thresholds": {"score": 0.6}, "rows": [row]}
        >>> csv_of(told, "cnn").splitlines()[1]
        '1,cnn,0.5,0.6,normal: score below the threshold 0.6,,'
    """
    from hilum.reporting.csvs import csv_text

    columns, thresholds = told["columns"], told["thresholds"]
    heads = [f"threshold_{name}" if len(thresholds) > 1 else "threshold" for name in thresholds]
    named = ["archived_as"] if archived else []
    rows: list[Sequence[Any]] = [
        ["image", *named, "reader", *columns, *heads, "decision", "notices", "not_read"]
    ]
    for row in told["rows"]:
        values = row["values"]
        read = values is not None
        rows.append(
            [
                "+".join(map(str, row["images"])) if len(row["images"]) > 1 else row["images"][0],
                *([";".join(archived[image - 1] for image in row["images"])] if archived else []),
                reader,
                *(values[name] if read else "" for name in columns),
                *(thresholds[name] if read else "" for name in thresholds),
                decision_words(row["decision"]) if read else "",
                "; ".join(row["notices"]),
                row["reason"],
            ]
        )
    return _MARK + csv_text(rows)


def decision_words(decision: Mapping[str, Any]) -> str:
    """What the threshold says, in words.

    Example:
        >>> decision_words({"kind": "findings", "of": [], "column": "", "threshold": None})
        'no finding at or above its threshold'
    """
    of, kind = ", ".join(decision["of"]), decision["kind"]
    if kind == "most_probable":
        return f"most probable: {of}"
    if kind == "findings":
        return f"at or above their thresholds: {of}" if of else "no finding at or above its threshold"
    if not kind:
        return ""
    where = "at or above" if kind == "positive" else "below"
    said = f"{decision['column']} {where} the threshold {decision['threshold']:.4g}"
    return f"{of}: {said}" if of else said
