"""What stays in place of a value that must go, so that the object remains valid."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydicom.dataelem import DataElement

from hilum.deid.case import Case
from hilum.deid.rule import Verdict
from hilum.deid.table import basic_profile

DUMMY = "REMOVED"
_DUMMIES = {
    **dict.fromkeys(("LO", "SH", "ST", "LT", "UT", "UC", "PN", "AE"), DUMMY),
    "DA": "19000101",
    "TM": "000000",
    "DT": "19000101000000",
}
_ROOT = "1.2.840.10008.5.1.4.1.1."


@cache
def _required() -> Mapping[str, tuple[tuple[str, frozenset[str]], ...]]:
    """For each keyword the types with the kinds of objects that require it."""
    data = tomllib.loads(files("hilum.deid").joinpath("required.toml").read_text(encoding="utf-8"))
    found: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
    for kind_of_need in ("type_1", "type_2"):
        for tails, keywords in data[kind_of_need].items():
            for keyword in keywords.split():
                found[keyword] = (*found.get(keyword, ()), (kind_of_need[-1], frozenset(tails.split())))
    return found


def type_in(kind: str, keyword: str) -> str:
    """Whether a kind of object requires an attribute: type `1`, `2` or `3` (PS3.5 section 7.4).

    Args:
        kind: SOP Class UID.
        keyword: of a text, date or sequence.

    Example:
        >>> type_in("1.2.840.10008.5.1.4.1.1.128", "SeriesDate"), type_in("1.2.3", "SeriesDate")
        ('1', '3')
    """
    tail = kind.removeprefix(_ROOT)
    family = tail.split(".")[0] + ".*"
    for needed, tails in _required().get(keyword, ()):
        if tail in tails or family in tails or "*" in tails:
            return needed
    return "3"


def action_for(kind: str, keyword: str, action: str) -> str:
    """The one action, X, Z or D, out of those that table E.1-1 leaves to the kind of object.

    Args:
        kind: SOP Class UID.
        keyword: of the attribute.
        action: of the table; X for an attribute that it does not list.

    Example:
        >>> ct, pet = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.128"
        >>> action_for(ct, "SeriesDate", "X/D"), action_for(pet, "SeriesDate", "X/D")
        ('X', 'D')
    """
    needed = type_in(kind, keyword)
    allowed = action.split("/")
    if needed == "1" or allowed == ["D"]:
        return "D"
    if needed == "2" or "X" not in allowed:
        return "Z"
    return "X"


def without_value(case: Case, element: DataElement) -> Verdict:
    """Take the value of an attribute away: a dummy, nothing in its place, or the attribute with it.

    What the object requires with a value (type 1) gets a dummy that is the same in every file; what it
    requires but may be empty (type 2) is emptied; the rest goes. So an object stays valid, even where the
    table removes what the object requires.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> from hilum.deid.keys import ResearchKeys
        >>> source = Dataset()
        >>> source.SOPClassUID, source.StudyID = "1.2.840.10008.5.1.4.1.1.2", "CT 17"
        >>> without_value(Case.of(source, ResearchKeys(bytes(32))), source["StudyID"]).value
        'empty'
    """
    listed = basic_profile().get(int(element.tag), "X")
    action = action_for(case.kind, element.keyword, "X/Z" if listed == "X/Z/U*" else listed)
    if action == "Z":
        return Verdict.EMPTY
    dummy = _DUMMIES.get(str(element.VR))
    if action == "X" or dummy is None:
        return Verdict.REMOVE
    if element.is_empty and listed != "D":
        return Verdict.EMPTY
    element.value = dummy
    if element.VR in ("DA", "DT"):
        case.moved_dates.add(dummy[:8])
    return Verdict.KEEP
