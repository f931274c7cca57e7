"""What is wrong with a study's text, in hilum's own sentence, with the line where it stands."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from hilum.errors import StudyFileError
from hilum.study import Study, parse_study

_FIRST = ("extra_forbidden", "literal_error", "missing")
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class TextProblem:
    """What is wrong.

    Attributes:
        sentence: What was found and what to do.
        line: The line, counted from 1; None where the whole file is meant.
        syntax: Whether the text is no TOML at all.
    """

    sentence: str
    line: int | None
    syntax: bool


def problem_of(text: str) -> TextProblem | None:
    r"""What is wrong with a study's text; None where hilum reads it.

    Example:
        >>> problem_of('[cohort]\nimages = "films"\ntabel = "a.csv"').line
        3
        >>> problem_of('title = "').syntax
        True
    """
    try:
        parse_study(text)
    except StudyFileError as problem:
        sentence = str(problem)
    else:
        return None
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        match = _AT_LINE.search(sentence)
        return TextProblem(sentence, int(match.group(1)) if match else None, syntax=True)
    try:
        Study.model_validate(data)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        order = {kind: rank for rank, kind in enumerate(_FIRST)}
        first = min(errors, key=lambda error: order.get(error["type"], len(order)))
        return TextProblem(sentence, line_of(text, first["loc"]), syntax=False)
    return TextProblem(sentence, None, syntax=False)


def line_of(text: str, place: Sequence[int | str]) -> int | None:
    r"""The line of a key, of its table where the key is not there, or None.

    Example:
        >>> line_of('a = 1\n[[readers]]\nmodel = "x"\n[[readers]]\nscore = "y"', ("readers", 1, "score"))
        5
    """
    if not place:
        return None
    table, wanted = str(place[0]), next((step for step in place[1:] if isinstance(step, int)), 0)
    keys = {str(step) for step in place[1:] if isinstance(step, str)}
    heading, seen, inside = None, -1, len(place) == 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[+)\s*([\w\-. \"']+?)\s*\]", line):
            name = header.group(2).split(".")[0].strip("\"' ")
            seen += name == table and (header.group(1) == "[[" or "." not in header.group(2))
            inside = name == table and ((header.group(1) != "[[" and wanted == 0) or seen == wanted)
            if inside and heading is None:
                heading = number
            continue
        key = re.match(r"\s*[\"']?([^\s\"'=.]+)[\"']?\s*[=.]", line) if inside else None
        if key and (key.group(1) in keys or (len(place) == 1 and key.group(1) == table)):
            return number
    return heading
