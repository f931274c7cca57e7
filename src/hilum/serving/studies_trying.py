"""What a change would do to a study, asked while it is typed: nothing is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hilum.errors import HilumError, StudyFileError
from hilum.serving.studies_editing import Edit, Step, data_of, edited
from hilum.study import ReaderOptions, Study, make_study, parse_filter
from hilum.study.words import hint

# What stands in for the parts of a study that are not made yet, so that the others can be read.
_STAND_IN: Mapping[str, Any] = {
    "cohort": {"images": "images", "table": "table", "patient": "patient"},
    "task": {"kind": "classification", "label": "label"},
}
_OF_A_FOLDER = ("label", "patient", "image")


@dataclass(frozen=True)
class _Change:
    """A change that was made for a try.

    Attributes:
        study: The study after it.
        at: Where it is.
        columns: Of the study's table; None where they are not known.
    """

    study: Study
    at: tuple[Step, ...]
    columns: Sequence[str] | None


def sentence_about(text: str, edits: Sequence[Edit], columns: Sequence[str] | None = None) -> str:
    r"""What would be wrong with a study after changes.

    Args:
        text: The study file as it is; it need not be whole yet.
        edits: The changes.
        columns: The columns of its table; None where they are not known.

    Returns:
        One sentence; empty where nothing is wrong, or where it was wrong before and somewhere else.

    Example:
        >>> text = '[cohort]\nimages = "films"\n[[readers]]\nmodel = "resnet18"'
        >>> sentence_about(text, [Edit(("readers", 0, "size"), "x")])
        '`size` in [[readers]] must be a whole number, and is "x"'
        >>> sentence_about(text, [Edit(("readers", 0, "model"), "resnet81")])
        'there is no network `resnet81`: did you mean `resnet18`?'
        >>> sentence_about(text, [Edit(("readers", 0, "size"), 128)])
        ''
    """
    try:
        changed = edited(text, edits)
    except StudyFileError as problem:
        return str(problem)
    try:
        study = make_study({**_STAND_IN, **data_of(changed)})
    except StudyFileError as problem:
        return "" if str(problem) == _problem(text) else str(problem)
    return next((said for edit in edits if (said := _unknown(_Change(study, edit.at, columns), edit))), "")


def _problem(text: str) -> str:
    try:
        make_study({**_STAND_IN, **data_of(text)})
    except StudyFileError as problem:
        return str(problem)
    return ""


def _unknown(change: _Change, edit: Edit) -> str:
    """What a change names that is not there; the study file itself asks only for words."""
    if edit.value is None:
        return ""
    look = _LOOKS.get(tuple(step for step in edit.at[:3] if isinstance(step, str))[:2])
    return "" if look is None else look(change)


def _reader(change: _Change) -> ReaderOptions | None:
    readers = change.study.readers
    place = change.at[1] if len(change.at) > 1 else len(readers) - 1
    return readers[place] if isinstance(place, int) and place < len(readers) else None


def _network(change: _Change) -> str:
    from hilum.catalogue import MODELS, VOLUME_MODELS

    reader = _reader(change)
    if reader is None or reader.model in {None, "auto"}:
        return ""
    records = {record.name: record for record in (*MODELS, *VOLUME_MODELS)}
    record = records.get(str(reader.model))
    if record is None:
        return f"there is no network `{reader.model}`: {hint(str(reader.model), records, 'networks')}"
    return (record.unsuitable(reader.size) if reader.size is not None else None) or ""


def _rule(change: _Change) -> str:
    from hilum.evaluation import ThresholdRule

    reader = _reader(change)
    if reader is None or reader.threshold_rule is None:
        return ""
    try:
        other = ThresholdRule.parse(reader.threshold_rule).reader
    except HilumError as problem:
        return str(problem)
    names = [each.resolved_name for each in change.study.readers if each is not reader]
    if other is None or other in names:
        return ""
    return f"there is no other reader `{other}`: {hint(other, names, 'readers')}"


def _columns_of(read: Callable[[_Change], Sequence[str]]) -> Callable[[_Change], str]:
    def look(change: _Change) -> str:
        if change.columns is None:
            return ""
        gone = next((name for name in read(change) if name not in change.columns), None)
        return (
            ""
            if gone is None
            else f"the table has no column `{gone}`: {hint(gone, change.columns, 'columns')}"
        )

    return look


def _of_images(study: Study) -> Sequence[str]:
    """What the archive knows of its images can be asked for as the table's columns are."""
    from hilum.cohorts.from_archive import IMAGE_COLUMNS

    return IMAGE_COLUMNS if study.cohort.images == "archive" else ()


def _read_beside(change: _Change) -> Sequence[str]:
    reader = _reader(change)
    return reader.columns if reader is not None else ()


def _chosen_by(change: _Change) -> Sequence[str]:
    way = change.study.cohort.choose or ""
    for words in ("first after ", "last before "):
        if way.startswith(words):
            return (way.removeprefix(words),)
    return ()


def _parts(change: _Change) -> Sequence[str]:
    column = change.study.split.parts_column
    return (column,) if column else ()


def _criteria(change: _Change) -> Sequence[str]:
    study = change.study
    texts = study.cohort.include if change.at[0] == "cohort" else tuple(study.split.external.values())
    named = {column for text in texts for column in parse_filter(text).columns}
    return sorted(named - set(_OF_A_FOLDER if study.cohort.images else ()))


def _margins(change: _Change) -> str:
    from hilum.catalogue import MEASURES

    records = {record.name: record for record in MEASURES}
    for name, margin in change.study.evaluation.margins.items():
        if name != "*" and name not in records:
            return f"there is no measure `{name}`: {hint(name, records, 'measures')}"
        if margin >= 1 and (name == "*" or records[name].high == 1):
            return (
                f"a margin of {margin:g} allows any loss of a share between 0 and 1: write 0.05 for 5 points"
            )
    return ""


_LOOKS: Mapping[tuple[str, ...], Callable[[_Change], str]] = {
    ("readers",): _network,
    ("readers", "model"): _network,
    ("readers", "size"): _network,
    ("readers", "threshold_rule"): _rule,
    ("readers", "columns"): _columns_of(_read_beside),
    ("evaluation", "subgroups"): _columns_of(lambda change: change.study.evaluation.subgroups),
    ("evaluation", "margins"): _margins,
    ("split", "parts_column"): _columns_of(_parts),
    ("split", "external"): _columns_of(_criteria),
    ("cohort", "include"): _columns_of(_criteria),
    ("cohort", "choose"): _columns_of(_chosen_by),
}
