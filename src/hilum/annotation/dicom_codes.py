"""Codes and words by which DICOM objects say what a lesion is, and by which it is read back."""

import re
from typing import Any

from hilum.annotation.categories import category_of
from hilum.annotation.lesion import Lesion

_WORDS = re.compile(
    r"(?P<code>XRY|CCT|PCT) lesion (?P<number>\d{1,6}), category (?P<category>\d{1,2})(, (?P<kind>\w+))?"
)
# SNOMED CT: what DICOM's context groups for lesions use (PS3.16 CID 6101, 7151).
_TYPES = {
    "malignant lesion": ("86049000", "Malignant Neoplasm, Primary"),
    "malignant lung lesion": ("86049000", "Malignant Neoplasm, Primary"),
    "metastatic lesion": ("14799000", "Metastatic Neoplasm"),
    "benign lesion": ("3898006", "Benign Neoplasm"),
    "benign lung lesion": ("3898006", "Benign Neoplasm"),
    "fibrotic scar": ("12402003", "Scar"),
    "consolidation": ("95436008", "Lung consolidation"),
    "pneumothorax": ("36118008", "Pneumothorax"),
    "atelectasis": ("46621007", "Atelectasis"),
    "pleural effusion": ("60046008", "Pleural effusion"),
    "pulmonary fibrosis": ("51615001", "Fibrosis of lung"),
    "malignant lymph node": ("94392001", "Metastatic malignant neoplasm to lymph node"),
    "benign lymph node": ("30746006", "Lymphadenopathy"),
}


def words_of(code: str, lesion: Lesion, kind: str = "") -> str:
    """A lesion in words that `read_words` understands.

    Example:
        >>> words_of("CCT", Lesion("a", 3, 1), "box")
        'CCT lesion 3, category 1, box'
    """
    told = f"{code} lesion {lesion.number}, category {lesion.category}"
    return f"{told}, {kind}" if kind else told


def read_words(words: str) -> tuple[str, int, int, str] | None:
    """Data set, number, category and tool of a lesion; None where others wrote the words.

    Example:
        >>> read_words("CCT lesion 3, category 1, box"), read_words("nodule")
        (('CCT', 3, 1, 'box'), None)
    """
    found = _WORDS.fullmatch(words.strip())
    if found is None:
        return None
    return found["code"], int(found["number"]), int(found["category"]), found["kind"] or ""


def frame_named(reference: Any) -> int:
    """The frame that a reference to an image names, from 1; 0 where it names none, or several.

    Example:
        >>> from pydicom import Dataset
        >>> reference = Dataset()
        >>> reference.ReferencedFrameNumber = 5
        >>> frame_named(reference), frame_named(Dataset())
        (5, 0)
    """
    from hilum.dicom.attributes import numbers

    values = numbers(reference, "ReferencedFrameNumber")
    return int(values[0]) if len(values) == 1 and values[0] >= 1 else 0


def type_of(code: str, category: int) -> Any:
    """The SNOMED CT concept of a category, as highdicom writes it."""
    from highdicom.sr import CodedConcept

    value, meaning = _TYPES[category_of(code, category).english]
    return CodedConcept(value=value, scheme_designator="SCT", meaning=meaning[:64])


def stable_uid(*words: object) -> str:
    """A UID drawn from words (PS3.5 section B.2), the same for the same words."""
    import hashlib

    drawn = hashlib.sha256("\n".join(map(str, ("hilum marking", *words))).encode()).digest()[:16]
    return f"2.25.{int.from_bytes(drawn)}"
