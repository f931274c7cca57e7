"""Values of a form so plain that what becomes of one becomes of all of its tag.

Some attributes differ from slice to slice: unique identifiers, times, positions, counts. Their rules look at
nothing but the form of the value. So one is shown to the rules, and the outcome is taken for the next of the
same tag, VR and form. Of public numbers only the tags named here are treated so; of private ones all, and
every UID and time.
"""

import re
from dataclasses import dataclass
from enum import Enum
from math import isnan
from struct import unpack

from pydicom.datadict import tag_for_keyword

from hilum.deid.keys import ResearchKeys
from hilum.deid.numbers_as_text import may_be_writing
from hilum.deid.raw.skeleton import known_vr
from hilum.deid.vocabulary import STANDARD_UIDS

_UID = re.compile(rb"(?=[^\0]{11,64}\0?$)[0-9]+(?:\.[0-9]+)+\0?", re.DOTALL)
_REGISTERED = (b"1.2.840.", b"2.16.840.1.")
_TIME = re.compile(rb"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\.\d{1,6})? ?")
_ONE = rb"-?(?:0|[1-9]\d{0,5})(?:\.\d{1,8})?"
_DECIMAL = re.compile(rb"%b(?:\\%b){0,5} ?" % (_ONE, _ONE))
_WHOLE = re.compile(rb"-?(?:0|[1-9]\d{0,5}) ?")
_SIZES = {"US": 2, "SS": 2, "UL": 4, "SL": 4, "FL": 4, "FD": 8}
_VARYING = frozenset(
    tag_for_keyword(word)
    for word in (
        "AcquisitionNumber",
        "ActualFrameDuration",
        "DecayFactor",
        "DoseCalibrationFactor",
        "EchoTime",
        "Exposure",
        "ExposureInmAs",
        "ExposureTime",
        "FlipAngle",
        "FrameReferenceTime",
        "ImageIndex",
        "ImageOrientationPatient",
        "ImagePositionPatient",
        "InstanceNumber",
        "LargestImagePixelValue",
        "RepetitionTime",
        "RescaleIntercept",
        "RescaleSlope",
        "SliceLocation",
        "SmallestImagePixelValue",
        "TableHeight",
        "TablePosition",
        "TemporalPositionIdentifier",
        "TriggerTime",
        "WindowCenter",
        "WindowWidth",
        "XRayTubeCurrent",
        "XRayTubeCurrentInmA",
    )
)


class Outcome(Enum):
    """What became of an element, such that the same can be done to another of its form.

    Example:
        >>> Outcome.KEPT.value
        'kept'
    """

    KEPT = "kept"
    REMOVED = "removed"
    EMPTIED = "emptied"
    MAPPED = "mapped"  # a unique identifier, by the keyed map


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a value.

    Attributes:
        key: tag, VR and kind of form.
        text: the value without its padding, where it is text.
    """

    key: tuple[int, str, str]
    text: str = ""


def form_of(tag: int, raw: bytes, *, implicit: bool) -> Form | None:
    r"""The form of an element; None where its value must be shown to the rules itself.

    Example:
        >>> form_of(0x00200013, b"\x20\0\x13\0IS\x02\x0012", implicit=False).text
        '12'
        >>> form_of(0x00100010, b"\x10\0\x10\0PN\x04\0HONG", implicit=False) is None
        True
    """
    vr = known_vr(tag) if implicit else raw[4:6].decode("ascii")
    value = raw[8:]
    if len(value) % 2 or not value:
        return None
    if vr == "UI":
        return _uid_form(tag, value)
    if vr == "TM":
        return Form((tag, vr, "time")) if _TIME.fullmatch(value) else None
    if vr in ("DS", "IS"):
        if tag not in _VARYING and not tag >> 16 & 1:
            return None
        pattern = _DECIMAL if vr == "DS" else _WHOLE
        return Form((tag, vr, "number"), value.decode("ascii").rstrip()) if pattern.fullmatch(value) else None
    return _binary_form(tag, vr, value)


def _uid_form(tag: int, value: bytes) -> Form | None:
    if not _UID.fullmatch(value) or value.startswith(_REGISTERED) or tag & 0xFFFF == 0x0016:
        return None
    text = value.rstrip(b"\0").decode("ascii")
    return None if text in STANDARD_UIDS else Form((tag, "UI", "uid"), text)


def _binary_form(tag: int, vr: str, value: bytes) -> Form | None:
    size = _SIZES.get(vr)
    if size is None or len(value) % size or (tag not in _VARYING and not tag >> 16 & 1):
        return None
    if not tag >> 16 & 1 and may_be_writing(value, size):
        return None
    if vr in ("FL", "FD"):  # what is no number may not survive reading and writing
        letter = "f" if vr == "FL" else "d"
        if any(map(isnan, unpack(f"<{len(value) // size}{letter}", value))):
            return None
    return Form((tag, vr, "binary"))


def outcome_of(form: Form, raw: bytes, result: bytes, keys: ResearchKeys) -> Outcome | None:
    """What was done to an element; None where it was something that cannot be done to another.

    Example:
        >>> outcome_of(Form((0x00080018, "UI", "uid"), "1.2.3"), b"12345678", b"", ResearchKeys(bytes(32)))
        <Outcome.REMOVED: 'removed'>
    """
    for outcome in Outcome:
        if result == done(outcome, form, raw, keys):
            return outcome
    return None


def done(outcome: Outcome, form: Form, raw: bytes, keys: ResearchKeys) -> bytes | None:
    """The bytes of an element after the same was done to it.

    Example:
        >>> done(Outcome.KEPT, Form((0x00200013, "IS", "number"), "12"), b"raw", ResearchKeys(bytes(32)))
        b'raw'
    """
    if outcome is Outcome.KEPT:
        return raw
    if outcome is Outcome.REMOVED:
        return b""
    explicit = raw[4:6] == form.key[1].encode()
    if outcome is Outcome.EMPTIED:
        return raw[:6] + b"\0\0" if explicit else raw[:4] + bytes(4)
    if form.key[2] != "uid":
        return None
    value = keys.uid(form.text).encode("ascii")
    value += b"\0" * (len(value) % 2)
    length = len(value).to_bytes(2 if explicit else 4, "little")
    return raw[: 6 if explicit else 4] + length + value
