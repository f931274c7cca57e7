"""Coded entries that only a hospital or a maker knows."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid.attributes import plain
from hilum.deid.case import Case
from hilum.deid.labels import cleaned_label, keyed_word
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.table import basic_profile
from hilum.deid.vocabulary import code_meaning, terms

LOCAL_SCHEME = "99HILUM"
_VALUES = ("CodeValue", "LongCodeValue", "URNCodeValue")
_PARTS = frozenset(("CodeValue", "CodingSchemeDesignator", "CodeMeaning"))


def _judge(case: Case, dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword == "CodingSchemeIdentificationSequence":
        known = [item for item in element.value if _scheme(item) in terms().coding_schemes]
        element.value = Sequence(known)
        return Verdict.DESCEND if known else Verdict.REMOVE
    if element.VR == "SQ":
        local = [make_local(item, case) for item in element.value]
        return Verdict.DESCEND if any(local) and int(element.tag) not in basic_profile() else None
    if element.keyword in _PARTS and _scheme(dataset) == LOCAL_SCHEME:
        return Verdict.KEEP if plain(dataset, "CodeValue") in case.local_codes else Verdict.REMOVE
    return None


def make_local(item: Dataset, case: Case) -> bool:
    """Give a coded entry that no published scheme knows a code made with the secret key.

    Returns:
        Whether the item is such an entry.

    Example:
        >>> from hilum.deid.keys import ResearchKeys
        >>> item = Dataset()
        >>> item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "17", "99HOSP", "Chest of Mr Hong"
        >>> make_local(item, Case.of(Dataset(), ResearchKeys(bytes(32)))), item.CodingSchemeDesignator
        (True, '99HILUM')
    """
    value = next((text for word in _VALUES if (text := plain(item, word))), "")
    meaning = plain(item, "CodeMeaning")
    if not value and not meaning:
        return False
    public = code_meaning(_scheme(item), plain(item, "CodeValue")) is not None
    if public and not case.identifiers.is_number(value):
        return False
    item.CodeValue = keyed_word(f"{_scheme(item)} {value or meaning}", case)
    case.local_codes.add(item.CodeValue)
    item.CodingSchemeDesignator = LOCAL_SCHEME
    item.CodeMeaning = cleaned_label(meaning, case) or "local code"
    for keyword in (*_VALUES[1:], "CodingSchemeVersion"):
        if keyword in item:
            del item[keyword]
    return True


def _scheme(item: Dataset) -> str:
    return plain(item, "CodingSchemeDesignator")


LOCAL_CODES = ElementRule(
    "local codes",
    (
        "A code that only a hospital or a maker knows becomes a code made with the secret key, the same for "
        "the same, so that what must be coded stays coded; of its meaning only clinical words remain. "
        "Descriptions of local coding schemes are removed."
    ),
    "PS3.15 section E.3.4, Clean Structured Content Option; PS3.16 section 8",
    _judge,
    lambda: (*_PARTS, "CodingSchemeIdentificationSequence"),
)
