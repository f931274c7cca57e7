"""What a PACS answered to a free question, kept in memory only, and only for who asked.

Answers name patients as the hospital does: they are never written to the disk, and forgotten after an hour.
"""

import csv
import io
import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hilum.pacs.query import Answer
from hilum.serving.failures import Refusal
from hilum.serving.state import Serving

KEPT_SECONDS = 3600.0
_MOST_OF_A_PERSON, _MOST = 5, 20
_ROOM = "pacs answers"


@dataclass(frozen=True)
class KeptAnswers:
    """The answers to one question.

    Attributes:
        id: its name in addresses.
        person: number of who asked.
        peer: who was asked.
        modalities: what was asked for; empty for all kinds.
        answers: the studies, the last first.
        patients: number of each answer's patient, counted from 1 in the order of the answers.
        made: when, of the machine's steady clock (seconds).
    """

    id: str
    person: int
    peer: str
    modalities: tuple[str, ...]
    answers: Sequence[Answer]
    patients: Sequence[int]
    made: float


@dataclass
class AnswerShelf:
    """The questions of one running server whose answers are still kept."""

    _kept: dict[str, KeptAnswers] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(
        self, person: int, peer: str, modalities: Sequence[str], answers: Iterable[Answer]
    ) -> KeptAnswers:
        """Keep answers for a person, in place of that person's oldest where there are many."""
        ordered = sorted(answers, key=lambda one: one.get("StudyDate", ""), reverse=True)
        made = KeptAnswers(
            secrets.token_hex(8),
            person,
            peer,
            tuple(modalities),
            ordered,
            numbered([one.get("PatientID", "") for one in ordered]),
            time.monotonic(),
        )
        with self._lock:
            self._forget_old()
            mine = [name for name, one in self._kept.items() if one.person == person]
            for name in [*mine[: max(0, len(mine) - _MOST_OF_A_PERSON + 1)]]:
                del self._kept[name]
            while len(self._kept) >= _MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[made.id] = made
        return made

    def find(self, name: str, person: int) -> KeptAnswers:
        """The answers of this id, for who asked.

        Raises:
            Refusal: they are not kept any more, or another person asked.
        """
        with self._lock:
            self._forget_old()
            found = self._kept.get(name)
        if found is None or found.person != person:
            raise Refusal(404, "these answers are not kept any more: ask again")
        return found

    def forget(self, name: str) -> None:
        """Forget answers."""
        with self._lock:
            self._kept.pop(name, None)

    def _forget_old(self) -> None:
        oldest = time.monotonic() - KEPT_SECONDS
        for name in [name for name, one in self._kept.items() if one.made < oldest]:
            del self._kept[name]


def shelf_of(serving: Serving) -> AnswerShelf:
    """The answers that a running server keeps."""
    found = serving.kept.setdefault(_ROOM, AnswerShelf())
    assert isinstance(found, AnswerShelf)
    return found


def numbered(patients: Sequence[str]) -> list[int]:
    """The patients as numbers: the same patient has the same one; without an identifier it is 0.

    Example:
        >>> numbered(["00123", "", "00124", "00123"])
        [1, 0, 2, 1]
    """
    numbers: dict[str, int] = {}
    return [numbers.setdefault(one, len(numbers) + 1) if one else 0 for one in patients]


def as_list(kept: KeptAnswers, chosen: Sequence[int]) -> bytes:
    """A list to fetch by, of some answers; rows that would ask for the same are there once.

    Args:
        kept: the answers.
        chosen: which, counted from 1; none for all.

    Raises:
        Refusal: a number is none of theirs, or an answer names neither patient nor accession number.
    """
    if any(number > len(kept.answers) for number in chosen):
        raise Refusal(422, "a line was chosen that is not among the answers: choose again")
    picked = [kept.answers[number - 1] for number in chosen] if chosen else list(kept.answers)
    nameless = sum(not one.get("PatientID") and not one.get("AccessionNumber") for one in picked)
    if nameless:
        raise Refusal(
            409, f"{nameless} of these examinations have neither patient nor accession number: leave them out"
        )
    if not picked:
        raise Refusal(409, "there is nothing to put on a list: ask for something else")
    kinds = ",".join(kept.modalities)
    rows = [
        (one.get("PatientID", ""), one.get("AccessionNumber", ""), one.get("StudyDate", ""), kinds)
        for one in picked
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("patient_id", "accession", "date", "modality"))
    writer.writerows(dict.fromkeys(rows))
    return text.getvalue().encode()
