"""The criteria of sections 1.2 and 2.3.3 of the guideline, each a named check."""

import re
from collections.abc import Callable, Sequence

from hilum.archive.criteria_evidence import (
    FAILED,
    PASSED,
    UNKNOWN,
    Criterion,
    Evidence,
    Verdict,
    passed_if,
    unknown,
)
from hilum.archive.guideline import BENIGN, CHEST_CT, DATASETS, MALIGNANT, NORMAL, PET_CT, XRAY

_YES = frozenset(("1", "1.0", "yes", "y", "true", "x", "예", "있음"))
_NO = frozenset(("0", "0.0", "no", "n", "false", "아니오", "없음"))
_CHEST = frozenset(("CHEST", "THORAX", "LUNG", "CHESTABDOMEN", "CHESTABDPELVIS", "HEARTANDLUNG", "RIB"))
_PROOF = frozenset(("biopsy", "surgery", "operation", "histology", "pathology", "생검", "수술", "조직검사"))
_CAPTURES = "1.2.840.10008.5.1.4.1.1.7"
_THINNEST, _THICKEST = 2.0, 10.0
_SMALLEST_NODULE_MM = 4.0
_DAYS_UNCHANGED = 730.0


def _view(evidence: Evidence) -> Verdict:
    view = evidence.image["view"]
    return unknown("view") if view in ("", "unknown") else passed_if(view == "PA", f"its view is {view}")


def _not_ap(evidence: Evidence) -> Verdict:
    view = evidence.image["view"]
    return unknown("view") if view in ("", "unknown") else passed_if(view != "AP", "its view is AP")


def _chest(evidence: Evidence) -> Verdict:
    part = evidence.image["body_part"].upper().replace(" ", "")
    return passed_if(part in _CHEST, f"its body part is {part}") if part else unknown("body part")


def _dicom(evidence: Evidence) -> Verdict:
    """Screens, scans and photographs are images in a DICOM coat (PS3.3 section A.8)."""
    kind, conversion = evidence.image["sop_class"], evidence.header["ConversionType"]
    if kind == _CAPTURES or kind.startswith(_CAPTURES + "."):
        return Verdict(FAILED, "it is a secondary capture, not an image of the scanner")
    if conversion and conversion != "DI":
        return Verdict(FAILED, "its header says that it was digitised or captured")
    return Verdict(PASSED) if kind else unknown("kind of object")


def _is_slice(evidence: Evidence) -> bool:
    """Whether it is a slice of CT; overviews from which slices were planned are not asked about."""
    return evidence.image["modality"] == "CT" and not any(one.is_localiser for one in evidence.slices)


def _thickness(evidence: Evidence) -> Verdict | None:
    if not _is_slice(evidence):
        return None
    given = [one.thickness for one in evidence.slices]
    known = [thickness for thickness in given if thickness is not None]
    wrong = next((one for one in known if not _THINNEST <= one <= _THICKEST), None)
    if wrong is not None:
        return Verdict(FAILED, f"its slices are {wrong:.4g} mm thick")
    return Verdict(PASSED) if known and len(known) == len(given) else unknown("slice thickness")


def _no_gaps(evidence: Evidence) -> Verdict | None:
    if not _is_slice(evidence):
        return None
    found = {defect.name: defect.sentence for defect in evidence.series.defects}
    for name in ("missing slice", "gaps between slices"):
        if name in found:
            return Verdict(FAILED, found[name])
    blind = ("missing position", "missing orientation", "missing thickness", "single slice", "too few slices")
    lacking = next((found[name] for name in blind if name in found), "")
    if lacking or evidence.series.distance is None:
        return Verdict(UNKNOWN, lacking or "the distance of its slices is not known")
    return Verdict(PASSED)


def _given(column: str, what: str) -> Callable[[Evidence], Verdict | None]:
    def judge(evidence: Evidence) -> Verdict | None:
        value = evidence.image[column]
        there = value == value and value not in ("", None, 0)  # noqa: PLR0124 - a missing number is not itself
        return Verdict(PASSED) if there else unknown(what)

    return judge


def _in_header(keywords: Sequence[str], what: str) -> Callable[[Evidence], Verdict | None]:
    return lambda evidence: (
        Verdict(PASSED) if any(evidence.header[word] for word in keywords) else unknown(what)
    )


def _absent(columns: Sequence[str], what: str) -> Callable[[Evidence], Verdict | None]:
    """A person has said that something is not in the image."""

    def judge(evidence: Evidence) -> Verdict | None:
        word = _fact(evidence, columns)
        return passed_if(word in _NO, what) if word in _YES | _NO else unknown(columns[0])

    return judge


def _seen(evidence: Evidence) -> Verdict | None:
    if evidence.label not in (BENIGN, MALIGNANT):
        return None
    word = _fact(evidence, ("nodule_seen",))
    return (
        passed_if(word in _YES, "the nodule is not seen in it")
        if word in _YES | _NO
        else unknown("nodule_seen")
    )


def _normal(columns: Sequence[str], what: str) -> Callable[[Evidence], Verdict | None]:
    def judge(evidence: Evidence) -> Verdict | None:
        if evidence.label != NORMAL:
            return None
        word = _fact(evidence, columns)
        return passed_if(word in _YES, what) if word in _YES | _NO else unknown(columns[0])

    return judge


def _benign(days: float) -> Callable[[Evidence], Verdict | None]:
    def judge(evidence: Evidence) -> Verdict | None:
        if evidence.label != BENIGN:
            return None
        if _is_proven(evidence):
            return Verdict(PASSED)
        unchanged = _number(evidence, "unchanged_for_days")
        if unchanged is None:
            return unknown("proof or follow-up (proof, unchanged_for_days)")
        enough = unchanged >= days if days else unchanged > 0
        return passed_if(enough, f"it was unchanged for {unchanged:.4g} days and has no histology")

    return judge


def _malignant(evidence: Evidence) -> Verdict | None:
    if evidence.label != MALIGNANT:
        return None
    if not _fact(evidence, ("proof",)):
        return unknown("proof")
    return passed_if(_is_proven(evidence), "no biopsy or surgery proves it")


def _is_proven(evidence: Evidence) -> bool:
    return not _PROOF.isdisjoint(re.split(r"[^\w-]+", _fact(evidence, ("proof",))))


def _nodule_size(evidence: Evidence) -> Verdict | None:
    if evidence.label != MALIGNANT:
        return None
    size = _number(evidence, "nodule_mm")
    if size is None:
        return unknown("size of the nodule (nodule_mm)")
    return passed_if(size >= _SMALLEST_NODULE_MM, f"its nodule is {size:.4g} mm")


def _fact(evidence: Evidence, columns: Sequence[str]) -> str:
    return next((evidence.facts[name].lower() for name in columns if name in evidence.facts), "")


def _number(evidence: Evidence, column: str) -> float | None:
    try:
        return float(evidence.facts[column])
    except (KeyError, ValueError):
        return None


_CHOSEN, _DESCRIBED = "2.3.3", "1.2"
_MACHINE = ("ManufacturerModelName", "Manufacturer", "StationName")

CRITERIA: tuple[Criterion, ...] = (
    Criterion("pa-only", "Only chest radiographs taken from behind (PA).", _CHOSEN, (XRAY,), _view),
    Criterion("no-ap", "No radiograph taken from the front (AP).", _CHOSEN, (XRAY,), _not_ap),
    Criterion("chest-only", "The body part is the chest.", _CHOSEN, (XRAY,), _chest),
    Criterion("thickness-2-10-mm", "CT slices are 2 to 10 mm thick.", _CHOSEN, (CHEST_CT,), _thickness),
    Criterion(
        "no-gaps", "No space is left between CT slices, and none is missing.", _CHOSEN, (CHEST_CT,), _no_gaps
    ),
    Criterion(
        "dicom-only",
        "Images of the scanner, not captures of a screen or scans of film.",
        _CHOSEN,
        DATASETS,
        _dicom,
    ),
    Criterion("age-given", "The age is given.", _DESCRIBED, DATASETS, _given("age", "age")),
    Criterion("sex-given", "The sex is given.", _DESCRIBED, DATASETS, _given("sex", "sex")),
    Criterion(
        "machine-given", "The machine is named.", _DESCRIBED, DATASETS, _in_header(_MACHINE, "machine")
    ),
    Criterion(
        "matrix-given", "The matrix size is given.", _DESCRIBED, (CHEST_CT,), _given("rows", "matrix size")
    ),
    Criterion(
        "series-description-given",
        "The series is described.",
        _DESCRIBED,
        (CHEST_CT,),
        _in_header(("SeriesDescription",), "series description"),
    ),
    Criterion(
        "no-artefact",
        "No marked artefact is in the radiograph.",
        _CHOSEN,
        (XRAY,),
        _absent(("artefact", "artifact"), "it has an artefact"),
        ("artefact", "artifact"),
    ),
    Criterion(
        "no-motion",
        "No artefact of motion is in the CT.",
        _CHOSEN,
        (CHEST_CT,),
        _absent(("motion", "motion_artefact"), "it has an artefact of motion"),
        ("motion", "motion_artefact"),
    ),
    Criterion(
        "nodule-seen",
        "The nodule of the CT is seen in the radiograph, as a radiologist judges.",
        _CHOSEN,
        (XRAY,),
        _seen,
        ("nodule_seen",),
    ),
    Criterion(
        "normal-on-ct",
        "Normal cases were normal on CT.",
        _CHOSEN,
        (XRAY, CHEST_CT),
        _normal(("ct_normal",), "its CT was not normal"),
        ("ct_normal",),
    ),
    Criterion(
        "normal-on-pet",
        "Normal cases had no uptake in lungs and mediastinal nodes.",
        _CHOSEN,
        (PET_CT,),
        _normal(("pet_negative",), "its PET was not negative"),
        ("pet_negative",),
    ),
    Criterion(
        "benign-proven",
        "Benign cases have histology, or were unchanged on CT.",
        _CHOSEN,
        (XRAY, CHEST_CT),
        _benign(0.0),
        ("proof", "unchanged_for_days"),
    ),
    Criterion(
        "benign-proven-or-2-years",
        "Benign cases have histology, or were unchanged for 2 years.",
        _CHOSEN,
        (PET_CT,),
        _benign(_DAYS_UNCHANGED),
        ("proof", "unchanged_for_days"),
    ),
    Criterion(
        "malignant-proven",
        "Malignant cases are proven by biopsy or surgery.",
        _CHOSEN,
        (XRAY, PET_CT),
        _malignant,
        ("proof",),
    ),
    Criterion(
        "nodule-4-mm",
        "The nodule of malignant cases is at least 4 mm on CT.",
        _CHOSEN,
        (XRAY, CHEST_CT),
        _nodule_size,
        ("nodule_mm",),
    ),
)
"""All criteria."""
