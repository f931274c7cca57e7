"""Study files: TOML in and out, and the JSON Schema that the web page and editors use."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hilum.errors import StudyFileError
from hilum.study.messages import explain
from hilum.study.schema import Study
from hilum.study.words import listed

MOST_BYTES = 1_000_000
_OF_A_WORKSPACE = "hilum.toml"
_ON_ONE_LINE = {"parts", "external", "mapping"}


def load_study(path: str | Path) -> Study:
    """Read a study file. Paths in it stay as they are written: relative to the file's folder.

    Args:
        path: The TOML file (UTF-8).

    Returns:
        The study; where the file has no title, the file's stem is the title.

    Raises:
        StudyFileError: The file cannot be read, is no TOML, or says something that cannot be.

    Example:
        >>> load_study("missing.toml")
        Traceback (most recent call last):
        hilum.errors.StudyFileError: there is no study file missing.toml: correct the path
    """
    path = Path(path)
    if path.is_dir():
        raise StudyFileError(_no_file(path))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise StudyFileError(
                f"{path.name} is larger than 1 MB, which is no study file: name the TOML file"
            )
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise StudyFileError(f"there is no study file {path}: correct the path") from None
    except UnicodeDecodeError:
        raise StudyFileError(f"{path.name} is not UTF-8 text: save it as UTF-8") from None
    except OSError as problem:
        raise StudyFileError(
            f"{path} cannot be read ({problem.strerror}): correct the path or its rights"
        ) from None
    study = parse_study(text, path.name)
    return study if study.title else study.model_copy(update={"title": path.stem})


def parse_study(text: str, name: str = "the study file") -> Study:
    r"""Read a study from TOML text, as the web page holds it.

    Args:
        text: The TOML text.
        name: What to call it in a sentence about what is wrong.

    Returns:
        The study.

    Raises:
        StudyFileError: The text is no TOML, or says something that cannot be.

    Example:
        >>> parse_study('[cohort]\nimages = "films"').task.kind
        'classification'
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise StudyFileError(f"{name} is not valid TOML: {_plain(str(problem))}") from None
    return make_study(data)


def make_study(data: dict[str, Any]) -> Study:
    """Check the content of a study file that was read elsewhere.

    Args:
        data: Tables and keys as TOML gives them.

    Returns:
        The study.

    Raises:
        StudyFileError: It says something that cannot be.

    Example:
        >>> make_study({"cohort": {"images": "films"}, "task": {"evnt": "died"}})
        Traceback (most recent call last):
        hilum.errors.StudyFileError: unknown key `evnt` in [task]: did you mean `event`?
    """
    try:
        return Study.model_validate(data)
    except ValidationError as problem:
        raise StudyFileError(explain(problem)) from None


def dump_study(study: Study) -> str:
    r"""Write a study as TOML; what was left out and decided by default stays out.

    Args:
        study: The study.

    Returns:
        Text that `parse_study` reads back to an equal study.

    Example:
        >>> print(dump_study(parse_study('title = "A"\n[cohort]\nimages = "films"')), end="")
        version = 1
        title = "A"
        <BLANKLINE>
        [cohort]
        images = "films"
        <BLANKLINE>
        [task]
        kind = "classification"
    """
    import tomlkit

    data: dict[str, Any] = {"version": study.version, "title": study.title}
    for key in ("cohort", "task", "split", "preparation"):
        part = getattr(study, key).model_dump(mode="json", exclude_defaults=True)
        if key == "task":
            part = {"kind": study.task.kind, **part}
        if part:
            data[key] = part
    readers = [reader.model_dump(mode="json", exclude_defaults=True) for reader in study.readers]
    if readers:
        data["readers"] = readers
    for key in ("evaluation", "explanation"):
        if part := getattr(study, key).model_dump(mode="json", exclude_defaults=True):
            data[key] = part
    document = tomlkit.item(data)
    for table in (document.get("split", {}), *document.get("readers", [])):
        for key in _ON_ONE_LINE & table.keys():
            line = tomlkit.inline_table()
            line.update(table[key])
            table[key] = line
    return tomlkit.dumps(document)


def study_json_schema() -> dict[str, Any]:
    """The study file's JSON Schema (draft 2020-12), for editors and the web page.

    Returns:
        A new dict that `json.dumps` can write.

    Example:
        >>> study_json_schema()["title"]
        'Study'
    """
    return Study.model_json_schema()


def _no_file(folder: Path) -> str:
    """A folder where a study file is wanted, with the study files in it."""
    inside = [str(path) for path in sorted(folder.glob("*.toml")) if path.name != _OF_A_WORKSPACE]
    advice = f"name {listed(inside, 6)}" if inside else "name the file, such as study.toml"
    return f"{folder} is a folder, and a study file (.toml) is wanted: {advice}"


def _plain(problem: str) -> str:
    """The TOML reader's words without a capital at the start or a full stop at the end."""
    return (problem[:1].lower() + problem[1:]).rstrip(".") + ": correct that line"
