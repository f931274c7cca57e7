"""One decision for several files of the quarantine; each is settled and recorded by itself.

A picture enters the archive only on the word of a person who looked at it: the audit log says who did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from hilum.archive import Archive, QuarantineEntry
from hilum.archive.release_terms import names_a_patient, one_line
from hilum.errors import HilumError
from hilum.serving.access.person import Person
from hilum.serving.audit import LINES
from hilum.serving.failures import Refusal
from hilum.serving.state import Serving

MOST_AT_ONCE = 50
SEEN = "quarantine_picture_seen"
Decision = Literal["release_blanked", "release_as_is", "reject"]
_LOOKED_AT: dict[Decision, str] = {"release_blanked": "after", "release_as_is": "before"}


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes:
        entry: its number.
        problem: why it was not settled, as a sentence; empty where it was.
    """

    entry: str
    problem: str = ""


@dataclass(frozen=True)
class Settling:
    """A decision on files that are in quarantine for the same reason.

    Attributes:
        here: the server, whose audit log gets a line for each file.
        archive: whose quarantine it is.
        person: who decides.
        decision: `release_blanked` (the proposed places), `release_as_is`, or `reject`.
        why: recorded with each of them; empty where nothing is said.
    """

    here: Serving
    archive: Archive
    person: Person
    decision: Decision
    why: str = ""

    def settle(self, entries: Sequence[str]) -> list[Outcome]:
        """Settle files; one that is named twice is settled once.

        Args:
            entries: their numbers.

        Raises:
            Refusal: they are there for different reasons, or `why` names a patient; nothing was settled.
        """
        if (said := one_line(self.why)) and names_a_patient(self.archive, {"why": said}):
            raise Refusal(422, "the reason holds an identifier of a patient: say it without")
        known = {one.id: one for one in self.archive.quarantine() if one.status == "waiting"}
        asked = list(dict.fromkeys(entries))
        if len({known[name].reason for name in asked if name in known}) > 1:
            raise Refusal(
                409, "these files are in quarantine for different reasons: decide on one kind at a time"
            )
        seen = _seen_by(self.here, self.person, asked, _LOOKED_AT.get(self.decision, ""))
        return [Outcome(name, self._settled(known.get(name), looked=name in seen)) for name in asked]

    def _settled(self, entry: QuarantineEntry | None, *, looked: bool) -> str:
        """Settle one file; why not, as a sentence, where it was not."""
        if entry is None:
            return "it is not in quarantine any more: somebody else may have settled it"
        if self.decision != "reject" and not looked:
            return "you have not looked at its picture: look first, then decide"
        if self.decision == "release_blanked" and not entry.boxes:
            return "no place is proposed to be blanked: open it and mark what must go"
        blanks = self.decision == "release_blanked"
        try:
            if self.decision == "reject":
                self.archive.reject(entry.id)
            else:
                self.archive.release(entry.id, "proposed" if blanks else None)
        except HilumError as problem:
            return str(problem)
        self._record(entry)
        return ""

    def _record(self, entry: QuarantineEntry) -> None:
        detail: dict[str, str | int] = {"one_of_several": 1}
        if self.decision != "reject":
            detail["boxes"] = len(entry.boxes) if self.decision == "release_blanked" else 0
        if said := one_line(self.why):
            detail["why"] = said
        what = "quarantine_rejected" if self.decision == "reject" else "quarantine_released"
        self.here.audit.record(self.person.id, what, entry.id, detail)


def _seen_by(here: Serving, person: Person, entries: Sequence[str], picture: str) -> frozenset[str]:
    """Which of these files the person has looked at, as they are or as they would be archived."""
    if not picture:
        return frozenset()
    chosen = select(LINES.c.concerning, LINES.c.detail).where(
        LINES.c.what == SEEN, LINES.c.person == person.id, LINES.c.concerning.in_(list(entries))
    )
    with here.reading() as connection:
        rows = connection.execute(chosen).all()
    return frozenset(row.concerning for row in rows if f'"{picture}"' in row.detail)
