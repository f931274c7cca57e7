"""What the routes of annotation take and answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hilum.annotation.shapes import MOST_POINTS, MOST_RINGS, MOST_RUNS
from hilum.serving.language import Told

Dataset = Literal["XRY", "CCT", "PCT"]
Course = Literal["basic", "advanced"]
Stage = Literal["first", "second", "opinion", "adjudication", "accepted", "training", "taken_out"]
State = Literal["open", "submitted", "withdrawn"]
Reason = Annotated[str, Field(min_length=3, max_length=1000, pattern=r"\S", description="Why; it is kept.")]
Label = Literal["", "benign", "malignant", "normal"]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Coordinate = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Point = tuple[Coordinate, Coordinate]
ImageNumber = Annotated[int, Field(ge=0, le=100_000)]
Comment = Annotated[str, Field(max_length=4000)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineShape(_Form):
    """An open path; (0, 0) is the upper left corner of the first pixel, its centre (0.5, 0.5)."""

    kind: Literal["line"]
    points: list[Point] = Field(min_length=2, max_length=MOST_POINTS)


class PolygonShape(_Form):
    """Closed rings; inside is what lies in an odd number of them, so holes are rings as well."""

    kind: Literal["polygon", "freehand"]
    rings: list[Annotated[list[Point], Field(min_length=3, max_length=MOST_POINTS)]] = Field(
        min_length=1, max_length=MOST_RINGS
    )


class BoxShape(_Form):
    """A rectangle by its edges."""

    kind: Literal["box"]
    x1: Coordinate
    y1: Coordinate
    x2: Coordinate
    y2: Coordinate


class MaskShape(_Form):
    """Painted pixels: run lengths row by row in a window, beginning with pixels that are outside."""

    kind: Literal["mask"]
    x: int = Field(ge=0, le=100_000)
    y: int = Field(ge=0, le=100_000)
    width: int = Field(ge=1, le=100_000)
    height: int = Field(ge=1, le=100_000)
    runs: list[Annotated[int, Field(ge=0, le=10**9)]] = Field(max_length=MOST_RUNS)


AnyShape = Annotated[LineShape | PolygonShape | BoxShape | MaskShape, Field(discriminator="kind")]


class ProposalModel(BaseModel):
    """Where a lesion came from that no person drew first."""

    source: str
    score: float | None = None
    state: Literal["proposed", "accepted", "declined"] = "proposed"


class LesionModel(BaseModel):
    """A lesion, with its shape in each image by the image's number."""

    lesion: str
    number: int
    category: int | None
    shapes: dict[str, AnyShape]
    attributes: dict[str, str]
    comment: str
    deleted: bool
    proposal: ProposalModel | None


EventKind = Literal[
    "lesion_created",
    "shape_drawn",
    "shape_moved",
    "shape_merged",
    "shape_subtracted",
    "shape_interpolated",
    "shape_copied",
    "shape_deleted",
    "lesions_merged",
    "lesion_deleted",
    "lesion_restored",
    "category_set",
    "attributes_set",
    "comment_set",
    "label_set",
    "proposal_accepted",
    "proposal_declined",
    "undone",
    "redone",
]


class EventModel(_Form):
    """Something that was done to a marking; what does not belong to its kind is left out."""

    event: Identifier = Field(description="Given by the page, so that the same event sent twice is known.")
    made: str = Field("", max_length=40, description="When, by the clock of the page.")
    kind: EventKind
    lesion: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,64}$")] | None = None
    image: ImageNumber | None = None
    shape: AnyShape | None = Field(None, description="What the image shows of the lesion afterwards.")
    stroke: AnyShape | None = Field(None, description="What was added or taken away.")
    other: Identifier | None = None
    target: Identifier | None = None
    category: int | None = Field(None, ge=1, le=99)
    attributes: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=80)]] | None = (
        Field(None, max_length=20)
    )
    comment: Comment | None = None
    label: Label | None = None


class StoredEvent(EventModel):
    """An event with its place in the record."""

    model_config = ConfigDict(extra="ignore")
    revision: int
    client: str = ""
    received: str = ""
    proposal: ProposalModel | None = Field(
        None, description="Where the lesion came from that the event made, if no person drew it first."
    )


class EventBatch(_Form):
    """Events in the order in which they were done."""

    client: Identifier = Field(description="The page (tab) that sends.")
    revision: int = Field(ge=0, le=10**9, description="The last revision that the page knows.")
    events: list[EventModel] = Field(min_length=1, max_length=200)


class EventsStored(BaseModel):
    """What became of events."""

    revision: int
    stored: int
    known: int = Field(description="How many were there already.")
    missed: list[StoredEvent] = Field(description="Events of other pages since the revision of the sender.")
    conflicts: list[str] = Field(description="Events that changed what a missed one changed too.")


class CategoryModel(BaseModel):
    """Something that may be marked (section 1.3.2 of the guideline)."""

    id: int
    name: str
    group: int
    group_name: str
    label: str = Field(description="malignant or benign")
    english: str
    colour: str
    key: str


class AttributeModel(BaseModel):
    """Something to say of a lesion."""

    name: str
    choices: list[str]


class CaseImageModel(BaseModel):
    """An image of a case."""

    image: int = Field(description="Its number in the case, which events use.")
    number: int = Field(description="Its number in the series.")
    rows: int
    columns: int
    frame: int = Field(
        description="Its number in a file with several frames, from 1; 0 where the file is it."
    )
    position: list[float] | None = Field(description="ImagePositionPatient in millimetres.")
    url: str = Field(description="The DICOM file; of a frame, an image of its own.")


class SeriesModel(BaseModel):
    """A series of a case, in the order of its volume."""

    series: int
    modality: str
    description: str
    rows: int
    columns: int
    images: list[CaseImageModel]


class EarlierPass(BaseModel):
    """What an earlier pass drew."""

    stage: str
    lesions: list[LesionModel]


class OpinionModel(BaseModel):
    """An opinion without its author's name."""

    name: str
    label: str
    comment: str
    lesions: list[LesionModel]


class FindingModel(BaseModel):
    """A finding of one person, of the other, or of both."""

    first: str | None
    second: str | None
    first_category: int | None
    second_category: int | None
    overlap: float
    dice: float
    same_class: bool
    agree: bool


class DifferenceModel(BaseModel):
    """Two opinions, finding by finding."""

    opinions: tuple[str, str]
    share: float
    findings: list[FindingModel]


class MarkingModel(BaseModel):
    """A case as one person marks it."""

    marking: int
    project: int
    project_name: str
    dataset: Dataset
    case: str
    stage: Stage
    round: int
    state: State
    can_reopen: bool = Field(description="Whoever asks may open it again, with a reason.")
    revision: int
    sentence: Told
    tools: list[str]
    categories: list[CategoryModel]
    attributes: list[AttributeModel]
    series: list[SeriesModel]
    lesions: list[LesionModel]
    label: Label
    comment: str
    earlier: list[EarlierPass]
    opinions: list[OpinionModel]
    differences: list[DifferenceModel]
    undone: list[str]
    can_undo: str | None
    can_redo: str | None


class WorkRow(BaseModel):
    """A case that waits for a person, or that the person handed in."""

    marking: int
    project: int
    project_name: str
    dataset: Dataset
    case: str
    stage: Stage
    round: int
    state: State
    images: int
    revision: int
    course: str = Field(description="basic or advanced for training, else empty")
    back: bool = Field(description="It came back, because it agreed too little.")
    sentence: Told
    submitted: str | None


class WorkPage(BaseModel):
    """A page of a person's work."""

    items: list[WorkRow]
    next: int | None
    total: int
    left_today: int


class DefectModel(BaseModel):
    """Something wrong, by name."""

    code: str
    place: Told
    sentence: Told
    image: int | None = None
    lesion: str = ""


class DefectList(BaseModel):
    """What check 1 found."""

    defects: list[DefectModel]


class CombineAsked(_Form):
    """Two shapes of one image to add or to subtract."""

    operation: Literal["merge", "subtract"]
    image: ImageNumber
    first: AnyShape
    second: AnyShape


class ShapeAnswer(BaseModel):
    """A shape; null where nothing is left."""

    shape: AnyShape | None


class InterpolateAsked(BaseModel):
    """A lesion that is drawn in two slices of a series, to be filled in between."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    lesion: Identifier
    start: ImageNumber = Field(alias="from")
    end: ImageNumber = Field(alias="to")


class ShapesAnswer(BaseModel):
    """Shapes by the image's number."""

    shapes: dict[str, AnyShape]


class SubmitAsked(_Form):
    """To hand in a marking."""

    revision: int = Field(ge=0, le=10**9)
    seconds: float | None = Field(None, ge=0, le=10**6, allow_inf_nan=False)


class ReopenAsked(_Form):
    """To open a marking again."""

    reason: Reason


class Reopened(BaseModel):
    """What came of it."""

    state: State
    stage_of_case: str
    sentence: Told


class TrainingScoreModel(BaseModel):
    """How a course was done."""

    course: Course
    share: float
    passed: bool
    right: int
    findings: int
    passing: float


class Submitted(BaseModel):
    """What came of handing in; with defects, nothing was handed in."""

    state: Literal["open", "submitted"]
    stage_of_case: str
    sentence: Told
    defects: list[DefectModel]
    next: int | None = Field(description="The next open marking of the person.")
    training: TrainingScoreModel | None = None


class HistoryPage(BaseModel):
    """A page of the record of a marking."""

    items: list[StoredEvent]
    next: int | None
    total: int
