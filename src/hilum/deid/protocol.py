"""The protocol: what is done, in the words of the rules that do it."""

from dataclasses import dataclass

from hilum.deid.objects import KINDS, objects
from hilum.deid.options import RESEARCH, Options
from hilum.deid.rule import Description, described
from hilum.deid.rules import ELEMENT_RULES, FILE_RULES
from hilum.deid.rules.marks import codes_of

_MOST_NAMED = 40
_KINDS = {
    "image": "plain images (radiography, mammography, CT, MR, PET, nuclear medicine, ultrasound, "
    "angiography, fluoroscopy, secondary capture)",
    "segmentation": "segmentations",
    "structured report": "structured reports",
    "presentation state": "presentation states",
    "radiotherapy": "radiotherapy objects (dose, structure set, plan, record)",
    "other": "registrations, fiducials, real world value mappings and parametric maps",
}
SECOND_LOOK = (
    "A second look, which knows nothing of the rules, searches the finished bytes for every name, "
    "number, place, date and unique identifier of the source that the options above do not retain, in eight "
    "character encodings; a file in which one is found stays in quarantine."
)
VAULT = (
    "Real and research identifiers are kept apart from the images in an encrypted vault with a key "
    "of its own; every access is recorded. Files and folders are named by research identifiers "
    "only."
)


@dataclass(frozen=True)
class Protocol:
    """What de-identification does under some options, ready to be printed.

    Attributes:
        name: of the preset or own protocol.
        profile: the profile and its options, a sentence or more each.
        accepted: which objects are accepted, and what is done with pictures.
        refused: which are refused, and why.
        rules: in the order in which they are asked.
        after: what happens once a file was cleaned.

    Example:
        >>> protocol_of().rules[0].name
        'private attributes'
    """

    name: str
    profile: tuple[str, ...]
    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    rules: tuple[Description, ...]
    after: tuple[str, ...]


def protocol_of(options: Options = RESEARCH) -> Protocol:
    """The protocol under these options, made from the rules that really run.

    Example:
        >>> protocol_of().name
        'research'
    """
    return Protocol(
        options.name,
        _profile(options),
        _accepted(options),
        _refused(options),
        (
            *(described(rule, options) for rule in ELEMENT_RULES),
            *(described(rule, options) for rule in FILE_RULES),
        ),
        (SECOND_LOOK, VAULT),
    )


def describe(options: Options = RESEARCH) -> tuple[str, ...]:
    """The de-identification protocol, a paragraph a line.

    Example:
        >>> describe()[0].startswith("De-identification follows DICOM PS3.15")
        True
    """
    protocol = protocol_of(options)
    return (
        *protocol.profile,
        *protocol.accepted,
        *protocol.refused,
        "Rules, in the order in which they are asked about every attribute:",
        *(_numbered(number, rule) for number, rule in enumerate(protocol.rules, 1)),
        *protocol.after,
    )


def _numbered(number: int, rule: Description) -> str:
    names = rule.attributes
    if len(names) > _MOST_NAMED:
        listed = f" {len(names)} attributes; the protocol as Markdown or PDF names them."
    else:
        listed = f" Attributes: {', '.join(names)}." if names else ""
    return f"  {number}. {rule.name.capitalize()}. {rule.sentence} [{rule.reference}]{listed}"


def _profile(options: Options) -> tuple[str, ...]:
    (basic, _), *used = codes_of(options)
    listed = "; ".join(f"{meaning.removesuffix(' Option')} ({code})" for code, meaning in used)
    first = (
        "De-identification follows DICOM PS3.15 Annex E: the Basic Application Level Confidentiality Profile "
        f"({basic}), protocol {options.name!r}, "
    )
    sentences = [first + (f"with the options {listed}." if listed else "without options.")]
    if options.keep_words:
        sentences.append(
            f"Words of this place that may stay in descriptions: {', '.join(options.keep_words)}."
        )
    if options.institution_identity or options.uids or options.dates == "full":
        sentences.append(
            "Unique identifiers, full dates or names of institutions are retained under this "
            "protocol: whoever "
            "has the hospital's records can find a patient by them, and the recipient must be bound not to."
        )
    return tuple(sentences)


def _accepted(options: Options) -> tuple[str, ...]:
    refused = _refused_kinds(options)
    kinds = "; ".join(_KINDS[kind] for kind in KINDS if kind not in refused)
    pictures = (
        "Every picture is searched for writing at any orientation and polarity, except original CT, MR, "
        "PET and nuclear medicine images whose header does not say that text is burned in. "
    )
    if options.pixels:
        pictures += (
            "Writing is blanked in the stored pixels of every frame, all other pixels stay as they are. "
            "Where the search is unsure, writing would take more than a quarter of the picture, or the "
            "header says that text is burned in and none is found, the picture waits in quarantine until a "
            "person has looked at it before and after. Screens of known devices are blanked by templates; "
            "outside the regions of an ultrasound screen no writing stays. Lossy compressed pictures are "
            "stored uncompressed after blanking and stay marked as lossy. "
        )
    else:
        pictures += "A picture with writing stays in quarantine. "
    return (
        f"Accepted are {kinds}.",
        pictures
        + "Markers of side and view (L, R, PA, AP, ERECT ...), rulers and measures are no such writing.",
        (
            "Recognizable visual features, such as a face, are not cleaned: a file whose header says "
            "that it has "
            "some stays in quarantine, and so do photographs and surfaces of bodies. A face can be "
            "computed from "
            "thin slices of a head; such images need an agreement with the recipient."
        ),
    )


def _refused_kinds(options: Options) -> set[str]:
    return {
        kind
        for kind, choice in (
            ("structured report", options.structured_content),
            ("presentation state", options.graphics),
        )
        if choice == "removed"
    }


def _refused(options: Options) -> tuple[str, ...]:
    reasons = sorted(set(objects().refused.values()))
    reasons += [
        f"{_KINDS[kind]} are not cleaned by this protocol" for kind in sorted(_refused_kinds(options))
    ]
    said = "; ".join(reasons)
    return (f"Refused, and kept in quarantine, is everything else, unknown kinds of objects too: {said}.",)
