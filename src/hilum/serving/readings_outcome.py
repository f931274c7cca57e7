"""What came of a reading: the numbers of `hilum predict` by image, the threshold's decision, notices."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.serving.failures import Refusal
from hilum.serving.readings_store import ARCHIVED, PICTURES, RESULT
from hilum.serving.studies_private import write_private

if TYPE_CHECKING:
    import pandas as pd

PREDICTED = "predicted"
_OF_AN_IMAGE = re.compile(r"[^\s:;,'\"]*readings/[0-9a-f]{16}/images/0*(\d+)[^\s:;,'\"]*")
_UNREAD = re.compile(r"hilum: \S*readings/[0-9a-f]{16}/images/0*(\d+)[^\s:]* was not read: (.*)")
_NOTE = re.compile(r"hilum: (.*)")


@dataclass(frozen=True)
class Asked:
    """How a task's numbers are judged.

    Attributes:
        kind: `classification`, `findings`, `survival` or `regression`.
        columns: The readings columns.
        names: Of two classes both, of more all, of findings each; else none.
    """

    kind: str
    columns: tuple[str, ...]
    names: tuple[str, ...]


def asked_of(model: Path) -> Asked:
    """How the numbers of a model are judged, of its folder of one repeat.

    Raises:
        ModelError: The folder was changed.
    """
    from hilum.models import load_facts
    from hilum.tasks import task_from_json

    task = task_from_json(load_facts(model).task)
    names: Sequence[str] = getattr(task, "classes", ()) or getattr(task, "findings", ())
    return Asked(task.kind, tuple(task.columns), tuple(names))


def settle(place: Path, model: Path, errors: str) -> dict[str, Any]:
    """Keep what came of a reading as one file, and say how much it is.

    Args:
        place: The reading's folder, with what `hilum predict` wrote.
        model: The folder of the model's first repeat.
        errors: What the command said on its error stream.
    """
    if not (place / RESULT).is_file():
        told = _result(place, asked_of(model), errors)
        write_private(place / RESULT, json.dumps(told, ensure_ascii=False).encode())
    told = result_of(place)
    return {"read": sum(row["values"] is not None for row in told["rows"]), "not_read": told["unread"]}


def result_of(place: Path) -> dict[str, Any]:
    """What came of a reading.

    Raises:
        Refusal: 404, nothing yet; 409, its file is damaged.
    """
    try:
        found: dict[str, Any] = json.loads((place / RESULT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refusal(404, "this reading has no result yet") from None
    except (OSError, ValueError):
        raise Refusal(
            409, "this reading cannot be shown, its file is damaged: read the images again"
        ) from None
    return found


def archived_of(place: Path) -> list[str]:
    """What the archive calls the images of a reading, by their numbers; nothing for files that were sent."""
    try:
        names: list[str] = json.loads((place / ARCHIVED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return names


def plain(text: str) -> str:
    """A sentence of the command, with images by their numbers.

    Example:
        >>> plain("serve/readings/0123456789abcdef/images/0012.dcm cannot be opened: No such file")
        'image 12 cannot be opened: No such file'
    """
    return _OF_AN_IMAGE.sub(r"image \1", text)


def decision(asked: Asked, values: Mapping[str, float], thresholds: Mapping[str, float]) -> dict[str, Any]:
    """What the frozen threshold says of a case: `kind`, the names that it is about, and the threshold.

    Args:
        asked: How the task is judged.
        values: The reading's numbers by column.
        thresholds: By column; one that is not there was not frozen.

    Returns:
        `kind` is `positive`, `negative`, `most_probable`, `findings`, or empty where nothing is decided.

    Example:
        >>> disc = Asked("classification", ("score",), ("normal", "pneumonia"))
        >>> decision(disc, {"score": 0.7}, {"score": 0.5})
        {'kind': 'positive', 'of': ['pneumonia'], 'column': 'score', 'threshold': 0.5}
    """
    nothing: dict[str, Any] = {"kind": "", "of": [], "column": "", "threshold": None}
    if asked.kind == "classification" and len(asked.names) > 2:
        best = max(range(len(asked.columns)), key=lambda place: values[asked.columns[place]])
        return {**nothing, "kind": "most_probable", "of": [asked.names[best]]}
    if asked.kind == "findings":
        judged = [pair for pair in zip(asked.columns, asked.names, strict=True) if pair[0] in thresholds]
        there = [name for column, name in judged if values[column] >= thresholds[column]]
        return {**nothing, "kind": "findings", "of": there} if judged else nothing
    column = judged_column(asked)
    if column not in thresholds:
        return nothing
    above = values[column] >= thresholds[column]
    of = [asked.names[int(above)]] if len(asked.names) == 2 else []
    return {
        "kind": "positive" if above else "negative",
        "of": of,
        "column": column,
        "threshold": thresholds[column],
    }


def judged_column(asked: Asked) -> str:
    """The column that the one threshold belongs to: the first, or the risk at the first horizon.

    Example:
        >>> judged_column(Asked("survival", ("risk", "risk_30d"), ()))
        'risk_30d'
    """
    horizons = [column for column in asked.columns if re.fullmatch(r"risk_\d.*d", column)]
    return horizons[0] if asked.kind == "survival" and horizons else asked.columns[0]


def _result(place: Path, asked: Asked, errors: str) -> dict[str, Any]:
    import pandas as pd

    numbers = pd.read_csv(place / f"{PREDICTED}.csv", float_precision="round_trip", dtype={"case": str})
    told = json.loads((place / f"{PREDICTED}.json").read_text(encoding="utf-8"))
    rows = [_row(asked, dict(row), each) for (_, row), each in zip(numbers.iterrows(), told, strict=True)]
    read = {image for row in rows for image in row["images"]}
    unread = {
        int(found[1]): plain(found[2])
        for found in map(_UNREAD.fullmatch, errors.splitlines())
        if found is not None and int(found[1]) not in read
    }
    rows += [
        {"case": None, "images": [image], "values": None, "decision": None, "notices": [], "reason": reason}
        for image, reason in unread.items()
    ]
    return {
        "task": asked.kind,
        "columns": list(asked.columns),
        "names": list(asked.names),
        "thresholds": _thresholds(asked, numbers),
        "rows": sorted(rows, key=lambda row: row["images"][0]),
        "unread": len(unread),
        "notes": _notes(errors),
        "pictures": sorted(
            int(path.stem) for path in (place / PICTURES).glob("[0-9]*.jpg") if path.stem.isdigit()
        ),
        "maps": any((place / PICTURES).glob("*-map.jpg")),
    }


def _row(asked: Asked, row: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    paths: Sequence[str] = told.get("images") or [told["image"]]
    images = [int(found[1]) for found in map(_OF_AN_IMAGE.fullmatch, paths) if found is not None]
    values = {column: float(row[column]) for column in asked.columns}
    case = row.get("case")
    return {
        "case": str(case) if isinstance(case, str) else None,
        "images": images,
        "values": values,
        "decision": decision(asked, values, _thresholds_of(asked, row)),
        "notices": [plain(str(notice)) for notice in told.get("notices", [])],
        "reason": "",
    }


def _thresholds_of(asked: Asked, row: Mapping[str, Any]) -> dict[str, float]:
    if asked.kind == "findings":
        named = {column: row.get(f"threshold_{column.removeprefix('score_')}") for column in asked.columns}
    else:
        named = {judged_column(asked): row.get("threshold")}
    # A threshold that was not frozen is no number.
    known = {column: float(value) for column, value in named.items() if value is not None}
    return {column: value for column, value in known.items() if not math.isnan(value)}


def _thresholds(asked: Asked, numbers: "pd.DataFrame") -> dict[str, float]:
    return _thresholds_of(asked, dict(numbers.iloc[0])) if len(numbers) else {}


def _notes(errors: str) -> list[str]:
    """What is said of all images together; another attempt may have said it as well."""
    lines = [line for line in errors.splitlines() if not _UNREAD.fullmatch(line)]
    found = [match[1] for match in map(_NOTE.fullmatch, lines) if match is not None]
    return list(dict.fromkeys(plain(note) for note in found))
