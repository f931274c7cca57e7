"""External cohorts that come with a table of their own: joined below the first one, and taken out again."""

import hashlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.errors import HilumError, TableError
from hilum.serving.proposing.joining import COHORT, Joining, criterion_of, joined, without
from hilum.serving.proposing.making import Making
from hilum.serving.studies_editing import Edit
from hilum.serving.studies_made import make_table, source_of
from hilum.serving.studies_revisions import keep_file, usable_name
from hilum.study import Study, make_study, parse_filter

if TYPE_CHECKING:
    import pandas as pd

_WITH = " with external cohorts"
_JOINED = re.compile(rf"{_WITH} [0-9a-f]{{8}}$")


def needed_columns(data: dict[str, Any], folder: Path) -> list[str]:
    """The columns of the table as it was brought that a study reads; none where it cannot be read yet.

    Args:
        data: The content of the study file.
        folder: The study's folder.
    """
    from hilum.cohorts.columns import named_columns

    try:
        study = make_study(data)
        named = named_columns(study)
    except HilumError:
        return []
    if study.cohort.table is None:
        return []
    made = {each.new: each for each in source_of(folder, study.cohort.table)[1]}
    own = _own_criteria(study)
    found: list[str] = []
    for name in (*named.identity, *named.needed, *(c for c in named.criteria if c in own)):
        found += made[name].columns if name in made else (name,)
    if study.cohort.choose is not None and named.date is not None:
        found.append(named.date)
    return [name for name in dict.fromkeys(found) if name not in {COHORT, study.split.parts_column}]


def _own_criteria(study: Study) -> set[str]:
    """Columns of criteria that every row must meet, as far as the table and not the archive has them."""
    from hilum.cohorts.from_archive import IMAGE_COLUMNS

    named = {column for text in study.cohort.include for column in parse_filter(text).columns}
    known = {"label", "patient", "image", *(IMAGE_COLUMNS if study.cohort.images == "archive" else ())}
    return named - (known if study.cohort.images is not None else set())


def join_cohort(
    folder: Path, data: dict[str, Any], first: "pd.DataFrame", second: "pd.DataFrame", joining: Joining
) -> tuple[list[Edit], dict[str, str]]:
    """Put the second table's rows below the first one's, in a new table beside the study.

    Args:
        folder: The study's folder.
        data: The content of the study file.
        first: The table as it was brought, from which the study's own is made.
        second: The table of the external cohort.
        joining: How it is joined.

    Returns:
        What changes in the study file, and for `save` the tables that were written.

    Raises:
        TableError: A column is lacking, or cannot be made from the second table.
    """
    study = make_study(data)
    if study.task.kind == "classification" and study.task.label is None:
        raise TableError(
            "the labels are the sub-folders of the images, and a second table cannot say them: bring a table "
            "with a column of labels first"
        )
    source, makings = source_of(folder, str(study.cohort.table))
    whole = joined(first, second, joining, needed_columns(data, folder))
    name, files = _put(folder, source, whole, makings)
    edits = [
        Edit(("cohort", "table"), name),
        Edit(("split", "external", joining.name), criterion_of(joining.name)),
    ]
    return edits, files


def leave_cohort(
    folder: Path, data: dict[str, Any], table: "pd.DataFrame | None", name: str
) -> tuple[list[Edit], dict[str, str]]:
    """Take an external cohort out, and the rows that came with it, which else would be learnt from.

    Args:
        folder: The study's folder.
        data: The content of the study file.
        table: The table as it was brought or joined; None without one.
        name: The cohort.

    Returns:
        What changes in the study file, and for `save` the tables that were written.
    """
    external = data.get("split", {}).get("external", {})
    last = isinstance(external, dict) and set(external) <= {name}
    edits = [Edit(("split", "external") if last else ("split", "external", name))]
    came = isinstance(external, dict) and external.get(name) == criterion_of(name)
    if table is None or not came or COHORT not in table.columns:
        return edits, {}
    source, makings = source_of(folder, str(data["cohort"]["table"]))
    written, files = _put(folder, source, without(table, name), makings)
    return [Edit(("cohort", "table"), written), *edits], files


def _put(
    folder: Path, source: str, frame: "pd.DataFrame", makings: list[Making]
) -> tuple[str, dict[str, str]]:
    """Write a table beside the study, with the columns that were made from the former one.

    Its name tells its content: a table that the study reads is never changed below it, else rows of a cohort
    that could not be joined after all would be learnt from.
    """
    text = io.StringIO()
    frame.to_csv(text, index=False)
    content = text.getvalue().encode("utf-8")
    stem = _JOINED.sub("", Path(source).stem)[:60]
    name = usable_name(f"{stem}{_WITH} {hashlib.sha256(content).hexdigest()[:8]}.csv")
    files = keep_file(folder, name, content)
    if not makings:
        return name, files
    made, more = make_table(folder, name, _as_read(folder / name), makings)
    return made, files | more


def _as_read(path: Path) -> "pd.DataFrame":
    from hilum.study import read_table

    return read_table(path)
