"""Which images and which rows take part, and how they are put into parts."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from hilum.errors import FilterError
from hilum.study.filters import parse_filter
from hilum.study.tasks import Name, Options
from hilum.study.words import hint

INTERNAL_PARTS = ("train", "validation", "test")
CHOOSE_HELP = 'write "first after <column>", "last before <column>", "all" or "together"'
TOGETHER = "together"
_REPEATED_REPETITION = re.compile(r"\([^()]*(?<!\\)[+*][^()]*\)[+*{]")
_CHOOSE = re.compile(r"(?:first after|last before) \S.*|all|together")

Criterion = Annotated[str, Field(min_length=1, max_length=2000)]
Fraction = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class CohortOptions(Options):
    """The table `[cohort]`: images, the table with one row a case, and who is included.

    Args:
        images: "archive", or a folder beside the study file; None for a study without images.
        table: CSV, Excel or Parquet file, one row a case.
        patient: The table's column that names the patient.
        case: "accession", or the column that names the case; None for one case a patient (in a folder, an
            image).
        image: The table's column with the image's path under `images`.
        patient_pattern: A regular expression on the file name; its first group, else all of the match, is the
            patient.
        include: Criteria that all must hold, such as "age >= 18".
        identifiers: Whether the table names patients by "real" or "research" identifiers; None to find out.
        choose: Which image counts where a patient has several; "together" for all of a case's images at once.
        volumes: Whether each DICOM series is one image, read as a volume; in a folder, each sub-folder with
            DICOM files.

    Example:
        >>> CohortOptions(images="films").include
        ()
    """

    images: Name | None = None
    table: Name | None = None
    patient: Name | None = None
    case: Name | None = None
    image: Name | None = None
    patient_pattern: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    include: Annotated[tuple[Criterion, ...], Field(strict=False, max_length=200)] = ()
    identifiers: Literal["real", "research"] | None = None
    choose: Name | None = None
    volumes: bool = False

    @field_validator("patient_pattern")
    @classmethod
    def _is_a_pattern(cls, value: str | None) -> str | None:
        if value is not None:
            if _REPEATED_REPETITION.search(value):
                raise ValueError(
                    "repeats something that repeats itself, such as (a+)+, which can take for ever"
                )
            try:
                re.compile(value)
            except re.error as problem:
                raise ValueError(f"is not a regular expression ({problem}): correct it") from None
        return value

    @field_validator("choose")
    @classmethod
    def _is_a_choice(cls, value: str | None) -> str | None:
        if value is not None and not _CHOOSE.fullmatch(value):
            raise ValueError(f'is "{value}", which is not a way to choose an image: {CHOOSE_HELP}')
        return value

    @field_validator("include")
    @classmethod
    def _are_criteria(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            _understood(text)
        return value

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.images is None and self.table is None:
            raise ValueError(
                'names neither `images` nor `table`: write images = "archive", a folder, or a table'
            )
        if self.table is None and (needless := [k for k in ("patient", "case", "image") if getattr(self, k)]):
            raise ValueError(
                f"names the column `{needless[0]}` but no table: add table = with the file's name"
            )
        by_accession = self.case is not None and self.images == "archive"
        if self.table is not None and self.patient is None and self.image is None and not by_accession:
            raise ValueError("names a table but not its column with the patient: add patient = with its name")
        if self.image is not None and self.images in (None, "archive"):
            raise ValueError(
                "has `image`, a column with paths, but `images` is not a folder: name the folder"
            )
        if self.patient_pattern is not None and self.images in (None, "archive"):
            raise ValueError("has `patient_pattern`, which reads file names, but `images` is not a folder")
        if self.volumes and self.images is None:
            raise ValueError("has `volumes`, but no `images` that could be volumes")
        return self

    @model_validator(mode="after")
    def _says_which_images_are_together(self) -> Self:
        if not self.together:
            return self
        if self.images is None:
            raise ValueError('has choose = "together", but no `images` that could be read together')
        if self.images != "archive" and self.case is not None and self.image is None:
            raise ValueError(
                'has choose = "together" and `case`, but no column that says which images belong to a case: '
                "add image = with the column of the images' paths"
            )
        return self

    @property
    def together(self) -> bool:
        """Whether all images of a case are read at once.

        Example:
            >>> CohortOptions(images="films", choose="together").together
            True
        """
        return self.choose == TOGETHER


def _eight_to_one_to_one() -> dict[str, float]:
    return {"train": 0.8, "validation": 0.1, "test": 0.1}


class SplitOptions(Options):
    """The table `[split]`: parts by patient, and external cohorts by a criterion.

    Args:
        by: Always "patient": all cases of a patient are in one part.
        parts: Fractions of the patients, adding up to 1.
        external: Cohorts that are only tested, each with its criterion; their patients leave the parts above.
        seed: Same seed, same parts.
        parts_column: The table's column that says train, validation or test itself.

    Example:
        >>> SplitOptions(external={"cohort A": "site == 'A'"}).parts
        {'train': 0.8, 'validation': 0.1, 'test': 0.1}
    """

    by: Literal["patient"] = "patient"
    parts: dict[str, Fraction] = Field(default_factory=_eight_to_one_to_one)
    external: Annotated[dict[Name, Criterion], Field(max_length=50)] = Field(default_factory=dict)
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    parts_column: Name | None = None
    folds: Annotated[int, Field(ge=2)] | None = None

    @field_validator("folds")
    @classmethod
    def _is_not_available(cls, value: int | None) -> int | None:
        if value is not None:
            raise ValueError(
                "is not available yet: use parts = { train = 0.8, validation = 0.1, test = 0.1 }"
            )
        return value

    @field_validator("parts")
    @classmethod
    def _add_up(cls, value: dict[str, float]) -> dict[str, float]:
        for key in value:
            if key not in INTERNAL_PARTS:
                raise ValueError(
                    f"unknown key `{key}` in [split.parts]: {hint(key, INTERNAL_PARTS, 'keys there')}"
                )
        total = sum(value.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"add up to {total:g}: the fractions must add up to 1")
        return {name: value[name] for name in INTERNAL_PARTS if name in value}

    @field_validator("external")
    @classmethod
    def _are_other_cohorts(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if name.casefold() in (*INTERNAL_PARTS, "all"):
                raise ValueError(
                    f"names a cohort `{name}`, which is the name of a part: give it another name"
                )
            _understood(text)
        return value

    @model_validator(mode="after")
    def _says_it_once(self) -> Self:
        if self.parts_column is not None and "parts" in self.model_fields_set:
            raise ValueError("has both `parts` and `parts_column`: keep one of them")
        return self


def _understood(text: str) -> None:
    """Raise what pydantic understands where a criterion cannot be read."""
    try:
        parse_filter(text)
    except FilterError as problem:
        raise ValueError(f"has a criterion that cannot be read: {problem}") from None
