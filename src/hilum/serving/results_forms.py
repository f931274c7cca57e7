"""The forms of answers about results."""

from typing import Any

from pydantic import BaseModel, Field


class RunRow(BaseModel):
    """One run."""

    study: str
    title: str
    run: str
    state: str
    ended: str
    readers: list[str]
    measure: str = Field(description="The measure that leads its report.")
    part: str
    results: list[dict[str, Any]] = Field(description="What each reader reached, as in `evaluation.json`.")


class RunPage(BaseModel):
    """Runs, the last first."""

    items: list[RunRow]
    next: int | None
    total: int


class Results(BaseModel):
    """The report of a run, for the page: sentences, tables, figures."""

    study: str
    study_title: str
    run: str
    runs: list[str] = Field(description="All runs of the study, the last first.")
    has_pdf: bool
    task: str
    evidence: dict[str, Any]


class ChoiceShown(BaseModel):
    """A reader, a part and a question of which a threshold can be moved."""

    reader: str
    part: str
    of: str
    at: str
    frozen: float | None
    chosen: str = Field(
        description="`given` where the study names the threshold, else the rule by which it was chosen on "
        "validation cases; empty where there is none."
    )


class EstimateShown(BaseModel):
    """A number with its 95 % interval."""

    value: float | None
    low: float | None
    high: float | None


class PointShown(BaseModel):
    """What is reached at a threshold."""

    threshold: float
    tn: int
    fp: int
    fn: int
    tp: int
    sensitivity: EstimateShown
    specificity: EstimateShown
    ppv: EstimateShown
    npv: EstimateShown
    net_benefit: EstimateShown | None


class GridShown(BaseModel):
    """What a reader reaches along thresholds."""

    frozen: float | None
    n: int
    events: int
    benefit_n: int
    points: list[PointShown]


class CaseShown(BaseModel):
    """A case as a reader judged it."""

    number: int
    name: str = Field(description="Empty for those who may not see who it is.")
    part: str
    truth: str
    said: str
    score: float | None
    margin: float | None
    outcome: str
    images: int
    maps: bool


class CasePage(BaseModel):
    """Cases of a run."""

    items: list[CaseShown]
    next: int | None
    total: int
    counts: dict[str, int] = Field(description="Cases of each outcome, before the outcome was chosen.")


class GalleryShown(BaseModel):
    """What a gallery can be filtered by."""

    readers: list[str]
    parts: list[str]
    questions: list[dict[str, str]]
    groups: dict[str, int]
    maps: int


class MapShown(BaseModel):
    """A case that was explained."""

    place: int
    reader: str
    titles: list[str]
    group: str


class OpinionShown(BaseModel):
    """What one reader said of a case."""

    reader: str
    said: str
    score: float | None
    outcome: str


class OneCase(BaseModel):
    """A case, opened."""

    number: int
    name: str
    part: str
    truth: str
    images: int
    opinions: list[OpinionShown]
    maps: list[MapShown]


class Beside(BaseModel):
    """Runs side by side."""

    runs: list[RunRow]
    differences: list[dict[str, Any]]
    measures: list[dict[str, Any]]
    same_cases: dict[str, bool | None]
