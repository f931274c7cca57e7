"""A case with its images and the lesions marked in it: what is written out and read in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hilum.annotation.guideline_json import ImageFacts
from hilum.annotation.lesion import Lesion
from hilum.annotation.shapes import Line, Shape
from hilum.archive.guideline import BENIGN, MALIGNANT, NORMAL


@dataclass(frozen=True)
class CaseImage:
    """An image of a case.

    Attributes:
        key: its number in the case.
        file: the DICOM file.
        instance: its SOP Instance UID.
        series: its Series Instance UID.
        facts: what the guideline says of it.
        frame: number of the frame in the file, from 1; 0 where the file is the image.
    """

    key: int
    file: Path
    instance: str
    series: str
    facts: ImageFacts
    frame: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.facts.height, self.facts.width


@dataclass(frozen=True)
class MarkedCase:
    """A case.

    Attributes:
        name: of the case; no identifier of the hospital.
        code: of the data set: XRY, CCT or PCT.
        label: benign, malignant or normal.
        images: in the order of the volume.
        lesions: those that count.
    """

    name: str
    code: str
    label: str
    images: tuple[CaseImage, ...]
    lesions: tuple[Lesion, ...]

    def in_image(self, image: CaseImage) -> list[tuple[Lesion, Shape]]:
        """The lesions drawn in an image, each with its shape there; lines are left out, they have no area."""
        found = ((lesion, lesion.shapes.get(image.key)) for lesion in self.lesions)
        return [
            (lesion, shape) for lesion, shape in found if shape is not None and not isinstance(shape, Line)
        ]

    def files(self) -> list[tuple[CaseImage, ...]]:
        """The images by the file that holds them: several where a file has several frames."""
        found: dict[str, list[CaseImage]] = {}
        for image in self.images:
            found.setdefault(image.facts.name, []).append(image)
        return [tuple(images) for images in found.values()]

    def volumes(self) -> list[tuple[str, tuple[CaseImage, ...]]]:
        """The images by series, with its name; a file with several frames stands for itself."""
        found: dict[str, list[CaseImage]] = {}
        names: dict[str, str] = {}
        for image in self.images:
            key = image.instance if image.frame else image.series
            found.setdefault(key, []).append(image)
            names.setdefault(key, image.facts.name if image.frame else image.facts.name.rsplit("_", 1)[0])
        return [(names[key], tuple(images)) for key, images in found.items()]

    def marked(self) -> Iterator[tuple[CaseImage, Lesion, Shape]]:
        """Every shape that has an area, with its image and lesion."""
        for image in self.images:
            for lesion, shape in self.in_image(image):
                yield image, lesion, shape


def label_of(code: str, lesions: tuple[Lesion, ...]) -> str:
    """The class that lesions speak for: malignant before benign, normal without any.

    Example:
        >>> label_of("CCT", (Lesion("a", 1, 6), Lesion("b", 2, 2))), label_of("CCT", ())
        ('malignant', 'normal')
    """
    from hilum.annotation.categories import category_of

    labels = {category_of(code, one.category).label for one in lesions if one.category is not None}
    return MALIGNANT if MALIGNANT in labels else BENIGN if labels else NORMAL
