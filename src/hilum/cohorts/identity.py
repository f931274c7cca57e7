"""Whose rows these are: real identifiers become research identifiers, in memory, through the vault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from hilum.errors import CohortError

Identifiers = Literal["real", "research"]
Translate = Callable[[Sequence[str]], list[str | None]]


@dataclass(frozen=True)
class Translated:
    """Research identifiers of a table's rows.

    Args:
        research: One a row; None where the archive does not know the identifier.
        identifiers: What the table holds.
        note: What was found, and whether it was guessed.
    """

    research: tuple[str | None, ...]
    identifiers: Identifiers
    note: str


def translate(
    written: Sequence[str], known: frozenset[str], vault: Translate, told: Identifiers | None, what: str
) -> Translated:
    """Find the research identifier of every row.

    Whether identifiers are real or research ones is taken from the study, else guessed: those are right of
    which the archive knows more. The vault is only opened when some are not known as research identifiers.

    Args:
        written: The table's identifiers, "" where there is none.
        known: The archive's research identifiers.
        vault: Translates real identifiers; every use of it is recorded by the archive.
        told: What the study says about them.
        what: What is identified and where, such as "patients in outcomes.csv".

    Returns:
        Research identifiers and a sentence about them.

    Raises:
        CohortError: The archive knows none of them.

    Example:
        >>> nobody = lambda ids: [None] * len(ids)
        >>> translate(["a", "x"], frozenset({"a"}), nobody, None, "patients in t.csv").research
        ('a', None)
    """
    as_research = tuple(text if text in known else None for text in written)
    if told == "research" or (told is None and None not in as_research):
        found, identifiers = as_research, "research"
    else:
        as_real = _through_vault(written, known, vault)
        real = told == "real" or _count(as_real) > _count(as_research)
        found, identifiers = (as_real, "real") if real else (as_research, "research")
    if not _count(found):
        raise CohortError(_none_known(what, told))
    guessed = "" if told else " (guessed: say identifiers = in [cohort] if this is wrong)"
    known_of = f"the archive knows {_count(found)} of {len(found)}"
    note = f"{what} are named by {identifiers} identifiers{guessed}; {known_of}"
    return Translated(found, "real" if identifiers == "real" else "research", note)


def _through_vault(written: Sequence[str], known: frozenset[str], vault: Translate) -> tuple[str | None, ...]:
    """Ask for every identifier once; a patient whose images are not in the index is as good as unknown."""
    asked = sorted({text for text in written if text})
    answers = dict(zip(asked, vault(asked), strict=True))
    found = (answers.get(text) for text in written)
    return tuple(text if text in known else None for text in found)


def _count(found: Sequence[str | None]) -> int:
    return sum(text is not None for text in found)


def _none_known(what: str, told: Identifiers | None) -> str:
    which = f" as {told} identifiers" if told else ""
    return (
        f"the archive knows none of the {what}{which}: check that the right column is named, and that "
        "Excel has not cut "
        "leading zeros (00123 must not have become 123)"
    )
