"""What is asked and answered about readings of new images."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hilum.serving.language import Named, Told
from hilum.serving.results_runs import RUN
from hilum.serving.studies_store import SLUG


class ModelNamed(BaseModel):
    """Which model reads."""

    model_config = ConfigDict(extra="forbid")
    study: str = Field(pattern=SLUG, description="The study whose run trained it.")
    run: str = Field(pattern=RUN)
    reader: str = Field(min_length=1, max_length=200)


class ReadingAsked(ModelNamed):
    """New images for a model: files that were sent, or images of the archive."""

    upload: str | None = Field(None, pattern="^[0-9a-f]{16}$", description="Files that were sent.")
    table: int | None = Field(None, ge=0, le=100_000, description="Which file of the upload is the table.")
    include: list[Annotated[str, Field(max_length=500)]] | None = Field(
        None, max_length=50, description="Criteria that images of the archive meet; empty for all of them."
    )
    maps: bool = Field(False, description="Also make maps of where the model looked.")


class ImageNumbered(BaseModel):
    """An image under its number."""

    image: int = Field(description="Its number, from 1.")
    file: int | None = Field(description="Its place among the files of the upload, from 0.")
    member: int | None = Field(description="Its place in that ZIP file, from 0.")


class ReadingBegun(BaseModel):
    """A reading that was begun; no names of files, whoever sent them knows them by their places."""

    reading: str
    job: str
    images: list[ImageNumbered]
    passed_over: int = Field(description="Files that are no images.")


class ModelNeeds(BaseModel):
    """What a model reads."""

    columns: list[str] = Field(description="Of a table, beside the image.")
    several: bool = Field(description="Several images of a case together, if a table says which.")
    volumes: bool = Field(description="Series and volumes; single images otherwise.")
    images_at_most: int
    bytes_at_most: int


class ReadingRow(BaseModel):
    """A reading."""

    id: str
    number: int
    study: str
    title: str = Field(description="Of the study; empty where it may not be seen any more.")
    run: str
    reader: str
    person: Named = Field(description="The account of whoever asked for it.")
    mine: bool
    source: Literal["files", "archive"]
    images: int
    made: str
    job: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    sentence: Told = Field(description="Why it failed; empty otherwise.")


class ReadingPage(BaseModel):
    """Readings, the last first."""

    items: list[ReadingRow]
    next: int | None
    total: int


class ReadingShown(BaseModel):
    """A reading, with what its table shows once it is done."""

    reading: ReadingRow
    ready: bool = Field(description="The readings can be looked at.")
    task: Literal["classification", "findings", "survival", "regression"] | None = None
    columns: list[str] = []
    names: list[str] = Field(default=[], description="Classes, the positive one last, or findings.")
    thresholds: dict[str, float] = Field(default={}, description="Frozen thresholds, by column.")
    rows: int = 0
    unread: int = Field(default=0, description="Images that could not be read.")
    noticed: int = Field(default=0, description="Rows with notices.")
    notes: list[Told] = Field(default=[], description="What is said of all images together.")
    maps: bool = False
    pictures: bool = Field(default=False, description="Whether this person may see pictures of the images.")


class DecisionShown(BaseModel):
    """What the frozen threshold says."""

    kind: Literal["positive", "negative", "most_probable", "findings", ""]
    of: list[str] = Field(description="The classes or findings that it is about.")
    column: str
    threshold: float | None


class OneReading(BaseModel):
    """What a model said of a case."""

    images: list[int] = Field(description="Numbers of its images.")
    archived: list[str] = Field(description="What the archive calls them, for those who may see it.")
    values: dict[str, float] | None = Field(description="By column; null where it was not read.")
    decision: DecisionShown | None
    notices: list[Told] = Field(description="In what it is unlike the images that the model learnt from.")
    reason: Told = Field(description="Why it was not read.")
    pictures: list[int] = Field(description="Its images that can be shown.")


class OneReadingPage(BaseModel):
    """Readings of a reading, by image."""

    items: list[OneReading]
    next: int | None
    total: int


class ArchiveAsked(BaseModel):
    """Criteria to try on the archive."""

    model_config = ConfigDict(extra="forbid")
    include: list[Annotated[str, Field(max_length=500)]] = Field(default=[], max_length=50)


class ArchiveCount(BaseModel):
    """How many images have a value."""

    all: int
    kept: int


class ArchiveChosen(BaseModel):
    """What criteria keep of the archive."""

    images: int
    patients: int
    kept: int
    kept_patients: int
    facets: dict[str, dict[str, ArchiveCount]]
    ages: list[float]
