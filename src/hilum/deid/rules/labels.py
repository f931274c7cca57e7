"""Names of what was drawn, segmented, planned or measured."""

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import plain, values
from hilum.deid.case import Case
from hilum.deid.labels import cleaned_label, is_clean, keyed_word
from hilum.deid.objects import objects
from hilum.deid.rule import ElementRule, Verdict

_BRACES = re.compile(r"\{(\w+)\}")
_DIGITS = re.compile(r"[0-9]{1,5}")


def _judge(case: Case, dataset: Dataset, element: DataElement) -> Verdict | None:
    keyword = element.keyword
    if keyword in objects().links:
        new = [text if is_clean(text, case) else keyed_word(text, case) for text in values(element.value)]
        element.value = new if len(new) > 1 else "".join(new)
        return Verdict.KEEP
    if keyword not in objects().labels:
        return None
    old = values(element.value)
    if not old:
        return Verdict.EMPTY
    element.value = cleaned_label(" ".join(old), case) or _replacement(keyword, dataset)
    if element.VR == "CS":
        element.value = re.sub(r"[^A-Z0-9_ ]+", "_", str(element.value).upper())[:16].strip()
    return Verdict.KEEP


def _replacement(keyword: str, dataset: Dataset) -> str:
    """What stands where nothing of a name may stay, such as `ROI 3`."""

    def number(match: re.Match[str]) -> str:
        text = plain(dataset, match[1])
        return text if _DIGITS.fullmatch(text) else ""

    return _BRACES.sub(number, objects().labels[keyword]).strip()


LABELS = ElementRule(
    "names of what was drawn or planned",
    (
        "Names of segments, regions of interest, structure sets, plans, beams, layers, fiducials and "
        "algorithms are kept where every word in them is clinical (`PTV_6000`, `Lung_L`); of others only "
        "clinical words remain, and where none does the object's number stands (`ROI 3`). Names by which one "
        "part of a file points to another become words made with the secret key, the same for the same."
    ),
    "PS3.15 section E.3.5, Clean Descriptors; table E.1-1, (3006,0026): Z, (3006,0002): D",
    _judge,
    lambda: (*objects().labels, *objects().links),
)
