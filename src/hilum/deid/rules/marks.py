"""The marks of de-identification."""

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid.case import Case
from hilum.deid.options import Options
from hilum.deid.rule import FileRule

_BASIC = ("113100", "Basic Application Confidentiality Profile")
_DATES = {"modified": "MODIFIED", "full": "UNMODIFIED", "removed": "REMOVED"}


def codes_of(options: Options) -> tuple[tuple[str, str], ...]:
    """The codes (PS3.16 CID 7050) of the profile and the options that a protocol uses.

    Example:
        >>> [code for code, _ in codes_of(Options())][:3]
        ['113100', '113101', '113103']
    """
    used = (
        (options.pixels, "113101", "Clean Pixel Data Option"),
        (options.graphics == "cleaned", "113103", "Clean Graphics Option"),
        (options.structured_content == "cleaned", "113104", "Clean Structured Content Option"),
        (options.descriptors == "cleaned", "113105", "Clean Descriptors Option"),
        (options.dates == "full", "113106", "Retain Longitudinal Temporal Information Full Dates Option"),
        (
            options.dates == "modified",
            "113107",
            "Retain Longitudinal Temporal Information Modified Dates Option",
        ),
        (options.patient_characteristics, "113108", "Retain Patient Characteristics Option"),
        (options.device_identity, "113109", "Retain Device Identity Option"),
        (options.uids, "113110", "Retain UIDs Option"),
        (options.safe_private, "113111", "Retain Safe Private Option"),
        (options.institution_identity, "113112", "Retain Institution Identity Option"),
    )
    return (_BASIC, *((code, meaning) for is_used, code, meaning in used if is_used))


def method_of(options: Options) -> list[str]:
    """What (0012,0063) says, each value at most 64 characters.

    Example:
        >>> method_of(Options())
        ['hilum: PS3.15 Basic Profile', 'protocol research', 'dates modified']
    """
    return ["hilum: PS3.15 Basic Profile", f"protocol {options.name}", f"dates {options.dates}"]


def _mark(case: Case, dataset: Dataset) -> None:
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = method_of(case.options)
    dataset.DeidentificationMethodCodeSequence = Sequence([_coded(*code) for code in codes_of(case.options)])
    dataset.LongitudinalTemporalInformationModified = _DATES[case.options.dates]


def _coded(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning[:64]
    return item


def _sentence(options: Options) -> str:
    codes = ", ".join(code for code, _ in codes_of(options))
    return (
        "The file says that the patient's identity was removed, by which profile and options (codes "
        f"{codes}), and that its dates are {_DATES[options.dates].lower()}."
    )


MARKS = FileRule(
    "marks of de-identification",
    _sentence,
    "PS3.15 section E.1.1; PS3.16 CID 7050; (0012,0062), (0012,0063), (0012,0064), (0028,0303)",
    _mark,
    lambda: (
        "PatientIdentityRemoved",
        "DeidentificationMethod",
        "DeidentificationMethodCodeSequence",
        "LongitudinalTemporalInformationModified",
    ),
)
