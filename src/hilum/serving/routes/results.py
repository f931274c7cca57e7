"""What came of a study's runs: numbers, thresholds to look at, figures, files to take."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse

from hilum.errors import WorkspaceError
from hilum.serving import results_download as download
from hilum.serving import results_runs as runs
from hilum.serving import results_thresholds as thresholds
from hilum.serving import studies_store as store
from hilum.serving.audit import record_request
from hilum.serving.failures import Refusal
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.policy import attached, report_headers
from hilum.serving.results_forms import (
    Beside,
    ChoiceShown,
    EstimateShown,
    GridShown,
    PointShown,
    Results,
    RunPage,
    RunRow,
)
from hilum.serving.results_names import names_in, without_names
from hilum.serving.results_questions import Asked, frozen_threshold, how_frozen
from hilum.serving.results_shown import atlas_picture, shown
from hilum.serving.routes.studies import Seeing, Slug
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/results", tags=["results"])

RunName = Annotated[str, Path(pattern=runs.RUN, description="The run's folder.", examples=["study-1"])]
Place = Annotated[int, Path(ge=0, le=100_000)]
Reader = Annotated[str, Query(max_length=200, description="Who read.")]
Part = Annotated[str, Query(max_length=200, description="A part or cohort.")]
Of = Annotated[str, Query(max_length=200, description="The finding; empty where there is one question only.")]
At = Annotated[
    str, Query(max_length=30, description="The horizon, such as `30d`; empty where there is none.")
]
PRIVATE = {"Cache-Control": "private, max-age=3600"}


@router.get("")
def list_runs_of_studies(
    request: Request, person: Seeing, after: AfterNumber = 0, limit: Limit = 50, study: str = ""
) -> RunPage:
    """List the runs of the studies that the person may see, or of one of them."""
    here = serving(request)
    places = [store.study_seen(here, person, study)] if study else store.studies_of(here, person)
    found = [(place, name) for place in places for name in runs.runs_of_study(here, place)]
    items = [row for place, name in found[after : after + limit] if (row := _row(here, place, name))]
    more = after + limit < len(found)
    return RunPage(items=items, next=after + limit if more else None, total=len(found))


@router.get("/compare")
def compare_runs_of_studies(
    request: Request,
    person: Seeing,
    run: Annotated[list[str], Query(min_length=2, max_length=6, description="`study/run`, of each.")],
) -> Beside:
    """Put runs side by side: what was asked differently, and what each reached."""
    from hilum.conduct.runs import read_run
    from hilum.conduct.runs_beside import beside_json
    from hilum.conduct.runs_differences import same_cases

    here = serving(request)
    places = [runs.run_seen(here, person, *_named(each)) for each in run]
    try:
        read = [read_run(place.folder) for place in places]
    except WorkspaceError as problem:
        raise Refusal(409, str(problem)) from None
    beside = beside_json(read)
    parts = dict.fromkeys(row["part"] for row in beside["measures"])
    for place in places:
        record_request(
            request, person, "study_results_seen", f"study {place.study.slug}", {"run": place.name}
        )
    return Beside(
        runs=[row for place in places if (row := _row(here, place.study, place.name))],
        differences=beside["differences"],
        measures=beside["measures"],
        same_cases={part: same_cases(read, part) for part in parts},
    )


@router.get("/{slug}/{run}")
def read_results(request: Request, slug: Slug, run: RunName, person: Seeing) -> Results:
    """What came of a run: the answer, its tables and figures, its warnings."""
    here = serving(request)
    place = runs.run_seen(here, person, slug, run)
    told = download.told_evidence(here, place)
    record_request(request, person, "study_results_seen", f"study {slug}", {"run": run})
    return Results(
        study=slug,
        study_title=place.study.title,
        run=run,
        runs=runs.runs_of_study(here, place.study),
        has_pdf=(place.folder / "report.pdf").is_file(),
        task=str(told["evaluation"]["task"]),
        evidence=shown(told),
    )


@router.get("/{slug}/{run}/evaluation")
def read_results_evaluation(request: Request, slug: Slug, run: RunName, person: Seeing) -> dict[str, Any]:
    """Everything that was measured, as in `evaluation.json`."""
    here = serving(request)
    place = runs.run_seen(here, person, slug, run)
    opened = runs.opened(here, place)
    told: dict[str, Any] = opened.evaluation.to_dict()
    return told if place.names else without_names(told, names_in(opened.cohort))


@router.get("/{slug}/{run}/thresholds")
def list_result_thresholds(request: Request, slug: Slug, run: RunName, person: Seeing) -> list[ChoiceShown]:
    """List the readers, parts and questions of which a threshold can be moved."""
    here = serving(request)
    opened = runs.opened(here, runs.run_seen(here, person, slug, run))
    return [
        ChoiceShown(
            reader=each.reader,
            part=each.part,
            of=each.asked.of or "",
            at=each.asked.at or "",
            frozen=frozen_threshold(opened, each.reader, each.asked),
            chosen=how_frozen(opened, each.reader, each.asked),
        )
        for each in thresholds.choices_of(opened)
    ]


@router.get("/{slug}/{run}/thresholds/grid")
def read_result_thresholds(
    request: Request,
    slug: Slug,
    run: RunName,
    person: Seeing,
    reader: Reader,
    part: Part,
    of: Of = "",
    at: At = "",
) -> GridShown:
    """What a reader reaches on a part along thresholds: counts, shares with intervals, net benefit."""
    here = serving(request)
    opened = runs.opened(here, runs.run_seen(here, person, slug, run))
    found = thresholds.grid_of(opened, thresholds.Choice(reader, part, Asked(of or None, at or None)))
    if found is None:
        raise Refusal(404, "this reader gives no number there of which a threshold could be moved")
    return GridShown(
        frozen=found.frozen,
        n=found.n,
        events=found.events,
        benefit_n=found.benefit_n,
        points=[_point(each) for each in found.points],
    )


@router.get("/{slug}/{run}/atlas/{item}/{figure}", response_class=Response)
def read_result_atlas(
    request: Request, slug: Slug, run: RunName, item: Place, figure: Place, person: Seeing
) -> Response:
    """A picture of the atlas of two groups."""
    here = serving(request)
    evidence = runs.evidence_of(here, runs.run_seen(here, person, slug, run))
    return Response(atlas_picture(evidence, item, figure), media_type="image/png", headers=PRIVATE)


@router.get("/{slug}/{run}/figures/{name}", response_class=FileResponse)
def read_result_figure(
    request: Request,
    slug: Slug,
    run: RunName,
    name: Annotated[str, Path(pattern=r"^[\w-]{1,120}$")],
    person: Seeing,
) -> FileResponse:
    """A figure of the report as SVG."""
    path = runs.run_seen(serving(request), person, slug, run).folder / "figures" / f"{name}.svg"
    if not path.is_file() or path.is_symlink():
        raise Refusal(404, "the report of this run has no such figure")
    return FileResponse(path, media_type="image/svg+xml", headers=PRIVATE)


@router.get("/{slug}/{run}/report", response_class=Response)
def read_result_report(request: Request, slug: Slug, run: RunName, person: Seeing) -> Response:
    """The report as one page that stands alone; its scripts reach nothing of the workbench."""
    here = serving(request)
    page = download.report_page(here, runs.run_seen(here, person, slug, run))
    record_request(request, person, "study_report_seen", f"study {slug}", {"run": run})
    return Response(page, media_type="text/html; charset=utf-8", headers=report_headers())


@router.get("/{slug}/{run}/report.pdf", response_class=Response)
def read_result_document(request: Request, slug: Slug, run: RunName, person: Seeing) -> Response:
    """The report as a PDF."""
    here = serving(request)
    content = download.report_document(here, runs.run_seen(here, person, slug, run))
    record_request(request, person, "study_report_taken", f"study {slug}", {"run": run})
    return Response(content, media_type="application/pdf", headers=attached(f"{slug}-{run}.pdf"))


@router.get("/{slug}/{run}/data.zip", response_class=Response)
def read_result_data(request: Request, slug: Slug, run: RunName, person: Seeing) -> Response:
    """The numbers of a run: `evaluation.json`, every table and figure as CSV; nothing that names a case."""
    here = serving(request)
    place = runs.run_seen(here, person, slug, run)
    content = download.data_zip(here, place, runs.opened(here, place))
    record_request(request, person, "study_data_taken", f"study {slug}", {"run": run})
    return Response(content, media_type="application/zip", headers=attached(f"{slug}-{run}.zip"))


@router.get("/{slug}/{run}/tables/{name}", response_class=Response)
def read_result_table(
    request: Request,
    slug: Slug,
    run: RunName,
    name: Annotated[str, Path(pattern=r"^[\w-]{1,120}$")],
    person: Seeing,
) -> Response:
    """One table or figure of the report as CSV."""
    here = serving(request)
    text = download.tables_of(download.told_evidence(here, runs.run_seen(here, person, slug, run))).get(name)
    if text is None:
        raise Refusal(404, "the report of this run has no such table")
    record_request(request, person, "study_data_taken", f"study {slug}", {"run": run, "table": name})
    headers = attached(f"{slug}-{run}-{name}.csv")
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _named(text: str) -> tuple[str, str]:
    slug, _, run = text.partition("/")
    return slug, run


def _row(here: Serving, place: store.StudyPlace, name: str) -> RunRow | None:
    from hilum.conduct.runs import read_run

    try:
        run = read_run(here.workspace.runs_folder / name)
    except WorkspaceError:
        return None
    told = run.to_json()
    return RunRow(
        study=place.slug,
        title=place.title,
        run=name,
        measure=run.endpoint.label if run.endpoint is not None else "",
        **{key: told[key] for key in ("state", "ended", "readers", "part", "results")},
    )


def _point(reached: thresholds.Reached) -> PointShown:
    tn, fp, fn, tp = reached.counts
    benefit = reached.net_benefit
    return PointShown(
        threshold=reached.threshold,
        tn=tn,
        fp=fp,
        fn=fn,
        tp=tp,
        net_benefit=None if benefit is None else _estimate(benefit),
        **{name: _estimate(each) for name, each in reached.shares.items()},
    )


def _estimate(found: Any) -> EstimateShown:
    return EstimateShown(value=found.value, low=found.low, high=found.high)
