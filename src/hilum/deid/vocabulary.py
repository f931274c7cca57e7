"""Closed vocabularies: words that may stand in a cleaned file because they cannot identify anybody."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom import uid

from hilum.deid.code_forms import CHECKS

# Label Map Segmentation, which pydicom does not know yet.
_NEWER = frozenset(("1.2.840.10008.5.1.4.1.1.66.7",))
STANDARD_UIDS = frozenset(vars(uid)["UID_dictionary"]) | _NEWER
"""Every unique identifier that DICOM itself assigns (PS3.6 annex A)."""


@dataclass(frozen=True)
class Terms:
    """The content of `terms.toml`.

    Attributes:
        technical_text: keywords of free-text attributes that describe machine and technique.
        coding_schemes: what the codes of each standard coding scheme look like.
        code_strings: the values that a code string may have, by keyword.
        images: kinds of objects (SOP Class UIDs) that are plain images.
        patient_names, numbers, places: keywords of attributes that name the patient, number something of the
        patient's,
            or say where.
        descriptors, patient_descriptors: keywords of free text that is cleaned word by word.
        device_identity, institution_identity: keywords that the options of these names keep.
        common_words, makers: words of names that identify nobody; makers of machines.
    """

    technical_text: frozenset[str]
    coding_schemes: Mapping[str, re.Pattern[str]]
    code_strings: Mapping[str, frozenset[str]]
    images: frozenset[str]
    patient_names: frozenset[str]
    numbers: frozenset[str]
    places: frozenset[str]
    common_words: frozenset[str]
    makers: frozenset[str]
    descriptors: frozenset[str]
    patient_descriptors: frozenset[str]
    device_identity: frozenset[str]
    institution_identity: frozenset[str]


_WORD_LISTS = (
    "patient_names",
    "numbers",
    "places",
    "common_words",
    "makers",
    "descriptors",
    "patient_descriptors",
    "device_identity",
    "institution_identity",
)


@cache
def terms() -> Terms:
    """The closed vocabularies.

    Example:
        >>> "PA" in terms().code_strings["ViewPosition"]
        True
    """
    data = tomllib.loads(files("hilum.deid").joinpath("terms.toml").read_text(encoding="utf-8"))
    return Terms(
        frozenset(data["technical_text"].split()),
        {scheme: re.compile(pattern) for scheme, pattern in data["coding_schemes"].items()},
        {keyword: frozenset(words.split()) for keyword, words in data["code_strings"].items()},
        frozenset(f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in data["images"].split()),
        *(frozenset(data[name].split()) for name in _WORD_LISTS),
    )


def code_meaning(scheme: str, code: str) -> str | None:
    """What a code of a standard scheme means, in the standard's words; None where it cannot be one.

    Codes of older SNOMED editions (SRT, SNM3, 99SDM) have the meaning of the concept they were mapped to. A
    code that has the form of its scheme, and its check digit where it has one, but is not in pydicom's tables
    (PS3.16) means itself.

    Example:
        >>> code_meaning("SCT", "51185008"), code_meaning("99LOCAL", "HONG")
        ('Thoracic structure (body structure)', None)
    """
    pattern = terms().coding_schemes.get(scheme)
    if pattern is None or not pattern.fullmatch(code):
        return None
    modern = _modern_codes().get(code, code) if scheme in ("SRT", "SNM3", "99SDM") else code
    known = _meanings().get(("SCT" if modern != code else scheme, modern))
    if known is None and scheme in CHECKS and not CHECKS[scheme](code):
        return None
    return known or f"{scheme} {code}"


@cache
def _meanings() -> dict[tuple[str, str], str]:
    from pydicom.sr import _concepts_dict  # over a second: only files with codes pay for it

    concepts: Any = _concepts_dict.concepts

    found: dict[tuple[str, str], str] = {}
    for scheme, names in concepts.items():
        for codes in names.values():
            for code, (meaning, *_) in codes.items():
                known = found.get((scheme, code))
                if known is None or (len(meaning), meaning) < (len(known), known):
                    found[scheme, code] = meaning[:64]
    return found


@cache
def _modern_codes() -> dict[str, str]:
    from pydicom.sr._snomed_dict import mapping

    return dict(mapping["SRT"])
