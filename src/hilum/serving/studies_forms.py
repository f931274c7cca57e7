"""What the routes of studies take and answer."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hilum.serving.language import Named, Told

MOST_TEXT = 200_000


class StudyRow(BaseModel):
    """A study in the list."""

    slug: str
    title: str
    may: Literal["see", "change"] = Field(description="What this person may do with it.")
    mine: bool = Field(description="This person owns it.")
    archived: bool = Field(description="It is put away.")
    changed: float = Field(description="Seconds since 1970.")


class StudyPage(BaseModel):
    """A page of studies, the last changed first."""

    items: list[StudyRow]
    next: int | None
    total: int


class NewStudy(BaseModel):
    """A question to begin with."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=300, examples=["30-day mortality from the chest X-ray"])


class Wrong(BaseModel):
    """What is wrong with the text."""

    sentence: Told
    line: int | None = Field(description="Counted from 1; null where the whole file is meant.")


class StudyState(StudyRow):
    """A study as it is now."""

    tag: str = Field(description="Mark of this state; send it with every change.")
    text: str = Field(description="The study file (TOML).")
    data: dict[str, Any] = Field(description="Its content.")
    problem: Wrong | None = Field(description="Why hilum cannot run it yet; null where it can.")
    draft: str | None = Field(description="A text that was typed and cannot be read yet.")
    draft_problem: Wrong | None = Field(description="What is wrong with that text.")
    revision: int = Field(description="Number of this state.")


class OneEdit(BaseModel):
    """One change."""

    model_config = ConfigDict(extra="forbid")
    at: list[Annotated[str, Field(min_length=1, max_length=200)] | Annotated[int, Field(ge=0, le=100)]] = (
        Field(min_length=1, max_length=5, examples=[["cohort", "images"]])
    )
    value: Any = Field(None, description="What shall stand there; null takes it away.")


class Edits(BaseModel):
    """Changes to a state."""

    model_config = ConfigDict(extra="forbid")
    tag: str = Field(max_length=40, description="Mark of the state that is changed.")
    edits: list[OneEdit] = Field(min_length=1, max_length=60)


class Text(BaseModel):
    """The whole text, as somebody typed it."""

    model_config = ConfigDict(extra="forbid")
    tag: str = Field(max_length=40, description="Mark of the state that is changed.")
    text: str = Field(max_length=MOST_TEXT)


class RevisionRow(BaseModel):
    """A state that a study had."""

    number: int
    at: str
    name: Named = Field(description="Who made it; empty where the file was changed outside the workbench.")
    what: Told


class RevisionText(RevisionRow):
    """A state that a study had, with its text."""

    text: str


class Back(BaseModel):
    """From which state to go back."""

    model_config = ConfigDict(extra="forbid")
    tag: str = Field(max_length=40)


class Sharing(BaseModel):
    """Somebody a study is shared with."""

    id: int
    name: Named
    may: Literal["see", "change"]


class Share(BaseModel):
    """What somebody may do from now on."""

    model_config = ConfigDict(extra="forbid")
    may: Literal["see", "change"] | None = Field(description="Null: no longer shared.")


class Away(BaseModel):
    """Whether a study is put away."""

    model_config = ConfigDict(extra="forbid")
    archived: bool
