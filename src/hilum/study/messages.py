"""What is wrong with a study file, in one plain sentence that names table and key."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from pydantic import BaseModel, ValidationError

from hilum.study.cohort_options import CohortOptions, SplitOptions
from hilum.study.evaluation_options import EvaluationTable
from hilum.study.explanation_options import Explanation
from hilum.study.preparation_options import Preparation
from hilum.study.reader_options import ReaderOptions
from hilum.study.schema import Study
from hilum.study.tasks import TASKS
from hilum.study.words import hint

_TABLES: dict[str, type[BaseModel]] = {
    "cohort": CohortOptions,
    "split": SplitOptions,
    "readers": ReaderOptions,
    "evaluation": EvaluationTable,
    "explanation": Explanation,
    "preparation": Preparation,
}
_TASKS = {str(task.model_fields["kind"].default): task for task in TASKS}
_WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": 'a list, such as ["a", "b"]',
    "dict_type": "a table, such as { train = 0.8, validation = 0.1, test = 0.1 }",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "finite_number": "a number",
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "bool_parsing": "true or false",
}
_LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}
# A mistyped key is reported before the keys that are missing because of it.
_FIRST = ("extra_forbidden", "literal_error", "missing")


def explain(problem: ValidationError) -> str:
    """One sentence about the first thing that is wrong.

    Args:
        problem: What pydantic found in a `Study`.

    Returns:
        What was found, in which table and key, and what to do.

    Example:
        >>> try:
        ...     Study(cohort={"images": "films", "tabel": "outcomes.csv"})
        ... except ValidationError as problem:
        ...     print(explain(problem))
        unknown key `tabel` in [cohort]: did you mean `table`?
    """
    errors = problem.errors(include_url=False)
    order = {kind: rank for rank, kind in enumerate(_FIRST)}
    first = min(errors, key=lambda error: order.get(error["type"], len(order)))
    return _sentence(first["type"], _plain_place(first["loc"]), first)


def explain_setting(problem: ValidationError, table: str) -> str:
    """One sentence about the first setting of a table that something else than a `Study` refused.

    Args:
        problem: What pydantic found.
        table: The table's heading in the study file.

    Returns:
        The setting, its value, the table, and what may be written.

    Example:
        >>> try:
        ...     SplitOptions(seed=-1)
        ... except ValidationError as problem:
        ...     print(explain_setting(problem, "[split]"))
        seed = -1 in [split] must be at least 0
    """
    error: Any = problem.errors(include_url=False)[0]
    kind, value = error["type"], error["input"]
    shown = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _shown(value)
    said = f"{error['loc'][-1]} = {shown} in {table}"
    if kind == "literal_error":
        return f"{said} is unknown: write {error['ctx']['expected'].replace(chr(39), '')}"
    if kind in _WANTED:
        return f"{said} must be {_WANTED[kind]}"
    if kind in _LIMITS:
        limit, words = _LIMITS[kind]
        return f"{said} must be {words} {error['ctx'][limit]:g}"
    return f"{said} {_trouble(kind, error)}"


def _plain_place(place: Sequence[int | str]) -> tuple[int | str, ...]:
    """The keys as the file has them, without the names that pydantic adds to tell variants apart."""
    steps = [step for step in place if step != "[key]"]
    if len(steps) > 1 and steps[0] == "task" and steps[1] in _TASKS:
        del steps[1]
    if len(steps) > 3 and steps[0] == "readers" and steps[2] == "training":
        del steps[4:]
    if len(steps) > 3 and steps[2] == "pretrained":
        del steps[3:]
    return tuple(steps)


def _sentence(kind: str, place: tuple[int | str, ...], error: Any) -> str:
    if kind == "extra_forbidden":
        return _unknown_key(place, error["loc"])
    if kind == "value_error":
        return _own_words(place, str(error["ctx"]["error"]))
    if kind == "missing":
        return _missing_key(place)
    if kind == "literal_error":
        return _not_a_choice(place, error)
    return f"{_key(place)} {_trouble(kind, error)}"


def _unknown_key(place: tuple[int | str, ...], full_place: Sequence[int | str]) -> str:
    key = str(place[-1])
    model = _model(full_place)
    choices = [name for name in model.model_fields if name != "folds"]
    if place == ("reader",):
        return f"the table [{key}] must be written as [[readers]], once for every reader"
    for name, other in _TASKS.items():
        if place[0] == "task" and key in other.model_fields:
            return f'`{key}` in [task] goes with kind = "{name}": correct `kind`, or remove the key'
    where = f"in {_table(place[:-1])}" if len(place) > 1 else "at the top of the study file"
    return f"unknown key `{key}` {where}: {hint(key, choices, 'keys there')}"


def _model(place: Sequence[int | str]) -> type[BaseModel]:
    if len(place) > 1 and place[0] == "task":
        return _TASKS[str(place[1])]
    return _TABLES.get(str(place[0]), Study) if len(place) > 1 else Study


def _own_words(place: tuple[int | str, ...], words: str) -> str:
    """Put the place before a sentence that our own rules wrote, unless the sentence names it itself."""
    if not place or words.startswith("unknown key"):
        return words
    is_table = len(place) == 1 or (place[0] == "readers" and len(place) == 2)
    return f"{_table(place) if is_table else _key(place)} {words}"


def _missing_key(place: tuple[int | str, ...]) -> str:
    if len(place) == 1:
        return f"the study file has no table [{place[0]}]: add it"
    return f"{_table(place[:-1])} lacks the key `{place[-1]}`: add {place[-1]} = with its value"


def _not_a_choice(place: tuple[int | str, ...], error: Any) -> str:
    choices = re.findall(r"'([^']*)'", error["ctx"]["expected"]) or [error["ctx"]["expected"]]
    if error["loc"][-1] == "[key]":
        key = str(place[-1])
        return f"unknown key `{key}` in {_table(place[:-1])}: {hint(key, choices, 'keys there')}"
    return f"{_key(place)} is {_shown(error['input'])}: {hint(str(error['input']), choices, 'choices')}"


def _trouble(kind: str, error: Any) -> str:
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}, and is {_shown(error['input'])}"
    if kind in _LIMITS:
        limit, words = _LIMITS[kind]
        return f"is {_shown(error['input'])} and must be {words} {error['ctx'][limit]:g}"
    if kind in ("string_too_short", "too_short"):
        return f"is too short: it needs at least {error['ctx']['min_length']}"
    if kind in ("string_too_long", "too_long"):
        return f"is too long: at most {error['ctx']['max_length']} are allowed"
    return f"cannot be used: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _shown(value: object) -> str:
    """A value as the file would have it, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, dict):
        return "a table"
    return (
        "a date"
        if isinstance(value, date | time)
        else "a list"
        if isinstance(value, list | tuple)
        else "empty"
    )


def _key(place: Sequence[int | str]) -> str:
    """A key with its table, such as "`seed` in [split]"; an entry of a list by its place in the list."""
    if isinstance(place[-1], int) and len(place) > 1 and place[0] != "readers":
        return f"entry {place[-1] + 1} of {_key(place[:-1])}"
    if isinstance(place[-1], int):
        return f"entry {place[-1] + 1} of {_key(place[:-1])}" if len(place) > 2 else _table(place)
    if len(place) == 1:
        return f"`{place[0]}` at the top of the study file"
    return f"`{place[-1]}` in {_table(place[:-1])}"


def _table(place: Sequence[int | str]) -> str:
    """A table's heading as it stands in the file."""
    names = [str(step) for step in place if isinstance(step, str)]
    if place[0] == "readers" and len(place) > 1:
        number = int(place[1]) + 1
        heading = "[[readers]]" if len(names) == 1 else f"[{'.'.join(names)}]"
        return f"{heading} number {number}" if number > 1 else heading
    return f"[{'.'.join(names)}]"
