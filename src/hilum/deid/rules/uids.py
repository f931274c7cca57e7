"""Unique identifiers."""

import re
from collections.abc import Iterable

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.identifiers import uid_is_retained
from hilum.deid.options import Options
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.table import basic_profile
from hilum.deid.vocabulary import STANDARD_UIDS

_FORM = re.compile(r"[0-9][0-9.]{0,63}")
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
    retained = uid_is_retained(element.keyword, case.options)
    if basic_profile().get(int(element.tag)) == "X" and not retained:
        return Verdict.REMOVE
    old = values(element.value)
    new = [uid if retained and _FORM.fullmatch(uid) else research_uid(case, uid) for uid in old]
    element.value = new if len(new) > 1 else "".join(new)
    return Verdict.KEEP


_STANDARD = (
    "Those that the standard itself assigns (kinds of objects, transfer syntaxes, coding systems) stay."
)


def _sentence(options: Options) -> str:
    if options.uids:
        return "Unique identifiers (of instance, series, study, frame of reference ...) are kept as they are."
    devices = "; those of devices are kept as they are" if options.device_identity else ""
    return (
        "Every unique identifier (of instance, series, study, frame of reference, device ...) is replaced by "
        "one made with the secret key, always the same for the same old one, so that references between "
        f"files stay intact{devices}. {_STANDARD}"
    )


def _attributes() -> Iterable[str]:
    return (keyword_for_tag(tag) or f"{tag:08X}" for tag, action in basic_profile().items() if action == "U")


UIDS = ElementRule(
    "unique identifiers",
    _sentence,
    "PS3.15 table E.1-1, action U; section E.3.9, Retain UIDs Option",
    _judge,
    _attributes,
)
