"""A study changed, seen to and saved, and as the page wants it."""

import json
from typing import Any

from hilum.errors import HilumError
from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.access.person import Person
from hilum.serving.failures import Refusal
from hilum.serving.state import Serving
from hilum.serving.studies_editing import Edit, data_of, edited
from hilum.serving.studies_forms import MOST_TEXT, StudyRow, StudyState, Wrong
from hilum.serving.studies_paths import see_paths
from hilum.serving.studies_problems import problem_of
from hilum.study import parse_study


def apply_edits(
    here: Serving,
    person: Person,
    place: store.StudyPlace,
    tag: str,
    edits: list[Edit],
    *,
    files: dict[str, str] | None = None,
) -> StudyState:
    """Make changes to a study and save them.

    Raises:
        Refusal: 409, it was changed since; 422, a change cannot be made.
    """
    if len(json.dumps([edit.value for edit in edits], default=str)) > MOST_TEXT:
        raise Refusal(413, "a change is larger than a study file may be")
    text = revisions.text_of(place.folder)
    if tag != revisions.tag_of(text):
        raise Refusal(409, "this study was changed in another window or by somebody else since it was loaded")
    try:
        changed = edited(text, edits)
    except HilumError as refused:
        raise Refusal(422, str(refused)) from None
    what = ", ".join(dict.fromkeys(str(edit.at[0]) for edit in edits))[:80]
    save_text(here, person, place, changed, tag=tag, what=what, files=files)
    return state_of(place)


def save_text(
    here: Serving,
    person: Person,
    place: store.StudyPlace,
    text: str,
    *,
    tag: str,
    what: str,
    files: dict[str, str] | None = None,
) -> None:
    """Save a study's text, after seeing to the paths in it."""
    if len(text) > MOST_TEXT:
        raise Refusal(413, "the study file is larger than 200 kB")
    see_text(here, person, place, text)
    revision = revisions.save(place.folder, text, tag, (person.id, person.name), what, files=files)
    store.note_change(here, place, title_of(text, place.title))
    here.audit.record(person.id, "study_changed", f"study {place.slug}", {"state": revision.number})


def see_text(here: Serving, person: Person, place: store.StudyPlace, text: str) -> None:
    """See that a text names only what its people may read; one that is no study yet, key by key."""
    try:
        study = parse_study(text)
    except HilumError:
        study = _as_far_as_it_goes(data_of(text))
    if study is not None:
        see_paths(study, place.folder, here.settings, person)


def state_of(place: store.StudyPlace) -> StudyState:
    """A study as it is now, as the page wants it."""
    text = revisions.text_of(place.folder)
    draft = revisions.draft_of(place.folder)
    try:
        data = json.loads(json.dumps(data_of(text), default=str))
    except HilumError:
        data = {}
    found = revisions.revisions_of(place.folder)[:1]
    row = row_of(place).model_dump() | {"title": title_of(text, place.title)}
    return StudyState(
        **row,
        tag=revisions.tag_of(text),
        text=text,
        data=data,
        problem=_wrong(text),
        draft=draft,
        draft_problem=None if draft is None else _wrong(draft),
        revision=found[0].number if found else 0,
    )


def _wrong(text: str) -> Wrong | None:
    problem = problem_of(text)
    return None if problem is None else Wrong(sentence=problem.sentence, line=problem.line)


def _as_far_as_it_goes(data: dict[str, Any]) -> Any:
    """A study of the paths alone, for a text that is not whole yet."""
    from hilum.study import CohortOptions, Explanation, Preparation, ReaderOptions, Study

    cohort = data.get("cohort", {})
    cohort = cohort if isinstance(cohort, dict) else {}
    words = {key: cohort[key] for key in ("images", "table") if isinstance(cohort.get(key), str)}
    readers = data.get("readers", [])
    named = [
        {
            key: reader[key]
            for key in ("product", "unlabelled", "pretrained")
            if isinstance(reader.get(key), str)
        }
        for reader in (readers if isinstance(readers, list) else [])
        if isinstance(reader, dict)
    ]
    options = [ReaderOptions.model_construct(**reader) for reader in named]
    return Study.model_construct(
        cohort=CohortOptions.model_construct(**words),
        readers=tuple(options),
        preparation=Preparation.model_construct(lung_mask=_word_in(data, "preparation", "lung_mask")),
        explanation=Explanation.model_construct(lesions=_word_in(data, "explanation", "lesions")),
    )


def _word_in(data: dict[str, Any], table: str, key: str) -> str | None:
    found = data.get(table)
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) else None


def title_of(text: str, otherwise: str) -> str:
    """The question that a text asks."""
    try:
        title = data_of(text).get("title")
    except HilumError:
        return otherwise
    return title if isinstance(title, str) and title.strip() else otherwise


def row_of(place: store.StudyPlace) -> StudyRow:
    """A study as a line of the list."""
    return StudyRow(
        slug=place.slug,
        title=place.title,
        may=place.may,
        mine=place.mine,
        archived=place.archived is not None,
        changed=place.changed,
    )
