"""What the routes of annotation projects take and answer."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hilum.serving.annotation_models import (
    AnyShape,
    Course,
    Dataset,
    DefectModel,
    FindingModel,
    Reason,
    Stage,
)
from hilum.serving.language import Told


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewProject(_Form):
    """A project to make from images of the archive."""

    name: str = Field(min_length=1, max_length=100, pattern=r"\S", examples=["Nodules on CT"])
    dataset: Dataset = Field(description="XRY, CCT or PCT: it gives the categories and the passes.")
    include: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(
        default_factory=list, max_length=50, examples=[["view == PA"]]
    )
    most: int = Field(500, ge=1, le=100_000, description="So many cases at most.")
    first_pass: bool = Field(True, description="Specialists draw lines first (not in PET-CT).")
    opinions: Literal[0, 2] | None = Field(None, description="Blind opinions for check 2; else as fits.")
    opinion_by: Literal["specialist", "annotator"] = "specialist"
    overlap: float = Field(0.5, gt=0, le=1, description="IoU from which on two marks are one finding.")
    training_needed: bool | None = Field(None, description="The second pass needs both courses passed.")
    per_day: int = Field(0, ge=0, le=10_000, description="Cases a person shall mark a day; 0: not said.")


class ProjectModel(BaseModel):
    """A project."""

    project: int
    name: str
    dataset: Dataset
    made: str
    cases: int
    images: int
    stages: dict[str, int]
    first_pass: bool
    opinions: int
    opinion_by: str
    overlap: float
    training_needed: bool
    per_day: int
    people: list[int]


class ProjectPage(BaseModel):
    """A page of projects."""

    items: list[ProjectModel]
    next: int | None
    total: int


class CaseMarking(BaseModel):
    """Who marked a case, or will."""

    marking: int
    stage: Stage
    round: int
    person: int | None
    name: str
    state: str
    submitted: str | None
    can_reopen: bool = Field(description="Whoever asks may open it again, with a reason.")


class StepAsked(_Form):
    """A decision about a case."""

    reason: Reason


class StepTaken(BaseModel):
    """Where a case stands afterwards."""

    case: str
    stage: Stage
    sentence: Told = Field(description="Why it waits; empty where it does not.")


class CaseLine(BaseModel):
    """Something that became of a case."""

    at: str
    what: Literal[
        "reopened",
        "taken_out",
        "put_back",
        "out_of_course",
        "handed_in",
        "check_failed",
        "check_two",
    ]
    name: str = Field(description="Who did it; empty for the program.")
    reason: Told
    marking: int | None
    stage: str | None
    round: int | None


class CaseHistory(BaseModel):
    """What became of a case, the oldest first."""

    case: str
    items: list[CaseLine]


class CaseRow(BaseModel):
    """A case of a project."""

    case: str
    patient: str = Field(description="Research identifier.")
    stage: Stage
    round: int
    images: int
    course: str
    accepted: int | None = Field(description="The marking that is the result.")
    markings: list[CaseMarking]


class CasePage(BaseModel):
    """A page of cases."""

    items: list[CaseRow]
    next: int | None
    total: int


class AssignAsked(_Form):
    """Who shall be given the cases of a project."""

    people: list[Annotated[int, Field(ge=1, le=2**31 - 1)]] | None = Field(
        None, max_length=1000, description="The team from now on; left out, it stays."
    )
    per_day: int | None = Field(None, ge=0, le=10_000)
    most: int | None = Field(None, ge=1, le=100_000, description="So many cases at most this time.")


class WaitingCase(BaseModel):
    """A case that nobody could be given."""

    case: str
    stage: Stage
    sentence: Told


class Assigned(BaseModel):
    """What was given."""

    assigned: int
    waiting: list[WaitingCase]


class PersonProgress(BaseModel):
    """A person at one stage."""

    person: int
    name: str
    stage: str
    done: int
    open: int
    done_today: int
    left_today: int
    median_seconds: float | None
    agreement: float | None = Field(description="Mean agreement of the markings with the opinions.")
    sent_back: int


class Progress(BaseModel):
    """How far a project is."""

    stages: dict[str, int]
    people: list[PersonProgress]


class EstimateModel(BaseModel):
    """A value with its 95 % interval."""

    value: float | None
    low: float | None
    high: float | None


class CaseAgreement(BaseModel):
    """Check 2 of a case in a round."""

    case: str
    round: int
    at: str
    stage: Stage = Field(description="Where the case went.")
    sentence: Told
    share: float = Field(description="Lower agreement of the marking with an opinion.")
    between: float = Field(description="Agreement of the two opinions.")
    findings: list[FindingModel] = Field(description="The two opinions, finding by finding.")


class AnnotatorAgreement(BaseModel):
    """An annotator's markings against the opinions."""

    person: int
    name: str
    cases: int
    share: EstimateModel


class Agreements(BaseModel):
    """Check 2 of a project: how far opinions agree, and markings with them."""

    cases: int
    findings: int
    share: EstimateModel
    kappa_class: EstimateModel
    kappa_case: EstimateModel
    mean_overlap: float | None
    mean_dice: float | None
    passing: float
    items: list[CaseAgreement]
    by_annotator: list[AnnotatorAgreement]


class CaseCheck(BaseModel):
    """Check 1 of a marking."""

    id: int
    case: str
    round: int
    at: str
    defects: list[DefectModel]


class CheckPage(BaseModel):
    """A page of checks."""

    items: list[CaseCheck]
    next: int | None
    total: int


class ProposedLesion(_Form):
    """A lesion that a model proposes in an image."""

    image: str = Field(min_length=1, max_length=300, description="Path in the archive, or SOP Instance UID.")
    category: int | None = Field(None, ge=1, le=99)
    score: float | None = Field(None, allow_inf_nan=False)
    shape: AnyShape
    lesion: str = Field("", max_length=40, pattern=r"^[A-Za-z0-9_-]*$", description="Same in several slices.")
    frame: int = Field(0, ge=0, le=100_000, description="Of a file with several frames, from 1; else 0.")


class ProposalsAsked(_Form):
    """What a model proposes."""

    source: str = Field(min_length=1, max_length=100, description="The model's name.")
    lesions: list[ProposedLesion] = Field(min_length=1, max_length=2000)


class Imported(BaseModel):
    """What came in as proposals."""

    lesions: int
    images: int
    cases: int
    notes: list[Told]


class TrainingCaseAsked(_Form):
    """An accepted case to be used for training."""

    case: str = Field(min_length=1, max_length=40)
    course: Course


class CourseAsked(_Form):
    """A course to begin."""

    project: int = Field(ge=1, le=2**31 - 1)
    course: Course


class CourseModel(BaseModel):
    """Where a person stands in a course."""

    project: int
    project_name: str
    dataset: Dataset
    course: Course
    cases: int
    passing: float
    state: Literal["none", "open", "passed", "failed"]
    score: float | None
    markings: list[int] = Field(description="Cases of it that are still open.")
    taken: str | None


class Courses(BaseModel):
    """The courses that a person can take."""

    courses: list[CourseModel]


class AttemptModel(BaseModel):
    """An attempt at a course."""

    person: int
    name: str
    course: Course
    begun: str
    ended: str | None
    share: float | None
    passed: bool | None
    detail: dict[str, Any]


class Attempts(BaseModel):
    """All attempts at the courses of a project."""

    items: list[AttemptModel]
