"""The content of structured reports."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import plain, values
from hilum.deid.case import Case
from hilum.deid.identifiers import PATIENT
from hilum.deid.labels import cleaned_label, is_clean, keyed_word
from hilum.deid.objects import objects
from hilum.deid.options import Options
from hilum.deid.rule import ElementRule, FileRule, Verdict

NOTHING_LEFT = "REMOVED"
_VALUES = {
    "TEXT": "TextValue",
    "PNAME": "PersonName",
    "DATE": "Date",
    "TIME": "Time",
    "DATETIME": "DateTime",
    "UIDREF": "UID",
    "CODE": "ConceptCodeSequence",
}
_OTHERS = frozenset(("NUM", "IMAGE", "COMPOSITE", "WAVEFORM", "SCOORD", "SCOORD3D", "TCOORD", "CONTAINER"))
_DECLARING = frozenset(("DATE", "TIME", "DATETIME", "NUM", "CODE"))
_RELATIONS = frozenset(
    (
        "CONTAINS",
        "HAS OBS CONTEXT",
        "HAS ACQ CONTEXT",
        "HAS CONCEPT MOD",
        "HAS PROPERTIES",
        "INFERRED FROM",
        "SELECTED FROM",
    )
)
_OLDEST = 90


def _judge(case: Case, dataset: Dataset, element: DataElement) -> Verdict | None:
    keyword = element.keyword
    if keyword == "ContentSequence":
        for item in element.value:
            _prepare(item, case)
        return Verdict.DESCEND
    if keyword == "VerifyingObserverSequence":
        return Verdict.DESCEND
    if keyword in ("ValueType", "RelationshipType"):  # closed lists, whatever a person is called
        known = str(element.value) in (*_VALUES, *_OTHERS, *_RELATIONS)
        return Verdict.KEEP if known else Verdict.REMOVE
    if keyword == "TextValue":
        element.value = _text(" ".join(values(element.value)), dataset, case)
    elif keyword == "PersonName":
        patient = any((PATIENT, text) in case.identifiers.texts for text in values(element.value))
        element.value = case.pseudonym if patient else NOTHING_LEFT
    else:
        return None
    return Verdict.KEEP


def _prepare(item: Dataset, case: Case) -> None:
    """Replace what may not stay in any form: birth dates, names of rooms, numbers of devices ..."""
    codes, concept = objects().content, _concept(item)
    kind = plain(item, "ValueType")
    gone = kind not in (*_VALUES, *_OTHERS, "")
    gone = gone or (kind in _DECLARING and concept in codes["removed"])
    gone = gone or (kind == "DATE" and not concept)  # of what nobody knows: it may be the birth date
    if not case.options.patient_characteristics:
        gone = gone or (kind in _DECLARING and concept in codes["sex"] | codes["age"])
    if gone:
        _replace(item)
    elif concept in codes["age"]:
        _group_age(item)


def _replace(item: Dataset) -> None:
    """Make an item one that says that something was here; it stays, because others may count it."""
    for keyword in (*_VALUES.values(), "MeasuredValueSequence"):
        if keyword in item:
            del item[keyword]
    item.ValueType, item.TextValue = "TEXT", NOTHING_LEFT


def _group_age(item: Dataset) -> None:
    for measured in item.get("MeasuredValueSequence") or ():
        try:
            years = float(measured.NumericValue)
        except (AttributeError, TypeError, ValueError):
            continue
        units = [plain(unit, "CodeValue") for unit in measured.get("MeasurementUnitsCodeSequence") or ()]
        if units in (["a"], []) and years > _OLDEST:
            measured.NumericValue = str(_OLDEST)
            for keyword in ("FloatingPointValue", "RationalNumeratorValue", "RationalDenominatorValue"):
                if keyword in measured:
                    del measured[keyword]


def _text(text: str, item: Dataset, case: Case) -> str:
    codes, concept = objects().content, _concept(item)
    if concept in codes["patient"] and text:
        return case.keys.patient(text)
    if concept in codes["accession"] and text:
        return case.keys.accession(text)
    if concept in codes["removed"]:
        return NOTHING_LEFT
    if concept in codes["tracking"] and text:  # the same as TrackingID in a segmentation
        return text if is_clean(text, case) else keyed_word(text, case)
    return cleaned_label(text, case) or NOTHING_LEFT


def _concept(item: Dataset) -> str:
    """The code of scheme DCM that says what a content item is about; empty for others."""
    for code in item.get("ConceptNameCodeSequence") or ():
        if plain(code, "CodingSchemeDesignator") == "DCM":
            return plain(code, "CodeValue")
    return ""


def _complete(_case: Case, dataset: Dataset) -> None:
    for item in dataset.get("ContentSequence") or ():
        keyword = _VALUES.get(plain(item, "ValueType"))
        if keyword is not None and not item.get(keyword):
            _replace(item)
        _complete(_case, item)


def _sentence(options: Options) -> str:
    if options.structured_content == "removed":
        return "Structured reports are refused; coded content elsewhere is cleaned item by item."
    return (
        "The content of structured reports is cleaned item by item, to any depth: measurements, coordinates, "
        "codes and references are kept; of texts only clinical words and short numbers remain; persons are "
        "replaced, the patient by the pseudonym; dates are treated as all dates, unique identifiers as all "
        "unique identifiers; names of observers, places and devices, the birth date, and dates of which "
        "nobody knows what they are, become the word REMOVED. Every item stays in its place, because others "
        "may point to it."
    )


STRUCTURED_CONTENT = ElementRule(
    "structured reports",
    _sentence,
    "PS3.15 section E.3.4, Clean Structured Content Option; PS3.3 section C.17.3",
    _judge,
    lambda: (
        "ContentSequence",
        "PersonName",
        "RelationshipType",
        "TextValue",
        "ValueType",
        "VerifyingObserverSequence",
    ),
)

COMPLETE_CONTENT = FileRule(
    "items of structured reports without a value",
    "An item of a structured report of which nothing remained holds the word REMOVED as its text.",
    "PS3.3 section C.17.3: a content item has a value of its type",
    _complete,
    lambda: ("ContentSequence",),
)
