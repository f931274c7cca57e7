"""Free questions to a PACS, and lists made of what it answered.

Questions come in bodies, never in addresses; answers name patients to those only who may see identities.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from hilum.archive import open_archive
from hilum.conduct.peers import peers_of
from hilum.conduct.pull_list import modality_words
from hilum.pacs.query import Answer
from hilum.pacs.studies_asked import StudyQuestion, ask_for_studies
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.images.pacs_answers import KeptAnswers, as_list, shelf_of
from hilum.serving.images.pull_lists import PullLists
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.routes.pacs import ListShown, shown_list
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/pacs/queries", tags=["pacs"])
Server = Annotated[Serving, Depends(serving)]
Puller = Annotated[Person, Depends(asks(Right.pull_from_pacs))]
QueryId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The question's id.")]
_DAY = r"^(\d{4}-\d{2}-\d{2})?$"
_FIRST = 200


class QuestionAsked(BaseModel):
    """What a PACS is asked for; what is empty is not asked."""

    model_config = ConfigDict(extra="forbid")
    peer: str = Field(pattern="^[A-Za-z][A-Za-z0-9_-]{0,39}$")
    patient_id: str = Field("", max_length=64, description="Only for who may see identities.")
    patient_name: str = Field("", max_length=200, description="Only for who may see identities.")
    accession: str = Field("", max_length=64)
    date_from: str = Field("", pattern=_DAY, description="First study date, as 2024-03-01.")
    date_to: str = Field("", pattern=_DAY, description="Last study date, as 2024-03-31.")
    modality: str = Field("", max_length=64, description="Only these, such as CT or CR,DX.")
    description: str = Field("", max_length=200, description="Words of the study's description.")


class StudyAnswer(BaseModel):
    """A study that a PACS holds; who it is of, only for who may see identities."""

    number: int = Field(description="Its line, counted from 1.")
    patient: int = Field(description="Lines of the same patient have the same number; 0 where not said.")
    modalities: list[str]
    images: int | None = Field(description="How many, where the PACS says so.")
    patient_id: str | None
    patient_name: str | None
    accession: str | None
    date: str | None = Field(description="As 2024-03-01.")
    description: str | None


class AnswersShown(BaseModel):
    """A page of what a PACS answered."""

    id: str
    peer: str
    items: list[StudyAnswer]
    next: int | None
    total: int
    patients: int
    images: int
    identities: bool = Field(description="Whether this person sees who the patients are.")


class ListAsked(BaseModel):
    """Which answers are put on a list."""

    model_config = ConfigDict(extra="forbid")
    numbers: list[Annotated[int, Field(ge=1, le=100_000)]] = Field(
        default=[], max_length=20_000, description="Lines, counted from 1; none for all."
    )


@router.post("")
def ask_pacs(server: Server, person: Puller, asked: QuestionAsked) -> AnswersShown:
    """Ask a PACS for studies (C-FIND or QIDO-RS); nothing is fetched."""
    if (asked.patient_id or asked.patient_name) and not person.may(Right.see_identities):
        raise Refusal(403, "only those who may see identities ask for a patient: ask by accession or dates")
    try:
        modalities = modality_words(asked.modality)
    except ValueError as wrong:
        raise Refusal(422, str(wrong)) from None
    question = StudyQuestion(
        patient_id=asked.patient_id.strip(),
        accession=asked.accession.strip(),
        date_from=asked.date_from.replace("-", ""),
        date_to=asked.date_to.replace("-", ""),
        modalities=modalities,
        patient_name=asked.patient_name.strip(),
        description=asked.description.strip(),
    )
    if question.date_from and question.date_to and question.date_from > question.date_to:
        raise Refusal(422, "the first date is after the last date: exchange them")
    peer = peers_of(open_archive(server.workspace)).named(asked.peer)
    answers = ask_for_studies(peer, question)
    kept = shelf_of(server).keep(person.id, peer.name, modalities, answers)
    by = {name: int(bool(getattr(asked, name))) for name in QuestionAsked.model_fields if name != "peer"}
    server.audit.record(person.id, "pacs_asked", peer.name, {"answers": len(answers), **by})
    return _page(kept, person, 0, _FIRST)


@router.get("/{query}")
def read_pacs_answers(
    server: Server, person: Puller, query: QueryId, after: AfterNumber = 0, limit: Limit = 100
) -> AnswersShown:
    """Show more of what a PACS answered; it is kept for an hour, for who asked."""
    return _page(shelf_of(server).find(query, person.id), person, after, limit)


@router.delete("/{query}", status_code=204)
def forget_pacs_answers(server: Server, person: Puller, query: QueryId) -> None:
    """Forget what a PACS answered."""
    shelf_of(server).forget(shelf_of(server).find(query, person.id).id)


@router.post("/{query}/list", status_code=201)
def list_pacs_answers(server: Server, person: Puller, query: QueryId, asked: ListAsked) -> ListShown:
    """Make a list of patients to fetch of these answers; it has to be signed before anything is fetched."""
    kept = shelf_of(server).find(query, person.id)
    lists = PullLists(server.settings)
    made = lists.add(person.id, ".csv", as_list(kept, asked.numbers), kept.peer)
    server.audit.record(person.id, "pull_list_made", made.id, {"peer": kept.peer})
    return shown_list(server, lists, person, made)


def _page(kept: KeptAnswers, person: Person, after: int, limit: int) -> AnswersShown:
    sees = person.may(Right.see_identities)
    part = list(enumerate(kept.answers, 1))[after : after + limit]
    following = after + limit if after + limit < len(kept.answers) else None
    return AnswersShown(
        id=kept.id,
        peer=kept.peer,
        items=[_row(number, kept.patients[number - 1], answer, sees=sees) for number, answer in part],
        next=following,
        total=len(kept.answers),
        patients=max(kept.patients, default=0),
        images=sum(_images(one) or 0 for one in kept.answers),
        identities=sees,
    )


def _row(number: int, patient: int, answer: Answer, *, sees: bool) -> StudyAnswer:
    day = answer.get("StudyDate", "")
    dashed = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 else day
    named = {
        "patient_id": answer.get("PatientID", ""),
        "patient_name": answer.get("PatientName", ""),
        "accession": answer.get("AccessionNumber", ""),
        "date": dashed,
        "description": answer.get("StudyDescription", ""),
    }
    return StudyAnswer(
        number=number,
        patient=patient,
        modalities=[one for one in answer.get("ModalitiesInStudy", "").split("\\") if one],
        images=_images(answer),
        **{name: value if sees else None for name, value in named.items()},
    )


def _images(answer: Answer) -> int | None:
    told = answer.get("NumberOfStudyRelatedInstances", "")
    return int(told) if told.isdecimal() and len(told) < 10 else None
