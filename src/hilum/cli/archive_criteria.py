"""`hilum archive criteria`: ask the guideline's criteria of the archive's images."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import ClassesOption, CsvOption, JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hilum.archive.criteria import CriteriaReport, Judged
    from hilum.archive.criteria_evidence import Criterion

_LISTED = 20


def criteria(
    name: Annotated[
        str | None,
        typer.Argument(help="x-ray, chest-ct, pet-ct, all, or one criterion by name.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
    list_names: Annotated[bool, typer.Option("--list", help="Name all criteria.")] = False,
    classes: ClassesOption = None,
    csv: CsvOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Ask the guideline's criteria of the images; exit code 1 where one fails. --csv has those that pass."""
    from hilum.archive import open_archive
    from hilum.archive.classes import read_classes
    from hilum.archive.criteria import check_criteria
    from hilum.archive.criteria_checks import CRITERIA
    from hilum.cli.progress_bar import shown_progress
    from hilum.errors import HilumError
    from hilum.files import write_atomically

    if list_names:
        if as_json:
            typer.echo(json.dumps([_criterion_facts(one) for one in CRITERIA], ensure_ascii=False))
            return
        for one in CRITERIA:
            sets = ", ".join(dataset.folder for dataset in one.datasets)
            typer.echo(f"  {one.name:<26} {one.sentence} ({sets})")
        return
    if name is None:
        raise HilumError("name a data set or a criterion; `hilum archive criteria --list` lists them")
    archive = open_archive(demanded_workspace(workspace, Path.cwd()))
    given = None if classes is None else read_classes(classes, archive.images(), archive)
    with shown_progress() as progress:
        report = check_criteria(archive, name, given, progress)
    if csv is not None:
        images = archive.images()
        passing = images[images["image"].isin(report.passing)]
        write_atomically(csv, passing.to_csv(index=False, lineterminator="\n"))
    if as_json:
        typer.echo(json.dumps(_report_facts(report), ensure_ascii=False))
    else:
        _show_report(report)
    if report.any_failed:
        raise typer.Exit(1)


def _criterion_facts(one: "Criterion") -> dict[str, object]:
    return {
        "name": one.name,
        "sentence": one.sentence,
        "section": one.section,
        "datasets": [dataset.folder for dataset in one.datasets],
        "needs": list(one.needs),
    }


def _report_facts(report: "CriteriaReport") -> dict[str, object]:
    from hilum.archive.criteria_evidence import FAILED, PASSED, UNKNOWN

    return {
        "images": report.images,
        "passing": len(report.passing),
        "criteria": [
            {
                **_criterion_facts(result.criterion),
                "not_asked": result.not_asked,
                "images": {kind: len(result.images(kind)) for kind in (PASSED, FAILED, UNKNOWN)},
                "series": {kind: result.series(kind) for kind in (PASSED, FAILED, UNKNOWN)},
                "failed": _listed(result.images(FAILED)),
                "unknown": _listed(result.images(UNKNOWN)),
            }
            for result in report.results
        ],
    }


def _listed(found: "Sequence[Judged]") -> list[dict[str, str]]:
    return [{"image": one.image, "series": one.series, "reason": one.reason} for one in found]


def _show_report(report: "CriteriaReport") -> None:
    from hilum.archive.criteria_evidence import FAILED, PASSED, UNKNOWN

    for result in report.results:
        counts = ", ".join(f"{len(result.images(kind))} {kind}" for kind in (PASSED, FAILED, UNKNOWN))
        typer.echo(f"  {result.criterion.name:<26} {result.not_asked or counts}")
        typer.echo(f"    {result.criterion.sentence}")
        for one in (*result.images(FAILED), *result.images(UNKNOWN))[:_LISTED]:
            typer.echo(f"    {one.outcome:<8} {one.image} {one.reason}")
        more = len(result.images(FAILED)) + len(result.images(UNKNOWN)) - _LISTED
        if more > 0:
            typer.echo(f"    and {more} more: see --json")
    typer.echo(f"{report.images} images looked at, {len(report.passing)} pass everything that was asked")
