"""Counting the sub-operations of a C-GET or C-MOVE, and telling the asker (PS3.4 annex C.4)."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_GET, C_MOVE
from pynetdicom.dsutils import encode

from hilum.pacs.holdings import Held
from hilum.pacs.question import QuestionError

_SUCCESS, _PENDING, _CANCELLED, _SOME_FAILED, _ALL_FAILED = 0x0000, 0xFF00, 0xFE00, 0xB000, 0xA702
_MOST_NAMED = 900
"""How many failed objects are named: in explicit VR, UI has 65,534 bytes."""


class Suboperations:
    """The sub-operations of one request.

    Args:
        association: of the asker.
        request: C-GET or C-MOVE.
        context: the presentation context in which it came.
    """

    def __init__(self, association: Association, request: Any, context: Any) -> None:
        self.association, self.request, self._context = association, request, context
        self.completed, self.remaining = 0, 0
        self.failed: list[str] = []
        self._done: set[str] = set()
        self._cancelled = False
        self._message = int(request.MessageID)

    @property
    def transfer_syntax(self) -> Any:
        """In which identifiers travel."""
        return self._context.transfer_syntax[0]

    @property
    def over(self) -> bool:
        """Whether the asker cancelled or went away, as far as was seen."""
        return self._cancelled or self._is_gone()

    def next_message(self) -> int:
        """A message number for the next sub-operation."""
        self._message = self._message % 65_535 + 1
        return self._message

    def begin(self, count: int) -> None:
        """So many will be tried."""
        self.remaining = count

    def is_over(self) -> bool:
        """Whether the asker has cancelled, or is no longer there."""
        asked: Any = self.association.dimse.cancel_req
        self._cancelled = self._cancelled or asked.pop(self.request.MessageID, None) is not None
        return self.over

    def done(self, instance: str, *, arrived: bool) -> None:
        """Count one, and tell the asker how far it is."""
        self._count(instance, arrived=arrived)
        if self.remaining and not self.over:
            self._say(_PENDING)

    def fail_all_not_tried(self, held: Sequence[Held]) -> None:
        """Count as failed what could not even be tried."""
        for one in held:
            if one.instance not in self._done:
                self._count(one.instance, arrived=False)

    def status(self) -> int:
        """What the last answer says; what was not tried for another reason than a cancel has failed."""
        if self._cancelled:
            return _CANCELLED
        if self.failed or self.remaining:
            return _SOME_FAILED if self.completed else _ALL_FAILED
        return _SUCCESS

    def end(self, status: int) -> None:
        """Tell the asker how it ended."""
        if not self._is_gone():
            self._say(status)

    def refuse(self, error: QuestionError) -> None:
        """Say that nothing is sent, and why."""
        answer: Any = self._answer(error.status)
        answer.ErrorComment = str(error)[:64]
        self.association.dimse.send_msg(answer, self._context.context_id)

    def _count(self, instance: str, *, arrived: bool) -> None:
        self._done.add(instance)
        self.remaining -= 1
        if arrived:
            self.completed += 1
        else:
            self.failed.append(instance)

    def _is_gone(self) -> bool:
        return self.association.acse.is_aborted() or not self.association.dul.is_alive()

    def _answer(self, status: int) -> C_GET | C_MOVE:
        answer: C_GET | C_MOVE = C_MOVE() if isinstance(self.request, C_MOVE) else C_GET()
        answer.MessageIDBeingRespondedTo = self.request.MessageID
        answer.AffectedSOPClassUID = self.request.AffectedSOPClassUID
        answer.Status = status
        return answer

    def _say(self, status: int) -> None:
        answer = self._answer(status)
        left = self.remaining if status in (_PENDING, _CANCELLED) else 0
        if status in (_PENDING, _CANCELLED):
            answer.NumberOfRemainingSuboperations = left
        answer.NumberOfCompletedSuboperations = self.completed
        answer.NumberOfFailedSuboperations = len(self.failed) + self.remaining - left
        answer.NumberOfWarningSuboperations = 0
        if self.failed and status != _PENDING:
            named, syntax = Dataset(), self.transfer_syntax
            named.FailedSOPInstanceUIDList = self.failed[:_MOST_NAMED]
            data = encode(named, syntax.is_implicit_VR, syntax.is_little_endian)
            answer.Identifier = BytesIO(data or b"")
        self.association.dimse.send_msg(answer, self._context.context_id)
