"""The protocol: what is done, in the words of the rules that do it."""

from hilum.deid.rules import ELEMENT_RULES, FILE_RULES

_BEFORE = (
    (
        "De-identification follows DICOM PS3.15 Annex E: the Basic Application Level Confidentiality "
        "Profile with the options Retain Longitudinal Temporal Information with Modified Dates and "
        "Retain Patient Characteristics."
    ),
    (
        "Only plain images are accepted (radiography, mammography, CT, MR, PET, nuclear medicine, "
        "ultrasound, angiography, fluoroscopy, secondary capture). Reports, documents, presentation "
        "states, radiotherapy objects, waveforms, segmentations, raw data and unknown kinds are refused"
        " and stay in quarantine."
    ),
    (
        "Every picture is searched for writing, except original CT, MR, PET and nuclear medicine "
        "images, into which scanners do not write. A picture with writing, or one whose header says "
        "that it has some, stays in quarantine; single markers of side and view (L, R, PA, AP, ERECT, "
        "SUPINE ...) are no such writing."
    ),
    "Rules, in the order in which they are asked about every attribute:",
)
_AFTER = (
    (
        "A second look, which knows nothing of the rules, searches the finished bytes for every name, "
        "number, place, date and unique identifier of the source in eight character encodings; a file "
        "in which one is found stays in quarantine."
    ),
    (
        "Real and research identifiers are kept apart from the images in an encrypted vault with a key "
        "of its own; every access is recorded. Files and folders are named by research identifiers "
        "only."
    ),
)


def describe() -> tuple[str, ...]:
    """The de-identification protocol, a paragraph a line, made from the rules that really run.

    Example:
        >>> describe()[0].startswith("De-identification follows DICOM PS3.15")
        True
    """
    said = [(rule.name, rule.sentence, rule.reference) for rule in ELEMENT_RULES]
    said += [(rule.name, rule.sentence, rule.reference) for rule in FILE_RULES]
    rules = (
        f"  {number}. {name.capitalize()}. {sentence} [{reference}]"
        for number, (name, sentence, reference) in enumerate(said, 1)
    )
    return (*_BEFORE, *rules, *_AFTER)
