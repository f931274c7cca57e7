"""Cases are told by their number to those who may not see who they are: file names may name a patient."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hilum.cohorts import Cohort

_TOKEN = re.compile(r"[^\s\"'`,;:()\[\]{}<>|]+")
_SHORTEST_NUMBER = 6
_SHORTEST_NAME = 4


def names_in(cohort: "Cohort") -> dict[str, str]:
    """What names cases and patients in texts, and what is said instead.

    Short numbers are left out: in a sentence they are counts.

    Example:
        >>> from pathlib import Path
        >>> import pandas as pd
        >>> from hilum.cohorts import Cohort
        >>> from hilum.study import Classification
        >>> rows = pd.DataFrame({"case": ["kim_01.png"], "patient": ["12345678"], "part": ["test"],
        ...                      "image": ["ill/kim_01.png"], "label": ["ill"]})
        >>> found = names_in(Cohort(rows, Classification(label="x"), Path(), (), ("ill",), None, ()))
        >>> found["kim_01.png"], found["12345678"]
        ('case 1', 'case 1')
    """
    found: dict[str, str] = {}
    cases, patients = cohort.cases["case"].astype(str), cohort.cases["patient"].astype(str)
    for number, (case, patient, images) in enumerate(
        zip(cases, patients, cohort.images_of_cases, strict=True), start=1
    ):
        for name in (case, patient, *images, *(image.rpartition("/")[2] for image in images)):
            if _names(name):
                found.setdefault(name, f"case {number}")
    return found


def without_names(value: Any, names: Mapping[str, str]) -> Any:
    """Plain data with every name in its texts said as a number; pictures are left as they are.

    Example:
        >>> without_names({"case": "kim_01.png", "n": 3}, {"kim_01.png": "case 1"})
        {'case': 'case 1', 'n': 3}
        >>> without_names("the image `ill/kim_01.png` is gone", {"ill/kim_01.png": "case 1"})
        'the image `case 1` is gone'
    """
    if isinstance(value, dict):
        return {key: without_names(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_names(each, names) for each in value]
    if not isinstance(value, str) or value.startswith("data:"):
        return value
    if value in names:
        return names[value]
    return _TOKEN.sub(lambda found: _told(found[0], names), value)


def _told(token: str, names: Mapping[str, str]) -> str:
    plain = token.rstrip(".")
    return names[plain] + token[len(plain) :] if plain in names else names.get(token, token)


def _names(name: str) -> bool:
    if name.isdigit():
        return len(name) >= _SHORTEST_NUMBER
    return len(name) >= _SHORTEST_NAME and any(not letter.isalpha() for letter in name)
