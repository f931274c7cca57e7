"""Taking in what a peer sends, within limits: objects go to the disk as they come, never into memory.

pynetdicom reads PDUs of any length and collects messages of any size in memory. Here a PDU, a message and the
number of messages on their way have limits, and the data set of a C-STORE is written to the spool.
"""

import contextlib
import select
import ssl
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID, ImplicitVRLittleEndian
from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dimse_messages import C_STORE_RQ, C_STORE_RSP, DIMSEMessage
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import create_file_meta
from pynetdicom.pdu import P_DATA_TF
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.transport import AssociationSocket

from hilum.pacs.spool import Part, Spool

LARGEST_ACCEPTED_PDU = 1 << 20
LARGEST_COMMAND = 64 << 10
LARGEST_IDENTIFIER = 16 << 20
MOST_MESSAGES = 16
PDU_SECONDS = 120.0
NOT_A_SENDER = "this caller may ask, but not send"
_MOMENT = 0.002
_BROKEN = "Evt19"  # PS3.8 section 9.2.2: an unrecognised or invalid PDU; the association is aborted


TakeIn = Callable[[Part, str], int]
"""A part, and the SOP Instance UID that was announced for it; the status of the answer (PS3.4 annex B)."""


class LimitedSocket(AssociationSocket):
    """A socket that reads no PDU that is too long or takes too long, and reads it in one piece."""

    @property
    def ready(self) -> bool:
        """Whether there is something to read, after a moment's wait for it."""
        if isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            return True
        if self.socket is not None and self._is_connected:
            with contextlib.suppress(OSError, ValueError):  # the next line tells of a closed socket
                select.select([self.socket], [], [], _MOMENT)
        return super().ready

    def recv(self, nr_bytes: int) -> bytearray:
        """Read so many bytes, or as many as come before the end.

        Raises:
            OSError: they are too many, or do not come in time.
        """
        if nr_bytes > LARGEST_ACCEPTED_PDU:
            raise OSError("this PDU is longer than any that was agreed on")
        assert self.socket is not None
        data, done, deadline = bytearray(nr_bytes), 0, time.monotonic() + PDU_SECONDS
        view = memoryview(data)
        while done < nr_bytes:
            count = self.socket.recv_into(view[done:])
            if count == 0:
                view.release()
                return data[:done]
            done += count
            if time.monotonic() > deadline:
                raise OSError("this PDU comes too slowly")
        view.release()
        return data


class SpoolingProvider(DIMSEServiceProvider):
    """Collects messages, those of C-STORE on the disk.

    Args:
        association: whose messages.
        spool: takes their data sets.
        take_in: keeps an object that has come whole, or not, and says with which status.

    Attributes:
        may_send: whether the caller may send objects; set when it has said who it is.
    """

    may_send = False

    def __init__(self, association: Association, spool: Spool, take_in: TakeIn) -> None:
        super().__init__(association)
        self._spool, self._take_in = spool, take_in
        self._open_part: Part | None = None

    def receive_primitive(self, primitive: P_DATA) -> None:
        """Take in one P-DATA, fragment by fragment; what breaks a rule ends the association."""
        try:
            broken = not all(map(self._take, list(primitive.presentation_data_value_list)))
        except Exception:  # noqa: BLE001 - a damaged message raises nearly anything, and nobody above expects it
            broken = True
        if broken:
            self.dul.event_queue.put(_BROKEN)

    def _take(self, fragment: tuple[int, bytes]) -> bool:
        if not fragment[1] or not self._within_limits(fragment[1]):
            return False
        self._begin_object(fragment)
        one = P_DATA()
        one.presentation_data_value_list = [list(fragment)]  # type: ignore[list-item]  # it demands a list
        if not self._answered_at_once(fragment, one):
            super().receive_primitive(one)
        if self.message is None:
            self._open_part = None
        return True

    def _answered_at_once(self, fragment: tuple[int, bytes], one: P_DATA) -> bool:
        """Keep an object and answer in the thread that read its end, where nothing else is going on.

        pynetdicom hands a request from its reading to its serving thread and the answer back, each of which
        looks for it every millisecond; on a busy machine these waits are most of the time of an object.
        """
        message, last = self.message, fragment[1][0] & 3 == 2
        if not last or not isinstance(message, C_STORE_RQ) or self._open_part is None:
            return False
        if fragment[0] not in self.assoc._accepted_cx or self.msg_queue.qsize() or self.assoc._is_paused:  # noqa: SLF001
            return False
        message.decode_msg(one, self.assoc)
        request: Any = message.message_to_primitive()
        part, self._open_part, self.message = self._open_part, None, None
        if not request.is_valid_request:
            part.discard()
            return True
        answer = C_STORE()
        answer.MessageIDBeingRespondedTo = request.MessageID
        answer.AffectedSOPClassUID = request.AffectedSOPClassUID
        answer.AffectedSOPInstanceUID = request.AffectedSOPInstanceUID
        answer.Status = self._take_in(part, str(request.AffectedSOPInstanceUID or ""))
        self._send_now(answer, fragment[0])
        return True

    def _send_now(self, answer: C_STORE, context: int) -> None:
        response = C_STORE_RSP()
        response.primitive_to_message(answer)
        for data in response.encode_msg(context, self.maximum_pdu_size):
            pdu = P_DATA_TF()
            pdu.from_primitive(data)
            assert self.dul.socket is not None
            self.dul.socket.send(pdu.encode())

    def give_up(self) -> None:
        """Forget the object whose end never came."""
        if self._open_part is not None:
            self._open_part.discard()

    def _within_limits(self, data: bytes) -> bool:
        message = self.message
        if self.msg_queue.qsize() > MOST_MESSAGES:
            return False
        if message is None:
            return len(data) <= LARGEST_COMMAND
        if data[0] & 1:
            return message.encoded_command_set.tell() + len(data) <= LARGEST_COMMAND
        held = cast("BytesIO", message.data_set).tell()
        return isinstance(message, C_STORE_RQ) or held + len(data) <= LARGEST_IDENTIFIER

    def _begin_object(self, fragment: tuple[int, bytes]) -> None:
        """Open a part before the first fragment of a data set, and write what a file begins with."""
        message: DIMSEMessage | None = self.message
        if not isinstance(message, C_STORE_RQ) or message._data_set_file or fragment[1][0] & 1:  # noqa: SLF001
            return
        part = self._spool.part() if self.may_send else self._spool.refused_part(NOT_A_SENDER)
        part.write(file_beginning(self.assoc, message))
        self._open_part = part
        message._data_set_file, message._data_set_path = cast("Any", part), part.path  # noqa: SLF001


def file_beginning(association: Association, message: DIMSEMessage) -> bytes:
    """Preamble, prefix and file meta information of an object as it was sent (PS3.10 section 7.1)."""
    command = message.command_set
    context = association._accepted_cx.get(message.context_id or 0)  # noqa: SLF001 - it has no public name
    buffer = DicomBytesIO()
    buffer.write(bytes(128) + b"DICM")
    write_file_meta_info(
        buffer,
        create_file_meta(
            sop_class_uid=command.AffectedSOPClassUID,
            sop_instance_uid=command.AffectedSOPInstanceUID,
            transfer_syntax=UID(context.transfer_syntax[0]) if context else ImplicitVRLittleEndian,
        ),
        enforce_standard=False,
    )
    return buffer.getvalue()
