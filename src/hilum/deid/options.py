"""Which options of the de-identification profiles a workspace uses."""

from dataclasses import dataclass
from typing import Literal

Dates = Literal["modified", "full", "removed"]
Text = Literal["cleaned", "removed"]


@dataclass(frozen=True)
class Options:
    """The options of PS3.15 Annex E beside the Basic Profile; the defaults are the preset `research`.

    Attributes:
        name: of the preset or of the own protocol.
        dates: moved by a keyed offset per patient, kept in full, or removed (section E.3.6).
        patient_characteristics: keep sex, age, size, weight ... (E.3.7).
        descriptors: clean descriptions such as `CHEST CT AX 1.0`, or remove them (E.3.5).
        structured_content: clean the content of structured reports, or refuse these (E.3.4).
        graphics: clean drawn annotations of presentation states, or remove them (E.3.3).
        pixels: search pictures for writing and blank it (E.3.1); without it such pictures are refused.
        device_identity: keep serial numbers and names of devices (E.3.8).
        uids: keep unique identifiers (E.3.9).
        safe_private: keep private attributes that are known to hold nothing but numbers (E.3.10).
        institution_identity: keep institution names and addresses (E.3.11).
        keep_words: words of this place that may stay in descriptions, beside the vocabulary.

    Example:
        >>> Options().dates
        'modified'
    """

    name: str = "research"
    dates: Dates = "modified"
    patient_characteristics: bool = True
    descriptors: Text = "cleaned"
    structured_content: Text = "cleaned"
    graphics: Text = "cleaned"
    pixels: bool = True
    device_identity: bool = False
    uids: bool = False
    safe_private: bool = True
    institution_identity: bool = False
    keep_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "keep_words", tuple(self.keep_words))  # a list where it comes from JSON


RESEARCH = Options()
STRICT = Options(
    name="strict",
    dates="removed",
    patient_characteristics=False,
    descriptors="removed",
    structured_content="removed",
    graphics="removed",
    safe_private=False,
)
IMAGING_DEVICE = Options(name="imaging-device", device_identity=True)
PRESETS = {preset.name: preset for preset in (RESEARCH, STRICT, IMAGING_DEVICE)}
