"""`hilum archive`: what the archive holds, whether it is unchanged, and copies of it for others."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli import archive_release
from hilum.cli.archive_criteria import criteria
from hilum.cli.archive_export import export, import_guideline
from hilum.cli.options import ClassesOption, CsvOption, JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from hilum.archive import Archive
    from hilum.archive.series import Series
    from hilum.archive.statistics import ArchiveStatistics

archive_app = typer.Typer(
    name="archive",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="See what the archive holds, prove that it is unchanged, copy it for others.",
)


def opened(workspace: Path | None) -> "Archive":
    """The archive of the workspace that a command works in."""
    from hilum.archive import open_archive

    return open_archive(demanded_workspace(workspace, Path.cwd()))


archive_app.command("export")(export)
archive_app.command("criteria")(criteria)
archive_app.command("import-guideline")(import_guideline)
archive_app.command("release")(archive_release.release)
archive_app.command("releases")(archive_release.releases)


@archive_app.command("stats")
def stats(
    workspace: WorkspaceOption = None,
    classes: ClassesOption = None,
    csv: CsvOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Count patients, studies, series and images by class, modality, sex, age, maker and year."""
    from hilum.archive.classes import read_classes
    from hilum.archive.statistics import statistics_of

    archive = opened(workspace)
    images = archive.images()
    given = None if classes is None else read_classes(classes, images, archive)
    sizes = {}
    for image in images["image"]:
        path = archive.path(image)
        if path.is_file():
            sizes[image] = path.stat().st_size
    found = statistics_of(images, sizes, None if given is None else given.of_image)
    if csv is not None:
        from hilum.files import write_atomically

        write_atomically(csv, found.to_frame().to_csv(index=False, lineterminator="\n"))
    if as_json:
        unused = {} if given is None else {"rows_without_images": given.unused_rows}
        typer.echo(json.dumps(found.to_dict() | unused, ensure_ascii=False))
        return
    _show_statistics(found)
    if given is not None and given.unused_rows:
        typer.echo(f"{given.unused_rows} rows of {classes} meet no image of the archive")


def _show_statistics(found: "ArchiveStatistics") -> None:
    typer.echo(f"  {'':<32}{'patients':>10}{'studies':>10}{'series':>10}{'images':>10}{'MB':>12}")
    last = ""
    for row in found.rows:
        if row.by != last:
            typer.echo(row.by)
            last = row.by
        size = f"{row.bytes / 1e6:,.1f}"
        typer.echo(
            f"  {row.value:<32}{row.patients:>10}{row.studies:>10}{row.series:>10}{row.images:>10}{size:>12}"
        )
    if found.missing_files:
        typer.echo(f"{found.missing_files} files are missing: see `hilum archive verify`")
    for note in found.notes:
        typer.echo(note)


@archive_app.command("verify")
def verify(
    workspace: WorkspaceOption = None,
    pixels: Annotated[
        bool, typer.Option("--pixels", help="Also decode every picture and compare its pixels (slow).")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Prove that nothing in the archive changed, vanished or appeared; exit code 1 where something did."""
    from hilum.archive.verification import APPEARED, CHANGED, VANISHED
    from hilum.archive.verification import verify as verified
    from hilum.cli.progress_bar import shown_progress

    with shown_progress() as progress:
        found = verified(opened(workspace), pixels=pixels, progress=progress)
    kinds = {kind: found.of(kind) for kind in (VANISHED, CHANGED, APPEARED)}
    if as_json:
        lists = {
            kind: [{"image": one.image, "sentence": one.sentence} for one in ones]
            for kind, ones in kinds.items()
        }
        counts = {"rows": found.rows, "files": found.files, "bytes": found.bytes, "pixels": found.pixels}
        told = {"unchanged": found.unchanged, **counts, **lists, "records": list(found.records)}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in found.differences:
            typer.echo(f"  {one.kind:<9} {one.image} {one.sentence}")
        for sentence in found.records:
            typer.echo(f"  {sentence}")
        numbers = ", ".join(f"{len(ones)} {kind}" for kind, ones in kinds.items())
        typer.echo(f"{found.rows} objects in the index, {found.files} files: {numbers}")
        if kinds[APPEARED]:
            typer.echo(
                "files without a row may be of an ingest that was cut off: give the same ingest again, then "
                "verify again"
            )
    if not found.unchanged:
        raise typer.Exit(1)


@archive_app.command("series")
def series(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder with DICOM files; without it, the archive.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
    list_defects: Annotated[
        bool, typer.Option("--list", help="Name all defects that are looked for.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Put the slices of every series in order by where they lie, and name what is wrong with them."""
    from hilum.archive.series import SERIES_DEFECTS, archive_series, read_series
    from hilum.archive.series_defects import counted
    from hilum.archive.verification import files_in
    from hilum.cli.progress_bar import shown_progress
    from hilum.errors import WorkspaceError

    if list_defects:
        for kind in SERIES_DEFECTS:
            typer.echo(f"  {kind.name:<42} {kind.sentence}")
        return
    if folder is not None and not folder.is_dir():
        raise WorkspaceError(f"{folder} is no folder: name one with DICOM files, or none for the archive")
    problems: list[str] = []
    with shown_progress() as progress:
        if folder is None:
            found = list(archive_series(opened(workspace), progress=progress))
        else:
            found = list(read_series(((name, folder / name) for name, _ in files_in(folder)), problems))
    if as_json:
        typer.echo(json.dumps([_series_facts(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        state = "an even volume" if one.is_volume else "no even volume" if one.defects else "no volume"
        typer.echo(f"  {one.series}  {one.modality:<3} {counted(len(one.slices), 'slice'):>11}  {state}")
        for defect in one.defects:
            typer.echo(f"    {defect.name}: {defect.sentence}")
    for problem in problems:
        typer.echo(problem, err=True)
    typer.echo(f"{len(found)} series, {sum(bool(one.defects) for one in found)} with something to be known")


def _series_facts(one: "Series") -> dict[str, object]:
    return {
        "series": one.series,
        "study": one.study,
        "patient": one.patient,
        "modality": one.modality,
        "slices": len(one.slices),
        "distance_mm": one.distance,
        "volume": one.is_volume,
        "order": [slice_.name for slice_ in one.slices],
        "defects": [
            {
                "name": defect.name,
                "sentence": defect.sentence,
                "spoils": defect.spoils,
                "instances": list(defect.instances),
            }
            for defect in one.defects
        ],
    }
