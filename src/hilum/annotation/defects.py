"""What a check found wrong, by name."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong.

    Attributes:
        code: name of the kind of defect, one of the closed list in the reference.
        place: the file, or the lesion and image.
        sentence: what is wrong and what to do.
        image: number of the image in the case, where it concerns one.
        lesion: the lesion, where it concerns one.

    Example:
        >>> Defect("empty_mask", "a.dcm", "no pixel is marked").to_dict()["code"]
        'empty_mask'
    """

    code: str
    place: str
    sentence: str
    image: int | None = None
    lesion: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)
