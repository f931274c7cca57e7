"""What a way of explaining states about itself, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from hilum.explanation.views import View
from hilum.explanation.what import Explained


@dataclass(frozen=True)
class Method:
    """One way to ask a network where in an image its evidence lies.

    Attributes:
        name: as in a study file.
        title: as printed.
        sentence: what its maps show, for a clinician.
        reference: the paper, with its DOI where it has one.
        needs: which networks it fits, in words.
        fits: whether it fits a network.
        evidence: for images in 0..1 (n, 1 or slices, rows, columns) the evidence for what is explained:
            (n, rows, columns), of any size, signed where the method knows evidence against.
        fine: whether it speaks of single pixels; its maps are then smoothed before they are shown.
        of_the_answer: whether the map depends on what is explained.
    """

    name: str
    title: str
    sentence: str
    reference: str
    needs: str
    fits: Callable[[View], bool]
    evidence: Callable[[View, Tensor, Explained], Tensor]
    fine: bool = False
    of_the_answer: bool = True


def has_places(view: View) -> bool:
    """Whether a network keeps a feature map with places."""
    return view.mapped
