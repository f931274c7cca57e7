"""The cases of a run: a gallery by outcome and error, each case with its pictures and maps."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from hilum.serving import results_cases as gallery
from hilum.serving import results_pictures as pictures
from hilum.serving import results_runs as runs
from hilum.serving.audit import record_request
from hilum.serving.failures import Refusal
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.results_forms import CasePage, CaseShown, GalleryShown, MapShown, OneCase, OpinionShown
from hilum.serving.results_questions import Asked, questions_of
from hilum.serving.routes.results import PRIVATE, At, Of, Part, Place, Reader, RunName
from hilum.serving.routes.studies import Seeing, Slug
from hilum.serving.state import serving

router = APIRouter(prefix="/api/results", tags=["results"])
Number = Annotated[int, Path(ge=1, le=100_000_000, description="Number of the case in its cohort.")]


@router.get("/{slug}/{run}/gallery")
def read_result_gallery(request: Request, slug: Slug, run: RunName, person: Seeing) -> GalleryShown:
    """What the gallery of cases can be filtered by."""
    here = serving(request)
    place = runs.run_seen(here, person, slug, run)
    opened = runs.opened(here, place)
    return GalleryShown(
        readers=gallery.readers_judged(opened),
        parts=list(opened.evaluation.parts),
        questions=[{"of": each.of or "", "at": each.at or ""} for each in questions_of(opened)],
        groups={name: len(numbers) for name, numbers in gallery.groups_of(opened).items()},
        maps=len(pictures.explained_cases(here, place)),
    )


@router.get("/{slug}/{run}/cases")
def list_result_cases(
    request: Request,
    slug: Slug,
    run: RunName,
    person: Seeing,
    reader: Reader,
    part: Part = "",
    of: Of = "",
    at: At = "",
    outcome: Literal["", "tp", "fp", "fn", "tn", "right", "wrong", "unjudged"] = "",
    order: Literal["number", "confident", "near"] = "number",
    group: Annotated[str, Query(max_length=300, description="A group of patients, `column=value`.")] = "",
    text: Annotated[str, Query(max_length=200, description="Only cases whose line has it.")] = "",
    maps: bool = False,
    after: AfterNumber = 0,
    limit: Limit = 24,
) -> CasePage:
    """List the cases of a run as a reader judged them."""
    here = serving(request)
    place = runs.run_seen(here, person, slug, run)
    opened = runs.opened(here, place)
    mapped = pictures.explained_cases(here, place)
    names = gallery.names_of(opened)
    # Other names may be those of patients, and an address is no place for them.
    research = opened.study.cohort.images == "archive"
    inside = set(gallery.groups_of(opened).get(group, [])) if group else None
    asked, typed = Asked(of or None, at or None), text.casefold()
    found = gallery.judged(opened, reader, asked)
    if typed:
        lines = gallery.lines_of(opened, reader, asked, names if research else ())
        found = [case for case, line in zip(found, lines, strict=True) if typed in line]
    if part or inside is not None or maps:
        found = [
            case
            for case in found
            if (not part or case.part == part)
            and (inside is None or case.number in inside)
            and (not maps or names[case.number - 1] in mapped)
        ]
    counted = Counter(case.outcome for case in found)
    counts = {each: counted[each] for each in gallery.OUTCOMES}
    kept = gallery.ordered([case for case in found if case.outcome == outcome] if outcome else found, order)
    shown_now = kept[after : after + limit]
    detail: dict[str, str | int] = {"run": run, "cases": " ".join(str(case.number) for case in shown_now)}
    record_request(request, person, "study_cases_seen", f"study {slug}", detail)
    images = opened.cohort.images_of_cases
    return CasePage(
        items=[
            CaseShown(
                **asdict(case),
                name=names[case.number - 1] if place.names else "",
                images=len(images[case.number - 1]),
                maps=names[case.number - 1] in mapped,
            )
            for case in shown_now
        ],
        next=after + limit if after + limit < len(kept) else None,
        total=len(kept),
        counts=counts,
    )


@router.get("/{slug}/{run}/cases/{number}")
def read_result_case(
    request: Request, slug: Slug, run: RunName, number: Number, person: Seeing, of: Of = "", at: At = ""
) -> OneCase:
    """Open a case: what was there, what every reader said, which maps there are."""
    here = serving(request)
    place = runs.run_seen(here, person, slug, run)
    opened = runs.opened(here, place)
    if number > len(opened.cohort):
        raise Refusal(404, "this run has no such case")
    asked = Asked(of or None, at or None)
    said = [
        (reader, case)
        for reader in gallery.readers_judged(opened)
        if (case := gallery.judged_case(opened, reader, asked, number)) is not None
    ]
    row = opened.cohort.cases.iloc[number - 1]
    record_request(request, person, "study_case_seen", f"study {slug}", {"run": run, "case": number})
    return OneCase(
        number=number,
        name=str(row["case"]) if place.names else "",
        part=str(row["part"]),
        truth=said[0][1].truth if said else "",
        images=len(opened.cohort.images_of_cases[number - 1]),
        opinions=[
            OpinionShown(reader=reader, said=case.said, score=case.score, outcome=case.outcome)
            for reader, case in said
        ],
        maps=[
            MapShown(place=each.place, reader=each.reader, titles=list(each.titles), group=each.group)
            for each in pictures.explained(here, place, str(row["case"]))
        ],
    )


@router.get("/{slug}/{run}/cases/{number}/images/{image}", response_class=Response)
def read_result_picture(
    request: Request,
    slug: Slug,
    run: RunName,
    number: Number,
    image: Place,
    person: Seeing,
    side: Annotated[int, Query(ge=32, le=1024)] = 320,
) -> Response:
    """One image of a case as a small PNG."""
    here = serving(request)
    place = runs.run_seen(here, person, slug, run)
    content = pictures.picture_of_case(here, place, runs.opened(here, place), number, image, side)
    record_request(request, person, "study_picture_seen", f"study {slug}", {"run": run, "case": number})
    return Response(content, media_type="image/png", headers=PRIVATE)


@router.get("/{slug}/{run}/maps/{place}", response_class=Response)
def read_result_explained(
    request: Request, slug: Slug, run: RunName, place: Place, person: Seeing
) -> Response:
    """The picture on which the maps of an explained case lie."""
    content = pictures.explained_picture(runs.run_seen(serving(request), person, slug, run), place)
    record_request(request, person, "study_picture_seen", f"study {slug}", {"run": run, "example": place})
    return Response(content, media_type="image/png", headers=PRIVATE)


@router.get("/{slug}/{run}/maps/{place}/{which}", response_class=Response)
def read_result_map(
    request: Request, slug: Slug, run: RunName, place: Place, which: Place, person: Seeing
) -> Response:
    """A map of where a model looked, as a layer that is clear where the map is 0."""
    content = pictures.map_layer(runs.run_seen(serving(request), person, slug, run), place, which)
    return Response(content, media_type="image/png", headers=PRIVATE)
