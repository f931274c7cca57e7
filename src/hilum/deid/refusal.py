"""Why a file may not enter the archive."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why a file may not enter the archive.

    Attributes:
        reason: a few words, the same for all files of the kind.
        detail: one sentence more; nothing of the patient.

    Example:
        >>> Refusal("burned-in text", "the header says so").reason
        'burned-in text'
    """

    reason: str
    detail: str = ""
