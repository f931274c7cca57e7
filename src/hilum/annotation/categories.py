"""What may be marked in each data set of the guideline (section 1.3.2), and what may be said of a lesion."""

from collections.abc import Mapping
from dataclasses import dataclass

from hilum.archive.guideline import BENIGN, DATASETS, MALIGNANT, NORMAL, GuidelineDataset
from hilum.errors import HilumError

_ENGLISH = {
    "악성": "malignant lesion",
    "전이성_병변": "metastatic lesion",
    "양성": "benign lesion",
    "섬유화반흔": "fibrotic scar",
    "폐경화": "consolidation",
    "기흉": "pneumothorax",
    "무기폐": "atelectasis",
    "흉막_삼출": "pleural effusion",
    "폐섬유화": "pulmonary fibrosis",
    "악성_림프절": "malignant lymph node",
    "폐_병변_악성": "malignant lung lesion",
    "양성_림프절": "benign lymph node",
    "폐_병변_양성": "benign lung lesion",
}
OTHER_SPELLINGS: Mapping[str, str] = {
    "섬유유화반흔": "섬유화반흔",
    "흉막삼출": "흉막_삼출",
    "악성 림프절성": "악성_림프절",
    "양성 림프절성": "양성_림프절",
    "전이성 병변": "전이성_병변",
    "폐 병변 악성": "폐_병변_악성",
    "폐 병변 양성": "폐_병변_양성",
}
"""The guideline spells names in two ways (1.3.2.1 against 1.3.2.2 to 1.3.2.4): the right one is written."""

# Colours that people who do not see red or green tell apart as well (Okabe & Ito), then shades of them.
_COLOURS = (
    *("#d55e00", "#e69f00", "#0072b2", "#56b4e9", "#009e73"),
    *("#cc79a7", "#f0e442", "#999999", "#7570b3"),
)


@dataclass(frozen=True)
class Category:
    """One thing that may be marked.

    Attributes:
        id: its number in the data set.
        name: as the guideline writes it.
        group: 1 malignant, 2 benign.
        group_name: as the guideline writes it.
        english: what it means.
        colour: in which it is drawn.
        key: the key that chooses it.
    """

    id: int
    name: str
    group: int
    group_name: str
    english: str
    colour: str
    key: str

    @property
    def label(self) -> str:
        """The class of images that it speaks for: malignant or benign."""
        return MALIGNANT if self.group == 1 else BENIGN


@dataclass(frozen=True)
class Attribute:
    """Something to say of a lesion, with what may be said."""

    name: str
    choices: tuple[str, ...]


_CERTAINTY = Attribute("certainty", ("certain", "probable", "possible"))
_MARGIN = Attribute("margin", ("smooth", "lobulated", "spiculated", "ill-defined"))
_DENSITY = Attribute("density", ("solid", "part-solid", "ground-glass", "calcified"))
_UPTAKE = Attribute("uptake", ("below mediastinum", "between mediastinum and liver", "above liver"))
ATTRIBUTES: Mapping[str, tuple[Attribute, ...]] = {
    "XRY": (_CERTAINTY, _MARGIN),
    "CCT": (_CERTAINTY, _MARGIN, _DENSITY),
    "PCT": (_CERTAINTY, _UPTAKE),
}
"""What may be said of a lesion beside its category, by data set."""


def dataset_of(code: str) -> GuidelineDataset:
    """The data set that the JSON calls XRY, CCT or PCT (section 1.3.3).

    Raises:
        HilumError: there is none of that name.

    Example:
        >>> dataset_of("CCT").folder
        'chest-ct'
    """
    for dataset in DATASETS:
        if dataset.modality == code:
            return dataset
    raise HilumError("the data sets of the guideline are XRY (X-ray), CCT (chest CT) and PCT (PET-CT)")


def categories_of(code: str) -> tuple[Category, ...]:
    """What may be marked in a data set.

    Example:
        >>> [(one.id, one.english) for one in categories_of("PCT")][:2]
        [(1, 'malignant lymph node'), (2, 'malignant lung lesion')]
    """
    return tuple(
        Category(number, name, group, group_name, _ENGLISH[name], _COLOURS[place], str(number))
        for place, (group, group_name, number, name) in enumerate(dataset_of(code).marks)
    )


def category_of(code: str, number: int) -> Category:
    """One category by its number.

    Raises:
        HilumError: the data set has none of that number.

    Example:
        >>> category_of("XRY", 6).english
        'pneumothorax'
    """
    for one in categories_of(code):
        if one.id == number:
            return one
    most = len(categories_of(code))
    raise HilumError(f"{code} has the categories 1 to {most} (section 1.3.2 of the guideline), not {number}")


def right_spelling(name: str) -> str:
    """A category's name as it is written here; other spellings of the guideline are understood.

    Example:
        >>> right_spelling("흉막삼출") == categories_of("XRY")[7].name
        True
    """
    return OTHER_SPELLINGS.get(name, name)


def allowed_in(code: str, label: str) -> tuple[Category, ...]:
    """What may be marked in images of a class: nothing in normal ones, nothing malignant in benign ones.

    Images of a malignant case may show benign findings as well.

    Example:
        >>> len(allowed_in("CCT", "benign")), len(allowed_in("CCT", "normal"))
        (7, 0)
    """
    if label == NORMAL:
        return ()
    every = categories_of(code)
    return tuple(one for one in every if one.label == BENIGN) if label == BENIGN else every
