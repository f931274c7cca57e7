"""What a reader noticed while reading, to be shown beside its results."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReaderWarning:
    """One thing a reader could not do, guessed, or found odd.

    Attributes:
        code: a short stable word, such as `score_missing`.
        text: one sentence for a clinician, with its consequence; never an identifier of a patient.
        n: how many cases, rows or values it is about.

    Example:
        >>> ReaderWarning("score_missing", "CURB-65 cannot be scored for 41 of 996 cases.", 41).n
        41
    """

    code: str
    text: str
    n: int
