"""The protocol of de-identification: shown, and confirmed by whoever brings images."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from hilum.deid.protocol_text import sections_of
from hilum.serving.access.asking import Person, asks_any
from hilum.serving.access.rights import Right
from hilum.serving.images.acknowledged import acknowledge, current_protocol, has_acknowledged
from hilum.serving.language import Told
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/protocol", tags=["protocol"])
Server = Annotated[Serving, Depends(serving)]
Reader = Annotated[Person, Depends(asks_any(Right.see_archive, Right.bring_images, Right.pull_from_pacs))]
Bringer = Annotated[Person, Depends(asks_any(Right.bring_images, Right.pull_from_pacs))]


class ProtocolSection(BaseModel):
    """Paragraphs under one title."""

    title: Told
    paragraphs: list[Told]


class ProtocolRule(BaseModel):
    """What is done to one kind of attribute."""

    name: Told
    sentence: Told
    reference: Told = Field(description="Where the DICOM standard asks for it.")


class ProtocolShown(BaseModel):
    """What de-identification does in this workspace."""

    name: str
    sha256: str = Field(description="Of its options and words; another one must be read anew.")
    sections: list[ProtocolSection]
    rules: list[ProtocolRule]
    after: list[Told]
    acknowledged: bool = Field(description="Whether this person has confirmed to have read it.")


class ProtocolRead(BaseModel):
    """That a person has read the protocol."""

    model_config = ConfigDict(extra="forbid")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Of the protocol that was shown.")


@router.get("")
def read_protocol_text(server: Server, person: Reader) -> ProtocolShown:
    """Show what is done to images that come in, in the words of the rules that do it."""
    current = current_protocol(server)
    told = current.protocol
    return ProtocolShown(
        name=told.name,
        sha256=current.sha256,
        sections=[ProtocolSection(title=title, paragraphs=list(lines)) for title, lines in sections_of(told)],
        rules=[
            ProtocolRule(name=rule.name, sentence=rule.sentence, reference=rule.reference)
            for rule in told.rules
        ],
        after=list(told.after),
        acknowledged=has_acknowledged(server, person, current.sha256),
    )


@router.post("/acknowledge")
def acknowledge_protocol(server: Server, person: Bringer, read: ProtocolRead) -> ProtocolShown:
    """Record that the person has read the protocol; without this no images are brought in."""
    acknowledge(server, person, read.sha256)
    return read_protocol_text(server, person)
