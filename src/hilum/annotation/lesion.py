"""A lesion as one person marked it: shapes by image, a category, what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from hilum.annotation.rasterising import Pixels, rasterise
from hilum.annotation.shapes import Line, Shape, shape_from_dict, shape_to_dict

ProposalState = Literal["proposed", "accepted", "declined"]


@dataclass(frozen=True)
class Proposal:
    """Where a lesion came from that no person drew first.

    Attributes:
        source: the model, or the file that was read in.
        score: what the model gave it; None where there is none.
        state: proposed until a person accepts or declines it.
    """

    source: str
    score: float | None = None
    state: ProposalState = "proposed"


@dataclass(frozen=True)
class Lesion:
    """A lesion.

    Attributes:
        id: given by whoever made it.
        number: its place in the case, from 1; it stays when others are deleted.
        category: number of the guideline's category; None where it has none yet.
        shapes: by image: the number of the image in the case.
        attributes: what was said of it, by name.
        comment: free words.
        deleted: it can be restored.
        proposal: where it came from, if no person drew it first.

    Example:
        >>> Lesion("a", 1).counts
        False
    """

    id: str
    number: int
    category: int | None = None
    shapes: Mapping[int, Shape] = field(default_factory=lambda: MappingProxyType({}))
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    comment: str = ""
    deleted: bool = False
    proposal: Proposal | None = None

    @property
    def counts(self) -> bool:
        """Whether it is part of the result: not deleted, drawn somewhere, and no proposal in waiting."""
        waits = self.proposal is not None and self.proposal.state != "accepted"
        return not self.deleted and not waits and bool(self.shapes)


@dataclass(frozen=True)
class Marking:
    """All that one person marked in one case.

    Attributes:
        lesions: also deleted ones and proposals.
        label: class of the case that the person gave: benign, malignant, normal, or empty.
        comment: on the whole case.
    """

    lesions: tuple[Lesion, ...] = ()
    label: str = ""
    comment: str = ""

    @property
    def counted(self) -> tuple[Lesion, ...]:
        """The lesions that are part of the result."""
        return tuple(one for one in self.lesions if one.counts)


def pixels_of(lesion: Lesion, image: int, rows: int, columns: int) -> Pixels:
    """The pixels of a lesion in one image; lines have no area, so they give none.

    Example:
        >>> from hilum.annotation.shapes import Box
        >>> int(pixels_of(Lesion("a", 1, shapes={0: Box(0, 0, 2, 2)}), 0, 4, 4).sum())
        4
    """
    shape = lesion.shapes.get(image)
    if shape is None or isinstance(shape, Line):
        return np.zeros((rows, columns), dtype=np.bool_)
    return rasterise(shape, rows, columns)


def lesion_to_dict(lesion: Lesion) -> dict[str, Any]:
    """The lesion as JSON."""
    proposal = lesion.proposal
    told = proposal and {"source": proposal.source, "score": proposal.score, "state": proposal.state}
    return {
        "lesion": lesion.id,
        "number": lesion.number,
        "category": lesion.category,
        "shapes": {str(image): shape_to_dict(shape) for image, shape in sorted(lesion.shapes.items())},
        "attributes": dict(lesion.attributes),
        "comment": lesion.comment,
        "deleted": lesion.deleted,
        "proposal": told,
    }


def lesion_from_dict(told: Mapping[str, Any]) -> Lesion:
    """The lesion of `lesion_to_dict`.

    Raises:
        ShapeError: a shape is none.

    Example:
        >>> lesion_from_dict(lesion_to_dict(Lesion("a", 2, 1))) == Lesion("a", 2, 1)
        True
    """
    proposal = told.get("proposal")
    return Lesion(
        str(told["lesion"]),
        int(told["number"]),
        told.get("category"),
        {int(image): shape_from_dict(shape) for image, shape in told.get("shapes", {}).items()},
        dict(told.get("attributes", {})),
        str(told.get("comment", "")),
        bool(told.get("deleted", False)),
        Proposal(**proposal) if proposal else None,
    )
