"""What the node needs to know of the archive to answer about it, and to whom it reports what it answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hilum.pacs.query import Answer
from hilum.pacs.question import Question

MOST_ANSWERS, MOST_SENT = 10_000, 65_535
"""How many answers a question may have, and objects a retrieval (their numbers are US, PS3.7 section E.1)."""


@dataclass(frozen=True)
class Held:
    """An object of the archive, ready to be sent.

    Attributes:
        path: of its file.
        sop_class: its SOP Class UID.
        instance: its SOP Instance UID.
        transfer_syntax: in which it is kept.
        file_sha256: what its bytes must be.
    """

    path: Path
    sop_class: str
    instance: str
    transfer_syntax: str
    file_sha256: str


class Holdings(Protocol):
    """An archive that can be asked, in research identifiers only."""

    def answers(self, question: Question) -> Iterator[Answer]:
        """What is held and matches.

        Raises:
            QuestionError: it is more than MOST_ANSWERS.
        """

    def held(self, question: Question) -> list[Held]:
        """The objects that a retrieval means.

        Raises:
            QuestionError: they are more than MOST_SENT.
        """

    def kept_syntaxes(self) -> Mapping[str, tuple[str, ...]]:
        """For each SOP class the transfer syntaxes in which objects are kept, the most frequent first."""


Record = Callable[[dict[str, str | int]], None]
"""Writes one line of who was answered what, and only then lets it be answered."""
