"""Every field of the guideline's JSON (sections 1.3.1 to 1.3.4), one row each, and what breaks its rule."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from hilum.annotation.categories import categories_of, right_spelling
from hilum.annotation.defects import Defect
from hilum.archive.guideline import UNKNOWN_MOMENT

Kind = Literal["string", "number", "float", "floats"]
Rule = Callable[[Any, str], str | None]
MODEL_NAME = "manufacturerModelName"
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    MODEL_NAME: (
        "manufacturer ModelName",
        "manufacturer_ModelName",
        "manufacturerModelname",
        "manufacturer_model_name",
    )
}
"""The guideline prints `manufacturer ModelName`, where a line of the page ended; other spellings are read."""


@dataclass(frozen=True)
class FieldRule:
    """One row of the guideline's tables.

    Attributes:
        part: info, categories, images or annotations.
        name: of the field.
        kind: its type.
        length: characters at most; None where the table says none.
        rule: says what else is wrong with a value, for a data set; None where nothing is.
    """

    part: str
    name: str
    kind: Kind
    length: int | None = None
    rule: Rule | None = None


def _moment(value: Any, _code: str) -> str | None:
    told = "is no moment written yyyy-mm-dd hh-mi-ss"
    if value == UNKNOWN_MOMENT:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d-\d\d-\d\d", value):
        return told
    try:
        datetime.strptime(value, "%Y-%m-%d %H-%M-%S")  # noqa: DTZ007  # the guideline writes no zone
    except ValueError:
        return told
    return None


def _from_to(least: float, most: float) -> Rule:
    def rule(value: Any, _code: str) -> str | None:
        whole = float(value).is_integer()
        return None if whole and least <= value <= most else f"is no whole number from {least:g} to {most:g}"

    return rule


def _data_set(value: Any, code: str) -> str | None:
    return None if value == code else f"is not {code}"


def _category(value: Any, code: str) -> str | None:
    most = len(categories_of(code))
    return _from_to(1, most)(value, code)


def _group_name(value: Any, code: str) -> str | None:
    names = {one.group_name for one in categories_of(code)}
    return None if value in names else "is no group of the guideline"


def _category_name(value: Any, code: str) -> str | None:
    names = {one.name for one in categories_of(code)}
    return None if right_spelling(value) in names else "is no category of the guideline"


def _not_empty(value: Any, _code: str) -> str | None:
    return None if value.strip() else "is empty"


def _above_zero(value: Any, _code: str) -> str | None:
    return None if value > 0 else "is not above 0"


def _box(value: Any, _code: str) -> str | None:
    if len(value) != 4:
        return "does not hold the four numbers x1, y1, x2, y2"
    return None if value[0] < value[2] and value[1] < value[3] else "has no width or no height"


def _path(value: Any, _code: str) -> str | None:
    return None if len(value) >= 4 and len(value) % 2 == 0 else "is no list x1, y1, x2, y2 ..."


_MOST = 9_999_999
FIELDS: tuple[FieldRule, ...] = (
    FieldRule("info", "description", "string", 50, _not_empty),
    FieldRule("info", "version", "string", 5, _not_empty),
    FieldRule("info", "contributor", "string", 130, _not_empty),
    FieldRule("info", "date_created", "string", 20, _moment),
    FieldRule("categories", "supercategory", "string", 3, _data_set),
    FieldRule("categories", "grp_id", "number", None, _from_to(1, 2)),
    FieldRule("categories", "grp_name", "string", 2, _group_name),
    FieldRule("categories", "id", "number", None, _category),
    FieldRule("categories", "name", "string", 10, _category_name),
    FieldRule("images", "id", "number", None, _from_to(1, _MOST)),
    FieldRule("images", "file_name", "string", 50, _not_empty),
    FieldRule("images", "patient_id", "string", 7, _not_empty),
    FieldRule("images", "series_id", "string", 7, _not_empty),
    FieldRule("images", "image_id", "string", 7, _not_empty),
    FieldRule("images", "width", "number", None, _from_to(1, _MOST)),
    FieldRule("images", "height", "number", None, _from_to(1, _MOST)),
    FieldRule("images", "date_captured", "string", 20, _moment),
    FieldRule("images", "modality", "string", 3, _data_set),
    FieldRule("images", "manufacturer", "string", 300),
    FieldRule("images", MODEL_NAME, "string", 300),
    FieldRule("annotations", "id", "number", None, _from_to(0, _MOST)),
    FieldRule("annotations", "image_id", "number", None, _from_to(0, _MOST)),
    FieldRule("annotations", "category_id", "number", None, _category),
    FieldRule("annotations", "iscrowd", "number", None, _from_to(0, 1)),
    FieldRule("annotations", "area", "float", None, _above_zero),
    FieldRule("annotations", "bbox", "floats", None, _box),
    FieldRule("annotations", "toolname", "string", 300, _not_empty),
    FieldRule("annotations", "segmentation", "floats", None, _path),
    FieldRule("annotations", "width", "float", None, _above_zero),
    FieldRule("annotations", "height", "float", None, _above_zero),
)
"""The guideline counts an annotation's fields 1 to 11 and leaves out number 4: there are ten."""
PARTS = ("info", "categories", "images", "annotations")
_LARGEST = 1e9


def field_defects(part: str, entry: Any, code: str, place: str) -> list[Defect]:
    """What is wrong with one entry of a part of the JSON.

    Args:
        part: info, categories, images or annotations.
        entry: what stands there.
        code: XRY, CCT or PCT.
        place: how sentences name it.

    Example:
        >>> [one.code for one in field_defects("info", {"version": "1.0.0.0"}, "XRY", "info")]
        ['missing_field', 'too_long', 'missing_field', 'missing_field']
    """
    if not isinstance(entry, Mapping):
        return [Defect("wrong_type", place, f"{part} holds something that is no object with fields")]
    found = []
    for field in (one for one in FIELDS if one.part == part):
        value = field_value(entry, field.name)
        name = f"the field `{field.name}` of {part}"
        if value is None:
            found.append(Defect("missing_field", place, f"{name} is missing: it is required"))
        elif (problem := _problem(field, value, code)) is not None:
            found.append(Defect(problem[0], place, f"{name} {problem[1]}: correct it"))
    return found


def field_value(entry: Mapping[str, Any], name: str) -> Any:
    """The value of a field, also where it stands under another spelling; None where it is missing.

    Example:
        >>> field_value({"manufacturer ModelName": "Definium"}, "manufacturerModelName")
        'Definium'
    """
    for spelling in (name, *OTHER_NAMES.get(name, ())):
        if spelling in entry:
            return entry[spelling]
    return None


def _problem(field: FieldRule, value: Any, code: str) -> tuple[str, str] | None:
    """Code and words of what is wrong with a value."""
    if field.kind == "string":
        if not isinstance(value, str):
            return "wrong_type", "is no text"
    elif field.kind == "floats":
        if not isinstance(value, list) or not all(_number(one) for one in value):
            return "wrong_type", "is no list of numbers"
    elif not _number(value):
        return "wrong_type", "is no number"
    if field.length is not None and len(value) > field.length:
        return "too_long", f"has {len(value)} characters, and {field.length} are allowed"
    told = field.rule(value, code) if field.rule else None
    return None if told is None else ("wrong_value", told)


def _number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and abs(value) <= _LARGEST
    )
