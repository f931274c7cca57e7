"""Unique identifiers."""

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.table import basic_profile
from hilum.deid.vocabulary import STANDARD_UIDS

_CODING_SYSTEM = re.compile(r"2\.16\.840\.1\.113883\.6\.\d{1,4}")


def research_uid(case: Case, uid: str) -> str:
    """The unique identifier that takes the place of another; those that the standard itself gives stay.

    Example:
        >>> from hilum.deid.keys import ResearchKeys
        >>> case = Case.of(Dataset(), ResearchKeys(bytes(32)))
        >>> research_uid(case, "1.2.840.10008.1.2.1")
        '1.2.840.10008.1.2.1'
    """
    if uid in STANDARD_UIDS or _CODING_SYSTEM.fullmatch(uid):
        return uid
    return case.keys.uid(uid)


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.VR != "UI":
        return None
    if basic_profile().get(int(element.tag)) == "X":
        return Verdict.REMOVE
    new = [research_uid(case, uid) for uid in values(element.value)]
    element.value = new if len(new) > 1 else "".join(new)
    return Verdict.KEEP


UIDS = ElementRule(
    "unique identifiers",
    (
        "Every unique identifier (of instance, series, study, frame of reference, device ...) is "
        "replaced by one made with the secret key, always the same for the same old one, so that "
        "references between files stay intact. Those that the standard itself assigns (kinds of "
        "objects, transfer syntaxes, coding systems) stay."
    ),
    "PS3.15 table E.1-1, action U",
    _judge,
)
