"""A study's cohort as the page shows it: flow, Table 1, findings with the pictures concerned."""

import contextlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.errors import TableError
from hilum.serving.studies_images import key_of
from hilum.serving.studies_store import StudyPlace

if TYPE_CHECKING:
    from hilum.cohorts import Cohort
    from hilum.serving.state import Serving
    from hilum.study import Study

_MOST_PICTURES = 24


def cohort_of(serving: "Serving", place: StudyPlace, groups: list[list[str]] | None = None) -> "Cohort":
    """The cohort of a study, without looking at its pixels.

    Args:
        serving: The server.
        place: The study.
        groups: Copies of one picture that a check found; they are brought into one part as `hilum run` does.

    Raises:
        HilumError: Table and images do not make a cohort.
    """
    from hilum.cohorts import CopyGroup, build_cohort, keep_together
    from hilum.conduct.context import open_study

    context = open_study(place.file, serving.workspace.root)
    study = context.study
    columns = dict.fromkeys((*_columns_of_scores(study, context.folder), *study.evaluation.subgroups))
    cohort = build_cohort(study, context.folder, context.archive, tuple(columns))
    if groups and study.split.parts_column is None:
        cohort = keep_together(cohort, [CopyGroup(tuple(group), identical=False) for group in groups])
    return cohort


def _columns_of_scores(study: "Study", folder: Path) -> list[str]:
    """The table's columns that scores read; a score that lacks some is said on the page of the readers."""
    from hilum.readers import score
    from hilum.study import read_table

    readers = [reader for reader in study.readers if reader.score is not None]
    if not readers or study.cohort.table is None:
        return []
    available = [str(column) for column in read_table(folder / study.cohort.table).columns]
    found: list[str] = []
    for reader in readers:
        with contextlib.suppress(TableError):
            found += score(str(reader.score), reader.mapping, **reader.score_choices).columns(available)
    return found


def told(cohort: "Cohort", findings: dict[str, Any] | None, *, names: bool) -> dict[str, Any]:
    """A cohort in plain values, ready for the page.

    Args:
        cohort: The cohort.
        findings: What `hilum check --json` printed; None where it was not looked for.
        names: Whether cases may be named: they are research identifiers, or file names.
    """
    from hilum.cohorts import table_one

    frame = table_one(cohort)
    images = dict(zip(cohort.cases["case"].astype(str), cohort.cases["image"].astype(str), strict=True))
    parts = {part: int((cohort.cases["part"] == part).sum()) for part in cohort.parts}
    return {
        "cases": len(cohort),
        "patients": int(cohort.cases["patient"].nunique()),
        "events": _events(cohort),
        "horizons": _horizons(cohort),
        "unknown": _unknown(cohort),
        "parts": parts,
        "flow": [asdict(step) for step in cohort.flow],
        "notes": list(cohort.notes),
        "table_one": {
            "columns": [str(name) for name in frame.columns],
            "rows": [[str(value) for value in row] for row in frame.itertuples(index=False)],
        },
        "findings": None
        if findings is None
        else [_finding(each, images, names=names) for each in findings["items"]],
    }


def _finding(found: dict[str, Any], images: dict[str, str], *, names: bool) -> dict[str, Any]:
    shown = [case for case in found.get("cases", []) if images.get(case)][:_MOST_PICTURES]
    return {
        "code": str(found["code"]),
        "level": str(found["level"]),
        "text": str(found["text"]),
        "n": int(found["n"]),
        "pictures": [{"key": key_of(images[case]), "case": case if names else ""} for case in shown],
    }


def _events(cohort: "Cohort") -> int | None:
    if cohort.task.kind == "survival":
        return int((cohort.cases["event"] == 1).sum())
    if cohort.task.kind == "classification" and cohort.positive is not None:
        return int((cohort.cases["label"] == cohort.positive).sum())
    return None


def _horizons(cohort: "Cohort") -> list[dict[str, Any]]:
    """Of a time to an event, what is known at each of the task's horizons.

    Who is lost before a horizon is neither with nor without the event there, as `hilum.cohorts` counts too.
    """
    if cohort.task.kind != "survival":
        return []
    time, event = cohort.cases["time"].to_numpy(), cohort.cases["event"].to_numpy()
    return [
        {
            "days": float(day),
            "events": int(((event == 1) & (time <= day)).sum()),
            "other": int(((event == 2) & (time <= day)).sum()),
            "lost": int(((event == 0) & (time < day)).sum()),
        }
        for day in cohort.task.horizons_days
    ]


def _unknown(cohort: "Cohort") -> int:
    """Rows that were left out because their outcome is missing."""
    if cohort.task.kind == "survival":
        rule = f"`{cohort.task.time_column}` or `{cohort.task.event}` missing in "
    elif cohort.task.kind == "classification" and cohort.task.label is not None:
        rule = f"`{cohort.task.label}` missing in "
    else:
        return 0
    return sum(step.excluded for step in cohort.flow if step.rule.startswith(rule))
