"""Words and names of the guideline for AI data sets of lung cancer (sections 1.2 to 1.4, version 6, 2021)."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ROOT = "lung_cancer"
UNKNOWN_MOMENT = "0000-00-00 00-00-00"
"""What stands where the guideline demands a moment and none is known."""
BENIGN, MALIGNANT, NORMAL = "benign", "malignant", "normal"
CLASSES = (BENIGN, MALIGNANT, NORMAL)
CLASS_WORDS = {
    **{name: name for name in CLASSES},
    "양성": BENIGN,
    "악성": MALIGNANT,
    "정상": NORMAL,
}
"""What tables call the classes, in English and Korean."""


_OF_LUNGS = (
    (1, "악성", 1, "악성"),
    (1, "악성", 2, "전이성_병변"),
    (2, "양성", 3, "양성"),
    (2, "양성", 4, "섬유화반흔"),
    (2, "양성", 5, "폐경화"),
    (2, "양성", 6, "기흉"),
    (2, "양성", 7, "무기폐"),
    (2, "양성", 8, "흉막_삼출"),
    (2, "양성", 9, "폐섬유화"),
)
_OF_PET = (
    (1, "악성", 1, "악성_림프절"),
    (1, "악성", 2, "폐_병변_악성"),
    (2, "양성", 3, "양성_림프절"),
    (2, "양성", 4, "폐_병변_양성"),
)
"""What annotations may mark (section 1.3.2): group, its name, identifier, name."""


@dataclass(frozen=True)
class GuidelineDataset:
    """One of the three data sets of the guideline.

    Attributes:
        folder: of the data set, such as `chest-ct`.
        prefix: of its files, such as `cct`.
        described: classes whose images have a JSON file (section 1.4).
        marks: what annotations may mark: group, its name, identifier, name.
    """

    folder: str
    prefix: str
    described: tuple[str, ...]
    marks: tuple[tuple[int, str, int, str], ...]

    @property
    def modality(self) -> str:
        """What the JSON calls it: XRY, CCT or PCT (section 1.3.3)."""
        return self.prefix.upper()

    @property
    def categories(self) -> list[dict[str, int | str]]:
        """The categories as the JSON lists them (section 1.3.2)."""
        return [
            {
                "supercategory": self.modality,
                "grp_id": group,
                "grp_name": group_name,
                "id": number,
                "name": name,
            }
            for group, group_name, number, name in self.marks
        ]


XRAY = GuidelineDataset("x-ray", "xry", (BENIGN, MALIGNANT), _OF_LUNGS)
CHEST_CT = GuidelineDataset("chest-ct", "cct", (BENIGN, MALIGNANT), _OF_LUNGS)
PET_CT = GuidelineDataset("pet-ct", "pct", (MALIGNANT,), _OF_PET)
DATASETS = (XRAY, CHEST_CT, PET_CT)

NAME = re.compile(
    r"(?P<prefix>xry|cct|pct)_(?P<patient>[0-9A-Za-z]{1,16})_(?P<series>\d{1,7})_(?P<image>\d{1,7})"
)
"""The name of an image's file without its ending: data set, patient, series, place in the series."""


def dataset_names(images: "pd.DataFrame") -> "pd.Series[str]":
    """Which data set of the guideline each image belongs to; empty where to none.

    Radiographs (CR, DX) are `x-ray`; PET, and CT of a study that has PET, are `pet-ct`; other CT is
    `chest-ct`.

    Args:
        images: of `Archive.images()`.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"modality": ["DX", "CT", "CT", "PT", "US"], "study": list("abccd")})
        >>> dataset_names(frame).tolist()
        ['x-ray', 'chest-ct', 'pet-ct', 'pet-ct', '']
    """
    import pandas as pd

    with_pet = set(images.loc[images["modality"] == "PT", "study"])
    names = []
    for modality, study in zip(images["modality"], images["study"], strict=True):
        if modality in ("CR", "DX"):
            names.append(XRAY.folder)
        elif modality in ("CT", "PT"):
            names.append(PET_CT.folder if study in with_pet else CHEST_CT.folder)
        else:
            names.append("")
    return pd.Series(names, index=images.index, dtype=object)


def short_identifiers(patients: Iterable[str]) -> Mapping[str, str]:
    """Seven letters and digits for each research identifier (section 1.3.3 allows no more).

    They are the first of the research identifier after its `P`, or drawn from its hash where two patients
    would share them; the same patients always get the same.

    Args:
        patients: research identifiers of all patients of the archive, so that no two exports differ.

    Example:
        >>> short_identifiers(["P0KDNRJF9FN7MAQB", "P0KDNRJFXXXXXXXX"])["P0KDNRJF9FN7MAQB"]
        '0KDNRJF'
    """
    short: dict[str, str] = {}
    taken: set[str] = set()
    for patient in sorted(set(patients)):
        name, turn = re.sub(r"[^0-9A-Za-z]", "", patient)[1:8], 0
        while len(name) < 7 or name in taken:
            name = hashlib.sha256(f"{patient} {turn}".encode()).hexdigest()[:7].upper()
            turn += 1
        taken.add(name)
        short[patient] = name
    return short


def moment(iso: str) -> str:
    """A moment as the guideline writes it; zeros for what is not known.

    Example:
        >>> moment("2021-05-03T10:20:30.5"), moment("2021-05-03"), moment("")
        ('2021-05-03 10-20-30', '2021-05-03 00-00-00', '0000-00-00 00-00-00')
    """
    found = re.match(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d):?(\d\d):?(\d\d))?", iso)
    if found is None:
        return UNKNOWN_MOMENT
    return f"{found[1]} {found[2] or '00'}-{found[3] or '00'}-{found[4] or '00'}"
