"""What is done about writing that was found: blanked, or shown to a person first."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from hilum.deid.acceptance import BURNED_IN
from hilum.deid.attributes import plain
from hilum.deid.blanking import blank
from hilum.deid.blanking_boxes import DOUBTFUL, KEPT, SURE, TextBox, share_of, upright
from hilum.deid.blanking_pictures import png_of
from hilum.deid.options import Options
from hilum.deid.refusal import Refusal
from hilum.deid.screen_templates import ScreenTemplate, lies_in, template_boxes
from hilum.dicom import DicomPixels

LARGEST_SHARE = 0.25
"""Of the picture: where writing would take more, a person looks first."""


@dataclass(frozen=True)
class Decision:
    """What to do about the writing in a picture.

    Attributes:
        boxes: what to blank, or to propose to a person.
        unsure: why a person must look first; empty where none needs to.

    Example:
        >>> Decision((), "").boxes
        ()
    """

    boxes: tuple[TextBox, ...]
    unsure: str


@dataclass(frozen=True)
class Proposal(Refusal):
    """A picture that a person must look at, with what would be blanked.

    Attributes:
        boxes: the proposed boxes, (x, y, width, height).
        before: the picture as PNG, the boxes framed in red.
        after: the picture as PNG with the boxes blanked.

    Example:
        >>> Proposal("burned-in text").boxes
        ()
    """

    boxes: tuple[tuple[int, int, int, int], ...] = ()
    before: bytes = b""
    after: bytes = b""


def says_burned_in(dataset: Dataset) -> bool:
    """Whether the header says that text is burned into the picture.

    Example:
        >>> says_burned_in(Dataset())
        False
    """
    return plain(dataset, "BurnedInAnnotation").upper() == "YES"


def decide(
    found: Sequence[TextBox], dataset: Dataset, shape: Sequence[int], templates: Sequence[ScreenTemplate]
) -> Decision:
    """Decide what to blank in an image and whether a person must look at it first.

    Markers and rulers stay, except outside the regions of an ultrasound screen (PS3.3 section C.8.5.5), where
    nothing is measured: all writing there is blanked. Templates of the screen add their boxes.

    Args:
        found: by the search, markers included.
        dataset: the header.
        shape: rows and columns.
        templates: of screens.

    Example:
        >>> decide([TextBox(2, 2, 4, 4)], Dataset(), (90, 90), ()).unsure
        ''
        >>> header = Dataset()
        >>> header.BurnedInAnnotation = "YES"
        >>> decide([], header, (90, 90), ()).unsure
        'its header says that text is burned into the picture, but none was found'
    """
    regions = ultrasound_regions(dataset, shape)
    judged = [replace(box, certainty=SURE) if regions and not lies_in(box, regions) else box for box in found]
    boxes = [box for box in judged if box.certainty != KEPT]
    boxes += template_boxes(dataset, shape, boxes, templates)
    unique = tuple(dict.fromkeys(boxes))
    return Decision(unique, _why_unsure(unique, dataset, shape))


def _why_unsure(boxes: Sequence[TextBox], dataset: Dataset, shape: Sequence[int]) -> str:
    if not boxes and says_burned_in(dataset):
        return "its header says that text is burned into the picture, but none was found"
    if any(box.certainty == DOUBTFUL for box in boxes):
        return "there may be writing in the picture, but the search is not sure"
    if share_of(boxes, shape) > LARGEST_SHARE:
        return f"writing seems to take more than {LARGEST_SHARE:.0%} of the picture"
    return ""


def without_writing(
    dataset: Dataset, pixels: DicomPixels, decision: Decision, options: Options
) -> DicomPixels | Proposal:
    """Blank what is decided, or ask a person.

    Args:
        dataset: with its pixel data; it is changed.
        pixels: decoded from it.
        decision: about the writing in it.
        options: without cleaned pixels, every picture with writing waits for a person.

    Returns:
        The pixels as they are now, or what to show to a person; then the data set must not be used.

    Example:
        >>> from hilum.deid.example import example_file
        >>> from hilum.dicom import decode
        >>> source = example_file()
        >>> without_writing(source, decode(source), Decision((), ""), Options()).frames
        1
    """
    if decision.boxes and not decision.unsure and not options.pixels:
        decision = replace(
            decision, unsure="by the protocol of this workspace a person looks at writing first"
        )
    if not decision.boxes and not decision.unsure:
        return pixels
    before = replace(pixels, dataset=copy(dataset))
    after = blank(dataset, pixels, decision.boxes)
    return propose(before, after, decision) if decision.unsure else after


def propose(pixels: DicomPixels, after: DicomPixels, decision: Decision) -> Proposal:
    """Make the pictures that a person looks at.

    Example:
        >>> import numpy as np
        >>> picture = DicomPixels(np.zeros((1, 8, 8), np.uint8), "MONOCHROME2", 8, Dataset())
        >>> propose(picture, picture, Decision((), "not sure")).before[1:4]
        b'PNG'
    """
    return Proposal(
        BURNED_IN,
        f"{decision.unsure}; look at it with `hilum quarantine show`",
        tuple((box.x, box.y, box.width, box.height) for box in decision.boxes),
        png_of(pixels, decision.boxes),
        png_of(after, ()),
    )


def ultrasound_regions(dataset: Dataset, shape: Sequence[int]) -> list[TextBox]:
    """The regions of an ultrasound screen that hold images or curves; empty where the header names none.

    Example:
        >>> ultrasound_regions(Dataset(), (10, 10))
        []
    """
    regions = []
    try:
        for item in dataset.get("SequenceOfUltrasoundRegions") or ():
            edges = [
                int(item[f"RegionLocation{edge}"].value) for edge in ("MinX0", "MinY0", "MaxX1", "MaxY1")
            ]
            region = upright(edges[0], edges[1], edges[2] + 1, edges[3] + 1, shape)
            regions += [region] if region.width > 0 and region.height > 0 else []
    except Exception:  # noqa: BLE001 - broken headers raise nearly anything: then there are no regions
        return []
    return regions
