"""Studies: made, seen, changed, shared, duplicated, put away; every state of them is kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.audit import record_request
from hilum.serving.failures import Refusal
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import serving
from hilum.serving.studies_editing import Edit, edited, new_text
from hilum.serving.studies_forms import (
    Away,
    Back,
    Edits,
    NewStudy,
    RevisionRow,
    RevisionText,
    Share,
    Sharing,
    StudyPage,
    StudyRow,
    StudyState,
    Text,
)
from hilum.serving.studies_problems import problem_of
from hilum.serving.studies_saving import apply_edits, row_of, save_text, see_text, state_of, title_of

router = APIRouter(prefix="/api/studies", tags=["studies"])
Slug = Annotated[str, Path(pattern=store.SLUG, description="The study's name.", examples=["pneumonia"])]
Seeing = Annotated[Person, Depends(asks(Right.see_studies))]
Making = Annotated[Person, Depends(asks(Right.see_studies, Right.make_studies))]


@router.get("")
def list_studies(
    request: Request,
    person: Seeing,
    after: AfterNumber = 0,
    limit: Limit = 50,
    text: Annotated[str, Query(max_length=200, description="Only those whose title has it.")] = "",
    archived: bool = False,
) -> StudyPage:
    """List the studies that the person may see."""
    found = [
        place
        for place in store.studies_of(serving(request), person)
        if (place.archived is not None) == archived and text.casefold() in place.title.casefold()
    ]
    items = [row_of(place) for place in found[after : after + limit]]
    more = after + limit < len(found)
    return StudyPage(items=items, next=after + limit if more else None, total=len(found))


@router.post("", status_code=201)
def make_study_of_question(request: Request, person: Making, given: NewStudy) -> StudyState:
    """Make a study that has nothing but its question yet."""
    here = serving(request)
    title = " ".join(given.title.split())
    if not title:
        raise Refusal(422, "the question is empty: write it in a few words")
    place = store.add_study(here, person, title)
    revisions.save(place.folder, new_text(title), None, (person.id, person.name), "made")
    return state_of(place)


@router.get("/{slug}")
def read_study(request: Request, slug: Slug, person: Seeing) -> StudyState:
    """Read a study."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    record_request(request, person, "study_seen", f"study {slug}")
    return state_of(place)


@router.patch("/{slug}")
def change_study(request: Request, slug: Slug, person: Making, given: Edits) -> StudyState:
    """Change places of a study; comments stay. 409 where it was changed by somebody else since."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    return apply_edits(
        here, person, place, given.tag, [Edit(tuple(one.at), one.value) for one in given.edits]
    )


@router.put("/{slug}/text")
def write_study_text(request: Request, slug: Slug, person: Making, given: Text) -> StudyState:
    """Write the whole text. What hilum cannot read is kept as a draft, and what is wrong is said."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    before = revisions.text_of(place.folder)
    if given.tag != revisions.tag_of(before):
        raise Refusal(409, "this study was changed in another window or by somebody else since it was loaded")
    problem = problem_of(given.text)
    if problem is not None and (problem.syntax or problem_of(before) is None):
        revisions.keep_draft(place.folder, given.text)
        return state_of(place)
    save_text(here, person, place, given.text, tag=given.tag, what="text")
    return state_of(place)


@router.delete("/{slug}/draft")
def drop_study_draft(request: Request, slug: Slug, person: Making) -> StudyState:
    """Forget a typed text that hilum could not read."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    revisions.drop_draft(place.folder)
    return state_of(place)


@router.get("/{slug}/revisions")
def list_study_revisions(request: Request, slug: Slug, person: Seeing) -> list[RevisionRow]:
    """List the states that a study had, the newest first; 500 at most."""
    place = store.study_seen(serving(request), person, slug)
    found = revisions.revisions_of(place.folder)[:500]
    return [RevisionRow(number=r.number, at=r.at, name=r.name, what=r.what) for r in found]


Number = Annotated[int, Path(ge=1, le=999_999, description="Number of the state.")]


@router.get("/{slug}/revisions/{number}")
def read_study_revision(request: Request, slug: Slug, number: Number, person: Seeing) -> RevisionText:
    """Read one state that a study had."""
    place = store.study_seen(serving(request), person, slug)
    found = revisions.read_revision(place.folder, number)
    if found is None:
        raise Refusal(404, "there is no such earlier state of this study")
    return RevisionText(number=number, at=found.at, name=found.name, what=found.what, text=found.text)


@router.post("/{slug}/revisions/{number}/restore")
def restore_study_revision(
    request: Request, slug: Slug, number: Number, person: Making, given: Back
) -> StudyState:
    """Go back to an earlier state, tables included; what came after it stays in the list."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    earlier = revisions.read_revision(place.folder, number)
    if earlier is not None:
        see_text(here, person, place, earlier.text)
    revision = revisions.restore(place.folder, number, given.tag, (person.id, person.name))
    store.note_change(here, place, title_of(revision.text, place.title))
    record_request(request, person, "study_restored", f"study {slug}", {"state": number})
    return state_of(place)


@router.get("/{slug}/people")
def list_study_people(request: Request, slug: Slug, person: Seeing) -> list[Sharing]:
    """List whom a study is shared with."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    return [Sharing(id=number, name=name, may=may) for number, name, may in store.people_of(here, place)]


@router.put("/{slug}/people/{number}")
def share_study(
    request: Request,
    slug: Slug,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
    person: Making,
    given: Share,
) -> list[Sharing]:
    """Share a study with somebody, to see or to change, or no longer."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    store.share(here, person, place, number, given.may)
    return [Sharing(id=each, name=name, may=may) for each, name, may in store.people_of(here, place)]


@router.put("/{slug}/archived")
def put_study_away(request: Request, slug: Slug, person: Making, given: Away) -> StudyRow:
    """Put a study away, or bring it back; nothing is deleted."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    if not place.mine:
        raise Refusal(403, "only whoever made a study puts it away: ask that person")
    store.put_away(here, person, place, away=given.archived)
    return row_of(store.study_seen(here, person, slug))


@router.post("/{slug}/duplicate", status_code=201)
def duplicate_study(request: Request, slug: Slug, person: Making, given: NewStudy) -> StudyState:
    """Make a study of the person's own out of another one, with its tables and uploaded images."""
    here = serving(request)
    source = store.study_seen(here, person, slug)
    text = revisions.text_of(source.folder)
    see_text(here, person, source, text)
    place = store.add_study(here, person, " ".join(given.title.split()) or source.title)
    revisions.copy_study(source.folder, place.folder)
    text = edited(text, [Edit(("title",), place.title)])
    revisions.save(place.folder, text, None, (person.id, person.name), f"copy of {slug}")
    record_request(request, person, "study_duplicated", f"study {slug}", {"to": place.slug})
    return state_of(place)
