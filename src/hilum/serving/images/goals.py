"""How many patients and images the guideline wants of each data set and class (section 1.5.1)."""

from dataclasses import dataclass

from hilum.archive.guideline import BENIGN, MALIGNANT, NORMAL


@dataclass(frozen=True)
class Goal:
    """One line of the guideline's table of goals.

    Attributes:
        dataset: x-ray, chest-ct or pet-ct.
        class_name: benign, malignant or normal.
        patients: how many patients.
        images: how many images.
    """

    dataset: str
    class_name: str
    patients: int
    images: int


GOALS: tuple[Goal, ...] = (
    Goal("x-ray", BENIGN, 500, 500),
    Goal("x-ray", MALIGNANT, 3_000, 3_000),
    Goal("x-ray", NORMAL, 10_000, 10_000),
    Goal("chest-ct", BENIGN, 1_000, 150_000),
    Goal("chest-ct", MALIGNANT, 2_500, 375_000),
    Goal("chest-ct", NORMAL, 1_000, 150_000),
    Goal("pet-ct", BENIGN, 500, 125_000),
    Goal("pet-ct", MALIGNANT, 3_000, 750_000),
    Goal("pet-ct", NORMAL, 1_000, 250_000),
)
"""All of them, in the guideline's order."""
